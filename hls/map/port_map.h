// Where words go: ports and modes of the scratch memory (sim/PROGRAM.md, section 4), targets and sources of
// the DMA, command queues of the units. Contract: the code of a row is its place in its list, in both
// languages.
#pragma once
#include <cstdint>

namespace scansim {

// Write ports of the scratch are what a word comes from, read ports what it goes to.
enum class scratch_source : uint8_t { gemm, gemm_z, conv_u, conv_h, norm, hadamard, load, scan_y };
enum class scratch_target : uint8_t {
  gemm_x,
  gemm_r,
  conv_x,
  conv_s,
  norm_x,
  hadamard_x,
  store,
  u,
  delta,
  b,
  c,
  z
};
enum class scratch_mode : uint8_t { single, double_, triple, quad, pair, half_low, half_high };

namespace map {

inline constexpr const char* scratch_sources[] = {"gemm", "gemm_z",   "conv_u", "conv_h",
                                                  "norm", "hadamard", "load",   "scan_y"};
inline constexpr const char* scratch_targets[] = {
    "gemm_x", "gemm_r", "conv_x", "conv_s", "norm_x", "hadamard_x", "store", "u", "delta", "b", "c", "z"};
inline constexpr const char* scratch_modes[] = {"single", "double",   "triple",   "quad",
                                                "pair",   "half_low", "half_high"};

// Targets of read jobs and sources of write jobs. Behind `params` one target for each parameter memory (of
// index its buffer), then those of loads and of 4-bit weights.
inline constexpr const char* read_targets[] = {"desc", "db", "b", "c",    "u",     "delta",
                                               "a",    "h0", "z", "list", "params"};
inline constexpr const char* read_targets_behind_params[] = {"load", "w4"};
inline constexpr const char* write_sources[] = {"ht", "y", "store"};

// Bits of the vector of command queues, and of the vector that says which command left.
inline constexpr const char* unit_commands[] = {"gemm", "conv", "norm", "hadamard", "index"};

}  // namespace map
}  // namespace scansim
