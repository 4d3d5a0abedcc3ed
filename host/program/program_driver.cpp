#include "host/program/program_driver.h"

#include <algorithm>

#include "host/program/program_check.h"
#include "host/program/state_order.h"
#include "host/program/unit_rows.h"

namespace scansim {

std::vector<int32_t> unpack_y(const program& p, const design_point& point, std::span<const uint8_t> memory) {
  const int64_t word = point.axi_bytes();
  const int64_t outer = p.y_by_token ? p.y.tokens : p.y.channels,
                inner = p.y_by_token ? p.y.channels : p.y.tokens;
  std::vector<int32_t> y;
  y.reserve(static_cast<size_t>(outer * inner));
  for (int64_t a = 0; a < outer; ++a)
    for (int64_t b = 0; b < inner; ++b)
      y.push_back(tensor_element(p.y, p.y_by_token ? b : a, p.y_by_token ? a : b, word, memory));
  return y;
}

std::vector<quantised_branch_state> unpack_states(const program& p, const design_point& point,
                                                  std::span<const uint8_t> memory) {
  std::vector<quantised_branch_state> states;
  for (const state_region& r : p.states) {
    quantised_branch_state& state = states.emplace_back();
    if (r.states > 0) {
      const state_order order(r.channels, r.states, r.passes, point);
      state.h = order.unpack<int16_t>(point, memory.data() + r.addr_h);
    }
    const std::vector<int8_t> history =
        unpack_history(memory.subspan(r.addr_history), r.channels, r.width, point.axi_bytes());
    state.history = Eigen::Map<const int8_matrix>(history.data(), r.channels, r.width - 1);
  }
  return states;
}

program_result run_program(device& machine, const program& p, const design_point& point) {
  check_program(point, p);
  require_machine(machine, point);
  resize_memory(machine, p.image.size());
  std::copy(p.image.begin(), p.image.end(), machine.memory().begin());
  program_result result;
  result.wall_s = run_descriptors(machine, p.descriptor_address, p.descriptor_count);
  add_counters(machine, result.counters);
  result.y = unpack_y(p, point, machine.memory());
  result.states = unpack_states(p, point, machine.memory());
  return result;
}

}  // namespace scansim
