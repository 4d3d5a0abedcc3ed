#include "host/run/run_warnings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace scansim {
namespace {

void add_blind(std::vector<run_warning>& warnings, const std::string& rung, const std::string& check,
               const std::vector<std::string>& faults, const std::string& tried) {
  if (faults.empty()) return;
  warnings.push_back(
      {"blind check", rung,
       fmt::format("{} would also have agreed with {}{}", check, fmt::join(faults, " and with "),
                   tried.empty() ? "" : " (tried on " + tried + ")")});
}

void add_lost(std::vector<run_warning>& warnings, const std::string& rung, const char* of,
              const std::optional<double>& lost) {
  if (lost.value_or(0) <= lost_signal_bound) return;
  warnings.push_back(
      {"quantisation", rung,
       fmt::format(
           "the signal is lost: relative MSE {:.3g} of {} against ref on the trace as given, above {:g}",
           *lost, of, lost_signal_bound)});
}

}  // namespace

std::vector<run_warning> warnings_of(const std::string& rung, const expect_verdict& verdict) {
  std::vector<run_warning> warnings;
  add_blind(warnings, rung, rung + " against the recording", verdict.blind_to, verdict.tried);
  return warnings;
}

std::vector<run_warning> warnings_of(const std::string& rung, const bound_verdict& verdict) {
  std::vector<run_warning> warnings;
  add_blind(warnings, rung, rung + " against ref", verdict.blind_to, verdict.tried);
  add_lost(warnings, rung, "y", verdict.lost);
  add_lost(warnings, rung, "what the scan adds", verdict.lost_scan);
  return warnings;
}

}  // namespace scansim
