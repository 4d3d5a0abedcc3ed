#include "sim/scan/scan_tokens.h"

#include <cstring>

namespace scansim {

scan_tokens::scan_tokens(std::string name, const ports& connected)
    : block_process(std::move(name)), ports_(connected) {
  add_process(&scan_tokens::process);
}

void scan_tokens::begin() {
  tokens_ = listed_ = resets_ = holds_ = 0;
  restart();
}

void scan_tokens::process() {
  each_command(ports_.commands,
               [this](const auto& command, cycle_t visible) { return run_tile(command, visible); });
}

// Returns the issue of the last token.
cycle_t scan_tokens::run_tile(const tile_command& command, cycle_t visible) {
  const hls::token_walk& walk = command.walk;
  hls::token_stream stream(walk);
  cycle_t issue = 0;
  for (int i = 0; i < walk.positions; ++i) {
    cycle_t listed = 0;
    uint32_t entry = 0;
    if (walk.has_list) {
      const int row = command.list_base + i;
      listed = ports_.list.row_time(row);
      std::memcpy(&entry, ports_.list.row(row), sizeof entry);
    }
    issue = stalls_.issue(visible, listed, ports_.tokens.credit_time());
    const hls::scan_token token = stream.next(entry);
    ports_.tokens.back() = token;
    ports_.tokens.push(issue + latency_cycles);
    resets_ += token.reset;
    holds_ += token.hold;
  }
  tokens_ += static_cast<uint64_t>(walk.positions);
  if (walk.has_list) listed_ += static_cast<uint64_t>(walk.positions);
  return issue;
}

block_counters scan_tokens::counters(cycle_t cycles) {
  return with_stalls(stalls_, cycles,
                     {{"tokens", tokens_},
                      {"list_read_bits", listed_ * 8 * hls::list_entry_bytes},
                      {"resets", resets_},
                      {"holds", holds_}});
}

}  // namespace scansim
