// The gemm descriptor of the hls rung: y[tile][token] = finish( Σ_beats x·w , bias ), arithmetic of
// hls/gemm/gemm_nm.h, operands as gemm_feed takes them (sim/PROGRAM.md, section 5).
// Contract: the descriptor is legal; x is the open input slot. Rows that are not loaded and tokens outside
// the slot are a tool_error. Counts the saturations, no other event.
#pragma once
#include <span>
#include <vector>

#include "hls/gemm/unit_saturations.h"
#include "sim/rungs/hls_unit_params.h"

namespace scansim {

// One input slot: word (k word, token) at row token · k_words + k_word.
struct gemm_slot {
  std::vector<uint8_t> bytes;
};

// `residual`: the words of the R job, only with that kind. Returns the words of the Y job in order (tile,
// token, V words each).
std::vector<uint8_t> run_gemm(const hls::gemm_descriptor& d, const machine_shape& shape,
                              const hls_unit_params& params, const gemm_slot& x,
                              std::span<const uint8_t> residual, hls::unit_saturations& saturations);

}  // namespace scansim
