// When is one state another, so many cycles later? Every time, count and value decides, each alone.
#include "sim/mem/time_state.h"

#include <catch2/catch.hpp>

namespace scansim {
namespace {

constexpr event_steps two_tiles = {0, 2, 4, 8, 1, 6};

// Of a process at `next`, with a time it waits for and what happened long ago.
time_state state_at(cycle_t next, cycle_t waited, cycle_t old, int64_t tiles, int64_t value) {
  time_state state;
  state.add_next(next);
  state.add_time(waited);
  state.add_time(old);
  state.add_count(tiles, event_unit::tile);
  state.add_count(next, event_unit::any);
  state.add_value(value);
  return state;
}

}  // namespace

TEST_CASE("time_state is another one later where every time moved on alike or is past for good",
          "[leaf][memory]") {
  const time_state before = state_at(1000, 1003, 10, 5, 7);
  CHECK(later_by(before, state_at(1500, 1503, 510, 7, 7), two_tiles) == 500);
  CHECK(later_by(before, state_at(1500, 1503, 10, 7, 7), two_tiles) == 500);   // past in both
  CHECK(later_by(before, state_at(1500, 1503, 300, 7, 7), two_tiles) == 500);  // likewise
}

TEST_CASE("time_state is no other one later where a time, a count, a value or their number differs",
          "[leaf][memory]") {
  const time_state before = state_at(1000, 1003, 10, 5, 7);
  CHECK_FALSE(later_by(before, state_at(1500, 1504, 510, 7, 7), two_tiles));   // waited for a cycle longer
  CHECK_FALSE(later_by(before, state_at(1500, 1003, 510, 7, 7), two_tiles));   // stood still
  CHECK_FALSE(later_by(before, state_at(1500, 1503, 1490, 7, 7), two_tiles));  // not past yet
  CHECK_FALSE(later_by(before, state_at(1500, 1503, 510, 6, 7), two_tiles));   // a tile behind
  CHECK_FALSE(later_by(before, state_at(1500, 1503, 510, 8, 7), two_tiles));
  CHECK_FALSE(later_by(before, state_at(1500, 1503, 510, 7, 6), two_tiles));
  time_state longer = state_at(1500, 1503, 510, 7, 7);
  longer.add_time(1500);
  CHECK_FALSE(later_by(before, longer, two_tiles));
}

}  // namespace scansim
