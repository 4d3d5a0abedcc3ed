#include "traces/scan_trace_metadata.h"

#include "traces/input_error.h"
#include "traces/metadata_reader.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

const std::vector<std::string> known_keys = {"format",  "operator",   "delta_softplus",
                                             "reverse", "mode",       "expect_tolerance",
                                             "scales",  "provenance", "state_sparsity"};

}  // namespace

void read_trace_metadata(const std::string& text, scan_trace& trace) {
  const char* const root_field = metadata_reader::root_field;
  const json root = parse_json_strict(text, trace.path, root_field);
  if (!root.is_object()) throw input_error(trace.path, root_field, "a JSON object", describe_json(root));
  const metadata_reader reader(trace.path, root);

  reader.check_format();
  const json* name = reader.find("operator");  // before the keys: another operator has others
  if (name == nullptr || *name != "selective_scan") reader.fail("operator", "\"selective_scan\"", name);
  reader.check_keys(known_keys);

  scan_options& options = trace.tensors.options;
  options.delta_softplus = reader.read_bool("delta_softplus", std::nullopt);
  options.reverse = reader.read_bool("reverse", false);
  if (const json* mode = reader.find("mode")) {
    if (*mode != "prefill" && *mode != "decode") reader.fail("mode", "\"prefill\" or \"decode\"", mode);
    options.decode = *mode == "decode";
  }
  trace.tolerance = reader.read_tolerance();
  if (const json* pattern = reader.find("state_sparsity")) {
    if (!pattern->is_string()) reader.fail("state_sparsity", "a string such as \"2:4\"", pattern);
    const nm_pattern parsed = parse_nm_pattern(pattern->get<std::string>(),
                                               std::string(root_field) + ".state_sparsity", trace.path);
    trace.sparsity = state_sparsity{.pattern = parsed};
  }
  if (const json* scales = reader.find("scales")) {
    if (!scales->is_array()) reader.fail("scales", "an array of objects", scales);
    for (size_t i = 0; i < scales->size(); ++i) {
      const std::string field = std::string(root_field) + ".scales[" + std::to_string(i) + "]";
      trace.scales.push_back(scales_from_json((*scales)[i], trace.path, field));
    }
  }
  trace.provenance = reader.read_provenance();
}

std::string write_trace_metadata(const scan_options& options, const json& provenance,
                                 const std::vector<scan_scales>& scales,
                                 const std::optional<expect_tolerance>& tolerance,
                                 const std::string& state_pattern) {
  json root = {{"format", 1},
               {"operator", "selective_scan"},
               {"delta_softplus", options.delta_softplus},
               {"mode", options.decode ? "decode" : "prefill"}};
  if (options.reverse) root["reverse"] = true;
  if (!state_pattern.empty()) root["state_sparsity"] = state_pattern;
  if (tolerance) root["expect_tolerance"] = {{"rtol", tolerance->rtol}, {"atol", tolerance->atol}};
  for (const auto& one : scales) root["scales"].push_back(scales_to_json(one));
  if (!provenance.empty()) root["provenance"] = provenance;
  // Provenance may quote file names, which need not be UTF-8: such bytes become U+FFFD.
  return root.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace scansim
