#include "traces/scan_trace.h"

#include "traces/calls/selective_scan.h"
#include "traces/trace.h"

namespace scansim {

scan_trace scan_trace_of(const trace& one) {
  const auto& scan = payload<selective_scan_call>(*one.call_);
  scan_trace typed{one.path,       one.sha256, scan.scan,     scan.sparsity,
                   one.provenance, {},         one.tolerance, tolerance_text(one)};
  for (const nlohmann::json& scales : one.scales)
    typed.scales.push_back(scales_from_json(scales, one.path, "scales"));
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
  std::vector<nlohmann::json> stored;
  for (const scan_scales& each : scales) stored.push_back(scales_to_json(each));
  write_trace(path, one, provenance, tolerance, stored);
}

}  // namespace scansim
