#include "host/sweep/sweep_workload.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <type_traits>

#include "host/sweep/network_workload.h"
#include "host/sweep/operator_workload.h"
#include "traces/generate.h"
#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/scan_trace.h"

namespace scansim {
namespace {

// yaml-cpp takes 010 for eight, as YAML 1.1 has it; design points and YAML 1.2 take it for ten.
bool decode_whole(const YAML::Node& node, int64_t& value) {
  std::string_view text = node.Scalar();
  if (text.starts_with('+')) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) text.remove_prefix(2);
  const auto [end, failed] =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  return !text.empty() && failed == std::errc() && end == text.data() + text.size();
}

template <class Value>
bool decode(const YAML::Node& node, Value& value) {
  if (!node.IsScalar()) return false;
  if constexpr (std::is_same_v<Value, int64_t>)
    return decode_whole(node, value);
  else
    return YAML::convert<Value>::decode(node, value);
}

class workload_reader {
 public:
  workload_reader(const YAML::Node& map, const std::string& file, const std::string& folder,
                  const std::string& where)
      : map_(map), file_(file), folder_(folder), where_(where) {
    if (!map.IsMap())
      throw input_error(file, where, "a map with shape, trace, network, operator or channels", "no map");
    if (map["operator"]) return;
    const std::vector<std::string> known =
        map["network"] ? network_workload_keys()
                       : std::vector<std::string>{"shape", "channels", "states",  "groups", "length",
                                                  "batch", "decode",   "reverse", "h0",     "weight",
                                                  "trace", "network",  "operator"};
    for (const auto& entry : map) {
      const std::string key = entry.first.Scalar();
      if (std::find(known.begin(), known.end(), key) == known.end())
        throw input_error(file, where + "." + key, fmt::format("one of {}", fmt::join(known, ", ")),
                          "an unknown key");
    }
  }

  std::vector<sweep_workload> read() {
    if (map_["operator"]) return {of_operator()};
    if (map_["trace"] && !map_["network"]) return {of_trace()};
    std::vector<sweep_workload> workloads;
    for (const int64_t length : lengths())
      workloads.push_back(map_["network"] ? of_network(length) : of_shape(length));
    return workloads;
  }

 private:
  template <class Value>
  Value get(const char* key, Value usual, const char* expected) const {
    if (!map_[key]) return usual;
    Value value{};
    if (!decode(map_[key], value))
      throw input_error(file_, where_ + "." + key, expected,
                        map_[key].IsScalar() ? "'" + map_[key].Scalar() + "'" : "no scalar");
    return value;
  }
  double weight() const {
    const double value = get<double>("weight", 1, "a number above 0");
    if (!(value > 0 && value < 1e12))
      throw input_error(file_, where_ + ".weight", "a number above 0", map_["weight"].Scalar());
    return value;
  }
  std::vector<int64_t> lengths() const {
    if (!map_["length"] || !map_["length"].IsSequence())
      return {get<int64_t>("length", 0, "a number of tokens")};
    std::vector<int64_t> all;
    for (const YAML::Node& one : map_["length"]) {
      int64_t length = 0;
      if (!decode(one, length) || length < 1)
        throw input_error(file_, where_ + ".length", "numbers of tokens", "something else");
      all.push_back(length);
    }
    if (all.empty()) throw input_error(file_, where_ + ".length", "numbers of tokens", "an empty list");
    return all;
  }

  sweep_workload of_operator() const {
    sweep_workload workload = read_operator_workload(map_, file_, where_);
    workload.weight = weight();
    return workload;
  }
  sweep_workload of_network(int64_t length) const {
    sweep_workload workload = read_network_workload(map_, file_, folder_, where_, length);
    workload.weight = weight();
    return workload;
  }
  sweep_workload of_shape(int64_t length) const {
    generate_request request;
    request.shape = get<std::string>("shape", "", "the name of a shape");
    request.channels = get<int64_t>("channels", 0, "a whole number");
    request.states = get<int64_t>("states", 0, "a whole number");
    request.groups = get<int64_t>("groups", 0, "a whole number");
    request.batch = get<int64_t>("batch", 1, "a whole number");
    request.length = length;
    sweep_workload workload;
    workload.form.shape = made_from(file_ + ": " + where_, [&] { return resolve_shape(request); });
    workload.form.options = {.delta_softplus = true,
                             .reverse = get<bool>("reverse", false, "true or false"),
                             .decode = get<bool>("decode", false, "true or false")};
    workload.form.has_z = workload.form.has_d = workload.form.has_delta_bias = true;
    workload.form.has_h0 = get<bool>("h0", false, "true or false");
    const scan_shape& s = workload.form.shape;
    const std::string kind =
        request.shape.empty() ? fmt::format("D {} N {}", s.channels, s.states) : request.shape;
    workload.name = fmt::format(
        "{} L {}{}{}{}", kind, s.length, s.batch > 1 ? fmt::format(" B {}", s.batch) : "",
        workload.form.options.decode ? " decode" : "", workload.form.options.reverse ? " reverse" : "");
    return finished(workload);
  }
  sweep_workload of_trace() const {
    const std::string path = get<std::string>("trace", "", "a path");
    if (map_.size() != 1 + (map_["weight"] ? 1u : 0u))
      throw input_error(file_, where_, "trace and weight alone", "more keys: a trace has its shape");
    const scan_trace given =
        load_scan_trace((std::filesystem::path(folder_) / path).lexically_normal().string());
    const scan_tensors& t = given.tensors;
    sweep_workload workload;
    workload.trace = path, workload.trace_sha256 = given.sha256;
    workload.name = one_line(path);
    workload.form = {t.shape, t.options, !t.z.empty(), !t.h0.empty(), !t.d.empty(), !t.delta_bias.empty()};
    return finished(workload);
  }
  sweep_workload finished(sweep_workload workload) const {
    workload.weight = weight();
    const scan_form& f = workload.form;
    workload.state_updates = static_cast<uint64_t>(f.shape.batch * f.shape.length) *
                             static_cast<uint64_t>(f.shape.channels * f.shape.states);
    workload.identity = {{"operator", "selective_scan"},
                         {"batch", f.shape.batch},
                         {"channels", f.shape.channels},
                         {"states", f.shape.states},
                         {"groups", f.shape.groups},
                         {"length", f.shape.length},
                         {"decode", f.options.decode},
                         {"reverse", f.options.reverse},
                         {"softplus", f.options.delta_softplus},
                         {"z", f.has_z},
                         {"h0", f.has_h0}};
    return workload;
  }

  const YAML::Node map_;
  const std::string file_, folder_, where_;
};

}  // namespace

std::vector<sweep_workload> read_workloads(const YAML::Node& list, const std::string& file,
                                           const std::string& folder) {
  if (!list.IsDefined() || !list.IsSequence() || list.size() == 0)
    throw input_error(file, "workloads", "a list of shapes or traces",
                      list.IsDefined() ? "no list" : "no such key");
  std::vector<sweep_workload> workloads;
  for (size_t i = 0; i < list.size(); ++i)
    for (sweep_workload& one : workload_reader(list[i], file, folder, fmt::format("workloads[{}]", i)).read())
      workloads.push_back(std::move(one));
  return workloads;
}

}  // namespace scansim
