#include "sim/cosim/rtl_kind.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

}  // namespace

const std::vector<std::string>& rtl_kind_names() {
  static const std::vector<std::string> names{"plain", "coverage", "randinit"};
  return names;
}

rtl_kind rtl_kind_named(const std::string& name, const std::string& origin) {
  const std::vector<std::string>& names = rtl_kind_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw input_error(origin, "value", fmt::format("one of {}", fmt::join(names, ", ")),
                      "\"" + printable(name) + "\"");
  return static_cast<rtl_kind>(found - names.begin());
}

rtl_kind rtl_kind_of_environment() {
  return rtl_kind_named(environment(rtl_build_variable, "plain"), rtl_build_variable);
}

std::string coverage_folder() { return environment("SCANSIM_COVERAGE", "coverage"); }

}  // namespace scansim
