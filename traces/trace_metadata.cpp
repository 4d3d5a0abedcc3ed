#include "traces/trace_metadata.h"

#include <fmt/format.h>

#include "traces/input_error.h"
#include "traces/metadata_reader.h"
#include "traces/strict_json.h"

namespace scansim {

using nlohmann::json;

namespace {

json scales_json(const stored_scales& scales) {
  json list = json::array();
  for (const auto& each : scales) list.push_back(scales_to_json(*each));
  return list;
}

// Provenance may quote file names, which need not be UTF-8: such bytes become U+FFFD.
std::string text_of(const json& root) { return root.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

stored_scales read_stored_scales(const std::string& text, const call& one, const std::string& file) {
  const json root = parse_json_strict(text, file, metadata_reader::root_field);
  const metadata_reader reader(file, root);
  const json* list = reader.find("scales");
  if (list == nullptr) return {};
  if (!list->is_array()) reader.fail("scales", "an array of objects", list);
  stored_scales stored;
  for (size_t i = 0; i < list->size(); ++i) {
    const std::string field = fmt::format("{}.scales[{}]", metadata_reader::root_field, i);
    std::unique_ptr<call_scales> scales = one.make_scales();
    if (scales == nullptr)
      throw input_error(file, field, std::string("no stored scales: ") + one.kind().name + " has none",
                        describe_json((*list)[i]));
    read_scales((*list)[i], scales->rows(), file, field);
    stored.push_back(std::move(scales));
  }
  return stored;
}

std::string with_scales(const std::string& text, const stored_scales& scales, const std::string& file) {
  json root = parse_json_strict(text, file, metadata_reader::root_field);
  root["scales"] = scales_json(scales);
  return text_of(root);
}

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
  into.provenance = reader.read_provenance();
  return one;
}

std::string write_trace_metadata(const call& one, const json& provenance,
                                 const std::optional<expect_tolerance>& tolerance,
                                 const stored_scales& scales) {
  json root = {{"format", 1}, {"operator", one.kind().name}};
  for (const call_option& option : options_of(one)) {
    json value = option.write();
    if (!value.is_null()) root[option.key] = std::move(value);
  }
  if (tolerance) root["expect_tolerance"] = {{"rtol", tolerance->rtol}, {"atol", tolerance->atol}};
  if (!scales.empty()) root["scales"] = scales_json(scales);
  if (!provenance.empty()) root["provenance"] = provenance;
  return text_of(root);
}

}  // namespace scansim
