#include "sim/gemm/gemm_nm.h"

#include <algorithm>
#include <bit>

#include "sim/scan/counted_kernels.h"
#include "sim/unit_sizes.h"

namespace scansim {
namespace {

constexpr int pipeline_cycles = 10;  // all stages but the adder tree
constexpr uint64_t residual_bits = 16, product_bits = 8;

bool dense(const gemm_command& command) { return command.n == command.m; }
bool residual(const gemm_command& command) {
  return command.epilogue.kind == hls::gemm_epilogue_kind::residual;
}

uint64_t output_bits(const hls::gemm_epilogue& epilogue) {
  switch (epilogue.kind) {
    case hls::gemm_epilogue_kind::raw:
      return 32;
    case hls::gemm_epilogue_kind::residual:
      return 16;
    case hls::gemm_epilogue_kind::silu:
      return 8;
    default:
      return static_cast<uint64_t>(epilogue.output_bits);
  }
}

}  // namespace

gemm_nm::gemm_nm(std::string name, const gemm_shape& shape, const ports& connected)
    : block_process(std::move(name)),
      shape_(shape),
      ports_(connected),
      dense_lanes_(shape.switching ? dense_lanes_counted : select_dense_lanes(shape.lanes, shape.depth)),
      nm_lanes_(shape.switching ? nm_lanes_counted : nm_lanes) {
  add_process(&gemm_nm::process);
}

int gemm_nm::latency_cycles() const {
  return pipeline_cycles + std::bit_width(static_cast<unsigned>(shape_.depth)) - 1;
}

void gemm_nm::begin() {
  events_ = {};
  saturations_ = {};
  restart();
}

void gemm_nm::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_command(command, visible); });
  ports_.y.close();
}

// Returns the issue of the last beat.
cycle_t gemm_nm::run_command(const gemm_command& command, cycle_t visible) {
  cycle_t issue = 0;
  for (int output = 0; output < command.outputs; ++output) {
    int32_t acc[max_gemm_lanes] = {};
    for (int beat = 0; beat < command.beats; ++beat) {
      const bool last = beat + 1 == command.beats;
      cycle_t operands = std::max(ports_.x.front_time(), ports_.w.front_time()), places = 0;
      if (last) {
        operands = std::max(operands, ports_.p.front_time());
        if (residual(command)) operands = std::max(operands, ports_.r.front_time());
        places = ports_.y.credit_time();
      }
      issue = stalls_.issue(visible, operands, places);
      if (values()) multiply(command, acc);
      ports_.x.pop(issue);
      ports_.w.pop(issue);
    }
    if (values()) finish(command, acc, ports_.y.back());
    ports_.y.push(issue + latency_cycles());
    if (residual(command)) ports_.r.pop(issue);
  }
  ports_.p.pop(issue);
  count(command);
  return issue;
}

void gemm_nm::multiply(const gemm_command& command, int32_t* acc) const {
  const gemm_w_beat& w = ports_.w.front();
  const gemm_lane_beat beat{shape_.lanes,           shape_.depth, command.n,  command.m,       command.groups,
                            ports_.x.front().value, w.value,      w.position, shape_.switching};
  dense(command) ? dense_lanes_(beat, acc) : nm_lanes_(beat, acc);
}

void gemm_nm::finish(const gemm_command& command, const int32_t* acc, gemm_row& y) {
  const gemm_parameters& p = ports_.p.front();
  const gemm_row* r = residual(command) ? &ports_.r.front() : nullptr;
  for (int lane = 0; lane < shape_.lanes; ++lane)
    y.value[lane] = hls::gemm_finish(acc[lane], p.bias[lane], p.channel[lane], command.epilogue,
                                     r ? r->value[lane] : 0, saturations_);
}

// The events of a whole command follow from the command alone.
void gemm_nm::count(const gemm_command& command) {
  const auto lanes = static_cast<uint64_t>(shape_.lanes), outputs = static_cast<uint64_t>(command.outputs);
  const uint64_t beats = outputs * static_cast<uint64_t>(command.beats);
  const auto slots = static_cast<uint64_t>(command.n * command.groups);
  const uint64_t position_bits =
      dense(command) ? 0 : static_cast<uint64_t>(std::countr_zero(static_cast<unsigned>(command.m)));
  events_.macs += beats * lanes * slots;
  events_.mac_slots += beats * lanes * static_cast<uint64_t>(shape_.depth);
  events_.outputs += outputs * lanes;
  if (command.epilogue.kind == hls::gemm_epilogue_kind::silu) events_.silu_ops += outputs * lanes;
  events_.x_read_bits += beats * product_bits * static_cast<uint64_t>(command.groups * command.m);
  events_.w_read_bits += beats * lanes * slots * (product_bits + position_bits);
  events_.p_read_bits += lanes * finish_parameter_bits;
  if (residual(command)) events_.r_read_bits += outputs * lanes * residual_bits;
  events_.y_write_bits += outputs * lanes * output_bits(command.epilogue);
}

block_counters gemm_nm::counters(cycle_t cycles) {
  return with_stalls(stalls_, cycles,
                     {{"macs", events_.macs},
                      {"mac_slots", events_.mac_slots},
                      {"outputs", events_.outputs},
                      {"silu_ops", events_.silu_ops},
                      {"x_read_bits", events_.x_read_bits},
                      {"w_read_bits", events_.w_read_bits},
                      {"p_read_bits", events_.p_read_bits},
                      {"r_read_bits", events_.r_read_bits},
                      {"y_write_bits", events_.y_write_bits},
                      {"saturations", saturations_.requantise}});
}

}  // namespace scansim
