// rms_norm for the harness.
#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/program/compile/operator_programs.h"
#include "models/ref/rms_norm_ref.h"
#include "traces/calls/rms_norm.h"

namespace scansim {

namespace {

const rms_norm_call& norm_in(const call& one) { return payload<rms_norm_call>(one); }

quantised_rms_norm rms_norm_quantised(const rms_norm_call& c, const rms_norm_scales* stored,
                                      const design_point&, const std::string& file) {
  return quantise_rms_norm(c, file, stored);
}

operator_result rms_norm_arithmetic(const rms_norm_call& c, const quantised_rms_norm& q,
                                    const design_point&) {
  return rms_norm_on_hls(c, q);
}

program rms_norm_compiled(const rms_norm_call&, const quantised_rms_norm& q, const compile_options&,
                          const design_point& point) {
  return make_rms_norm_program(q, point);
}

std::vector<int> rms_norm_fraction_bits(const quantised_rms_norm& q, const std::string&) {
  return {q.scales.frac_y};
}

}  // namespace

const operator_row rms_norm_row = {
    .kind = &rms_norm_kind,
    .ref =
        [](const call& one) {
          const rms_norm_call& c = norm_in(one);
          return std::vector<named_reals>{
              {"y", rms_norm_ref(to_doubles(c.x), to_doubles(c.w), c.size, c.eps)}};
        },
    .quantise = quantised_by<rms_norm_call, rms_norm_scales, rms_norm_quantised, rms_norm_arithmetic,
                             rms_norm_compiled, rms_norm_fraction_bits>::make,
    .work =
        [](const call& one) {
          const rms_norm_call& c = norm_in(one);
          return least_work{2 * elements(c.x) + elements(c.w), 0, 4 * elements(c.x)};
        }};

}  // namespace scansim
