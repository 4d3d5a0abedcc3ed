#include "sim/units/rms_norm.h"

#include <algorithm>
#include <bit>

namespace scansim {
namespace {
constexpr int scale_pipeline_cycles = 7;  // all stages but the adder tree
constexpr uint64_t operand_bits = 16, result_bits = 8;
}  // namespace

rms_norm::rms_norm(std::string name, const norm_shape& shape, const ports& connected)
    : block_process(std::move(name)),
      shape_(shape),
      ports_(connected),
      rows_(shape.row_beats),
      scales_(shape.scale_depth),
      weights_(static_cast<size_t>(shape.row_beats)) {
  add_process(&rms_norm::accept);
  add_process(&rms_norm::scale);
}

int rms_norm::scale_latency_cycles() const {
  return scale_pipeline_cycles + std::bit_width(static_cast<unsigned>(shape_.lanes)) - 1;
}

void rms_norm::begin() {
  rows_.reset();
  scales_.reset();
  next_scale_ = 0;
  beats_ = rows_accepted_ = weight_beats_ = 0;
  saturations_ = {};
  restart();
}

// First pass.
void rms_norm::accept() {
  while (!ports_.commands.ended()) {
    const cycle_t visible = ports_.commands.front_time();
    const norm_command& command = ports_.commands.front();
    cycle_t last = 0;
    for (int row = 0; row < command.rows; ++row) last = accept_row(command, row == 0, visible);
    ports_.commands.pop(last);
  }
  scales_.close();
}

// Returns the accept of the last beat.
cycle_t rms_norm::accept_row(const norm_command& command, bool first, cycle_t visible) {
  uint64_t q = command.eps_sum;
  cycle_t accept = 0;
  for (int beat = 0; beat < command.beats; ++beat) {
    const bool last = beat + 1 == command.beats;
    cycle_t places = rows_.credit_time();
    if (last) places = std::max(places, scales_.credit_time());
    accept = stalls_.issue(visible, ports_.x.front_time(), places);
    if (values()) {
      rows_.back() = ports_.x.front();
      q = hls::rms_norm_sum(ports_.x.front().value, shape_.lanes, q);
    }
    rows_.push(accept + 1);
    ports_.x.pop(accept);
  }
  const hls::norm_scale scale = hls::rms_norm_scale(q);
  scales_.back() = {scale.r, hls::rms_norm_shift(command.shift, scale.k), command.beats, first};
  scales_.push(accept + scale_latency_cycles());
  beats_ += static_cast<uint64_t>(command.beats);
  ++rows_accepted_;
  return accept;
}

// Second pass.
void rms_norm::scale() {
  while (!scales_.ended()) {
    next_scale_ = std::max(next_scale_, scales_.front_time());
    scale_row(scales_.front());
    scales_.pop(next_scale_ - 1);
  }
  ports_.y.close();
}

void rms_norm::scale_row(const row_scale& row) {
  for (size_t beat = 0; beat < static_cast<size_t>(row.beats); ++beat) {
    cycle_t issue = std::max({next_scale_, rows_.front_time(), ports_.y.credit_time()});
    if (row.first) {
      issue = std::max(issue, ports_.w.front_time());
      if (values()) weights_.at(beat) = ports_.w.front();
      ports_.w.pop(issue);
      ++weight_beats_;
    }
    if (values()) scale_beat(row, weights_.at(beat));
    ports_.y.push(issue + latency_cycles);
    rows_.pop(issue);
    next_scale_ = issue + 1;
  }
}

void rms_norm::scale_beat(const row_scale& row, const norm_beat& w) {
  for (int lane = 0; lane < shape_.lanes; ++lane) {
    bool clipped = false;
    ports_.y.back().value[lane] =
        hls::rms_norm_value(rows_.front().value[lane], w.value[lane], row.r, row.amount, clipped);
    saturations_.norm += clipped;
    if (switching_ != nullptr)
      switching_->see(switching_unit::rms_norm, lane,
                      {rows_.front().value[lane], w.value[lane], row.r, ports_.y.back().value[lane]});
  }
}

// Every beat passes both sides.
block_counters rms_norm::counters(cycle_t cycles) {
  const uint64_t values = beats_ * static_cast<uint64_t>(shape_.lanes);
  const uint64_t weights = weight_beats_ * static_cast<uint64_t>(shape_.lanes);
  return with_stalls(stalls_, cycles,
                     {{"macs", values},
                      {"x_read_bits", values * operand_bits},
                      {"row_write_bits", values * operand_bits},
                      {"rsqrt_ops", rows_accepted_},
                      {"scale_ops", values},
                      {"row_read_bits", values * operand_bits},
                      {"w_read_bits", weights * operand_bits},
                      {"w_memory_read_bits", (values - weights) * operand_bits},
                      {"y_write_bits", values * result_bits},
                      {"saturations", saturations_.norm}});
}

}  // namespace scansim
