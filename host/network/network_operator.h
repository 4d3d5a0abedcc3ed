// One operator of a network on one pass: what a machine would run for it, or why none does.
//   gemm        y (rows, columns) = x (rows, inner) w;  residual: y = r + that, 16 bits;  else y_bits a value
//   rms_norm, rotation     rows of `channels`; rotation: Hadamard and requantise, or requantise alone
//   embedding              `rows` rows of `channels` out of a table of `columns`
//   scan_sets    as scan, but the sets of one call on a grid of grid_rows x grid_columns = tokens: sets, own
//   as in
//                traces/calls/scan_sets_shapes.h
//   conv1d, scan           `sequences` of `tokens`, `channels` each; stateful: goes on from a stored state
//   mamba_layer            the whole layer: model (d_model), channels (d_inner), states, rank, width
// Contract: operators of equal shape take equal time on a machine, whatever network they are from.
#pragma once
#include <compare>
#include <cstdint>
#include <string>

namespace scansim {

enum class operation { gemm, rms_norm, rotation, embedding, conv1d, scan, scan_sets, mamba_layer, missing };

constexpr bool is_scan(operation kind) { return kind == operation::scan || kind == operation::scan_sets; }

struct operator_shape {
  operation kind = operation::missing;
  int64_t rows = 0, inner = 0, columns = 0;
  int64_t tokens = 0, sequences = 0;
  int64_t channels = 0, states = 0, width = 0;
  int64_t model = 0, rank = 0, directions = 1;
  int64_t grid_rows = 0, grid_columns = 0;
  std::string sets = {}, own = {};
  int y_bits = 8;
  bool residual = false, silu = false, stateful = false, reverse = false, gate = false;

  auto operator<=>(const operator_shape&) const = default;
};

// What the mathematics asks for: multiply-accumulates of products and convolutions, and steps of states.
struct operator_work {
  uint64_t macs = 0, state_updates = 0;
};

struct network_operator {
  std::string part;    // in_proj
  int64_t count = 1;   // of them in one layer
  int64_t layers = 1;  // of a network that it stands for: more where a whole layer is one program
  operator_shape shape;
  operator_work work;   // of one
  std::string missing;  // why no machine runs it; else empty
};

}  // namespace scansim
