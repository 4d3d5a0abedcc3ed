// The machine's descriptors as tables: every field of every opcode with its place in the 32 words. Encoders
// and decoders (hls/scan/scan_descriptor.h, hls/units/unit_descriptor.h), the packed structs of
// rtl/top/ssm_map_pkg.sv and the tables of sim/README.md and sim/PROGRAM.md come from here: a field is moved
// by changing its row and running map_rtl. Contract: fields of one table do not overlap; opcode_field,
// newer_field and fence_field lie at the same place in every table that has them. What a field does to the
// machine stays code.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace scansim::map {

inline constexpr int descriptor_words = 32;

struct descriptor_field {
  const char* name;
  int word, lsb, bits;
  const char* meaning;
  int less = 0;  // stored is the value less this

  constexpr int first_bit() const { return 32 * word + lsb; }
};

inline constexpr descriptor_field opcode_field{"opcode", 0, 0, 8, "what the descriptor is"};
inline constexpr descriptor_field newer_field{"newer", 0, 18, 7,
                                              "newest scratch writes left out by the fence"};
inline constexpr descriptor_field fence_field{"fence", 0, 31, 1,
                                              "the first scratch read waits for the writes before"};

inline constexpr descriptor_field scan_fields[] = {
    opcode_field,
    {"softplus", 0, 8, 1, "dt = softplus(delta + bias), else max(delta + bias, 0)"},
    {"has_z", 0, 9, 1, "y is gated by silu(z)"},
    {"has_h0", 0, 10, 1, "initial state read from addr_h0, else zero"},
    {"store_state", 0, 11, 1, "final state written to addr_ht"},
    {"reverse", 0, 12, 1, "tokens from last to first"},
    {"load_params", 0, 13, 1, "read A, D, bias (first_group > 0: more); else those on chip are used"},
    {"local", 0, 14, 1, "units: u, delta, z, B, C, y in the scratch memory"},
    {"resume", 0, 15, 1, "units: the first chunk goes on from the state on chip"},
    {"keep", 0, 16, 1, "units: the last chunk leaves its state on chip"},
    {"z_gemm", 0, 17, 1, "units: z comes from the gemm descriptor before, tile by tile"},
    newer_field,
    {"banked", 0, 26, 1, "units: the state is kept in the state memory even if the scan is one tile"},
    fence_field,
    {"lane_groups", 1, 0, 16, "GR, groups of num_lanes channels"},
    {"first_group", 1, 16, 16, "GB, of the lane groups on chip the first"},
    {"passes", 2, 0, 8, "P = ceil(N / states_per_lane)"},
    {"num_chunks", 3, 0, 32, "NC"},
    {"chunk_tokens", 4, 0, 16, "ct, tokens of a full chunk"},
    {"rest_tokens", 4, 16, 16, "st, tokens of the chunk that is last in memory"},
    {"shift_delta", 5, 0, 8, "x = delta << 16 >> shift_delta ... (hls/README.md, Scales)"},
    {"shift_bias", 5, 8, 8, "... + bias << 16 >> shift_bias"},
    {"shift_z", 5, 16, 8, "argument of the sigmoid = z << 16 >> shift_z"},
    {"shift_dt2", 5, 24, 8, "dt2 = dt * log2e >> shift_dt2"},
    {"shift_du", 6, 0, 8, "du = dt * u >> shift_du"},
    {"shift_skip", 6, 8, 8, "skip = (D * u) << 16 >> shift_skip"},
    {"shift_v", 6, 16, 8, "v = (C.h + skip) >> shift_v"},
    {"shift_y", 6, 24, 8, "y = v * gate >> shift_y"},
    {"shift_quant", 7, 0, 8, "8-bit output: y >> shift_quant"},
    {"align_a", 7, 8, 2, "8-bit operands: rate = max(-A, 0) << 2 * align_a"},
    {"sets", 7, 12, 4, "K, records of opcode set behind the descriptor (sim/SETS.md); 0: a single scan"},
    {"log2_packed", 7, 16, 3,
     "with sets: log2 of the tokens whose B, and of the lane groups whose A, share a row"},
    {"states", 7, 19, 9, "N, those that live; operands of the others are not used; 0: all P * S"},
    {"addr_u", 8, 0, 64, "first chunk processed (local: byte address in the scratch, here and below)"},
    {"addr_delta", 10, 0, 64, "first chunk processed"},
    {"addr_z", 12, 0, 64, "first chunk processed"},
    {"addr_b", 14, 0, 64, "first chunk processed"},
    {"addr_c", 16, 0, 64, "first chunk processed"},
    {"addr_a", 18, 0, 64, "with load_params; always DRAM"},
    {"addr_db", 20, 0, 64, "with load_params; always DRAM"},
    {"addr_h0", 22, 0, 64, "with has_h0; always DRAM"},
    {"addr_y", 24, 0, 64, "first chunk processed"},
    {"addr_ht", 26, 0, 64, "with store_state; always DRAM"},
    {"stride_u", 28, 0, 32, "of u, delta, z: signed bytes from one chunk processed to the next"},
    {"stride_bc", 29, 0, 32, "likewise of B, C"},
    {"stride_y", 30, 0, 32, "likewise of y"},
};

