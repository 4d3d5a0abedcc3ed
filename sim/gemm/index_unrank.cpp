#include "sim/gemm/index_unrank.h"

#include <algorithm>

#include "hls/gemm/nm_format.h"

namespace scansim {

index_unrank::index_unrank(sc_core::sc_module_name name, int groups, const ports& connected)
    : sc_module(name), groups_(groups), ports_(connected) {
  SC_THREAD(process);
}

void index_unrank::begin(sc_core::sc_event& start) {
  start_ = &start;
  stalls_ = {};
  unranks_ = index_bits_ = 0;
  finished_ = false;
}

void index_unrank::process() {
  for (;;) {
    while (finished_) sc_core::wait(*start_);
    while (!ports_.commands.ended()) {
      const cycle_t visible = ports_.commands.front_time();
      ports_.commands.pop(run_command(ports_.commands.front(), visible));
    }
    ports_.positions.close();
    finished_ = true;
  }
}

// Returns the issue of the last beat.
cycle_t index_unrank::run_command(const unrank_command& command, cycle_t visible) {
  cycle_t issue = 0;
  for (int beat = 0; beat < command.beats; ++beat) {
    issue = stalls_.issue(visible, ports_.ranks.front_time(), ports_.positions.credit_time());
    position_beat& out = ports_.positions.back();
    out = {};
    for (int group = 0; group < groups_; ++group)
      hls::nm_unrank(ports_.ranks.front().rank[group], command.n, command.m, out.position[group]);
    ports_.positions.push(issue + latency_cycles);
    ports_.ranks.pop(issue);
  }
  const uint64_t ranks = static_cast<uint64_t>(command.beats) * static_cast<uint64_t>(groups_);
  unranks_ += ranks;
  index_bits_ += ranks * static_cast<uint64_t>(command.index_bits);
  return issue;
}

unit_counters index_unrank::counters(cycle_t cycles) {
  unit_counters values = stall_values(stalls_, cycles);
  values.insert(values.end(), {{"unranks", unranks_}, {"index_bits", index_bits_}});
  return values;
}

}  // namespace scansim
