#include "sim/top/units.h"

#include <bit>

#include "sim/gemm/gemm_feed.h"
#include "sim/gemm/gemm_nm.h"
#include "sim/gemm/index_load.h"
#include "sim/gemm/index_unrank.h"
#include "sim/mem/scratch_read.h"
#include "sim/mem/scratch_write.h"
#include "sim/units/conv1d_silu.h"
#include "sim/units/hadamard_fwht.h"
#include "sim/units/parameter_feed.h"
#include "sim/units/parameter_unpack.h"
#include "sim/units/rms_norm.h"

namespace scansim {
namespace {

constexpr int x_slots = 2, hadamard_block_lanes = 2;

}  // namespace

struct units::parts {
  using target = hls::parameter_target;
  parts(const machine_shape& shape, unit_channels& channels, const scan_ports& scan);
  void reset();
  template <class Visit>
  void each(Visit visit);
  const block_process* beside(const block_process& part) const;

  int lanes, groups;  // W, CW
  scratch_memory scratch;
  operand_buffer gemm_x;
  // Scratch to units, units to scratch.
  timed_fifo<gemm_row> gemm_r{operand_depth}, gemm_y{result_depth};
  timed_fifo<conv_row> conv_x{operand_depth}, conv_u{result_depth};
  timed_fifo<conv_state> conv_s, conv_h;
  timed_fifo<norm_beat> norm_x{operand_depth};
  timed_fifo<norm_result> norm_y{result_depth};
  timed_fifo<hadamard_beat> hadamard_x{operand_depth}, hadamard_y{result_depth};
  // Feeds to units.
  timed_fifo<gemm_command> gemm_tiles{tile_depth};
  timed_fifo<gemm_parameters> gemm_p{tile_depth};
  timed_fifo<gemm_x_beat> gemm_operands{operand_depth};
  timed_fifo<gemm_w_beat> gemm_w{operand_depth};
  timed_fifo<conv_parameters> conv_p{parameter_depth};
  timed_fifo<norm_beat> norm_w{parameter_depth};
  timed_fifo<unrank_command> unrank_commands{rank_depth};
  timed_fifo<rank_beat> ranks{rank_depth};
  timed_fifo<position_beat> positions{result_depth};

