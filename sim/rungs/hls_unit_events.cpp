#include "sim/rungs/hls_unit_events.h"

#include <algorithm>
#include <bit>

#include "hls/gemm/nm_format.h"
#include "sim/unit_check.h"

namespace scansim {
namespace {

constexpr uint64_t s8_bits = 8, s16_bits = 16;
constexpr uint64_t hadamard_base_bits = 22, hadamard_sum_bits = 29;  // behind H_m, and of the whole sum

// A name that is no counter does not compile.
consteval size_t at(std::string_view block, std::string_view event) {
  const size_t index = counter_index(block, event);
  if (index == num_counters) throw "no counter of that name";
  return index;
}

}  // namespace

// gemm_nm runs one command per tile.
void count_unit_events(const hls::gemm_descriptor& d, const machine_shape& shape, counter_values& counters) {
  const uint64_t lanes = counted(shape.axi_bytes);
  const uint64_t outputs = uint64_t{d.tiles} * d.tokens, beats = outputs * d.beats;
  const int m = 4 << d.log2_m;
  const uint64_t slots = counted(d.n << d.log2_groups);
  const uint64_t position_bits = d.n == m ? 0 : counted(hls::nm_position_bits(m));
  const auto kind = static_cast<hls::gemm_epilogue_kind>(d.kind);
  counters[at("gemm_nm", "macs")] += beats * lanes * slots;
  counters[at("gemm_nm", "mac_slots")] += beats * lanes * counted(shape.gemm_depth);
  counters[at("gemm_nm", "outputs")] += outputs * lanes;
  if (kind == hls::gemm_epilogue_kind::silu) counters[at("gemm_nm", "silu_ops")] += outputs * lanes;
  counters[at("gemm_nm", "x_read_bits")] += beats * s8_bits * counted(m << d.log2_groups);
  counters[at("gemm_nm", "w_read_bits")] += beats * lanes * slots * (s8_bits + position_bits);
  counters[at("gemm_nm", "p_read_bits")] += d.tiles * lanes * finish_parameter_bits;
  if (kind == hls::gemm_epilogue_kind::residual)
    counters[at("gemm_nm", "r_read_bits")] += outputs * lanes * s16_bits;
  counters[at("gemm_nm", "y_write_bits")] += outputs * lanes * s8_bits * counted(gemm_row_words(d));
}

void count_unit_events(const hls::conv_descriptor& d, const machine_shape& shape, counter_values& counters) {
  const uint64_t channels = d.tiles * counted(shape.axi_bytes);
  const uint64_t all = channels * d.tokens, later = all - channels;
  const uint64_t parameter_bits = s8_bits * d.width + finish_parameter_bits;
  const uint64_t state_bits = s8_bits * (d.width - 1u);
  counters[at("conv1d_silu", "macs")] += all * d.width;
  counters[at("conv1d_silu", "outputs")] += all;
  if (d.silu) counters[at("conv1d_silu", "silu_ops")] += all;
  counters[at("conv1d_silu", "x_read_bits")] += all * s8_bits;
  counters[at("conv1d_silu", "u_write_bits")] += all * s8_bits;
  counters[at("conv1d_silu", "p_read_bits")] += channels * parameter_bits;
  counters[at("conv1d_silu", "p_memory_read_bits")] += later * parameter_bits;
  if (d.has_state) counters[at("conv1d_silu", "s_read_bits")] += channels * state_bits;
  counters[at("conv1d_silu", "state_memory_read_bits")] += later * state_bits;
  counters[at("conv1d_silu", "state_memory_write_bits")] += later * state_bits;
  if (d.store_state) counters[at("conv1d_silu", "h_write_bits")] += channels * state_bits;
}

void count_unit_events(const hls::norm_descriptor& d, const machine_shape& shape, counter_values& counters) {
  const uint64_t channels = d.tiles * counted(shape.axi_bytes), values = channels * d.tokens;
  counters[at("rms_norm", "macs")] += values;
  counters[at("rms_norm", "x_read_bits")] += values * s16_bits;
  counters[at("rms_norm", "row_write_bits")] += values * s16_bits;
  counters[at("rms_norm", "rsqrt_ops")] += d.tokens;
  counters[at("rms_norm", "scale_ops")] += values;
  counters[at("rms_norm", "row_read_bits")] += values * s16_bits;
  counters[at("rms_norm", "w_read_bits")] += channels * s16_bits;
  counters[at("rms_norm", "w_memory_read_bits")] += (values - channels) * s16_bits;
  counters[at("rms_norm", "y_write_bits")] += values * s8_bits;
}

void count_unit_events(const hls::hadamard_descriptor& d, const machine_shape& shape,
                       counter_values& counters) {
  const uint64_t log2_lanes = counted(std::countr_zero(static_cast<unsigned>(shape.axi_bytes / 2)));
  const uint64_t values = uint64_t{d.tokens} * d.tiles * counted(shape.axi_bytes);
  const uint64_t m = counted(hadamard_order_size(d.order));
  if (!d.pass) counters[at("hadamard_fwht", "add_ops")] += values * (log2_lanes + d.log2_beats + m - 1);
  counters[at("hadamard_fwht", "x_read_bits")] += values * s16_bits;
  if (m > 1) {
    counters[at("hadamard_fwht", "row_write_bits")] += values * s16_bits;
    counters[at("hadamard_fwht", "row_read_bits")] += values * m * s16_bits;
  }
  for (uint64_t j = 0; j < d.log2_beats; ++j) {
    counters[at("hadamard_fwht", "delay_bits")] +=
        values * std::min(hadamard_base_bits + log2_lanes + j + 1, hadamard_sum_bits);
  }
  counters[at("hadamard_fwht", "y_write_bits")] += values * (d.wide ? s16_bits : s8_bits);
}

}  // namespace scansim
