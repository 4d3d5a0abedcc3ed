// The parameter memories of the units (sim/PROGRAM.md, section 2): how many beats a row has, how many
// rows there are, and their names in messages. The positions' rows have no beats of their own: index_load
// fills them.
#pragma once
#include "hls/units/unit_descriptor.h"
#include "sim/unit_check.h"

namespace scansim {

struct parameter_memory_shape {
  const char* name;
  int row_beats;  // 0: counted otherwise (positions, lists)
  int rows;       // lists: entries
};

inline parameter_memory_shape parameter_memory_of(hls::parameter_target memory, const machine_shape& shape) {
  switch (memory) {
    case hls::parameter_target::weights:
      return {"weights", shape.gemm_depth, shape.gemm_weight_rows};
    case hls::parameter_target::index:
      return {"index", 0, shape.gemm_weight_rows};
    case hls::parameter_target::shifts:
      return {"shifts", 1, gemm_shift_rows};
    case hls::parameter_target::bias:
      return {"bias", 8, gemm_bias_rows};
    case hls::parameter_target::conv:
      return {"conv", 16, conv_parameter_rows(shape)};
    case hls::parameter_target::norm:
      return {"norm", 1, norm_weight_rows(shape)};
    case hls::parameter_target::gather:
      return {"gather", 0, gemm_list_entries};
    default:
      return {"scatter", 0, gemm_list_entries};
  }
}

}  // namespace scansim
