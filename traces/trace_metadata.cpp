#include "traces/trace_metadata.h"

#include <fmt/format.h>

#include "traces/input_error.h"
#include "traces/metadata_reader.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

std::vector<json> read_scales(const metadata_reader& reader, const call& one, const std::string& file) {
  const json* scales = reader.find("scales");
  if (scales == nullptr) return {};
  if (!scales->is_array()) reader.fail("scales", "an array of objects", scales);
  for (size_t i = 0; i < scales->size(); ++i)
    one.check_scales((*scales)[i], file, fmt::format("{}.scales[{}]", metadata_reader::root_field, i));
  return {scales->begin(), scales->end()};
}

}  // namespace

std::unique_ptr<call> read_trace_metadata(const std::string& text, call_kinds kinds, trace& into) {
  const json root = parse_json_strict(text, into.path, metadata_reader::root_field);
  if (!root.is_object())
    throw input_error(into.path, metadata_reader::root_field, "a JSON object", describe_json(root));
  const metadata_reader reader(into.path, root);
  reader.check_format();
  // Before the keys: another operator has others.
  std::unique_ptr<call> one = kinds[reader.read_choice("operator", call_names(kinds), std::nullopt)]->make();
  const std::vector<call_option> options = one->options();
  std::vector<std::string> known = {"format", "operator", "expect_tolerance", "scales", "provenance"};
  for (const call_option& option : options) known.push_back(option.key);
  reader.check_keys(known);
  for (const call_option& option : options) option.read(reader);
  into.tolerance = reader.read_tolerance();
  into.scales = read_scales(reader, *one, into.path);
  into.provenance = reader.read_provenance();
  return one;
}

std::string write_trace_metadata(const call& one, const json& provenance,
                                 const std::optional<expect_tolerance>& tolerance,
                                 const std::vector<json>& scales) {
  json root = {{"format", 1}, {"operator", one.kind().name}};
  for (const call_option& option : options_of(one)) {
    json value = option.write();
    if (!value.is_null()) root[option.key] = std::move(value);
  }
  if (tolerance) root["expect_tolerance"] = {{"rtol", tolerance->rtol}, {"atol", tolerance->atol}};
  if (!scales.empty()) root["scales"] = scales;
  if (!provenance.empty()) root["provenance"] = provenance;
  // Provenance may quote file names, which need not be UTF-8: such bytes become U+FFFD.
  return root.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace scansim
