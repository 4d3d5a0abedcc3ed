#include "sim/gemm/topn_select.h"

#include <algorithm>

#include "hls/gemm/topn_select.h"

namespace scansim {

topn_select::topn_select(std::string name, int lanes, const ports& connected)
    : block_process(std::move(name)), lanes_(lanes), ports_(connected) {
  add_process(&topn_select::process);
}

void topn_select::begin() {
  drained_ = 0;
  values_ = compares_ = kept_ = 0;
  restart();
}

void topn_select::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_command(command, visible); });
  ports_.kept.close();
}

// Returns the issue of the last value.
cycle_t topn_select::run_command(const topn_command& command, cycle_t visible) {
  cycle_t issue = 0;
  for (int group = 0; group < command.groups; ++group) {
    issue = read_group(command, visible);
    drain_group(command, issue);
  }
  const auto lanes = static_cast<uint64_t>(lanes_), m = static_cast<uint64_t>(command.m);
  const uint64_t groups = static_cast<uint64_t>(command.groups) * lanes;
  values_ += groups * m;
  compares_ += groups * (m * (m - 1) / 2);
  kept_ += groups * static_cast<uint64_t>(command.n);
  return issue;
}

cycle_t topn_select::read_group(const topn_command& command, cycle_t visible) {
  cycle_t issue = 0;
  for (int position = 0; position < command.m; ++position) {
    const bool last = position + 1 == command.m;
    issue = stalls_.issue(visible, ports_.values.front_time(), last ? drained_ : 0);
    for (int lane = 0; lane < lanes_; ++lane) group_[lane][position] = ports_.values.front().value[lane];
    ports_.values.pop(issue);
  }
  return issue;
}

void topn_select::drain_group(const topn_command& command, cycle_t complete) {
  int16_t kept[max_topn_lanes][max_nm_m];
  uint8_t positions[max_topn_lanes][max_nm_m];
  for (int lane = 0; lane < lanes_; ++lane)
    hls::topn_select(group_[lane], command.m, command.n, kept[lane], positions[lane]);
  drained_ = complete;
  for (int j = 0; j < command.n; ++j) {
    drained_ = std::max(drained_ + 1, ports_.kept.credit_time());
    topn_kept& entry = ports_.kept.back();
    for (int lane = 0; lane < lanes_; ++lane) {
      entry.value[lane] = kept[lane][j];
      entry.position[lane] = positions[lane][j];
    }
    ports_.kept.push(drained_ + 1);
  }
}

block_counters topn_select::counters(cycle_t cycles) {
  return with_stalls(stalls_, cycles, {{"values", values_}, {"compare_ops", compares_}, {"kept", kept_}});
}

}  // namespace scansim
