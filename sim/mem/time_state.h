// time_state: all that the future of a run depends on, as plain lists: times (cycles that somebody may still
// wait for), counts of events (where each process stands), values (the rest).
//   later_by(a, b, steps)  d, if b is the state a, d cycles later, with the events of each unit counted on by
//                          its step: then what follows b is what follows a, d later. nullopt says nothing.
// A time need not have moved on where it is past for good in both states: `reach` before everything to come.
// Contract: both states are of one machine with one memory, which append in one order, and what the machine
// was told to do is the same from both on.
#pragma once
#include <array>
#include <optional>

#include "sim/mem/memory_timing.h"

namespace scansim {

// What a sequence has one event of; `still` has none, `any` follows from the others.
enum class event_unit : uint8_t { still, tile, token, row, chunk, job, any };
using event_steps = std::array<int64_t, 6>;  // by unit, but `any`

class time_state {
 public:
  void add_time(cycle_t time) { times_.push_back(time); }
  void add_count(int64_t count, event_unit unit) { counts_.push_back({count, unit}); }
  void add_value(int64_t value) { values_.push_back(value); }
  // The first cycle in which a process can do anything yet.
  void add_next(cycle_t next);
  // Of all processes: the first such cycle, the last.
  cycle_t earliest() const { return earliest_; }
  cycle_t latest() const { return latest_; }
  void clear();

 private:
  friend std::optional<cycle_t> later_by(const time_state& a, const time_state& b, const event_steps& steps);
  struct counted {
    int64_t count;
    event_unit unit;
  };

  std::vector<cycle_t> times_;
  std::vector<counted> counts_;
  std::vector<int64_t> values_;
  cycle_t earliest_ = INT64_MAX, latest_ = 0;
};

}  // namespace scansim
