#include "models/energy/unit_recipes.h"

#include <algorithm>
#include <map>

#include "hls/map/depth_map.h"

namespace scansim {

namespace {

constexpr int acc_bits = 32, rank_bits = 14, positions_of_rank = 16;
constexpr int rsqrt_word_bits = 32, rsqrt_slope_bits = 15, rsqrt_offset_bits = 11, rsqrt_bits = 17;
constexpr int norm_bits = 16, norm_sum_bits = 48, norm_product_bits = 32, hadamard_sum_bits = 29;
constexpr int weight_bits = 4, multiplier_bits = 5;
constexpr double conv_parameter_bytes = 16, conv_state_bytes = 3;

double word_bytes(const design_point& point) { return point.axi_bytes(); }
double scratch_bytes(const design_point& point) { return word_bytes(point) * point.scratch_words; }
// A macro per lane of the gemm, as a lane reads its own weights.
double weight_macro_bytes(const design_point& point) {
  return double(point.gemm_weight_rows) * point.gemm_depth;
}
double channel_bytes(const design_point& point) { return word_bytes(point) * point.channel_words; }

energy_range scratch_bit(recipe_context& of) { return of.sram_bit(scratch_bytes(of.point())); }
energy_range queue_bit(recipe_context& of) { return of.register_bits(1); }
energy_range product_and_sum(recipe_context& of) { return of.multiply(8, 8) + of.add(acc_bits); }
energy_range row_bit(recipe_context& of) { return of.sram_bit(4 * channel_bytes(of.point())); }
energy_range conv_parameter_bit(recipe_context& of) {
  return of.sram_bit(conv_parameter_bytes * 2 * channel_bytes(of.point()));
}
energy_range conv_state_bit(recipe_context& of) {
  return of.sram_bit(conv_state_bytes * channel_bytes(of.point()));
}
energy_range sigmoid(recipe_context& of) { return of.piecewise_linear(32, 14, 9, 17); }

const std::map<std::pair<std::string, std::string>, recipe>& recipes() {
  static const std::map<std::pair<std::string, std::string>, recipe> list = {
      {{"scratch_read", "scratch_read_bits"}, scratch_bit},
      {{"scratch_write", "scratch_write_bits"}, scratch_bit},
      {{"scratch_write", "z_write_bits"},
       [](recipe_context& of) {
         return of.sram_bit(word_bytes(of.point()) * of.point().chunk_tokens * of.point().tile_buffers);
       }},
      {{"index_unrank", "unranks"},
       [](recipe_context& of) { return double(positions_of_rank) * of.add(rank_bits); }},
      {{"index_unrank", "index_bits"}, queue_bit},
      {{"gemm_nm", "macs"}, product_and_sum},
      {{"gemm_nm", "outputs"}, [](recipe_context& of) { return of.add(acc_bits); }},
      {{"gemm_nm", "silu_ops"}, sigmoid},
      {{"gemm_nm", "x_read_bits"},
       [](recipe_context& of) { return of.sram_bit(2 * word_bytes(of.point()) * of.point().gemm_x_words); }},
      {{"gemm_nm", "w_read_bits"},
       [](recipe_context& of) { return of.sram_bit(weight_macro_bytes(of.point())); }},
      {{"gemm_nm", "p_read_bits"},
       [](recipe_context& of) { return of.sram_bit(gemm_shift_rows * word_bytes(of.point())); }},
      {{"gemm_nm", "r_read_bits"}, queue_bit},
      {{"gemm_nm", "y_write_bits"}, queue_bit},
      {{"conv1d_silu", "macs"}, product_and_sum},
      {{"conv1d_silu", "outputs"}, [](recipe_context& of) { return of.add(acc_bits); }},
      {{"conv1d_silu", "silu_ops"}, sigmoid},
      {{"conv1d_silu", "x_read_bits"}, queue_bit},
      {{"conv1d_silu", "u_write_bits"}, queue_bit},
      {{"conv1d_silu", "p_read_bits"}, conv_parameter_bit},
      {{"conv1d_silu", "p_memory_read_bits"}, conv_parameter_bit},
      {{"conv1d_silu", "s_read_bits"}, queue_bit},
      {{"conv1d_silu", "state_memory_read_bits"}, conv_state_bit},
      {{"conv1d_silu", "state_memory_write_bits"}, conv_state_bit},
      {{"conv1d_silu", "h_write_bits"}, queue_bit},
      {{"rms_norm", "macs"},
       [](recipe_context& of) { return of.multiply(norm_bits, norm_bits) + of.add(norm_sum_bits); }},
      {{"rms_norm", "x_read_bits"}, queue_bit},
      {{"rms_norm", "row_write_bits"}, row_bit},
      {{"rms_norm", "row_read_bits"}, row_bit},
      {{"rms_norm", "rsqrt_ops"},
       [](recipe_context& of) {
         return of.piecewise_linear(rsqrt_word_bits, rsqrt_slope_bits, rsqrt_offset_bits, rsqrt_bits);
       }},
      {{"rms_norm", "scale_ops"},
       [](recipe_context& of) {
         return of.multiply(norm_bits, norm_bits) + of.multiply(norm_product_bits, rsqrt_bits);
       }},
      {{"rms_norm", "w_read_bits"}, row_bit},
      {{"rms_norm", "w_memory_read_bits"}, row_bit},
      {{"rms_norm", "y_write_bits"}, queue_bit},
      {{"hadamard_fwht", "add_ops"}, [](recipe_context& of) { return of.add(hadamard_sum_bits); }},
      {{"hadamard_fwht", "x_read_bits"}, queue_bit},
      {{"hadamard_fwht", "row_write_bits"}, row_bit},
      {{"hadamard_fwht", "row_read_bits"}, row_bit},
      {{"hadamard_fwht", "delay_bits"}, [](recipe_context& of) { return 2.0 * row_bit(of); }},
      {{"hadamard_fwht", "y_write_bits"}, queue_bit},
      // The bits that the memory gets beyond those that came: as dma's buffer_write_bits charges these.
      {{"weight_load", "expansions"},
       [](recipe_context& of) {
         return of.multiply(weight_bits, multiplier_bits) + double(weight_bits) * of.buffer_bit();
       }},
  };
  return list;
}

}  // namespace

recipe unit_recipe(const std::string& block, const std::string& event) {
  const auto found = recipes().find({block, event});
  return found == recipes().end() ? nullptr : found->second;
}

bool is_unit_event(const std::string& event) {
  return std::any_of(recipes().begin(), recipes().end(),
                     [&](const auto& entry) { return entry.first.second == event; });
}

}  // namespace scansim