// One of several scans of a descriptor's tile: a record behind it (sim/SETS.md).
inline constexpr descriptor_field set_fields[] = {
    opcode_field,
    {"softplus", 0, 8, 1, "dt = softplus(delta + bias), else max(delta + bias, 0)"},
    {"gate", 0, 9, 1, "its output is gated by silu(z)"},
    {"has_h0", 0, 10, 1, "initial state read from addr_h0, else zero"},
    {"store_state", 0, 11, 1, "final state written to addr_ht"},
    {"has_list", 0, 12, 1, "an entry of addr_list for each position"},
    {"snake", 0, 13, 1, "affine: every odd line backwards"},
    {"map_u", 0, 14, 3,
     "rows of u: 0 position, 1 from the last to the first, 2 affine, 3 and 4 rows of the list"},
    {"map_p", 0, 17, 3, "rows of delta, B and C, likewise"},
    {"map_out", 0, 20, 3, "rows of z and y, likewise"},
    {"tap_pre", 0, 23, 1, "what is read out is a*h, before the drive"},
    {"log2_segment", 0, 24, 4, "log2 of the positions from reset to reset; 0: none"},
    {"plain_drive", 0, 28, 1, "the drive is u*B, without the step"},
    {"linear_gate", 0, 29, 1, "with gate: its output is gated by z itself"},
    {"positions", 1, 0, 16, "of the walk"},
    {"first_segment", 1, 16, 16, "log2_segment > 0: positions before the first reset"},
    {"base", 2, 0, 16, "affine: row of position 0"},
    {"n0", 2, 16, 16, "affine: positions of a line"},
    {"n1", 3, 0, 16, "affine: lines of a plane"},
    {"s0", 3, 16, 16, "affine: rows from position to position of a line, signed"},
    {"s1", 4, 0, 16, "affine: rows from line to line, signed"},
    {"s2", 4, 16, 16, "affine: rows from plane to plane, signed"},
    {"shift_delta", 5, 0, 8, "as of a scan, and so all below"},
    {"shift_bias", 5, 8, 8, ""},
    {"shift_z", 5, 16, 8, ""},
    {"shift_dt2", 5, 24, 8, ""},
    {"shift_du", 6, 0, 8, ""},
    {"shift_skip", 6, 8, 8, ""},
    {"shift_v", 6, 16, 8, ""},
    {"shift_y", 6, 24, 8, ""},
    {"shift_quant", 7, 0, 8, ""},
    {"align_a", 7, 8, 2, ""},
    {"same_delta", 7, 16, 1, "delta of the set before"},
    {"same_b", 7, 17, 1, "B of the set before"},
    {"same_c", 7, 18, 1, "C of the set before"},
    {"same_params", 7, 19, 1, "A, D and bias of the set before"},
    {"own_u", 7, 20, 1, "u at addr_u, else that of the set before, at first of the scan"},
    {"addr_list", 8, 0, 64, "with has_list: 32 bits a position"},
    {"addr_delta", 10, 0, 64, ""},
    {"states", 12, 0, 9, "N, those that live; operands of the others are not used"},
    {"addr_b", 14, 0, 64, ""},
    {"addr_c", 16, 0, 64, ""},
    {"addr_a", 18, 0, 64, "read for every tile"},
    {"addr_db", 20, 0, 64, "read for every tile"},
    {"addr_h0", 22, 0, 64, "with has_h0"},
    {"addr_u", 24, 0, 64, "with own_u"},
    {"addr_ht", 26, 0, 64, "with store_state"},
};

