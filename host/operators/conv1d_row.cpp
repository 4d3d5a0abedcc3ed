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

}  // namespace

const operator_row conv1d_row = {
    .kind = &conv1d_kind,
    .ref = conv1d_on_ref,
    .on_hls = [](const call& one, const design_point&,
                 const std::string& file) { return conv1d_on_hls(conv1d_in(one), file); },
    .compile =
        [](const call& one, const compile_options&, const design_point& point, const std::string& file) {
          return make_conv1d_program(quantise_conv1d(conv1d_in(one), file), point);
        },
    .work = conv1d_work};

}  // namespace scansim
