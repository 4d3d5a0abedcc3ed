// run_timeline: what happened in a run, start by start, with the words for it that its program has: what a
// timeline is written from (timeline_json.h) and compared by (timeline_difference.h). The same from every
// rung that keeps its activity (sim/rungs/rung.h). Contract: cycles are those of all starts, one behind the
// other, as the report counts them. It has the cycles first_cycle to last_cycle: those asked for, of those
// that the run has; where more than `most` events begin in them, the last cycles are left out, so many that
// it has at most `most` (complete is false then). Blocks are cut at the ends; bursts and descriptors that
// touch what is left are whole.
#pragma once
#include <memory>

#include "host/timeline/burst_tensors.h"
#include "sim/rungs/activity_log.h"

namespace scansim {

struct timeline_request {
  cycle_window window;
  int64_t most = 1'000'000;  // events
};

struct timeline_start {
  recorded_start recorded;
  size_t number = 0;             // among all starts of the run
  uint64_t first_cycle = 0;      // of the start, in the run
  cycle_t last = 0;              // of it, that the timeline has
  std::vector<uint8_t> opcodes;  // of its descriptors, in their order
  uint64_t list_address = 0;     // of descriptor 0
};

struct run_timeline {
  std::vector<timeline_start> starts;
  std::vector<std::string_view> blocks;  // that the machine has, the first of counted_blocks
  burst_tensors tensors;
  uint64_t axi_bytes = 0;
  uint64_t cycles = 0;                       // of the run
  uint64_t first_cycle = 0, last_cycle = 0;  // that it has, both included
  uint64_t events = 0;                       // between them
  bool complete = true;
};

// Of a program that ran on the design point. Empty (events 0, no starts): the window lies behind the run.
run_timeline make_timeline(std::vector<recorded_start> recorded, const program& p, const design_point& point,
                           const timeline_request& request);

// The runs of a block, as far as the timeline has them: visit(state_run), in cycles of the start.
template <class Visit>
void each_state(const timeline_start& start, size_t block, Visit visit) {
  const recorded_start& recorded = start.recorded;
  for (state_cursor at(recorded.states[block], recorded.first_cycle); !at.ended(); at.next()) {
    state_run run = at.run();
    if (run.first > start.last) break;
    run.cycles = std::min(run.end(), start.last + 1) - run.first;
    visit(run);
  }
}

// Bursts or descriptors, likewise; both are in order of their first cycles.
template <class Span, class Visit>
void each_span(const timeline_start& start, const std::vector<Span>& spans, Visit visit) {
  for (const Span& one : spans) {
    if (one.first > start.last) break;
    visit(one);
  }
}

}  // namespace scansim
