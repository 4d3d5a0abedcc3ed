// process_host: runs the processes of blocks.
//   add(block, beside)   before the first run; the block outlives the host's last run. beside: one added
//                before, with which the block trades an entry in nearly every cycle, or nullptr: a host may
//                run both in one thread
//   run()        all of them, from their start until each has ended or waits for what nobody makes; a block
//                says which of the two (block_process::finished)
// Contract: run() may be called again when all blocks have finished. What a process throws ends the run and
// is thrown by it; the host is then unusable.
#pragma once
#include "sim/stream/block_process.h"

namespace scansim {

class process_host {
 public:
  virtual ~process_host() = default;
  virtual void add(block_process& block, const block_process* beside = nullptr) = 0;
  virtual void run() = 0;
};

}  // namespace scansim
