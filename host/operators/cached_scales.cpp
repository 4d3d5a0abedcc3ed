#include "host/operators/cached_scales.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "sim/cosim/rtl_cache.h"
#include "sim/cosim/text_cache.h"
#include "traces/input_error.h"
#include "traces/sha256.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

std::string name_of(const trace& given, const operator_row& row, const design_point& point) {
  const std::string text = fmt::format("{}\n{}\n{}\n{}\n", sha256_of_program(), given.sha256, row.kind->name,
                                       fmt::join(arithmetic_parameters(row, point), " "));
  return sha256_hex(text.data(), text.size());
}

}  // namespace

std::string scale_cache_folder() { return find_cache().folder + "/scales"; }

std::shared_ptr<const call_scales> cached_scales(const trace& given, const operator_row& row,
                                                 const design_point& point) {
  std::shared_ptr<call_scales> scales = given.call_->make_scales();
  if (scales == nullptr) return nullptr;
  const std::string name = name_of(given, row, point);
  const std::optional<std::string> text = cached_text(scale_cache_folder(), name);
  if (!text) return nullptr;
  try {
    read_scales(parse_json_strict(*text, name, "scales"), scales->rows(), name, "scales");
  } catch (const input_error&) {
    return nullptr;
  }
  return scales;
}

void cache_scales(const trace& given, const operator_row& row, const design_point& point,
                  const call_scales& chosen) {
  cache_text(scale_cache_folder(), name_of(given, row, point), scales_to_json(chosen).dump());
}

}  // namespace scansim
