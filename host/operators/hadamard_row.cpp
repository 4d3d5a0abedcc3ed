// hadamard for the harness.
#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/program/compile/operator_programs.h"
#include "models/ref/hadamard_ref.h"
#include "traces/calls/hadamard.h"

namespace scansim {

namespace {

const hadamard_call& hadamard_in(const call& one) { return payload<hadamard_call>(one); }

}  // namespace

const operator_row hadamard_row = {
    .kind = &hadamard_kind,
    .ref =
        [](const call& one) {
          const hadamard_call& c = hadamard_in(one);
          return std::vector<named_reals>{{"y", hadamard_ref(to_doubles(c.x), c.m, c.log2)}};
        },
    .on_hls = [](const call& one, const design_point&,
                 const std::string& file) { return hadamard_on_hls(hadamard_in(one), file); },
    .compile =
        [](const call& one, const compile_options&, const design_point& point, const std::string& file) {
          return make_hadamard_program(quantise_hadamard(hadamard_in(one), file), point);
        },
    .work =
        [](const call& one) {
          const hadamard_call& c = hadamard_in(one);
          return least_work{2 * elements(c.x), 0, elements(c.x) * (c.log2 + c.m - 1)};
        }};

}  // namespace scansim
