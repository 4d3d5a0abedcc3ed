#include "models/energy/recipe_context.h"

#include <algorithm>
#include <cmath>

#include "traces/input_error.h"

namespace scansim {

namespace {

double log_mix(double from, double to, double t) {
  return from > 0 && to > 0 ? from * std::pow(to / from, t) : (1 - t) * from + t * to;
}
energy_range between(const energy_range& from, const energy_range& to, double t) {
  return {log_mix(from.low_pj, to.low_pj, t), log_mix(from.nominal_pj, to.nominal_pj, t),
          log_mix(from.high_pj, to.high_pj, t)};
}

}  // namespace

const std::vector<anchor> multiply_anchors = {{8.0 * 8, "mul_int8"}, {32.0 * 32, "mul_int32"}};
const std::vector<anchor> add_anchors = {{8, "add_int8"}, {32, "add_int32"}};
const std::vector<anchor> sram_anchors = {
    {8.0 * 1024, "sram_bit_8kib"}, {32.0 * 1024, "sram_bit_32kib"}, {1024.0 * 1024, "sram_bit_1mib"}};

energy_range recipe_context::row(const std::string& name) {
  const auto found = table_.rows.find(name);
  if (found == table_.rows.end()) {
    throw input_error(table_.file, "event " + event_, "a row " + name, "none");
  }
  if (!rows_.empty() && found->second.level != level_) {
    throw input_error(table_.file, "event " + event_,
                      "rows of one level (" + rows_.front() + " is " + level_name(level_) + ")",
                      name + " is " + level_name(found->second.level));
  }
  level_ = found->second.level;
  if (std::find(rows_.begin(), rows_.end(), name) == rows_.end()) rows_.push_back(name);
  return found->second.cost;
}

// Straight line between the anchors in log size and log energy. Outside them: proportional to size for
// operators, constant for memories (a larger memory is several macros, a smaller one is not cheaper).
energy_range recipe_context::scaled(const std::vector<anchor>& anchors, double size, bool proportional) {
  if (size <= anchors.front().first) {
    return (proportional ? size / anchors.front().first : 1.0) * row(anchors.front().second);
  }
  for (size_t k = 1; k < anchors.size(); ++k) {
    if (size <= anchors[k].first) {
      const double t =
          std::log(size / anchors[k - 1].first) / std::log(anchors[k].first / anchors[k - 1].first);
      return between(row(anchors[k - 1].second), row(anchors[k].second), t);
    }
  }
  return (proportional ? size / anchors.back().first : 1.0) * row(anchors.back().second);
}

}  // namespace scansim
