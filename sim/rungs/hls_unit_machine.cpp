#include "sim/rungs/hls_unit_machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/rungs/hls_unit_events.h"
#include "sim/rungs/hls_units.h"
#include "sim/unit_jobs.h"
#include "traces/input_error.h"

namespace scansim {
namespace {
constexpr size_t gemm_slots = 2;
}  // namespace

hls_unit_machine::hls_unit_machine(const design_point& point, operand_switching* switching)
    : point_(point), shape_(point), scratch_(shape_), params_(shape_), states_(shape_) {
  shape_.switching = switching;
}

void hls_unit_machine::start() {
  x_slots_.clear();
  z_words_.clear();
}

void hls_unit_machine::finish() const {
  if (!z_words_.empty())
    throw tool_error("hls device: the run ends with words of a to_z gemm that no scan has taken");
}

void hls_unit_machine::run(const uint32_t (&words)[hls::descriptor_words], std::span<uint8_t> dram,
                           counter_values& counters) {
  const context to{dram, counters};
  switch (static_cast<hls::unit_opcode>(map::opcode_of(words))) {
    case hls::unit_opcode::load:
    case hls::unit_opcode::store:
      return execute(hls::decode_transfer(words), to);
    case hls::unit_opcode::params:
      return execute(hls::decode_params(words), to);
    case hls::unit_opcode::gemm:
      return execute(hls::decode_gemm(words), to);
    case hls::unit_opcode::conv:
      return execute(hls::decode_conv(words), to);
    case hls::unit_opcode::norm:
      return execute(hls::decode_norm(words), to);
    case hls::unit_opcode::hadamard:
      return execute(hls::decode_hadamard(words), to);
    default:
      break;  // scans: run_scan
  }
}

void hls_unit_machine::run_scan(const hls::scan_descriptor& d, std::span<uint8_t> dram,
                                const hls::scan_machine& machine, narrow_memories& memories,
                                counter_values& counters, hls::saturation_counts& saturations) {
  if (d.resume) states_.resume(d, machine, memories.h);
  if (d.local) {
    run_local_scan(d, site_of(dram, machine, memories, counters), saturations);
  } else if (shape_.switching != nullptr) {
    run_scan_counted(dram.data(), d, machine, memories, saturations, *shape_.switching);
  } else {
    run_scan_top(dram.data(), d, machine, memories, saturations);
  }
  states_.settle(d, machine, memories.h);
}

void hls_unit_machine::run_sets(const set_scan& scan, std::span<uint8_t> dram,
                                const hls::scan_machine& machine, narrow_memories& memories,
                                counter_values& counters, hls::saturation_counts& saturations) {
  if (scan.descriptor.local)
    run_local_sets(scan, site_of(dram, machine, memories, counters), saturations);
  else if (shape_.switching != nullptr)
    run_sets_counted(dram.data(), scan, machine, memories, saturations, *shape_.switching);
  else
    run_sets_top(dram.data(), scan, machine, memories, saturations);
  states_.lose_slots();
}

local_scan_site hls_unit_machine::site_of(std::span<uint8_t> dram, const hls::scan_machine& machine,
                                          narrow_memories& memories, counter_values& counters) {
  return {point_, machine, dram, scratch_, z_words_, memories, counters, shape_.switching};
}

std::span<uint8_t> hls_unit_machine::transfer(bool write, uint64_t address, int beats, bool pieces,
                                              const context& to) const {
  const auto beat = static_cast<uint64_t>(shape_.axi_bytes);
  const uint64_t bytes = beat * static_cast<uint64_t>(beats);
  if (!inside_memory(address, bytes, point_, to.dram.size())) {
    throw tool_error(fmt::format("hls device: {} beats at byte {} are outside memory or not on a whole beat",
                                 beats, address));
  }
  const uint64_t longest = pieces ? beat * piece_words : bytes;
  for (uint64_t at = 0; at < bytes; at += longest)
    count_transfer(write, address + at, std::min(longest, bytes - at), point_, to.counters);
  return to.dram.subspan(address, bytes);
}

void hls_unit_machine::execute(const hls::transfer_descriptor& d, const context& to) {
  const std::span<uint8_t> dram = transfer(d.store, d.dram, d.words, true, to);
  if (d.store) {
    const std::vector<uint8_t> words =
        scratch_.read(unit_jobs::run_of(scratch_target::store, d.scratch, d.words), to.counters);
    std::copy(words.begin(), words.end(), dram.begin());
  } else {
    scratch_.write(unit_jobs::run_of(scratch_source::load, d.scratch, d.words), dram, to.counters);
  }
}

void hls_unit_machine::execute(const hls::params_descriptor& d, const context& to) {
  const bool index = d.memory == hls::parameter_target::index;
  params_.load(d, transfer(false, d.dram, d.beats, index, to), to.counters);
}

void hls_unit_machine::load_x(const hls::gemm_descriptor& d, const context& to) {
  if (x_slots_.size() == gemm_slots)
    throw tool_error("hls device: a gemm with load_x finds both input slots taken");
  x_slots_.push_back({scratch_.read(unit_jobs::gemm_x(d), to.counters)});
}

void hls_unit_machine::execute(const hls::gemm_descriptor& d, const context& to) {
  if (!z_words_.empty() && !d.to_z)
    throw tool_error("hls device: a gemm runs while words of a to_z gemm wait for a scan");
  if (d.load_x) load_x(d, to);
  if (x_slots_.empty()) throw tool_error("hls device: a gemm without load_x finds no open input slot");
  const bool residual = d.kind == static_cast<uint8_t>(hls::gemm_epilogue_kind::residual);
  std::vector<uint8_t> r;
  if (residual) r = scratch_.read(unit_jobs::gemm_r(d), to.counters);
  hls::unit_saturations saturations;
  const std::vector<uint8_t> y = run_gemm(d, shape_, params_, x_slots_.front(), r, saturations);
  if (d.to_z) {
    z_words_.insert(z_words_.end(), y.begin(), y.end());
  } else {
    const bool scattered = d.scatter;
    scratch_.write(
        unit_jobs::gemm_y(d), y,
        scattered ? params_.list(hls::parameter_target::scatter, d.tokens) : std::span<const uint8_t>{},
        to.counters);
  }
  if (d.release_x) x_slots_.pop_front();
  if (d.release_w) params_.release_slots(d.n < 4 << d.log2_m);
  count_unit_events(d, shape_, to.counters);
  to.counters[counter_index("gemm_nm", "saturations")] += saturations.requantise;
}

void hls_unit_machine::execute(const hls::conv_descriptor& d, const context& to) {
  std::vector<uint8_t> states;
  if (d.has_state)
    states = scratch_.read(unit_jobs::conv_states(d, scratch_target::conv_s, d.s), to.counters);
  hls::unit_saturations saturations;
  const conv_result result =
      run_conv(d, shape_, params_, scratch_.read(unit_jobs::conv_x(d), to.counters), states, saturations);
  scratch_.write(unit_jobs::conv_u(d), result.u, to.counters);
  if (d.store_state)
    scratch_.write(unit_jobs::conv_states(d, scratch_source::conv_h, d.h), result.states, to.counters);
  count_unit_events(d, shape_, to.counters);
  to.counters[counter_index("conv1d_silu", "saturations")] += saturations.conv;
}

void hls_unit_machine::execute(const hls::norm_descriptor& d, const context& to) {
  const std::vector<uint8_t> x =
      scratch_.read(unit_jobs::wide_rows(scratch_target::norm_x, d.x, d.tiles, d.tokens), to.counters);
  hls::unit_saturations saturations;
  scratch_.write(unit_jobs::narrow_rows(scratch_source::norm, d.y, d.tiles, d.tokens),
                 run_norm(d, shape_, params_, x, saturations), to.counters);
  count_unit_events(d, shape_, to.counters);
  to.counters[counter_index("rms_norm", "saturations")] += saturations.norm;
}

void hls_unit_machine::execute(const hls::hadamard_descriptor& d, const context& to) {
  const std::vector<uint8_t> x =
      scratch_.read(unit_jobs::wide_rows(scratch_target::hadamard_x, d.x, d.tiles, d.tokens), to.counters);
  hls::unit_saturations saturations;
  const scratch_job y = d.wide ? unit_jobs::wide_rows(scratch_source::hadamard, d.y, d.tiles, d.tokens)
                               : unit_jobs::narrow_rows(scratch_source::hadamard, d.y, d.tiles, d.tokens);
  scratch_.write(y, run_hadamard(d, shape_, x, saturations), to.counters);
  count_unit_events(d, shape_, to.counters);
  to.counters[counter_index("hadamard_fwht", "saturations")] += saturations.hadamard;
}

}  // namespace scansim