inline constexpr descriptor_field transfer_fields[] = {
    opcode_field,
    newer_field,
    {"drain", 0, 30, 1, "load: the first DMA job waits until every write response is in"},
    fence_field,
    {"words", 1, 0, 16, "count of words"},
    {"scratch", 1, 16, 16, "address in the scratch"},
    {"dram", 4, 0, 64, "byte address"},
};

inline constexpr descriptor_field params_fields[] = {
    opcode_field,
    {"clear", 0, 8, 1, "the memory is emptied first"},
    {"w4", 0, 9, 1, "memory 0: weights of 4 bits, multiplied out while they are loaded"},
    {"slots", 0, 10, 1,
     "memories 0 and 1, with clear: two slots from now on, one a descriptor; else rows one behind the other"},
    {"beats", 1, 0, 16, "of DRAM"},
    {"memory", 1, 16, 3, "parameter memory"},
    {"n", 2, 0, 5, "index: N of N:M"},
    {"log2_m", 2, 8, 2, "index: log2 M - 2"},
    {"log2_groups", 2, 12, 3, "index: log2 Gb, groups of a beat"},
    {"index_bits", 2, 16, 4, "index: bits of a rank"},
    {"rows", 3, 0, 16, "index: rows of positions"},
    {"dram", 4, 0, 64, "byte address"},
};

inline constexpr descriptor_field gemm_fields[] = {
    opcode_field,
    {"load_x", 0, 8, 1, "x is read from the scratch; else the slot that is open is used"},
    {"release_x", 0, 9, 1, "the slot of x is given back behind it"},
    {"to_z", 0, 10, 1, "y goes to the z buffer of the scan behind it"},
    {"gather", 0, 11, 1, "tokens of x by the gather list"},
    {"scatter", 0, 12, 1, "tokens of y by the scatter list"},
    {"release_w", 0, 13, 1, "the slot of weights, with N < M that of positions too, is given back behind it"},
    newer_field,
    fence_field,
    {"tokens", 1, 0, 16, "of y"},
    {"tiles", 1, 16, 16, "of W outputs"},
    {"beats", 2, 0, 16, "of one output"},
    {"n", 2, 16, 5, "N of N:M"},
    {"log2_m", 2, 24, 2, "log2 M - 2"},
    {"log2_groups", 2, 28, 3, "log2 Gb, groups of a beat"},
    {"kind", 3, 0, 2, "epilogue: 0 none, 1 silu, 2 residual, 3 raw"},
    {"wide", 3, 2, 1, "none: y of 16 bits"},
    {"has_bias", 3, 3, 1, "a bias and an alignment per output"},
    {"shift_out", 3, 8, 5, "of the epilogue"},
    {"w_row", 4, 0, 16, "first row of weights"},
    {"pos_row", 4, 16, 16, "N < M: first row of positions"},
    {"shift_row", 5, 0, 16, "first row of shifts"},
    {"bias_row", 5, 16, 16, "has_bias: first row of biases"},
    {"x", 6, 0, 16, "scratch address"},
    {"x_pitch", 6, 16, 16, "words from tile to tile"},
    {"y", 7, 0, 16, "scratch address"},
    {"y_pitch", 7, 16, 16, "words from tile to tile"},
    {"r", 8, 0, 16, "residual: scratch address"},
    {"r_pitch", 8, 16, 16, "words from tile to tile"},
    {"k_words", 9, 0, 16, "words of x per token"},
    {"x_tokens", 9, 16, 16, "tokens of x"},
    {"x_step", 10, 0, 16, "words from token to token"},
    {"y_step", 10, 16, 16, "words from token to token"},
    {"r_step", 11, 0, 16, "words from token to token"},
};

