#include "host/program/scan/scan_program.h"

#include "host/program/scan/pack_scan.h"
#include "host/program/scan/scan_outputs.h"
#include "host/program/scan/scan_traffic.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

void require_scale_bits(const char* field, int want, int found) {
  if (want == found) return;
  throw input_error("scales", field, std::to_string(want) + " as the design point", std::to_string(found));
}

// Everything but the bytes of memory.
program program_of(const scan_form& form, const std::shared_ptr<const scan_layout>& layout,
                   const design_point& point) {
  program p;
  p.name = "selective_scan";
  const auto count = static_cast<uint32_t>(layout->descriptors_per_run());
  for (int64_t run = 0; run < layout->num_runs; ++run)
    p.runs.push_back(
        {layout->addr_descriptors + static_cast<uint64_t>(run) * count * hls::descriptor_bytes, count});
  p.traffic = traffic_of(form, *layout, point);
  return p;
}

}  // namespace

program make_scan_program(const quantised_scan& scan, const design_point& point) {
  require_scale_bits("operand_bits", point.operand_bits, scan.scales.operand_bits);
  require_scale_bits("state_bits", point.state_bits, scan.scales.state_bits);
  require_scale_bits("output_bits", point.output_bits, scan.scales.output_bits);
  const auto layout = std::make_shared<const scan_layout>(make_layout(scan, point));
  program p = program_of(form_of(scan), layout, point);
  p.image.resize(layout->bytes);
  pack(scan, *layout, point, p.image);
  p.outputs = {rows_output("y", layout, point), states_output("h_last", layout, point)};
  return p;
}

program make_timed_scan_program(const scan_form& form, const design_point& point) {
  const auto layout = std::make_shared<const scan_layout>(make_layout(form, point));
  program p = program_of(form, layout, point);
  p.bytes = layout->bytes;
  p.image.resize(layout->addr_descriptors + layout->descriptors_per_run() *
                                                static_cast<size_t>(layout->num_runs) *
                                                hls::descriptor_bytes);
  pack_descriptors(form.options, {}, *layout, p.image.data() + layout->addr_descriptors);
  return p;
}

}  // namespace scansim
