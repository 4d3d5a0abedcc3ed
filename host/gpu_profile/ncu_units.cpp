#include "host/gpu_profile/ncu_units.h"

#include <array>
#include <string_view>

namespace scansim {
namespace {

struct unit_row {
  std::string_view spelling, name;
  double factor;
};

// What may carry no prefix; a plural s is taken off before.
constexpr std::array<std::string_view, 27> counted = {
    "inst",  "inst_issue", "issue",    "instruction", "thread",  "thread_inst", "warp",
    "block", "cluster",    "register", "sector",      "request", "wavefront",   "tag",
    "pass",  "access",     "op",       "SM",          "TPC",     "GPC",         "packet",
    "flit",  "sample",     "launch",   "operation",   "ctas",    "cycle"};

constexpr unit_row scaled[] = {{"ns", "us", 1e-3},
                               {"nsec", "us", 1e-3},
                               {"nsecond", "us", 1e-3},
                               {"us", "us", 1},
                               {"usec", "us", 1},
                               {"usecond", "us", 1},
                               {"\xc2\xb5s", "us", 1},
                               {"\xce\xbcs", "us", 1},
                               {"ms", "us", 1e3},
                               {"msec", "us", 1e3},
                               {"msecond", "us", 1e3},
                               {"s", "us", 1e6},
                               {"sec", "us", 1e6},
                               {"second", "us", 1e6},
                               {"%", "%", 1},
                               {"bit", "bit", 1},
                               {"byte", "byte", 1},
                               {"B", "byte", 1},
                               {"Kbyte", "byte", 1e3},
                               {"KB", "byte", 1e3},
                               {"kB", "byte", 1e3},
                               {"Mbyte", "byte", 1e6},
                               {"MB", "byte", 1e6},
                               {"Gbyte", "byte", 1e9},
                               {"GB", "byte", 1e9},
                               {"Tbyte", "byte", 1e12},
                               {"TB", "byte", 1e12},
                               {"KiB", "byte", 1024},
                               {"MiB", "byte", 1024.0 * 1024},
                               {"GiB", "byte", 1024.0 * 1024 * 1024},
                               {"hz", "hz", 1},
                               {"Hz", "hz", 1},
                               {"Khz", "hz", 1e3},
                               {"KHz", "hz", 1e3},
                               {"kHz", "hz", 1e3},
                               {"Mhz", "hz", 1e6},
                               {"MHz", "hz", 1e6},
                               {"Ghz", "hz", 1e9},
                               {"GHz", "hz", 1e9},
                               {"W", "W", 1},
                               {"mW", "W", 1e-3},
                               {"Watt", "W", 1},
                               {"J", "J", 1},
                               {"mJ", "J", 1e-3},
                               {"Joule", "J", 1},
                               {"C", "C", 1}};

std::optional<ncu_unit> simple_unit(std::string_view text) {
  for (const unit_row& row : scaled)
    if (row.spelling == text) return ncu_unit{std::string(row.name), row.factor};
  for (const std::string_view name : counted)
    if (name == text) return ncu_unit{std::string(name), 1};
  return std::nullopt;
}

std::optional<ncu_unit> singular_unit(std::string_view text) {
  if (const auto unit = simple_unit(text)) return unit;
  if (text.size() > 2 && text.back() == 's') return simple_unit(text.substr(0, text.size() - 1));
  return std::nullopt;
}

}  // namespace

std::optional<ncu_unit> parse_ncu_unit(const std::string& text) {
  const size_t slash = text.find('/');
  const auto above = singular_unit(std::string_view(text).substr(0, slash));
  if (!above || slash == std::string::npos) return above;
  const auto below = singular_unit(std::string_view(text).substr(slash + 1));
  if (!below || below->name == "%") return std::nullopt;
  if (below->name != "us") return ncu_unit{above->name + "/" + below->name, above->factor / below->factor};
  const double per_second = above->factor / (below->factor * 1e-6);
  if (above->name == "cycle") return ncu_unit{"hz", per_second};
  return ncu_unit{above->name + "/s", per_second};
}

}  // namespace scansim
