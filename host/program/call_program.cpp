#include "host/program/call_program.h"

#include "host/operators/mamba_block_operator.h"
#include "host/program/layer_program.h"
#include "host/program/operator_programs.h"

namespace scansim {

namespace {

class program_maker {
 public:
  program_maker(const call_program_options& options, const design_point& point, const std::string& file)
      : options_(options), point_(point), file_(file) {}

  program operator()(const gemm_call& call) const {
    return make_gemm_program(call, quantise_gemm(call, point_.output_bits, file_), point_);
  }
  program operator()(const conv1d_call& call) const {
    return make_conv1d_program(quantise_conv1d(call, file_), point_);
  }
  program operator()(const hadamard_call& call) const {
    return make_hadamard_program(quantise_hadamard(call, file_), point_);
  }
  program operator()(const rms_norm_call& call) const {
    return make_rms_norm_program(quantise_rms_norm(call, file_), point_);
  }
  program operator()(const mamba_block_call& call) const {
    const quantised_mamba_block q = quantise_mamba_block(call, point_, file_);
    const bool from_zero = call.h0.empty() && call.conv_state.empty();
    const layer_program_options options{options_.fused, call.sparsity, true};
    return make_layer_program(q.layer, q.r, from_zero ? std::span<const quantised_branch_state>{} : q.states,
                              options, point_);
  }

 private:
  const call_program_options& options_;
  const design_point& point_;
  const std::string& file_;
};

}  // namespace

program make_operator_program(const operator_call& call, const call_program_options& options,
                              const design_point& point, const std::string& file) {
  return std::visit(program_maker(options, point, file), call);
}

}  // namespace scansim
