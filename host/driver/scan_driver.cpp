#include "host/driver/scan_driver.h"

#include "host/driver/pack.h"
#include "host/driver/scan_layout.h"
#include "host/driver/unpack.h"
#include "sim/rungs/device_run.h"
#include "traces/input_error.h"
#include "traces/sha256.h"

namespace scansim {

namespace {

void require_scale_bits(const char* field, int want, int found) {
  if (want == found) return;
  throw input_error("scales", field, std::to_string(want) + " as the design point", std::to_string(found));
}

std::string sha256_of(const std::vector<int32_t>& values) {
  return sha256_hex(values.data(), values.size() * sizeof(int32_t));
}

}  // namespace

scan_driver::scan_driver(device& machine, const design_point& point) : machine_(machine), point_(point) {
  require_machine(machine, point);
}

scan_result scan_driver::run(const quantised_scan& scan) {
  require_scale_bits("operand_bits", point_.operand_bits, scan.scales.operand_bits);
  require_scale_bits("state_bits", point_.state_bits, scan.scales.state_bits);
  require_scale_bits("output_bits", point_.output_bits, scan.scales.output_bits);
  const scan_layout layout = make_layout(scan, point_);
  resize_memory(machine_, layout.bytes);
  pack(scan, layout, point_, machine_.memory());

  scan_result result;
  const size_t descriptors = layout.descriptors_per_call();
  for (int64_t call = 0; call < layout.calls; ++call) {
    const uint64_t list = static_cast<uint64_t>(call) * descriptors * hls::descriptor_bytes;
    result.wall_s += run_descriptors(machine_, layout.addr_descriptors + list, descriptors);
    add_counters(machine_, result.counters);
  }
  result.calls = static_cast<uint64_t>(layout.calls);
  result.compulsory_bytes = compulsory_bytes(scan, point_);
  result.y = unpack_y(layout, point_, machine_.memory());
  result.h_last = unpack_h_last(layout, point_, machine_.memory());
  result.y_sha256 = sha256_of(result.y);
  result.h_last_sha256 = sha256_of(result.h_last);
  return result;
}

uint64_t compulsory_bytes(const quantised_scan& scan, const design_point& point) {
  const scan_shape& shape = scan.shape;
  const auto outputs = static_cast<uint64_t>(shape.batch * shape.channels * shape.length);
  const auto states = static_cast<uint64_t>(shape.batch * shape.channels * shape.states);
  const uint64_t calls = scan.options.decode ? static_cast<uint64_t>(shape.length) : 1;
  const uint64_t streamed = scan.u.size() + scan.delta.size() + scan.z.size() + scan.b.size() + scan.c.size();
  const uint64_t states_read = (scan.h0.empty() ? 0 : states) + (calls - 1) * states;
  const auto operand = static_cast<uint64_t>(point.operand_bytes());
  const auto state = static_cast<uint64_t>(point.state_bytes());
  return operand * (streamed + calls * scan.a.size()) + 2 * calls * (scan.d.size() + scan.delta_bias.size()) +
         outputs * static_cast<uint64_t>(point.output_bytes()) + state * (states_read + calls * states);
}

}  // namespace scansim