inline constexpr descriptor_field conv_fields[] = {
    opcode_field,
    {"has_state", 0, 8, 1, "the taps before the first token are read from s, else zero"},
    {"store_state", 0, 9, 1, "the last taps are written to h"},
    {"reverse", 0, 10, 1, "tokens from last to first"},
    newer_field,
    fence_field,
    {"tokens", 1, 0, 16, ""},
    {"tiles", 1, 16, 16, "of W channels"},
    {"width", 2, 0, 2, "taps less 1", 1},
    {"shift_out", 2, 8, 5, "of the result"},
    {"silu", 2, 16, 1, "silu behind the taps"},
    {"p_row", 3, 0, 16, "first row of parameters"},
    {"x", 6, 0, 16, "scratch address"},
    {"x_pitch", 6, 16, 16, "words from tile to tile"},
    {"u", 7, 0, 16, "scratch address"},
    {"u_pitch", 7, 16, 16, "words from tile to tile"},
    {"s", 8, 0, 16, "has_state: scratch address"},
    {"h", 8, 16, 16, "store_state: scratch address"},
};

inline constexpr descriptor_field norm_fields[] = {
    opcode_field,
    newer_field,
    fence_field,
    {"tokens", 1, 0, 16, ""},
    {"tiles", 1, 16, 16, "of W channels"},
    {"shift", 2, 0, 7, "signed"},
    {"eps_sum", 3, 0, 48, "eps on the scale of the sum of squares"},
    {"w_row", 5, 0, 16, "first row of weights"},
    {"x", 6, 0, 16, "scratch address"},
    {"x_pitch", 6, 16, 16, "words from tile to tile"},
    {"y", 7, 0, 16, "scratch address"},
    {"y_pitch", 7, 16, 16, "words from tile to tile"},
};

inline constexpr descriptor_field hadamard_fields[] = {
    opcode_field,
    newer_field,
    fence_field,
    {"tokens", 1, 0, 16, ""},
    {"tiles", 1, 16, 16, "of W channels"},
    {"shift", 2, 0, 5, "of the result"},
    {"log2_beats", 2, 8, 4, "log2 of the beats of a power of two"},
    {"order", 2, 16, 3, "code of the factor m: 1, 12, 20, 28, 40"},
    {"wide", 2, 24, 1, "y of 16 bits"},
    {"pass", 2, 25, 1, "requantises only; order and log2_beats 0"},
    {"x", 6, 0, 16, "scratch address"},
    {"x_pitch", 6, 16, 16, "words from tile to tile"},
    {"y", 7, 0, 16, "scratch address"},
    {"y_pitch", 7, 16, 16, "words from tile to tile"},
};

// One layout of fields; load and store share theirs.
struct descriptor_layout {
  const char* name;
  std::span<const descriptor_field> fields;
};

inline constexpr descriptor_layout descriptor_layouts[] = {
    {"scan", scan_fields},         {"transfer", transfer_fields}, {"params", params_fields},
    {"gemm", gemm_fields},         {"conv", conv_fields},         {"norm", norm_fields},
    {"hadamard", hadamard_fields}, {"set_record", set_fields},
};

enum class opcode : uint32_t { scan = 1, load, store, params, gemm, conv, norm, hadamard, set };

struct opcode_row {
  const char* name;
  opcode code;
  const char* layout;
  const char* meaning;
};

inline constexpr opcode_row opcodes[] = {
    {"scan", opcode::scan, "scan", "a selective scan"},
    {"load", opcode::load, "transfer", "words from DRAM to the scratch"},
    {"store", opcode::store, "transfer", "words from the scratch to DRAM"},
    {"params", opcode::params, "params", "rows from DRAM to a parameter memory"},
    {"gemm", opcode::gemm, "gemm", "a product, dense or N:M, with its epilogue"},
    {"conv", opcode::conv, "conv", "conv1d and silu"},
    {"norm", opcode::norm, "norm", "rms norm"},
    {"hadamard", opcode::hadamard, "hadamard", "a Hadamard rotation, or requantising alone"},
    {"set", opcode::set, "set_record", "one of several scans of the scan descriptor before it"},
};

// Memories of `params`.
enum class parameter_target : uint32_t { weights, index, shifts, bias, conv, norm, gather, scatter };
inline constexpr const char* parameter_targets[] = {"weights", "index", "shifts", "bias",
                                                    "conv",    "norm",  "gather", "scatter"};

}  // namespace scansim::map
