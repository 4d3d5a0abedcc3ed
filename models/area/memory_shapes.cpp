#include "models/area/memory_shapes.h"

#include <algorithm>
#include <bit>

#include "hls/formats.h"
#include "hls/map/depth_map.h"
#include "hls/scan/scan_tokens.h"
#include "models/configs/widths.h"

namespace scansim {
namespace {

int64_t ceil_div(int64_t value, int64_t by) { return (value + by - 1) / by; }

// Words of a slot of rtl/mem/ssm_tile_buffer.sv and ssm_output_buffer.sv: rows packed into words of the wider
// side, a power of two of them.
int64_t slot_words(int64_t rows, int64_t row_bits, int64_t port_bits) {
  const int64_t rows_of_word = std::max<int64_t>(1, port_bits / row_bits);
  return static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(ceil_div(rows, rows_of_word))));
}

class shapes {
 public:
  explicit shapes(const design_point& point) : at_(point) {}

  std::vector<memory_shape> all() {
    add_scan();
    if (at_.has_units()) add_units();
    return std::move(list_);
  }

 private:
  void add(const std::string& block, const std::string& name, int64_t words, int64_t bits,
           int64_t copies = 1) {
    list_.push_back({block, name, words, bits, copies});
  }
  void add_read_at_once(const std::string& block, const std::string& name, int64_t words, int64_t bits,
                        int64_t copies = 1) {
    list_.push_back({block, name, words, bits, copies, true});
  }

  // Filled by words of the port, read by rows: wide rows lie in banks of a port's word.
  void add_tile_buffer(const std::string& block, const std::string& name, int64_t port_bits, int64_t row_bits,
                       int64_t rows, int64_t slots) {
    add(block, name, slots * slot_words(rows, row_bits, port_bits), port_bits,
        std::max<int64_t>(1, row_bits / port_bits));
  }

  // Filled by rows, read by words of the port: narrow rows lie in banks of a row.
  void add_output_buffer(const std::string& name, int64_t row_bits, int64_t rows, int64_t slots) {
    const int64_t port_bits = at_.axi_data_bits;
    add("output_buffer", name, slots * slot_words(rows, row_bits, port_bits), row_bits,
        std::max<int64_t>(1, port_bits / row_bits));
  }

  void add_scan() {
    const hls::widths widths = widths_of(at_);
    const int64_t port = at_.axi_data_bits, lanes = at_.num_lanes, pes = at_.num_pe();
    const int64_t state_rows = at_.state_capacity / pes, passes = at_.max_states / at_.states_per_lane;
    const int64_t slots = at_.interleave * passes, tile_rows = at_.chunk_tokens * at_.interleave;
    const int64_t chunk_rows = at_.chunk_tokens * passes, stored_bits = 8 * at_.state_bytes();
    for (const char* name : {"u", "delta", "z"})
      add_tile_buffer("operand_buffers", name, port, lanes * at_.operand_bits, tile_rows, at_.tile_buffers);
    for (const char* name : {"b", "c"})
      add_tile_buffer("operand_buffers", name, port, at_.states_per_lane * at_.operand_bits, chunk_rows, 2);
    add_tile_buffer("operand_buffers", "h0", port, pes * stored_bits, slots, at_.max_sets > 0 ? 4 : 2);
    add_tile_buffer("operand_buffers", "db", port, lanes * 2 * hls::param_bits, state_rows, 1);
    add_tile_buffer("operand_buffers", "a", port, pes * at_.operand_bits, state_rows, 1);
    if (at_.max_sets > 0) add_list();
    add_output_buffer("y", lanes * at_.output_bits, tile_rows, at_.tile_buffers);
    add_output_buffer("h_last", pes * stored_bits, slots, at_.tile_buffers);
    list_.push_back({"scan_serial", "states", state_rows,
                     static_cast<int64_t>(at_.states_per_lane) * at_.state_bits, lanes, false, true});
    add_read_at_once("scan_serial", "slots", slots, at_.state_bits, pes);
    add_read_at_once("delta_softplus", "dt queue", dt_depth, lanes * (hls::dt2_bits + widths.du_bits()));
    add_read_at_once("delta_softplus", "skip queue", skip_depth, lanes * widths.acc_bits());
    add_read_at_once("scan_serial", "acc queue", acc_depth, lanes * widths.acc_bits());
  }

  // Entries of the lists of all sets (sim/SETS.md, section 3).
  void add_list() {
    constexpr int64_t entry_bits = 8 * hls::list_entry_bytes;
    const int64_t port = at_.axi_data_bits, of_set = std::max<int64_t>(at_.chunk_tokens, port / entry_bits);
    add_tile_buffer("operand_buffers", "list", port, entry_bits, at_.max_sets * of_set, 1);
  }

  void add_units() {
    const int64_t word = at_.axi_data_bits, lanes = at_.axi_bytes(), depth = at_.gemm_depth;
    constexpr int64_t position_bits = 4, bias_bits = 64, conv_row_bits = 128, conv_parameter_bits = 75;
    constexpr int64_t hadamard_banks = 2, hadamard_bits = 29;
    add("scratch", "words", at_.scratch_words, word);
    add("scratch", "pieces", int64_t{piece_slots} * piece_words, word, 2);
    add("gemm_nm", "x", 2 * int64_t{at_.gemm_x_words}, word);
    add("gemm_nm", "weights", at_.gemm_weight_rows, lanes * depth * 8);
    add("gemm_nm", "positions", at_.gemm_weight_rows, lanes * depth * position_bits);
    add("gemm_nm", "shifts", gemm_shift_rows, word);
    add("gemm_nm", "biases", gemm_bias_rows, lanes * bias_bits);
    add("index_unrank", "pieces", 2 * int64_t{piece_words}, word);
    add("conv1d_silu", "parameters", 2 * int64_t{at_.channel_words}, lanes * conv_row_bits);
    add("conv1d_silu", "parameters of a call", at_.channel_words, lanes * conv_parameter_bits);
    add("conv1d_silu", "states", at_.channel_words, 3 * word);
    add("conv1d_silu", "states in", 4 * int64_t{at_.channel_words}, 3 * word);
    add("conv1d_silu", "states out", at_.channel_words, 3 * word);
    add("rms_norm", "rows", 4 * int64_t{at_.channel_words}, word);
    add("rms_norm", "weights", 4 * int64_t{at_.channel_words}, word, 2);  // of all calls, of this call
    add("hadamard_fwht", "rows", 2 * int64_t{at_.channel_words}, word, hadamard_banks);
    // Delay lines of 1, 2, 4 .. beats: together one beat less than a row.
    add("hadamard_fwht", "delays", 2 * int64_t{at_.channel_words} - 1, lanes / 2 * hadamard_bits);
  }

  const design_point& at_;
  std::vector<memory_shape> list_;
};

}  // namespace

std::vector<memory_shape> memory_shapes(const design_point& point) { return shapes(point).all(); }

}  // namespace scansim
