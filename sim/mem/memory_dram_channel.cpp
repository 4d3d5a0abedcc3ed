#include "sim/mem/memory_dram_channel.h"

#include <algorithm>

namespace scansim {

memory_dram_channel::memory_dram_channel(const dram_parameters& parameters, std::int64_t first_refresh)
    : t_(parameters.timing),
      banks_(static_cast<std::size_t>(parameters.banks())),
      groups_(static_cast<std::size_t>(parameters.bank_groups)),
      refresh_due_(first_refresh) {
  window_.fill(-t_.tFAW);
}

memory_dram_channel::plan memory_dram_channel::earliest(const dram_location& where, bool write,
                                                        std::int64_t arrival) const {
  const bank_state& bank = banks_[static_cast<std::size_t>(where.bank)];
  const group_state& group = groups_[static_cast<std::size_t>(where.bank_group)];
  plan chosen;
  chosen.hit = bank.open_row == where.row;
  chosen.conflict = !chosen.hit && bank.open_row >= 0;
  std::int64_t row_ready = bank.next_column;
  if (!chosen.hit) {
    chosen.precharge = std::max(arrival, bank.next_precharge);
    const std::int64_t bank_closed = chosen.conflict ? chosen.precharge + t_.tRP : bank.next_activate;
    chosen.activate =
        latest(arrival, bank_closed, next_activate_, group.next_activate, window_[oldest_] + t_.tFAW);
    row_ready = chosen.activate + t_.tRCD;
  }
  chosen.column = earliest_column(where, write, std::max(arrival, row_ready));
  return chosen;
}

// Closes every bank and refreshes once. When all banks are closed already, the refreshes that fell due long
// before the waiting burst are over too, so that they are only counted.
void memory_dram_channel::refresh(std::int64_t waiting_column) {
  const bool all_closed =
      std::all_of(banks_.begin(), banks_.end(), [](const auto& b) { return b.open_row < 0; });
  if (all_closed) {
    const std::int64_t passed = (waiting_column - refresh_due_) / t_.tREFI;
    refresh_due_ += passed * t_.tREFI;
    counters_.refreshes += static_cast<std::uint64_t>(passed);
  }
  std::int64_t issue = refresh_due_;
  for (std::size_t b = 0; b < banks_.size(); ++b) {
    const bank_state& bank = banks_[b];
    std::int64_t closed = bank.next_activate;
    if (bank.open_row >= 0) {
      const std::int64_t precharge = std::max(refresh_due_, bank.next_precharge);
      const int group = static_cast<int>(b / (banks_.size() / groups_.size()));
      note(dram_command_kind::precharge, precharge, {0, group, static_cast<int>(b), bank.open_row});
      closed = precharge + t_.tRP;
    }
    issue = std::max(issue, closed);
  }
  note(dram_command_kind::refresh, issue, {});
  for (bank_state& bank : banks_) {
    bank.open_row = -1;
    bank.next_activate = issue + t_.tRFC;
  }
  refresh_due_ += t_.tREFI;
  ++counters_.refreshes;
}

void memory_dram_channel::commit_activate(const dram_location& where, const plan& chosen) {
  bank_state& bank = banks_[static_cast<std::size_t>(where.bank)];
  if (chosen.conflict) note(dram_command_kind::precharge, chosen.precharge, where);
  note(dram_command_kind::activate, chosen.activate, where);
  bank.open_row = where.row;
  bank.next_precharge = chosen.activate + t_.tRAS;
  bank.next_column = chosen.activate + t_.tRCD;
  next_activate_ = chosen.activate + t_.tRRD_S;
  groups_[static_cast<std::size_t>(where.bank_group)].next_activate = chosen.activate + t_.tRRD_L;
  window_[oldest_] = chosen.activate;
  oldest_ = (oldest_ + 1) % window_.size();
}

// Where the row is to be opened first, or a refresh is due.
std::int64_t memory_dram_channel::access_closed(const dram_location& where, bool write,
                                                std::int64_t arrival) {
  plan chosen = earliest(where, write, arrival);
  while (chosen.column >= refresh_due_) {
    refresh(chosen.column);
    chosen = earliest(where, write, arrival);
  }
  if (!chosen.hit) commit_activate(where, chosen);
  ++(chosen.hit ? counters_.row_hits : chosen.conflict ? counters_.row_conflicts : counters_.row_misses);
  return transfer(where, write, chosen.column);
}

}  // namespace scansim
