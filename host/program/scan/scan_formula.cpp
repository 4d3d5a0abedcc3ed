#include "host/program/scan/scan_formula.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "host/program/program.h"
#include "sim/rungs/device_memory.h"

namespace scansim {
namespace {

// Cycles from block to block, as in sim/README.md.
constexpr double delta_cycles = 6, sum_cycles = 9, gate_cycles = 7, state_cycles = 8;

double up(double amount, double part) { return std::ceil(amount / part); }

// One machine with one memory.
class machine_costs {
 public:
  machine_costs(const design_point& point, const latency_parameters* pipe)
      : point_(point),
        pipe_(pipe),
        beat_bytes_(point.axi_bytes()),
        per_beat_(pipe != nullptr ? 1000 * beat_bytes_ / static_cast<double>(pipe->milli_bytes_per_cycle)
                                  : 1),
        read_beat_(std::max(1.0, per_beat_)),
        first_beat_(pipe != nullptr ? pipe->read_latency_cycles - 1 + std::ceil(per_beat_) : 1),
        levels_(std::countr_zero(static_cast<unsigned>(point.states_per_lane))),
        quantised_(point.output_bytes() == 1 ? 1 : 0) {}

  double beats(double bytes) const { return up(bytes, beat_bytes_); }
  double bursts(double beats) const {
    return up(beats, std::min(point_.axi_max_burst * 1.0, 4096 / beat_bytes_));
  }
  double operand(double rows) const { return beats(rows * point_.num_lanes * point_.operand_bytes()); }
  double output(double rows) const { return beats(rows * point_.num_lanes * point_.output_bytes()); }
  double params(double groups) const { return beats(groups * point_.num_lanes * 4); }
  double rates(double slots) const { return beats(slots * point_.num_pe() * point_.operand_bytes()); }
  double states(double slots) const { return beats(slots * point_.num_pe() * point_.state_bytes()); }
  double shared(double rows) const { return beats(rows * point_.states_per_lane * point_.operand_bytes()); }
  double descriptor() const { return beats(hls::descriptor_bytes); }

  const design_point& point_;
  const latency_parameters* pipe_;
  double beat_bytes_, per_beat_, read_beat_, first_beat_, levels_, quantised_;
};

// One scan on it.
class scan_of_tiles {
 public:
  scan_of_tiles(const machine_costs& m, const hls::scan_descriptor& d)
      : m_(m),
        d_(d),
        passes_(d.passes),
        groups_(std::min<double>(m.point_.interleave, d.lane_groups)),
        tiles_(up(d.lane_groups, m.point_.interleave)),
        last_groups_(d.lane_groups - (tiles_ - 1) * m.point_.interleave),
        chunks_(d.num_chunks),
        first_tokens_(d.reverse || chunks_ == 1 ? d.rest_tokens : d.chunk_tokens),
        last_tokens_(d.reverse && chunks_ > 1 ? d.chunk_tokens : d.rest_tokens) {}

  double step(double groups) const { return groups * passes_ == 1 ? 2 : groups * passes_; }
  double operands() const { return d_.has_z ? 3 : 2; }

  scan_costs tile(double groups, double tokens, bool first, bool last) const;
  // Of every tile: costs by kind, and the sum of the largest.
  double all_tiles(scan_costs& costs) const;
  double chunk(double tokens, bool first, bool last, scan_costs& costs) const;
  // From the load of its descriptor to its last beat of scan_serial; `behind`: another descriptor follows.
  double compute(double tiles_cost, double first_chunk, bool behind) const;
  double first_issue(bool behind) const { return arrivals(behind).issue; }
  double read_beats() const;
  double written_beats() const;
  double tail() const;

  const machine_costs& m_;
  const hls::scan_descriptor& d_;
  double passes_, groups_, tiles_, last_groups_, chunks_, first_tokens_, last_tokens_;

