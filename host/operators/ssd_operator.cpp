// The row of ssd: ref in double precision and GPU kernels; no machine has a unit for a decay a head, so what
// asks for integers is refused by name.
#include <fmt/format.h>

#include "host/cuda/numerics/activation_unit.h"
#include "host/operators/operator_rows.h"
#include "models/ref/ssd_ref.h"
#include "traces/calls/ssd.h"
#include "traces/input_error.h"
#include "traces/metadata_reader.h"

namespace scansim {

namespace {

const ssd_call& ssd_in(const call& one) { return payload<ssd_call>(one); }

std::vector<named_reals> ssd_on_ref(const call& one) {
  ssd_output output = ssd_ref(ssd_in(one));
  return {{"y", std::move(output.y)}, {"final_states", std::move(output.final_states)}};
}

std::unique_ptr<quantised_call> refuse_ssd(const call&, const call_scales*, const design_point&,
                                           const std::string& file) {
  throw input_error(file, std::string(metadata_reader::root_field) + ".operator",
                    "an operator that machines run (of ssd there are ref and gpu)", "\"ssd\"");
}

// Of the recurrence: one exp a head and token, an fma for each of decay, drive and readout.
least_work ssd_work(const call& one) {
  const ssd_call& c = ssd_in(one);
  const double steps = elements(c.dt),
               states = static_cast<double>(c.sequences * c.heads * c.head_channels * c.states);
  const double moved = elements(c.x) + elements(c.z) + steps + elements(c.a) + elements(c.d) +
                       elements(c.dt_bias) + elements(c.b) + elements(c.c) + elements(c.initial_states) +
                       elements(c.x) + states;
  return {moved, steps, 5 * static_cast<double>(c.state_updates()),
          steps * (1 + (c.dt_softplus ? softplus_unit_ops : 0)) + silu_unit_ops * elements(c.z)};
}

std::string place_in_ssd(const call& one, const std::string& output, int64_t index) {
  const ssd_call& c = ssd_in(one);
  const bool state = output == "final_states";
  const int64_t last = state ? c.states : c.head_channels, middle = state ? c.head_channels : c.heads,
                first = state ? c.heads : c.length;
  const std::string row =
      fmt::format("{} {}, {} {}", state ? "sequence" : "batch", index / last / middle / first,
                  state ? "head" : "token", index / last / middle % first);
  return fmt::format("({}, {} {}, {} {})", row, state ? "channel" : "head", index / last % middle,
                     state ? "state" : "channel", index % last);
}

}  // namespace

const operator_row ssd_row = {.kind = &ssd_kind,
                              .ref = ssd_on_ref,
                              .quantise = refuse_ssd,
                              .work = ssd_work,
                              .on_machines = false,
                              .has_kernel = true,
                              .place = place_in_ssd};

}  // namespace scansim
