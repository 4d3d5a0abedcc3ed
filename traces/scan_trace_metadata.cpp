#include "traces/scan_trace_metadata.h"

#include <cmath>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

constexpr const char* root_field = "__metadata__.scansim";
constexpr const char* known_keys[] = {"format", "operator",         "delta_softplus", "reverse",
                                      "mode",   "expect_tolerance", "scales",         "provenance"};

class metadata_reader {
 public:
  metadata_reader(const std::string& file, const json& root) : file_(file), root_(root) {}

  [[noreturn]] void fail(const std::string& key, const std::string& expected, const json* found) const {
    throw input_error(file_, std::string(root_field) + "." + key, expected,
                      found == nullptr ? "nothing" : describe_json(*found));
  }
  const json* find(const char* key) const {
    const auto found = root_.find(key);
    return found == root_.end() ? nullptr : &*found;
  }
  void check_keys() const {
    for (const auto& [key, value] : root_.items()) {
      bool known = false;
      for (const char* name : known_keys) known = known || key == name;
      if (!known) fail(printable(key), "no such key (format 1)", &value);
    }
  }
  // Absent is `fallback`; without a fallback the key is required.
  bool read_bool(const char* key, const std::optional<bool>& fallback) const {
    const json* value = find(key);
    if (value == nullptr && fallback) return *fallback;
    if (value == nullptr || !value->is_boolean()) fail(key, "true or false", value);
    return value->get<bool>();
  }
  std::optional<expect_tolerance> read_tolerance() const {
    const json* value = find("expect_tolerance");
    if (value == nullptr) return std::nullopt;
    if (!value->is_object() || value->size() != 2)
      fail("expect_tolerance", "an object of rtol and atol", value);
    return expect_tolerance{read_bound(*value, "rtol"), read_bound(*value, "atol")};
  }

 private:
  double read_bound(const json& parent, const char* key) const {
    const auto found = parent.find(key);
    const json* value = found == parent.end() ? nullptr : &*found;
    const bool valid = value != nullptr && value->is_number() && std::isfinite(value->get<double>()) &&
                       value->get<double>() >= 0;
    if (!valid) fail(std::string("expect_tolerance.") + key, "a number >= 0", value);
    return value->get<double>();
  }

  const std::string& file_;
  const json& root_;
};

}  // namespace

void read_trace_metadata(const std::string& text, scan_trace& trace) {
  const json root = parse_json_strict(text, trace.path, root_field);
  if (!root.is_object()) throw input_error(trace.path, root_field, "a JSON object", describe_json(root));
  const metadata_reader reader(trace.path, root);

  // Format first: with another version nothing else can be judged.
  const json* format = reader.find("format");
  if (format == nullptr || !format->is_number_integer() || *format != 1) reader.fail("format", "1", format);
  reader.check_keys();
  const json* name = reader.find("operator");
  if (name == nullptr || *name != "selective_scan") reader.fail("operator", "\"selective_scan\"", name);

  scan_options& options = trace.tensors.options;
  options.delta_softplus = reader.read_bool("delta_softplus", std::nullopt);
  options.reverse = reader.read_bool("reverse", false);
  if (const json* mode = reader.find("mode")) {
    if (*mode != "prefill" && *mode != "decode") reader.fail("mode", "\"prefill\" or \"decode\"", mode);
    options.decode = *mode == "decode";
  }
  trace.tolerance = reader.read_tolerance();
  if (const json* scales = reader.find("scales")) {
    if (!scales->is_array()) reader.fail("scales", "an array of objects", scales);
    for (size_t i = 0; i < scales->size(); ++i) {
      const std::string field = std::string(root_field) + ".scales[" + std::to_string(i) + "]";
      trace.scales.push_back(scales_from_json((*scales)[i], trace.path, field));
    }
  }
  if (const json* provenance = reader.find("provenance")) {
    if (!provenance->is_object()) reader.fail("provenance", "an object", provenance);
    trace.provenance = *provenance;
  }
}

std::string write_trace_metadata(const scan_options& options, const json& provenance,
                                 const std::vector<scan_scales>& scales,
                                 const std::optional<expect_tolerance>& tolerance) {
  json root = {{"format", 1},
               {"operator", "selective_scan"},
               {"delta_softplus", options.delta_softplus},
               {"mode", options.decode ? "decode" : "prefill"}};
  if (options.reverse) root["reverse"] = true;
  if (tolerance) root["expect_tolerance"] = {{"rtol", tolerance->rtol}, {"atol", tolerance->atol}};
  for (const auto& one : scales) root["scales"].push_back(scales_to_json(one));
  if (!provenance.empty()) root["provenance"] = provenance;
  // Provenance may quote file names, which need not be UTF-8: such bytes become U+FFFD.
  return root.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace scansim
