// area_features: what the LUTs and flip-flops of a block grow with. Contract: the same number of features for
// every design point; the first is 1.
#pragma once
#include <string>
#include <vector>

#include "models/configs/design_point.h"

namespace scansim {

struct block_features {
  std::vector<double> lut, ff;
  double memory_lut = 0;  // LUTs used as memory: by formula, not fitted
};

// Of a block by the name of its module in rtl/; others than the known ones have one size.
block_features area_features(const std::string& block, const design_point& point);

}  // namespace scansim
