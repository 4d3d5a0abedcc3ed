// scan_tokens: tile command -> token FIFO (sim/SETS.md, sections 2 and 4.1; order in hls/scan/scan_tokens.h).
// One token per cycle, latency 2:
//   issue = max(issue before + 1, command, list entry, credit of the token FIFO);   visible at issue + 2
// The list is read with and without values: times depend on it.
#pragma once

#include "sim/mem/tile_buffer.h"
#include "sim/stream/block_process.h"
#include "sim/stream/tile_command.h"

namespace scansim {

class scan_tokens : public block_process {
 public:
  struct ports {
    timed_fifo<tile_command>& commands;
    parameter_memory& list;
    timed_fifo<hls::scan_token>& tokens;
  };
  static constexpr int latency_cycles = 2;

  scan_tokens(std::string name, const ports& connected);

  void begin();
  block_counters counters(cycle_t cycles);

 private:
  void process();
  cycle_t run_tile(const tile_command& command, cycle_t visible);

  ports ports_;
  uint64_t tokens_ = 0, listed_ = 0, resets_ = 0, holds_ = 0;
};

}  // namespace scansim
