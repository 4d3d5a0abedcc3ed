// Fixed depths and sizes: what is the same on every machine and stands in both languages (sim/README.md,
// section 4; sim/PROGRAM.md, sections 2 to 5). Contract: queues count entries, memories rows.
#pragma once

namespace scansim {

inline constexpr int inc_bits = 20;  // of what a cycle adds to a counter
// Queues of the scan machine.
inline constexpr int job_depth = 8, command_depth = 8, dt_depth = 16, skip_depth = 32, acc_depth = 16;
inline constexpr int token_depth = 8;
inline constexpr int write_burst_depth = 4;
// Memories of the units; a list counts entries.
inline constexpr int gemm_shift_rows = 1024, gemm_bias_rows = 64, gemm_list_entries = 256;
inline constexpr int piece_words = 64, piece_slots = 2;  // of load, store and index pieces
inline constexpr int scratch_queue_depth = 8;            // jobs, of each scratch engine
// Queues of the units.
inline constexpr int unit_command_depth = 4, operand_depth = 4, result_depth = 16;
inline constexpr int tile_depth = 2, rank_depth = 2, parameter_depth = 2, norm_scale_depth = 4;

namespace map {

struct depth_row {
  const char* name;
  int value;
  const char* meaning;
};

inline constexpr depth_row depths[] = {
    {"inc_bits", inc_bits, "bits of what a cycle adds to a counter"},
    {"job_depth", job_depth, "jobs of the DMA"},
    {"command_depth", command_depth, "commands of each block of the scan"},
    {"token_depth", token_depth, "tokens from scan_tokens to delta_softplus"},
    {"dt_depth", dt_depth, "rows from delta_softplus to scan_serial"},
    {"skip_depth", skip_depth, "rows from delta_softplus to gate_silu"},
    {"acc_depth", acc_depth, "rows from scan_serial to gate_silu"},
    {"write_burst_depth", write_burst_depth, "write bursts behind their address"},
    {"gemm_shift_rows", gemm_shift_rows, "rows of the memory of shifts"},
    {"gemm_bias_rows", gemm_bias_rows, "rows of the memory of biases"},
    {"gemm_list_entries", gemm_list_entries, "entries of a gather or scatter list"},
    {"piece_words", piece_words, "words of a piece of load, store and index"},
    {"piece_slots", piece_slots, "slots of their buffers"},
    {"scratch_queue_depth", scratch_queue_depth, "jobs of each scratch engine"},
    {"unit_command_depth", unit_command_depth, "commands of each unit and of each parameter feed"},
    {"operand_depth", operand_depth, "entries of a queue from the scratch to a unit"},
    {"result_depth", result_depth, "entries of a queue from a unit to the scratch"},
    {"tile_depth", tile_depth, "tile commands of gemm_nm"},
    {"rank_depth", rank_depth, "commands and ranks in front of index_unrank"},
    {"parameter_depth", parameter_depth, "rows from a parameter feed to its unit"},
    {"norm_scale_depth", norm_scale_depth, "rows of rms_norm that wait for their scale"},
};

}  // namespace map
}  // namespace scansim
