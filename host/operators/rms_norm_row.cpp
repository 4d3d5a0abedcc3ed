// rms_norm for the harness.
#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/program/compile/operator_programs.h"
#include "models/ref/rms_norm_ref.h"
#include "traces/calls/rms_norm.h"

namespace scansim {

namespace {

const rms_norm_call& norm_in(const call& one) { return payload<rms_norm_call>(one); }

}  // namespace

const operator_row rms_norm_row = {
    .kind = &rms_norm_kind,
    .ref =
        [](const call& one) {
          const rms_norm_call& c = norm_in(one);
          return std::vector<named_reals>{
              {"y", rms_norm_ref(to_doubles(c.x), to_doubles(c.w), c.size, c.eps)}};
        },
    .on_hls = [](const call& one, const design_point&,
                 const std::string& file) { return rms_norm_on_hls(norm_in(one), file); },
    .compile =
        [](const call& one, const compile_options&, const design_point& point, const std::string& file) {
          return make_rms_norm_program(quantise_rms_norm(norm_in(one), file), point);
        },
    .work =
        [](const call& one) {
          const rms_norm_call& c = norm_in(one);
          return least_work{2 * elements(c.x) + elements(c.w), 0, 4 * elements(c.x)};
        }};

}  // namespace scansim
