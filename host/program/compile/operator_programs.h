// Programs of the operators around the scan, each alone: inputs in memory, results back in memory, tokens
// (rows) in chunks that the scratch holds.
//   gemm       all epilogues, bias, N:M, gather and scatter; weights beyond the weight memory run in parts of
//   output
//              channels, x is then read again for every part
//   conv1d     with state in and out;   hadamard, rms_norm   a row is a token
//   embedding  rows of a table by token, each loaded by its address
// Contract: run on any rung, y has the bits and the element order of operator_result.y. A row of y that no
// scatter entry names is zero. With scatter the residual lies in the order of the product. Errors:
// input_error (program, field, expected, found) for what the machine cannot hold.
#pragma once
#include "host/operators/quantised_gemm.h"
#include "host/operators/quantised_operators.h"
#include "host/program/program.h"
#include "models/configs/design_point.h"

namespace scansim {

program make_gemm_program(const gemm_call& call, const quantised_gemm& q, const design_point& point);
program make_conv1d_program(const conv1d_operands& operands, const design_point& point);
program make_embedding_program(const embedding_operands& operands, const design_point& point);
program make_hadamard_program(const hadamard_operands& operands, const design_point& point);
program make_rms_norm_program(const rms_norm_operands& operands, const design_point& point);

}  // namespace scansim
