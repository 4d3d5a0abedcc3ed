// gemm for the harness.
#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/operators/quantised_gemm.h"
#include "host/program/compile/operator_programs.h"
#include "models/ref/gemm_ref.h"
#include "traces/calls/gemm.h"

namespace scansim {

namespace {

const gemm_call& gemm_in(const call& one) { return payload<gemm_call>(one); }

std::vector<named_reals> gemm_on_ref(const call& one) {
  const gemm_call& c = gemm_in(one);
  const gemm_ref_epilogue epilogue = c.epilogue == hls::gemm_epilogue_kind::silu ? gemm_ref_epilogue::silu
                                     : c.epilogue == hls::gemm_epilogue_kind::residual
                                         ? gemm_ref_epilogue::residual
                                         : gemm_ref_epilogue::none;
  return {{"y", gemm_ref(to_doubles(c.x), to_doubles(c.w), to_doubles(c.bias),
                         {c.rows, c.inner, c.columns, c.y_rows}, epilogue, to_doubles(c.residual),
                         {c.gather, c.scatter})}};
}

least_work gemm_work(const call& one) {
  const gemm_call& c = gemm_in(one);
  const auto outputs = static_cast<double>(c.rows * c.columns);
  const bool silu = c.epilogue == hls::gemm_epilogue_kind::silu;
  return {elements(c.x) + elements(c.w) + elements(c.bias) + elements(c.residual) + outputs,
          silu ? outputs : 0, 2 * outputs * static_cast<double>(c.inner)};
}

}  // namespace

const operator_row gemm_row = {
    .kind = &gemm_kind,
    .ref = gemm_on_ref,
    .on_hls = [](const call& one, const design_point& point,
                 const std::string& file) { return gemm_on_hls(gemm_in(one), point.output_bits, file); },
    .compile =
        [](const call& one, const compile_options&, const design_point& point, const std::string& file) {
          return make_gemm_program(gemm_in(one), quantise_gemm(gemm_in(one), point.output_bits, file), point);
        },
    .work = gemm_work};

}  // namespace scansim
