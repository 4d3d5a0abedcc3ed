// How much of its own bound each value between the operators of a layer takes, on the integers that the
// operator before gave: norm, projections, convolution, rotation and the residual stream, the bounds of
// output_limit.h; the scans have theirs (scan_errors.h).
// Contract: what a layer's values of 8 bits make of an error further on is no matter, so an error of one
// operator that all rungs share shows as if the operator were a call of its own. Sums are exact in double
// precision. Units are in the order of the layer, a direction behind the other.
#pragma once
#include <string>
#include <vector>

#include "host/quantise/layer_record.h"
#include "models/ref/bound_share.h"
#include "traces/layer_scales.h"

namespace scansim {

struct unit_share {
  std::string
      unit;  // "norm", "in_proj", "conv1d", "x_proj", "dt_proj", "out_proj", "hadamard" or "requantise"
  bound_share share;
  int64_t tokens = 0;  // of a feature: share.at is feature * tokens + token
};

std::vector<unit_share> shares_of(const layer_record& record, const quantised_layer& layer,
                                  const layer_scales& scales, int frac_residual);

// The first unit beyond its bound, or the one that takes the most of it; "" of none.
std::string text_of(const std::vector<unit_share>& units);
bool all_kept(const std::vector<unit_share>& units);

}  // namespace scansim
