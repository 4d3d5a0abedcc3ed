// hadamard for the harness.
#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/program/compile/operator_programs.h"
#include "models/ref/hadamard_ref.h"
#include "traces/calls/hadamard.h"

namespace scansim {

namespace {

const hadamard_call& hadamard_in(const call& one) { return payload<hadamard_call>(one); }

quantised_hadamard hadamard_quantised(const hadamard_call& c, const hadamard_scales* stored,
                                      const design_point&, const std::string& file) {
  return quantise_hadamard(c, file, stored);
}

operator_result hadamard_arithmetic(const hadamard_call& c, const quantised_hadamard& q,
                                    const design_point&) {
  return hadamard_on_hls(c, q);
}

program hadamard_compiled(const hadamard_call&, const quantised_hadamard& q, const compile_options&,
                          const design_point& point) {
  return make_hadamard_program(q, point);
}

std::vector<int> hadamard_fraction_bits(const quantised_hadamard& q, const std::string&) {
  return {q.scales.frac_y};
}

}  // namespace

const operator_row hadamard_row = {
    .kind = &hadamard_kind,
    .ref =
        [](const call& one) {
          const hadamard_call& c = hadamard_in(one);
          return std::vector<named_reals>{{"y", hadamard_ref(to_doubles(c.x), c.m, c.log2)}};
        },
    .quantise = quantised_by<hadamard_call, hadamard_scales, hadamard_quantised, hadamard_arithmetic,
                             hadamard_compiled, hadamard_fraction_bits>::make,
    .work =
        [](const call& one) {
          const hadamard_call& c = hadamard_in(one);
          return least_work{2 * elements(c.x), 0, elements(c.x) * (c.log2 + c.m - 1)};
        }};

}  // namespace scansim
