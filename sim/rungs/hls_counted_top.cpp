// The tops with the switching of operands counted: an instantiation of their own, state by state, which
// leaves those of hls_scan_top.cpp and hls_sets_top.cpp as they are.
#include "hls/scan/sets_top.h"
#include "sim/rungs/hls_device.h"
#include "sim/switching/unit_switching.h"

namespace scansim {
namespace {

class counted_steps {
 public:
  using operands_seen = void;
  counted_steps(operand_switching& to, const hls::scan_machine& machine) : to_(to), machine_(machine) {}

  template <class Operand, class State>
  void operator()(const hls::step_row<Operand, State>& row, const hls::scan_constants& k,
                  uint64_t& saturated) const {
    hls::lane_steps<int64_t>()(row, k, saturated);
  }
  template <class Operand>
  void see_delta(const hls::lane_operands<Operand>& in, const int16_t* bias, const int16_t* d,
                 const hls::lane_products& made) const {
    for (int lane = 0; lane < machine_.num_lanes; ++lane)
      to_.see(switching_unit::delta_softplus, lane,
              delta_operands(in.delta[lane], in.u[lane], bias[lane], d[lane],
                             {made.dt2[lane], made.du[lane], made.skip[lane]}));
  }
  template <class Operand, class State>
  void before_steps(const hls::step_row<Operand, State>& row) const {
    before_.assign(row.h, row.h + row.lanes * row.states);
  }
  // Pass by pass, as the processing elements take them.
  template <class Operand, class State>
  void see_steps(const hls::step_row<Operand, State>& row, const hls::scan_constants& k) const {
    const int states = machine_.states_per_lane;
    for (int first = 0; first < row.states; first += states)
      for (int lane = 0; lane < row.lanes; ++lane)
        for (int s = 0; s < states; ++s) {
          const int n = first + s, at = lane * row.states + n;
          to_.see(switching_unit::scan_serial, lane * states + s,
                  step_operands(row.dt2[lane], row.du[lane], row.a[at], row.b[n], row.c[n],
                                before_[static_cast<size_t>(at)], static_cast<int32_t>(row.h[at]), k));
        }
  }
  template <class Operand>
  void see_gate(const int64_t* acc, const int64_t* skip, const Operand* z,
                const hls::scan_shifts& shifts) const {
    for (int lane = 0; lane < machine_.num_lanes; ++lane)
      to_.see(switching_unit::gate_silu, lane,
              gate_operands(acc[lane], skip[lane], z == nullptr ? 0 : z[lane], shifts));
  }

 private:
  operand_switching& to_;
  const hls::scan_machine& machine_;
  mutable std::vector<int32_t> before_;  // states of the row before its steps
};

}  // namespace

template <class Memories>
void run_scan_counted(uint8_t* memory, const hls::scan_descriptor& descriptor,
                      const hls::scan_machine& machine, Memories& memories,
                      hls::saturation_counts& saturations, operand_switching& switching) {
  hls::scan_top(counted_steps(switching, machine), memory, descriptor, machine, memories, saturations);
}

template <class Memories>
void run_sets_counted(uint8_t* memory, const set_scan& scan, const hls::scan_machine& machine,
                      Memories& memories, hls::saturation_counts& saturations, operand_switching& switching) {
  hls::sets_top(counted_steps(switching, machine), memory, scan.descriptor, scan.sets.data(), machine,
                memories, saturations);
}

template void run_scan_counted(uint8_t*, const hls::scan_descriptor&, const hls::scan_machine&,
                               narrow_memories&, hls::saturation_counts&, operand_switching&);
template void run_scan_counted(uint8_t*, const hls::scan_descriptor&, const hls::scan_machine&,
                               wide_memories&, hls::saturation_counts&, operand_switching&);
template void run_sets_counted(uint8_t*, const set_scan&, const hls::scan_machine&, narrow_memories&,
                               hls::saturation_counts&, operand_switching&);
template void run_sets_counted(uint8_t*, const set_scan&, const hls::scan_machine&, wide_memories&,
                               hls::saturation_counts&, operand_switching&);

}  // namespace scansim
