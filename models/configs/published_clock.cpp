#include "models/configs/published_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace scansim {
namespace {

constexpr published_clock clocks[] = {
    {1000, 28, "MARCA, ICCAD 2024"}, {625, 14, "HLX, MICRO 2025"}, {1000, 7, "VGA, MICRO 2024"}};

std::string places() {
  std::string text;
  for (const published_clock& one : clocks)
    text += fmt::format("{}{} ({} nm): {:g}", text.empty() ? "" : ", ", one.machine, one.node_nm, one.mhz);
  return text;
}

}  // namespace

std::span<const published_clock> published_clocks() { return clocks; }

double highest_published_mhz() {
  return std::max_element(std::begin(clocks), std::end(clocks),
                          [](const auto& one, const auto& other) { return one.mhz < other.mhz; })
      ->mhz;
}

std::string clock_remark(double clock_mhz) {
  if (clock_mhz <= highest_published_mhz()) return "";
  return fmt::format(
      "clock: {:g} MHz is assumed, nothing timed it; published machines of this kind reach {:g} MHz; times "
      "and "
      "W follow it",
      clock_mhz, highest_published_mhz());
}

nlohmann::json clock_json(const design_point& point) {
  return {{"mhz", point.clock_mhz},
          {"basis", "assumption: no timing of this machine is known"},
          {"highest_published_mhz", highest_published_mhz()},
          {"above_published", point.clock_mhz > highest_published_mhz()},
          {"published_mhz", places()}};
}

}  // namespace scansim
