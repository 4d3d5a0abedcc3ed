#include "sim/gemm/index_unrank.h"

#include <algorithm>

#include "hls/gemm/nm_format.h"

namespace scansim {

index_unrank::index_unrank(std::string name, int groups, const ports& connected)
    : block_process(std::move(name)), groups_(groups), ports_(connected) {
  add_process(&index_unrank::process);
}

void index_unrank::begin() {
  unranks_ = index_bits_ = 0;
  restart();
}

void index_unrank::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_command(command, visible); });
  ports_.positions.close();
}

// Returns the issue of the last beat.
cycle_t index_unrank::run_command(const unrank_command& command, cycle_t visible) {
  cycle_t issue = 0;
  for (int beat = 0; beat < command.beats; ++beat) {
    issue = stalls_.issue(visible, ports_.ranks.front_time(), ports_.positions.credit_time());
    if (values()) unrank(command, ports_.positions.back());
    ports_.positions.push(issue + latency_cycles);
    ports_.ranks.pop(issue);
  }
  const uint64_t ranks = static_cast<uint64_t>(command.beats) * static_cast<uint64_t>(groups_);
  unranks_ += ranks;
  index_bits_ += ranks * static_cast<uint64_t>(command.index_bits);
  return issue;
}

void index_unrank::unrank(const unrank_command& command, position_beat& out) const {
  out = {};
  for (int group = 0; group < groups_; ++group)
    hls::nm_unrank(ports_.ranks.front().rank[group], command.n, command.m, out.position[group]);
}

block_counters index_unrank::counters(cycle_t cycles) {
  return with_stalls(stalls_, cycles, {{"unranks", unranks_}, {"index_bits", index_bits_}});
}

}  // namespace scansim
