// conv1d for the harness.
#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/program/compile/operator_programs.h"
#include "models/ref/conv1d_ref.h"
#include "traces/calls/conv1d.h"

namespace scansim {

namespace {

const conv1d_call& conv1d_in(const call& one) { return payload<conv1d_call>(one); }

std::vector<named_reals> conv1d_on_ref(const call& one) {
  const conv1d_call& c = conv1d_in(one);
  return {{"y", conv1d_ref(to_doubles(c.x), to_doubles(c.w), to_doubles(c.bias),
                           {c.channels, c.length, c.width}, c.silu, to_doubles(c.state))
                    .y}};
}

least_work conv1d_work(const call& one) {
  const conv1d_call& c = conv1d_in(one);
  const auto outputs = static_cast<double>(c.channels * c.length);
  return {2 * elements(c.state) + elements(c.x) + elements(c.w) + elements(c.bias) + outputs,
          c.silu ? outputs : 0, 2 * outputs * static_cast<double>(c.width)};
}

uint64_t conv1d_macs(const call& one) {
  const conv1d_call& c = conv1d_in(one);
  return static_cast<uint64_t>(c.channels * c.length * c.width);
}

quantised_conv1d conv1d_quantised(const conv1d_call& c, const conv1d_scales* stored, const design_point&,
                                  const std::string& file) {
  return quantise_conv1d(c, file, stored);
}

operator_result conv1d_arithmetic(const conv1d_call& c, const quantised_conv1d& q, const design_point&) {
  return conv1d_on_hls(c, q);
}

program conv1d_compiled(const conv1d_call&, const quantised_conv1d& q, const compile_options&,
                        const design_point& point) {
  return make_conv1d_program(q, point);
}

std::vector<int> conv1d_fraction_bits(const quantised_conv1d& q, const std::string& output) {
  return {output == "y" ? q.scales.frac_y : q.scales.frac_x};
}

std::vector<int64_t> conv1d_state_shape(const call& one, const std::string&) {
  return {conv1d_in(one).channels, conv1d_in(one).past};
}

}  // namespace

const operator_row conv1d_row = {
    .kind = &conv1d_kind,
    .ref = conv1d_on_ref,
    .quantise = quantised_by<conv1d_call, conv1d_scales, conv1d_quantised, conv1d_arithmetic, conv1d_compiled,
                             conv1d_fraction_bits>::make,
    .work = conv1d_work,
    .macs = conv1d_macs,
    .state_shape = conv1d_state_shape};

}  // namespace scansim
