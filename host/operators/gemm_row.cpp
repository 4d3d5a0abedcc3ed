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

uint64_t gemm_macs(const call& one) {
  const gemm_call& c = gemm_in(one);
  return static_cast<uint64_t>(c.rows * c.columns * values_of_row(c.sparsity, c.inner));
}

quantised_gemm gemm_quantised(const gemm_call& c, const gemm_scales* stored, const design_point& point,
                              const std::string& file) {
  return quantise_gemm(c, point.output_bits, file, stored);
}

operator_result gemm_arithmetic(const gemm_call& c, const quantised_gemm& q, const design_point&) {
  return gemm_on_hls(c, q);
}

program gemm_compiled(const gemm_call& c, const quantised_gemm& q, const compile_options&,
                      const design_point& point) {
  return make_gemm_program(c, q, point);
}

void gemm_widths(call_scales& scales, const design_point& point) {
  auto& gemm = dynamic_cast<gemm_scales&>(scales);
  if (gemm.epilogue == hls::gemm_epilogue_kind::none) gemm.y_bits = point.output_bits;
}

// Accumulators as they are have the scale of their column.
std::vector<int> gemm_fraction_bits(const quantised_gemm& q, const std::string&) {
  if (q.scales.epilogue == hls::gemm_epilogue_kind::raw) return q.frac_acc;
  return {q.scales.frac_y};
}

}  // namespace

const operator_row gemm_row = {
    .kind = &gemm_kind,
    .ref = gemm_on_ref,
    .quantise = quantised_by<gemm_call, gemm_scales, gemm_quantised, gemm_arithmetic, gemm_compiled,
                             gemm_fraction_bits>::make,
    .work = gemm_work,
    .macs = gemm_macs,
    .set_widths = gemm_widths};

}  // namespace scansim
