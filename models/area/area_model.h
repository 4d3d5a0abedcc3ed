// area_model: logic of a machine for the scan alone, on a Xilinx UltraScale+ part, in microseconds where
// synthesis takes minutes (host/area: scansim area).
//   memories   block RAMs and LUTs used as memory, by formula (fpga_memory.h), exact on every synthesised
//   point DSP        by formula, exact likewise LUT, FF    memories + for each block a sum of features
//   (lanes, processing elements, each times a width),
//              fitted by least squares to the synthesised points of models/area/synthesised.json
// Errors are leave-one-out: each point predicted by a fit without it. Contract: machines with units
// (gemm_depth > 0) or sets (max_sets > 0) are not modelled; the points are of one revision of rtl/, which a
// test holds.
#pragma once
#include <string>
#include <vector>

#include "models/area/memory_shapes.h"

namespace scansim {

struct modelled_area {
  double lut = 0, ff = 0;
  int64_t dsp = 0;
  int64_t ramb36 = 0, ramb18 = 0;
  double bram() const { return static_cast<double>(ramb36) + static_cast<double>(ramb18) / 2; }  // of 36 kbit
};

// A point as `scansim area` counted it.
struct synthesised_point {
  std::string name;
  design_point point;
  struct block {
    std::string name;
    double lut = 0, ff = 0;
  };
  std::vector<block> blocks;  // of the top, its own cells as "(top)"
  modelled_area total;
};

struct fit_error {
  double median = 0, largest = 0;  // |predicted / synthesised - 1| over the points, each left out
};

class area_model {
 public:
  // Errors: input_error, a file that is not what models/area/README.md says.
  explicit area_model(const std::string& file);

  modelled_area of(const design_point& point) const;
  struct fit_errors {
    fit_error lut, ff;
  };
  fit_errors left_out_errors() const;  // milliseconds: one fit for each point
  const std::vector<synthesised_point>& points() const { return points_; }

 private:
  // Coefficients of the features of a block, in the order of area_features.
  struct block_fit {
    std::string name;
    std::vector<double> lut, ff;
  };
  using fit = std::vector<block_fit>;
  fit fitted(size_t left_out) const;
  static modelled_area predicted(const fit& blocks, const design_point& point);

  std::vector<synthesised_point> points_;
  fit fit_;
};

// Exact by formula.
int64_t dsp_of(const design_point& point);

}  // namespace scansim
