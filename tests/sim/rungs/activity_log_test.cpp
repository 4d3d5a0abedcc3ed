// What a device keeps of its cycles, against counts made one by one: states of a block, bursts of a port, the
// ends of descriptors.
#include "sim/rungs/activity_log.h"

#include <catch2/catch.hpp>
#include <random>

#include "traces/input_error.h"

namespace scansim {
namespace {

// Answers every call so many cycles later, and the next one not before.
class stated_memory final : public memory_timing {
 public:
  cycle_t read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) override {
    for (int beat = 0; beat < command.beats; ++beat)
      beat_valid[static_cast<size_t>(beat)] = valid + 20 + beat;
    return valid + 3;
  }
  cycle_t write_address(const burst&, cycle_t valid) override { return valid + 4; }
  cycle_t write_data(cycle_t valid) override { return valid; }
  cycle_t write_response(cycle_t last_data) override { return last_data + 7; }
  memory_counters counters() const override { return {}; }
};

recorded_start only_start(const activity_log& log) { return log.starts(1).front(); }

}  // namespace

TEST_CASE("state_track keeps every cycle of its window, and of too many runs the first", "[machine]") {
  std::mt19937_64 random(11);
  for (int i = 0; i < 500; ++i) {
    const track_window window{static_cast<cycle_t>(random() % 60), static_cast<cycle_t>(random() % 2000),
                              i % 3 == 0 ? static_cast<int64_t>(random() % 20) : INT64_MAX};
    state_track track;
    track.restart(window);
    std::vector<block_state> cycles;
    for (int part = static_cast<int>(random() % 60); part > 0; --part) {
      const auto state = static_cast<block_state>(random() % 4);
      const auto count = static_cast<cycle_t>(random() % (i % 5 == 0 ? 400 : 4));
      track.add(state, count);
      cycles.insert(cycles.end(), static_cast<size_t>(count), state);
    }
    track.finish();
    std::vector<state_run> runs;
    for (state_cursor at(track.bytes(), window.first); !at.ended(); at.next()) runs.push_back(at.run());
    std::vector<state_run> want;
    for (cycle_t cycle = window.first; cycle <= window.last && cycle < static_cast<cycle_t>(cycles.size());
         ++cycle) {
      const block_state state = cycles[static_cast<size_t>(cycle)];
      if (state == block_state::idle) continue;
      if (!want.empty() && want.back().state == state && want.back().end() == cycle)
        ++want.back().cycles;
      else
        want.push_back({state, cycle, 1});
    }
    // One more shows that there are more.
    if (static_cast<int64_t>(want.size()) > window.most) want.resize(static_cast<size_t>(window.most) + 1);
    CAPTURE(i, window.first, window.last, window.most);
    CHECK((runs == want));
    CHECK(track.events() == static_cast<int64_t>(want.size()));
  }
}

TEST_CASE("activity_recorder keeps bursts from the handshake of the address to the last beat or response",
          "[machine]") {
  activity_log log;
  activity_recorder recorder({.log = log.descriptor(), .window = {}, .most = 1000});
  const auto port = recorder.port(std::make_unique<stated_memory>());
  recorder.begin_start();
  std::vector<cycle_t> beats(8);
  CHECK(port->read_address({0x100, 8}, 10, beats) == 13);
  CHECK(port->write_address({0x200, 2}, 14) == 18);
  CHECK(port->write_address({0x300, 1}, 20) == 24);
  CHECK(port->write_response(30) == 37);
  CHECK(port->write_response(40) == 47);
  recorder.activity().cycles = 50;
  recorder.end_start();
  const recorded_start start = only_start(log);
  CHECK(start.cycles == 50);
  CHECK((start.reads == std::vector<burst_span>{{0x100, 8, 13, 37}}));
  CHECK((start.writes == std::vector<burst_span>{{0x200, 2, 18, 37}, {0x300, 1, 24, 47}}));
}

TEST_CASE("activity_recorder counts its window over all starts and keeps what touches it", "[machine]") {
  activity_log log;
  // Cycles 10 to 19 of the second start.
  activity_recorder recorder({.log = log.descriptor(), .window = {110, 119}, .most = 1000});
  for (int number = 0; number < 3; ++number) {
    const auto port = recorder.port(std::make_unique<stated_memory>());
    recorder.begin_start();
    std::vector<cycle_t> beats(1);
    for (const cycle_t valid : {0, 7, 15, 17})
      port->read_address({static_cast<uint64_t>(valid), 1}, valid, beats);
    machine_activity& activity = recorder.activity();
    for (state_track& track : activity.states) {
      track.restart(activity.window);
      track.add(block_state::busy, 12);
      track.add(block_state::wait_in, 88);
      track.finish();
    }
    activity.descriptors = {{0, 9, 0}, {9, 10, 1}, {19, 30, 2}, {20, 30, 3}};
    activity.cycles = 100;
    recorder.end_start();
  }
  CHECK_THROWS_AS(log.starts(4), tool_error);
  const std::vector<recorded_start> starts = log.starts(3);
  for (const size_t outside : {0, 2}) {
    CHECK(starts[outside].reads.empty());
    CHECK(starts[outside].descriptors.empty());
    CHECK(starts[outside].states[0].empty());
  }
  CHECK(starts[1].first_cycle == 10);
  CHECK((starts[1].reads == std::vector<burst_span>{{0, 1, 3, 20}, {7, 1, 10, 27}, {15, 1, 18, 35}}));
  CHECK((starts[1].descriptors == std::vector<descriptor_span>{{9, 10, 1}, {19, 30, 2}}));
  state_cursor at(starts[1].states[0], starts[1].first_cycle);
  CHECK((at.run() == state_run{block_state::busy, 10, 2}));
  at.next();
  CHECK((at.run() == state_run{block_state::wait_in, 12, 8}));
}

TEST_CASE("descriptor_spans end with the last pop of what was pushed between two loads", "[machine]") {
  std::vector<descriptor_load> loads(3);
  loads[0].cycle = 4, loads[1].cycle = 20, loads[2].cycle = 30;
  loads[0].pushed[0] = 1;                          // the fetch
  loads[1].pushed[0] = 3, loads[1].pushed[5] = 1;  // two jobs and a command of the first
  loads[2].pushed[0] = 3, loads[2].pushed[5] = 1;  // nothing of the second
  queue_pops pops;
  pops[0] = {2, 9, 11, 44};
  pops[5] = {25};
  std::array<int64_t, num_command_queues> pushed = loads[2].pushed;
  pushed[0] = 4;
  CHECK((descriptor_spans(loads, pushed, pops) ==
         std::vector<descriptor_span>{{4, 25, 0}, {20, 20, 1}, {30, 44, 2}}));
}

}  // namespace scansim