 private:
  struct first_tile {
    double issue = 0;   // of scan_serial
    double loaded = 0;  // the last row of A and h0; 0: none is loaded
  };
  first_tile arrivals(bool behind) const;
  double loads(double groups) const {
    return (d_.load_params ? m_.params(groups) + m_.rates(groups * passes_) : 0) +
           (d_.has_h0 ? m_.states(groups * passes_) : 0);
  }
};

scan_costs scan_of_tiles::tile(double groups, double tokens, bool first, bool last) const {
  const double u = m_.operand(tokens * groups), y = m_.output(tokens * groups), rho = m_.read_beat_;
  const double load = first ? loads(groups) : 0;
  const double state = last && d_.store_state ? m_.states(groups * passes_) : 0;
  // B and C of a chunk are read while its tiles are: each has its part. Those of the first come before.
  const double shared = first ? 0 : 2 * m_.shared(tokens * passes_) / tiles_;
  const double read = operands() * u + load + shared, bursts = operands() * m_.bursts(u) + (load > 0 ? 2 : 0);
  const double start = d_.reverse ? u : m_.beats(m_.point_.num_lanes * m_.point_.operand_bytes());
  double wait = std::max((u + start) * rho + tokens * step(groups), 2 * u * rho + step(groups));
  if (load > 0) wait = std::max(wait, (2 * u + load) * rho + step(groups) * (tokens - 1));
  const double loop =
      1 + m_.first_beat_ + wait + delta_cycles + sum_cycles + m_.levels_ + gate_cycles + m_.quantised_;
  scan_costs costs{tokens * groups * passes_, read * rho,
                   y + m_.bursts(y) + (state > 0 ? state + m_.bursts(state) : 0), 0,
                   loop / m_.point_.tile_buffers};
  if (step(groups) > groups * passes_) costs.latency = std::max(costs.latency, tokens * step(groups));
  if (m_.pipe_ == nullptr) return costs;
  costs.pipe = (read + y + state) * m_.per_beat_;
  const double in_flight = std::min(m_.point_.read_outstanding, m_.pipe_->read_queue_bursts);
  costs.latency =
      std::max(costs.latency, bursts * (m_.pipe_->read_latency_cycles + read / bursts * rho) / in_flight);
  return costs;
}

double scan_of_tiles::chunk(double tokens, bool first, bool last, scan_costs& costs) const {
  const scan_costs full = tile(m_.point_.interleave, tokens, first, last),
                   rest = tile(last_groups_, tokens, first, last);
  costs += full * (tiles_ - 1);
  costs += rest;
  return (tiles_ - 1) * full.largest() + rest.largest();
}

double scan_of_tiles::all_tiles(scan_costs& costs) const {
  if (chunks_ == 1) return chunk(last_tokens_, true, true, costs);
  const double ends = chunk(first_tokens_, true, false, costs) + chunk(last_tokens_, false, true, costs);
  scan_costs one;
  const double between = chunk(d_.chunk_tokens, false, false, one);
  costs += one * (chunks_ - 2);
  return ends + (chunks_ - 2) * between;
}

// After the load cycle of the descriptor: its jobs one behind the other on the read channel.
scan_of_tiles::first_tile scan_of_tiles::arrivals(bool behind) const {
  const double rho = m_.read_beat_, u = m_.operand(first_tokens_ * groups_);
  const double a = d_.load_params ? m_.rates(groups_ * passes_) : 0;
  const double h = d_.has_h0 ? m_.states(groups_ * passes_) : 0;
  const double fetch = behind ? 2 + m_.first_beat_ + m_.descriptor() * rho : 0;
  const double start = std::max(3 + (behind ? 1 : 0) + m_.first_beat_, fetch);
  const double before = (d_.load_params ? m_.params(groups_) : 0) + 2 * m_.shared(first_tokens_ * passes_);
  const double row = d_.reverse ? u : m_.operand(1);
  first_tile found;
  found.issue = start + (before + u + row - 1) * rho + 1 + delta_cycles;
  if (a > 0) {
    const double first_row = d_.reverse ? a : m_.rates(1);
    found.issue = std::max(found.issue, start + (before + 2 * u + first_row - 1) * rho + 1);
  }
  if (a + h > 0) found.loaded = start + (before + 2 * u + a + h - 1) * rho + 1;
  if (h > 0) found.issue = std::max(found.issue, found.loaded - (h - m_.states(1)) * rho);
  return found;
}

double scan_of_tiles::compute(double tiles_cost, double first_chunk, bool behind) const {
  const first_tile at = arrivals(behind);
  double all = at.issue + tiles_cost;
  if (at.loaded == 0) return all;
  all = std::max(all, at.loaded + tiles_cost - step(groups_));
  if (tiles_ == 1) return all;
  const double each = loads(groups_) + operands() * m_.operand(first_tokens_ * groups_);
  return std::max(all, at.loaded + (tiles_ - 1) * each * m_.read_beat_ +
                           step(last_groups_) * (first_tokens_ - 1) + tiles_cost - first_chunk);
}

double scan_of_tiles::read_beats() const {
  const auto of_chunk = [&](double tokens) {
    return operands() * ((tiles_ - 1) * m_.operand(tokens * m_.point_.interleave) +
                         m_.operand(tokens * last_groups_)) +
           2 * m_.shared(tokens * passes_);
  };
  return (chunks_ - 1) * of_chunk(d_.chunk_tokens) + of_chunk(d_.rest_tokens) +
         (tiles_ - 1) * loads(groups_) + loads(last_groups_);
}

double scan_of_tiles::written_beats() const {
  const auto of_chunk = [&](double tokens) {
    return (tiles_ - 1) * m_.output(tokens * m_.point_.interleave) + m_.output(tokens * last_groups_);
  };
  const double states =
      d_.store_state ? (tiles_ - 1) * m_.states(groups_ * passes_) + m_.states(last_groups_ * passes_) : 0;
  return (chunks_ - 1) * of_chunk(d_.chunk_tokens) + of_chunk(d_.rest_tokens) + states;
}

// From the last beat of scan_serial to the last response.
double scan_of_tiles::tail() const {
  const double h = d_.store_state ? m_.states(last_groups_ * passes_) : 0,
               y = m_.output(last_tokens_ * last_groups_);
  const double written = std::max(sum_cycles + m_.levels_ + gate_cycles + m_.quantised_ + 1,
                                  h > 0 ? state_cycles + h + m_.bursts(h) : 0);
  double tail = written + y + m_.bursts(y) + 1;
  if (m_.pipe_ != nullptr)
    tail += m_.pipe_->write_latency_cycles - 2 + std::ceil(std::max(0.0, y * (m_.per_beat_ - 1)));
  return tail;
}

}  // namespace

double scan_costs::largest() const { return std::max({compute, read, write, pipe, latency}); }

const char* scan_costs::binding() const {
  const double most = largest();
  if (compute == most) return "compute";
  if (read == most) return "read";
  if (pipe == most) return "pipe";
  return write == most ? "write" : "latency";
}

scan_costs scan_costs::operator*(double times) const {
  return {times * compute, times * read, times * write, times * pipe, times * latency};
}

scan_costs& scan_costs::operator+=(const scan_costs& other) {
  compute += other.compute, read += other.read, write += other.write;
  pipe += other.pipe, latency += other.latency;
  return *this;
}

scan_formula scan_formula_of(std::span<const hls::scan_descriptor> scans, const design_point& point,
                             const latency_parameters* pipe) {
  const machine_costs m(point, pipe);
  scan_formula found;
  const double loaded = 2 + m.first_beat_ + (m.descriptor() - 1) * m.read_beat_;
  double compute = 0, read = 0, moved = 0, tail = 0, last_tile = 0;
  for (size_t i = 0; i < scans.size(); ++i) {
    const scan_of_tiles scan(m, scans[i]);
    scan_costs costs, of_first;
    const double tiles = scan.all_tiles(costs);
    const double first = scan.chunk(scan.first_tokens_, true, scan.chunks_ == 1, of_first);
    const bool behind = i + 1 < scans.size();
    compute += scans[i].load_params || i == 0 ? scan.compute(tiles, first, behind) + (i > 0 ? 1 : 0) : tiles;
    read += scan.read_beats() + (i > 0 ? m.descriptor() : 0);
    moved += scan.read_beats() + scan.written_beats() + m.descriptor();
    tail = scan.tail();
    last_tile = m.output(scan.last_tokens_ * scan.last_groups_);
    found.costs += costs;
  }
  const double head = loaded + 3 + (scans.size() > 1 ? 1 : 0) + m.first_beat_;
  const double last_row = 5 + delta_cycles + sum_cycles + m.levels_ + gate_cycles + m.quantised_ + last_tile +
                          (pipe != nullptr ? pipe->write_latency_cycles - 2 : 0);
  found.cycles = std::max(loaded + compute + tail, head + read * m.read_beat_ + last_row);
  if (pipe != nullptr)
    found.cycles = std::max(
        found.cycles, head + moved * m.per_beat_ + pipe->write_latency_cycles + pipe->read_latency_cycles);
  found.cycles = std::ceil(found.cycles);
  return found;
}

std::optional<scan_formula> scan_formula_of(const program& p, const design_point& point) {
  const bool ideal = point.memory == "ideal";
  if ((!ideal && point.memory != "latency") || p.runs.size() != 1) return std::nullopt;
  std::vector<hls::scan_descriptor> scans;
  for (uint32_t i = 0; i < p.runs.front().count; ++i) {
    map::descriptor_image words;
    std::memcpy(words, p.image.data() + p.runs.front().address + i * sizeof words, sizeof words);
    if (map::opcode_of(words) != static_cast<uint32_t>(map::opcode::scan)) return std::nullopt;
    scans.push_back(hls::decode_descriptor(words));
    if (scans.back().local || scans.back().resume || scans.back().keep) return std::nullopt;
  }
  if (ideal) return scan_formula_of(scans, point, nullptr);
  const memory_parameters of_point = memory_parameters_of(point, 1);
  const latency_parameters pipe = read_latency_parameters(of_point.parameter_dir, of_point.set);
  return scan_formula_of(scans, point, &pipe);
}

}  // namespace scansim
