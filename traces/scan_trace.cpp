#include "traces/scan_trace.h"

#include "traces/calls/selective_scan.h"
#include "traces/trace.h"

namespace scansim {

scan_trace scan_trace_of(const trace& one) {
  const auto& scan = payload<selective_scan_call>(*one.call_);
  scan_trace typed{one.path, one.sha256, scan.scan, scan.sparsity, one.provenance, {}, one.tolerance};
  for (const auto& scales : one.scales) typed.scales.push_back(payload<selective_scan_scales>(*scales).scan);
  return typed;
}

scan_trace load_scan_trace(const std::string& path) {
  static constexpr const call_kind* scans[] = {&selective_scan_kind};
  return scan_trace_of(load_trace(path, scans));
}

void check_scan_tensors(const scan_tensors& tensors, const std::string& file) {
  selective_scan_call one;
  one.scan = tensors;
  check_call(one, file);
}

void write_scan_trace(const std::string& path, const scan_tensors& tensors, const nlohmann::json& provenance,
                      const std::vector<scan_scales>& scales,
                      const std::optional<expect_tolerance>& tolerance,
                      const std::optional<state_selection>& selection) {
  selective_scan_call one;
  one.scan = tensors;
  if (selection) one.select(*selection);
  stored_scales stored;
  for (const scan_scales& each : scales) {
    auto one_set = std::make_shared<selective_scan_scales>();
    one_set->scan = each;
    stored.push_back(std::move(one_set));
  }
  write_trace(path, one, provenance, tolerance, stored);
}

}  // namespace scansim
