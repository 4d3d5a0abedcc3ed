// conv, norm and hadamard descriptors of the hls rung on words of the scratch: arithmetic of hls/units/,
// operands and results in the order of their jobs (sim/PROGRAM.md, section 4).
// Contract: legal descriptors; `x`, `states` are the words of the read jobs, results those of the write jobs.
// Parameter rows that are not loaded are a tool_error. They count the saturations, no other event.
#pragma once
#include <span>
#include <vector>

#include "hls/gemm/unit_saturations.h"
#include "sim/rungs/hls_unit_params.h"

namespace scansim {

struct conv_result {
  std::vector<uint8_t> u, states;
};

// `states`: empty without has_state. The result's states are those after the last token, stored or not.
conv_result run_conv(const hls::conv_descriptor& d, const machine_shape& shape, const hls_unit_params& params,
                     std::span<const uint8_t> x, std::span<const uint8_t> states,
                     hls::unit_saturations& saturations);

std::vector<uint8_t> run_norm(const hls::norm_descriptor& d, const machine_shape& shape,
                              const hls_unit_params& params, std::span<const uint8_t> x,
                              hls::unit_saturations& saturations);

std::vector<uint8_t> run_hadamard(const hls::hadamard_descriptor& d, const machine_shape& shape,
                                  std::span<const uint8_t> x, hls::unit_saturations& saturations);

}  // namespace scansim
