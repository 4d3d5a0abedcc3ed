// One DRAM channel (one rank) as a max-plus schedule in DRAM clocks: each burst gets the earliest legal time
// of its PRE, ACT and column command given all bursts before it. First come, first served: column commands
// keep command order; a row may be opened as soon as its request has arrived and its bank is free, while
// older bursts still transfer. Open page: a row stays open until another row of its bank is asked for or a
// refresh closes all. Refresh: one all-bank REF per tREFI, issued once the due time has come and every bank
// is closed; bursts whose column command would fall past the due time wait for it. Not modelled: the command
// bus (one command per clock), power-down, ranks, per-bank refresh, ECC, data-bus inversion,
// read-modify-write of masked writes.
#pragma once
#include <algorithm>
#include <array>
#include <vector>

#include "sim/mem/memory_dram_parameters.h"

namespace scansim {

enum class dram_command_kind { precharge, activate, read, write, refresh };

// One command of the schedule; bank and row are meaningless for a refresh.
struct dram_command {
  dram_command_kind kind;
  std::int64_t clock = 0;
  int bank_group = 0;
  int bank = 0;
  std::int64_t row = 0;
};

struct dram_channel_counters {
  std::uint64_t row_hits = 0;       // the row was open
  std::uint64_t row_misses = 0;     // the bank was closed
  std::uint64_t row_conflicts = 0;  // another row was open
  std::uint64_t refreshes = 0;
  std::uint64_t read_bursts = 0;
  std::uint64_t write_bursts = 0;
};

class memory_dram_channel {
 public:
  // first_refresh: clock at which the first refresh is due.
  memory_dram_channel(const dram_parameters& parameters, std::int64_t first_refresh);

  // The next burst in command order, known to the channel from clock `arrival`. Returns the clock at which
  // its data has been transferred.
  std::int64_t access(const dram_location& where, bool write, std::int64_t arrival) {
    const bank_state& bank = banks_[static_cast<std::size_t>(where.bank)];
    if (bank.open_row == where.row) [[likely]] {
      const std::int64_t column = earliest_column(where, write, std::max(arrival, bank.next_column));
      if (column < refresh_due_) [[likely]] {
        ++counters_.row_hits;
        return transfer(where, write, column);
      }
    }
    return access_closed(where, write, arrival);
  }

  const dram_channel_counters& counters() const { return counters_; }

  // Appends every command scheduled from now on to `log`, in scheduling order; nullptr stops it.
  void record(std::vector<dram_command>* log) { log_ = log; }

 private:
  struct bank_state {
    std::int64_t open_row = -1;
    std::int64_t next_activate = 0, next_precharge = 0, next_column = 0;
  };
  struct group_state {
    std::int64_t next_activate = 0, next_read = 0, next_write = 0;
  };
  struct plan {
    bool hit = false, conflict = false;
    std::int64_t precharge = 0, activate = 0, column = 0;
  };

  plan earliest(const dram_location& where, bool write, std::int64_t arrival) const;
  // The first column command from `ready` on: the bus and the bank group, whatever the bank.
  std::int64_t earliest_column(const dram_location& where, bool write, std::int64_t ready) const {
    const group_state& group = groups_[static_cast<std::size_t>(where.bank_group)];
    return write ? latest(ready, next_write_, group.next_write) : latest(ready, next_read_, group.next_read);
  }
  std::int64_t access_closed(const dram_location& where, bool write, std::int64_t arrival);
  std::int64_t transfer(const dram_location& where, bool write, std::int64_t column) {
    note(write ? dram_command_kind::write : dram_command_kind::read, column, where);
    commit_column(where, write, column);
    ++(write ? counters_.write_bursts : counters_.read_bursts);
    return column + (write ? t_.tCWL : t_.tCL) + t_.tBURST;
  }
  void refresh(std::int64_t waiting_column);
  void note(dram_command_kind kind, std::int64_t clock, const dram_location& where) {
    if (log_) log_->push_back({kind, clock, where.bank_group, where.bank, where.row});
  }
  void commit_activate(const dram_location& where, const plan& chosen);
  void commit_column(const dram_location& where, bool write, std::int64_t column) {
    bank_state& bank = banks_[static_cast<std::size_t>(where.bank)];
    group_state& group = groups_[static_cast<std::size_t>(where.bank_group)];
    if (write) {
      const std::int64_t written = column + t_.tCWL + t_.tBURST;
      next_write_ = column + t_.tCCD_S;
      next_read_ = std::max(next_read_, written + t_.tWTR_S);
      group.next_write = column + t_.tCCD_L;
      group.next_read = std::max(group.next_read, written + t_.tWTR_L);
      bank.next_precharge = std::max(bank.next_precharge, written + t_.tWR);
    } else {
      next_read_ = column + t_.tCCD_S;
      next_write_ = std::max(next_write_, column + t_.tCL + t_.tBURST + t_.tRTW_gap - t_.tCWL);
      group.next_read = column + t_.tCCD_L;
      bank.next_precharge = std::max(bank.next_precharge, column + t_.tRTP);
    }
  }

  dram_timing t_;
  std::vector<bank_state> banks_;
  std::vector<group_state> groups_;
  std::int64_t next_activate_ = 0, next_read_ = 0, next_write_ = 0;
  std::array<std::int64_t, 4> window_;  // clocks of the last four activates, window_[oldest_] the oldest
  std::size_t oldest_ = 0;
  std::int64_t refresh_due_;
  dram_channel_counters counters_;
  std::vector<dram_command>* log_ = nullptr;
};

}  // namespace scansim
