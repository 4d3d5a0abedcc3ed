// The rows of operator_list.cpp.
#pragma once
#include "host/operators/operator_list.h"

namespace scansim {

extern const operator_row selective_scan_row, gemm_row, conv1d_row, hadamard_row, rms_norm_row,
    mamba_block_row, scan_sets_row, embedding_row, ssd_row;

}  // namespace scansim
