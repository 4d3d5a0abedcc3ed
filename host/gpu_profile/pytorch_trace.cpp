#include "host/gpu_profile/pytorch_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

using nlohmann::json;

std::optional<double> number_in(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number() || !std::isfinite(found->get<double>()))
    return std::nullopt;
  return found->get<double>();
}

std::optional<int64_t> whole_in(const json& object, const char* key) {
  const auto value = number_in(object, key);
  if (!value || *value != std::floor(*value) || std::abs(*value) > 9e15) return std::nullopt;
  return static_cast<int64_t>(*value);
}

std::string text_in(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string size_in(const json& args, const char* key) {
  const auto found = args.find(key);
  if (found == args.end() || !found->is_array() || found->size() != 3) return "";
  for (const json& one : *found)
    if (!one.is_number_integer()) return "";
  return launch_size((*found)[0].get<int64_t>(), (*found)[1].get<int64_t>(), (*found)[2].get<int64_t>());
}

profile_device device_of(const json& properties) {
  profile_device device;
  device.name = text_in(properties, "name");
  device.multiprocessors = whole_in(properties, "numSms");
  device.memory_bytes = whole_in(properties, "totalGlobalMem");
  const auto major = whole_in(properties, "computeMajor"), minor = whole_in(properties, "computeMinor");
  if (major && minor) device.compute_capability = fmt::format("{}.{}", *major, *minor);
  for (auto* fact : {&device.multiprocessors, &device.memory_bytes})
    if (*fact && **fact < 1) fact->reset();
  return device;
}

// Takes events as the parser meets them, so that none has to be kept.
class trace_reader {
 public:
  explicit trace_reader(const std::string& file) : file_(file) {}

  import_page read(std::string_view text) {
    const auto take = [this](int depth, json::parse_event_t event, json& value) {
      return taken(depth, event, value);
    };
    try {
      rest_ = json::parse(text.begin(), text.end(), take);
    } catch (const json::exception& error) {
      throw input_error(file_, "file", "a whole Chrome trace in JSON", cause(error.what()));
    }
    return page();
  }

 private:
  struct begun_launch {
    double begin;
    int64_t device;
    import_launch launch;
  };

  // "...parse error at line 3, column 7: syntax error while parsing value - unexpected end of input" without
  // the prefix.
  static std::string cause(const std::string& what) {
    const size_t at = what.find("] ");
    return printable(at == std::string::npos ? what : what.substr(at + 2)).substr(0, 160);
  }
  bool taken(int depth, json::parse_event_t event, json& value);
  void take_event(const json& event);
  import_page page();

  const std::string& file_;
  json rest_;
  std::string key_;  // of the root's value that is being read
  bool root_is_array_ = false;
  std::set<std::string> event_keys_, twice_;
  int64_t events_ = 0;
  std::vector<begun_launch> launches_;
  text_numbers texts_;
};

bool trace_reader::taken(int depth, json::parse_event_t event, json& value) {
  using kind = json::parse_event_t;
  if (depth == 0 && event == kind::array_start) root_is_array_ = true;
  if (depth == 1 && event == kind::key) key_ = value.get<std::string>();
  const int event_depth = root_is_array_ ? 1 : 2;
  const bool in_events = root_is_array_ || key_ == "traceEvents";
  if (!in_events) return root_is_array_ || depth < 1 || key_ == "deviceProperties" || event == kind::key;
  if (depth == event_depth && event == kind::object_start) {
    event_keys_.clear();
    twice_.clear();
  }
  if (depth == event_depth + 1 && event == kind::key && !event_keys_.insert(value.get<std::string>()).second)
    twice_.insert(value.get<std::string>());
  if (depth != event_depth || event != kind::object_end) return true;
  take_event(value);
  ++events_;
  return false;
}

void trace_reader::take_event(const json& event) {
  const std::string category = text_in(event, "cat");
  if (text_in(event, "ph") != "X" || (category != "kernel" && category != "Kernel")) return;
  const std::string name = text_in(event, "name");
  const auto field = [&](const char* key) { return fmt::format("traceEvents[{}].{}", events_, key); };
  if (name.empty()) throw input_error(file_, field("name"), "a kernel's name", "none");
  for (const char* key : {"name", "ts", "dur", "args"})
    if (twice_.count(key) > 0) throw input_error(file_, field(key), "each key once", "a second one");
  const auto begin = number_in(event, "ts"), duration = number_in(event, "dur");
  if (!begin) throw input_error(file_, field("ts"), "a number of microseconds", "none");
  static const json nothing = json::object();
  const auto found = event.find("args");
  const json& args = found != event.end() && found->is_object() ? *found : nothing;
  begun_launch one{*begin, whole_in(args, "device").value_or(0), {}};
  one.launch.kernel = texts_.add(name);
  one.launch.grid = texts_.add(size_in(args, "grid"));
  one.launch.block = texts_.add(size_in(args, "block"));
  const auto id = whole_in(args, "correlation");
  one.launch.id = std::to_string(id ? *id : static_cast<int64_t>(launches_.size()));
  one.launch.cells.resize(2);
  if (duration && *duration >= 0)
    one.launch.cells[0].value = *duration;
  else
    one.launch.cells[0].fault = {"a number of microseconds >= 0",
                                 event.contains("dur") ? describe_json(event.at("dur")) : "none"};
  if (const auto registers = whole_in(args, "registers per thread"))
    one.launch.cells[1].value = static_cast<double>(*registers);
  launches_.push_back(std::move(one));
}

import_page trace_reader::page() {
  if (!root_is_array_ && !rest_.is_object())
    throw input_error(file_, "file", "a Chrome trace (an object with traceEvents, or an array of events)",
                      describe_json(rest_));
  if (launches_.empty())
    throw input_error(file_, "traceEvents", "events of category kernel (ProfilerActivity.CUDA)",
                      fmt::format("none among {}", events_));
  import_page page;
  page.source = "the trace of PyTorch's profiler";
  page.origin = "pytorch";
  page.kernel_field = "traceEvents: kernels";
  page.grid_field = "traceEvents: args.grid";
  page.block_field = "traceEvents: args.block";
  page.device_field = "traceEvents: args.device";
  page.columns = {time_column("dur"), registers_column("registers per thread")};
  page.texts = std::move(texts_);
  std::map<int64_t, profile_device> devices;
  if (rest_.is_object() && rest_.contains("deviceProperties") && rest_["deviceProperties"].is_array())
    for (const json& properties : rest_["deviceProperties"])
      if (properties.is_object()) devices[whole_in(properties, "id").value_or(0)] = device_of(properties);
  std::stable_sort(
      launches_.begin(), launches_.end(),
      [](const begun_launch& one, const begun_launch& other) { return one.begin < other.begin; });
  for (begun_launch& one : launches_) {
    const auto device = devices.find(one.device);
    one.launch.device = page.add_device(device == devices.end() ? profile_device{} : device->second);
    page.launches.push_back(std::move(one.launch));
  }
  return page;
}

}  // namespace

import_page read_pytorch_trace(std::string_view text, const std::string& file) {
  return trace_reader(file).read(text);
}

}  // namespace scansim
