#include "host/driver/scan_driver.h"

#include <chrono>
#include <new>

#include "host/driver/pack.h"
#include "host/driver/parameter_csrs.h"
#include "host/driver/scan_layout.h"
#include "host/driver/unpack.h"
#include "sim/csr_map.h"
#include "traces/input_error.h"
#include "traces/sha256.h"

namespace scansim {

namespace {

const char* error_name(uint32_t code) {
  switch (static_cast<csr::error_code>(code)) {
    case csr::error_code::none:
      return "none";
    case csr::error_code::opcode:
      return "opcode";
    case csr::error_code::lane_groups:
      return "lane_groups";
    case csr::error_code::passes:
      return "passes";
    case csr::error_code::num_chunks:
      return "num_chunks";
    case csr::error_code::chunk_tokens:
      return "chunk_tokens";
    case csr::error_code::rest_tokens:
      return "rest_tokens";
    case csr::error_code::tokens:
      return "tokens";
    case csr::error_code::shape:
      return "shape";
    case csr::error_code::bounds:
      return "bounds";
    case csr::error_code::mode:
      return "mode";
  }
  return "unknown";
}

void require_scale_bits(const char* field, int want, int found) {
  if (want == found) return;
  throw input_error("scales", field, std::to_string(want) + " as the design point", std::to_string(found));
}

std::string sha256_of(const std::vector<int32_t>& values) {
  return sha256_hex(values.data(), values.size() * sizeof(int32_t));
}

}  // namespace

scan_driver::scan_driver(device& machine, const design_point& point) : machine_(machine), point_(point) {
  const auto require = [&](uint32_t address, uint32_t want, const std::string& name) {
    const uint32_t found = machine_.read_csr(address);
    if (found != want) {
      throw tool_error(machine_.rung() + " device: CSR " + name + " reads " + std::to_string(found) +
                       ", expected " + std::to_string(want));
    }
  };
  require(csr::id, csr::id_value, "ID");
  require(csr::version, csr::version_value, "VERSION");
  const auto parameters = parameter_csrs(point);
  for (size_t i = 0; i < parameters.size(); ++i) {
    require(csr::parameters + 4 * static_cast<uint32_t>(i), parameters[i], "parameter " + std::to_string(i));
  }
}

void scan_driver::start(uint64_t address, size_t descriptors) {
  machine_.write_csr(csr::desc_addr_lo, static_cast<uint32_t>(address));
  machine_.write_csr(csr::desc_addr_hi, static_cast<uint32_t>(address >> 32));
  machine_.write_csr(csr::desc_count, static_cast<uint32_t>(descriptors));
  machine_.write_csr(csr::control, 1);
  machine_.wait_done();
  const uint32_t status = machine_.read_csr(csr::status);
  if ((status & csr::status_error) != 0) {
    const uint32_t code = status >> csr::status_error_code_shift & 0xffu;
    throw tool_error(machine_.rung() + " device: illegal descriptor, error code " + std::to_string(code) +
                     " (" + error_name(code) + ")");
  }
  if ((status & csr::status_done) == 0) throw tool_error(machine_.rung() + " device: not done after waiting");
}

void scan_driver::add_counters(scan_result& result) {
  for (uint32_t i = 0; i < num_counters; ++i) {
    const uint64_t low = machine_.read_csr(csr::counters + 8 * i);
    result.counters[i] += low | uint64_t{machine_.read_csr(csr::counters + 8 * i + 4)} << 32;
  }
}

scan_result scan_driver::run(const quantised_scan& scan) {
  require_scale_bits("operand_bits", point_.operand_bits, scan.scales.operand_bits);
  require_scale_bits("state_bits", point_.state_bits, scan.scales.state_bits);
  require_scale_bits("output_bits", point_.output_bits, scan.scales.output_bits);
  const scan_layout layout = make_layout(scan, point_);
  try {
    machine_.resize_memory(layout.bytes);
  } catch (const std::bad_alloc&) {
    throw tool_error(machine_.rung() + " device: no memory for an image of " + std::to_string(layout.bytes) +
                     " bytes");
  }
  pack(scan, layout, point_, machine_.memory());

  scan_result result;
  const size_t descriptors = layout.descriptors_per_call();
  for (int64_t call = 0; call < layout.calls; ++call) {
    const uint64_t list = static_cast<uint64_t>(call) * descriptors * hls::descriptor_bytes;
    const auto begin = std::chrono::steady_clock::now();
    start(layout.addr_descriptors + list, descriptors);
    result.wall_s += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    add_counters(result);
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