  scratch_read read;
  scratch_write write;
  gemm_feed feed;
  index_load index;
  parameter_feed<conv_parameters> conv_feed;
  parameter_feed<norm_beat> norm_feed;
  index_unrank unrank;
  gemm_nm gemm;
  conv1d_silu conv;
  rms_norm norm;
  hadamard_fwht hadamard;
};

units::parts::parts(const machine_shape& shape, unit_channels& channels, const scan_ports& scan)
    : lanes(shape.axi_bytes),
      groups(shape.channel_words),
      scratch(shape.scratch_words, lanes, shape.values),
      gemm_x(x_slots, int64_t{shape.gemm_x_words} * lanes, lanes, shape.values),
      conv_s(4 * groups),
      conv_h(groups),
      read("scratch_read", scratch,
           {channels.reads, gemm_x, gemm_r, conv_x, conv_s, norm_x, hadamard_x, channels.store, scan.u,
            scan.delta, scan.b, scan.c, scan.z, scan.set_b, scan.set_c}),
      write("scratch_write", scratch,
            {channels.writes, gemm_y, conv_u, conv_h, norm_y, hadamard_y, channels.load, scan.y, scan.z,
             channels.memory(target::scatter)}),
      feed("gemm_feed", shape,
           {channels.gemm, gemm_x, channels.memory(target::weights), channels.weight_slots,
            channels.memory(target::index), channels.position_slots, channels.memory(target::shifts),
            channels.memory(target::bias), channels.memory(target::gather), gemm_tiles, gemm_p, gemm_operands,
            gemm_w}),
      index("index_load", shape, piece_words,
            {channels.index, channels.index_beats, unrank_commands, ranks, positions,
             channels.memory(target::index), channels.position_slots}),
      conv_feed("conv_feed", lanes, unpack_conv_row,
                {channels.conv_rows, channels.memory(target::conv), conv_p}),
      norm_feed("norm_feed", lanes / 2, unpack_norm_row,
                {channels.norm_rows, channels.memory(target::norm), norm_w}),
      unrank("index_unrank", lanes, {unrank_commands, ranks, positions}),
      gemm("gemm_nm", {lanes, shape.gemm_depth, lanes, shape.switching},
           {gemm_tiles, gemm_operands, gemm_w, gemm_p, gemm_r, gemm_y}),
      conv("conv1d_silu", lanes, groups, {channels.conv, conv_x, conv_p, conv_s, conv_u, conv_h}),
      norm("rms_norm", {lanes / 2, 4 * groups, norm_scale_depth}, {channels.norm, norm_x, norm_w, norm_y}),
      hadamard(
          "hadamard_fwht",
          {lanes / 2, hadamard_block_lanes, std::countr_zero(static_cast<unsigned>(2 * groups)), 2 * groups},
          {channels.hadamard, hadamard_x, hadamard_y}) {
  conv.count_switching(shape.switching), norm.count_switching(shape.switching);
  hadamard.count_switching(shape.switching);
}

void units::parts::reset() {
  scratch.reset(), gemm_x.reset();
  gemm_r.reset(), gemm_y.reset(), conv_x.reset(), conv_u.reset(), conv_s.reset(), conv_h.reset();
  norm_x.reset(), norm_y.reset(), hadamard_x.reset(), hadamard_y.reset();
  gemm_tiles.reset(), gemm_p.reset(), gemm_operands.reset(), gemm_w.reset();
  conv_p.reset(), norm_w.reset(), unrank_commands.reset(), ranks.reset(), positions.reset();
}

// Trades operands with it in nearly every cycle.
const block_process* units::parts::beside(const block_process& part) const {
  return &part == &gemm ? &feed : nullptr;
}

// Every part that runs.
template <class Visit>
void units::parts::each(Visit visit) {
  visit(read), visit(write), visit(feed), visit(index), visit(conv_feed), visit(norm_feed);
  visit(unrank), visit(gemm), visit(conv), visit(norm), visit(hadamard);
}

units::units(process_host& host, const machine_shape& shape, unit_channels& channels, const scan_ports& scan)
    : parts_(shape.has_units() ? std::make_unique<parts>(shape, channels, scan) : nullptr) {
  if (!parts_) return;
  parts_->each([&](auto& part) {
    if (!shape.values) part.leave_out_values();
    host.add(part, parts_->beside(part));
  });
}

units::~units() = default;

void units::begin() {
  if (!parts_) return;
  parts_->reset();
  parts_->each([](auto& part) { part.begin(); });
}

cycle_t units::drained() const {
  return parts_ ? std::max(parts_->read.last_pop(), parts_->write.last_pop()) + 1 : 0;
}

std::string units::waiting() const {
  std::string names;
  if (!parts_) return names;
  parts_->each([&](const auto& part) {
    if (!part.finished()) names += (names.empty() ? "" : " ") + part.name();
  });
  return names;
}

void units::keep_states(machine_activity* to) {
  if (!parts_) return;
  parts_->each([&](auto& part) { part.keep_states(states_of(to, part.name())); });
}

// Elements of an entry's member `value`.
template <class Entry>
void tap_lanes(stream_taps& taps, machine_stream stream, timed_fifo<Entry>& fifo, int lanes) {
  taps.tap(stream, fifo,
           [lanes](const Entry& one, std::vector<int64_t>& put) { put_lanes(one.value, lanes, put); });
}

void units::listen(stream_taps& taps) {
  if (!parts_) return;
  parts& p = *parts_;
  using enum machine_stream;
  const int lanes = p.lanes;
  taps.tap(ranks, p.ranks);
  taps.tap(positions, p.positions, [lanes](const position_beat& one, std::vector<int64_t>& put) {
    for (int group = 0; group < lanes; ++group) put_lanes(one.position[group], max_nm_m, put);
  });
  tap_lanes(taps, gemm_r, p.gemm_r, lanes), tap_lanes(taps, gemm_y, p.gemm_y, lanes);
  taps.tap(gemm_tiles, p.gemm_tiles), taps.tap(gemm_operands, p.gemm_operands);
  tap_lanes(taps, conv_x, p.conv_x, lanes), tap_lanes(taps, conv_u, p.conv_u, lanes);
  taps.tap(conv_s, p.conv_s), taps.tap(conv_p, p.conv_p);
  taps.tap(conv_h, p.conv_h, [lanes](const conv_state& one, std::vector<int64_t>& put) {
    for (int lane = 0; lane < lanes; ++lane) put_lanes(one.value[lane], hls::max_conv_width - 1, put);
  });
  tap_lanes(taps, norm_x, p.norm_x, lanes / 2), tap_lanes(taps, norm_w, p.norm_w, lanes / 2);
  tap_lanes(taps, norm_y, p.norm_y, lanes / 2);
  tap_lanes(taps, hadamard_x, p.hadamard_x, lanes / 2), tap_lanes(taps, hadamard_y, p.hadamard_y, lanes / 2);
}

void units::report(cycle_t cycles, counter_values& counters) {
  if (!parts_) return;
  const auto store = [&](auto& part) { store_counters(part.name(), part.counters(cycles), counters); };
  store(parts_->read), store(parts_->write), store(parts_->unrank), store(parts_->gemm);
  store(parts_->conv), store(parts_->norm), store(parts_->hadamard);
}

}  // namespace scansim
