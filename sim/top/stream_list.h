// The streams between the blocks of a machine, by which two rungs are compared beat by beat: who fills and
// who empties each, where its queue is in the RTL, and which values a beat of it carries. A row of a buffer
// that a block writes (y, ht) is a beat that nobody takes. Contract: rows are in the order of the flow, a
// block's inputs before its outputs; places are ends of paths below ssm_top, each of one queue or buffer.
// Values of a beat are, lane by lane, its fields, of which the first lies lowest in the RTL's word; a stream
// without lanes is compared in time alone.
#pragma once
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sim/mem/memory_timing.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

enum class machine_stream {
  jobs,
  token_commands,
  delta_commands,
  scan_commands,
  gate_commands,
  reads,
  writes,
  gemm_commands,
  index_commands,
  conv_commands,
  norm_commands,
  hadamard_commands,
  ranks,
  positions,
  gemm_r,
  gemm_tiles,
  gemm_operands,
  gemm_y,
  conv_x,
  conv_s,
  conv_p,
  conv_u,
  conv_h,
  norm_x,
  norm_w,
  norm_y,
  hadamard_x,
  hadamard_y,
  tokens,
  dt,
  skip,
  acc,
  ht,
  y,
  count
};

struct stream_row {
  std::string_view name, writer, reader;
  std::string_view place;
};

// In the order of the enumeration.
inline constexpr stream_row stream_rows[] = {
    {"jobs", "sequencer", "dma", ".u_job_fifo"},
    {"token_commands", "sequencer", "scan_tokens", ".u_token_cmd_fifo"},
    {"delta_commands", "sequencer", "delta_softplus", ".u_delta_cmd_fifo"},
    {"scan_commands", "sequencer", "scan_serial", ".u_scan_cmd_fifo"},
    {"gate_commands", "sequencer", "gate_silu", ".u_gate_cmd_fifo"},
    {"reads", "sequencer", "scratch_read", ".u_read.u_queue.u_jobs"},
    {"writes", "sequencer", "scratch_write", ".u_write.u_queue.u_jobs"},
    {"gemm_commands", "sequencer", "gemm_feed", ".u_gemm_feed.u_cmd"},
    {"index_commands", "sequencer", "index_load", ".u_index_load.u_cmd"},
    {"conv_commands", "sequencer", "conv1d_silu", ".u_units.u_conv.u_cmd"},
    {"norm_commands", "sequencer", "rms_norm", ".u_norm_cmd"},
    {"hadamard_commands", "sequencer", "hadamard_fwht", ".u_hadamard_cmd"},
    {"ranks", "index_load", "index_unrank", ".u_index_load.u_ranks"},
    {"positions", "index_unrank", "index_load", ".u_unrank.u_pos_fifo"},
    {"gemm.r", "scratch_read", "gemm_nm", ".u_r_queue.u_fifo"},
    {"gemm.tiles", "gemm_feed", "gemm_nm", ".u_gemm_feed.u_tiles.u_fifo"},
    {"gemm.operands", "gemm_feed", "gemm_nm", ".u_gemm_feed.u_operands.u_fifo"},
    {"gemm.y", "gemm_nm", "scratch_write", ".u_gemm_nm.u_y_fifo"},
    {"conv.x", "scratch_read", "conv1d_silu", ".u_units.u_conv.u_x_queue.u_fifo"},
    {"conv.s", "scratch_read", "conv1d_silu", ".u_units.u_conv.u_s_queue.u_fifo"},
    {"conv.p", "conv_feed", "conv1d_silu", ".u_units.u_conv.u_feed.u_rows.u_fifo"},
    {"conv.u", "conv1d_silu", "scratch_write", ".u_conv.u_u_fifo"},
    {"conv.h", "conv1d_silu", "scratch_write", ".u_conv.u_h_fifo"},
    {"norm.x", "scratch_read", "rms_norm", ".u_norm_x.u_fifo"},
    {"norm.w", "norm_feed", "rms_norm", ".u_norm_feed.u_rows.u_fifo"},
    {"norm.y", "rms_norm", "scratch_write", ".u_norm.u_y_fifo"},
    {"hadamard.x", "scratch_read", "hadamard_fwht", ".u_hadamard_x.u_fifo"},
    {"hadamard.y", "hadamard_fwht", "scratch_write", ".u_hadamard.u_y_fifo"},
    {"tokens", "scan_tokens", "delta_softplus", ".u_token_fifo.u_fifo"},
    {"dt", "delta_softplus", "scan_serial", ".u_dt_fifo"},
    {"skip", "delta_softplus", "gate_silu", ".u_skip_fifo"},
    {"acc", "scan_serial", "gate_silu", ".u_acc_fifo"},
    {"ht", "scan_serial", "", ".u_buffer_ht"},
    {"y", "gate_silu", "", ".u_gate_silu"}};
static_assert(std::size(stream_rows) == static_cast<size_t>(machine_stream::count));

constexpr const stream_row& row_of(machine_stream stream) { return stream_rows[static_cast<size_t>(stream)]; }

// The one whose place ends `path`.
constexpr std::optional<machine_stream> stream_at(std::string_view path) {
  for (size_t i = 0; i < std::size(stream_rows); ++i)
    if (path.ends_with(stream_rows[i].place)) return static_cast<machine_stream>(i);
  return std::nullopt;
}

struct beat_field {
  int bits;
  bool is_signed = false;
};
struct beat_format {
  int lanes = 0;
  std::vector<beat_field> fields;  // of a lane
};

inline beat_format format_of(machine_stream stream, const machine_shape& shape) {
  const int word = shape.axi_bytes, sum_bits = shape.widths.acc_bits();
  switch (stream) {
    using enum machine_stream;
    case tokens:  // mute, hold, reset, last, first; behind them rows, in other units than SystemC's
      return {1, {{1}, {1}, {1}, {1}, {1}}};
    case dt:
      return {shape.lanes, {{hls::dt2_bits}, {shape.widths.du_bits(), true}}};
    case skip:
    case acc:
      return {shape.lanes, {{sum_bits, true}}};
    case ht:
      return {shape.lanes * shape.states, {{8 * shape.state_bytes, true}}};
    case y:
      return {shape.lanes, {{8 * shape.output_bytes, true}}};
    case gemm_y:
      return {word, {{32, true}}};
    case gemm_r:
      return {word, {{16, true}}};
    case conv_x:
    case conv_u:
      return {word, {{8, true}}};
    case conv_h:
      return {word, {{8, true}, {8, true}, {8, true}}};
    case norm_x:
    case norm_w:
    case hadamard_x:
    case hadamard_y:
      return {word / 2, {{16, true}}};
    case norm_y:
      return {word / 2, {{8, true}}};
    case positions:
      return {word * 16, {{4}}};
    default:
      return {};
  }
}

// Hears of every beat of a run, of one stream in order.
class stream_listener {
 public:
  virtual ~stream_listener() = default;
  // `row`: of a buffer, -1: of a queue. `values`: those of the format, of a machine that has them.
  virtual void enter(machine_stream stream, cycle_t cycle, int row, std::span<const int64_t> values) = 0;
  virtual void leave(machine_stream stream, cycle_t cycle) = 0;
};

}  // namespace scansim
