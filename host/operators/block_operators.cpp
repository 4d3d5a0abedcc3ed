#include "host/operators/block_operators.h"

#include "host/operators/mamba_block_operator.h"
#include "host/operators/operator_scales.h"
#include "host/operators/quantised_gemm.h"
#include "models/ref/conv1d_ref.h"
#include "models/ref/gemm_ref.h"
#include "models/ref/hadamard_ref.h"
#include "models/ref/mamba_block_ref.h"
#include "models/ref/rms_norm_ref.h"

namespace scansim {

namespace {

std::vector<double> reference(const gemm_call& c) {
  const gemm_ref_epilogue epilogue = c.epilogue == hls::gemm_epilogue_kind::silu ? gemm_ref_epilogue::silu
                                     : c.epilogue == hls::gemm_epilogue_kind::residual
                                         ? gemm_ref_epilogue::residual
                                         : gemm_ref_epilogue::none;
  return gemm_ref(to_doubles(c.x), to_doubles(c.w), to_doubles(c.bias),
                  {c.rows, c.inner, c.columns, c.y_rows}, epilogue, to_doubles(c.residual),
                  {c.gather, c.scatter});
}

std::vector<double> reference(const conv1d_call& c) {
  return conv1d_ref(to_doubles(c.x), to_doubles(c.w), to_doubles(c.bias), {c.channels, c.length, c.width},
                    c.silu, to_doubles(c.state))
      .y;
}

std::vector<double> reference(const hadamard_call& c) { return hadamard_ref(to_doubles(c.x), c.m, c.log2); }

std::vector<double> reference(const rms_norm_call& c) {
  return rms_norm_ref(to_doubles(c.x), to_doubles(c.w), c.size, c.eps);
}

std::vector<double> reference(const mamba_block_call& c) { return mamba_block_ref(c).y; }

}  // namespace

std::vector<double> operator_on_ref(const operator_call& call) {
  return std::visit([](const auto& one) { return reference(one); }, call);
}

operator_result operator_on_hls(const operator_call& call, const design_point& point,
                                const std::string& file) {
  struct runner {
    const design_point& point;
    const std::string& file;
    operator_result operator()(const gemm_call& c) const { return gemm_on_hls(c, point.output_bits, file); }
    operator_result operator()(const conv1d_call& c) const { return conv1d_on_hls(c, file); }
    operator_result operator()(const hadamard_call& c) const { return hadamard_on_hls(c, file); }
    operator_result operator()(const rms_norm_call& c) const { return rms_norm_on_hls(c, file); }
    operator_result operator()(const mamba_block_call& c) const { return mamba_block_on_hls(c, point, file); }
  };
  return std::visit(runner{point, file}, call);
}

}  // namespace scansim
