// The harness of a library for timelines: rtl_harness.cpp, and the signals that rtl_activity.vlt keeps
// readable. What a cycle is stands fast when its readies are there, before the edge: therefore one evaluation
// more. SCANSIM_RTL_UNITS: the machine has units.
#include "Vssm_top___024root.h"
#include "rtl_activity_abi.h"
#include "rtl_harness.cpp"

extern "C" SCANSIM_EXPORT void scansim_rtl_show(scansim_rtl* rtl, const scansim_rtl_readies* readies,
                                                scansim_rtl_activity* activity) {
  Vssm_top& top = *rtl->top;
  top.m_axi_arready_i = readies->arready;
  top.m_axi_awready_i = readies->awready;
  top.m_axi_wready_i = readies->wready;
  top.eval();

  const Vssm_top___024root& in = *top.rootp;
  const unsigned tile = in.ssm_top__DOT__cmd_push, units = in.ssm_top__DOT__unit_cmd_push,
                 left =
                     in.ssm_top__DOT__unit_cmd_left;  // gemm, conv, its rows, norm, its rows, hadamard, index
  const auto bit = [](unsigned bits, int at) { return bits >> at & 1; };
  const auto in_order = [](std::initializer_list<unsigned> queues) {
    unsigned bits = 0;
    int at = 0;
    for (const unsigned queue : queues) bits |= (queue & 1) << at++;
    return static_cast<uint16_t>(bits);
  };
#ifdef SCANSIM_RTL_UNITS
  const unsigned
      read_pop =
          in.ssm_top__DOT__gen_units__DOT__u_units__DOT__u_scratch__DOT__u_read__DOT__u_queue__DOT__pop_i,
      write_pop =
          in.ssm_top__DOT__gen_units__DOT__u_units__DOT__u_scratch__DOT__u_write__DOT__u_queue__DOT__pop_i;
#else
  const unsigned read_pop = 0, write_pop = 0;
#endif
  activity->increments = &in.ssm_top__DOT__inc[0];
  activity->running = in.ssm_top__DOT__busy_q;
  activity->load = in.ssm_top__DOT__u_sequencer__DOT__load;
  activity->pushed = in_order({in.ssm_top__DOT__job_push, tile, tile, tile, bit(units, 0), bit(units, 1),
                               bit(units, 2), bit(units, 3), bit(units, 4),
                               in.ssm_top__DOT__scratch_read_push, in.ssm_top__DOT__scratch_write_push});
  activity->popped = in_order({in.ssm_top__DOT__job_pop, in.ssm_top__DOT__delta_pop,
                               in.ssm_top__DOT__scan_pop, in.ssm_top__DOT__gate_pop, bit(left, 0),
                               bit(left, 1), bit(left, 3), bit(left, 5), bit(left, 6), read_pop, write_pop});
}
