// Runs a quantised layer (quantised_layer.h) on the host, operator by operator: the second arithmetic path
// that the hls rung's program of a layer is compared with. Contract: computed by the functions of hls/gemm
// and hls/units, the scan by the hls machine; counts what saturates. Choose it for whole models, whose layers
// have no trace. It chooses no scale and compiles nothing.
#pragma once
#include <span>

#include "hls/gemm/unit_saturations.h"
#include "hls/scan/delta_softplus.h"
#include "host/quantise/layer_record.h"
#include "host/quantise/scan_machine.h"

namespace scansim {

struct model_saturations {
  hls::unit_saturations block;
  hls::saturation_counts scan;
};

void add(const model_saturations& from, model_saturations& to);

quantised_branch_state zero_state(const quantised_branch& branch);

// Outputs first..first + count - 1 of a projection's accumulators as s8.
int8_matrix finish_s8(const quantised_projection& p, const int32_matrix& acc, int64_t first, int64_t count,
                      hls::unit_saturations& saturations);

// Those that the machine counted in a program of scans.
void add_saturations(const program_result& result, hls::saturation_counts& sum);

// r (d_model, tokens) -> s8 (d_model, tokens)
int8_matrix normalise(const quantised_norm& norm, const int16_matrix& r, hls::unit_saturations& saturations);

// r += acc finished, the epilogue `residual` of gemm_nm.
void add_residual(const std::vector<hls::gemm_channel>& channel, const int32_matrix& acc,
                  Eigen::Ref<int16_matrix> r, hls::unit_saturations& saturations);

// Advances the residual stream r (d_model, tokens) and the states, sequence by sequence one per branch; the
// tokens of a sequence lie behind those of the one before, equally many each. `record`: filled, if given.
void run_layer(const quantised_layer& layer, std::span<quantised_branch_state> states, int16_matrix& r,
               scan_machine& machine, model_saturations& saturations, layer_record* record = nullptr);

}  // namespace scansim
