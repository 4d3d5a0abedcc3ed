// timed_fifo and stall_counters against a clocked FIFO: the same arrivals and the same willingness to pop
// must give the same cycles whichever process the host runs first.
#include "sim/stream/timed_fifo.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <deque>
#include <functional>
#include <random>

#include "sim/stream/fiber_host.h"
#include "sim/stream/systemc_host.h"

namespace scansim {
namespace {

struct stimulus {
  std::vector<cycle_t> wants_to_push, wants_to_pop;  // earliest cycles, one per entry
};

struct observed {
  std::vector<cycle_t> pushes, pops;
  bool operator==(const observed&) const = default;
};

// The rules of sim/README.md section 3, clocked: visible from push + 1, a place is free from pop + 1.
observed clocked_fifo(const stimulus& in, size_t depth) {
  observed out;
  std::deque<size_t> entries;
  for (cycle_t cycle = 0; out.pops.size() < in.wants_to_pop.size(); ++cycle) {
    const size_t held = entries.size();
    const bool push = out.pushes.size() < in.wants_to_push.size() &&
                      cycle >= in.wants_to_push[out.pushes.size()] && held < depth;
    const bool pop = held > 0 && cycle >= in.wants_to_pop[out.pops.size()];
    if (pop) {
      entries.pop_front();
      out.pops.push_back(cycle);
    }
    if (push) {
      entries.push_back(out.pushes.size());
      out.pushes.push_back(cycle);
    }
  }
  return out;
}

// What a producer and a consumer do. One instance per fifo under test.
struct timed_pair {
  timed_pair(stimulus given, int depth) : in(std::move(given)), fifo(depth) {}
  void produce() {
    cycle_t next = 0;
    for (size_t i = 0; i < in.wants_to_push.size(); ++i) {
      const cycle_t push = std::max({next, in.wants_to_push[i], fifo.credit_time()});
      fifo.back() = i;
      fifo.push(push + 1);
      out.pushes.push_back(push);
      next = push + 1;
    }
    fifo.close();
  }
  void consume() {
    cycle_t next = 0;
    for (size_t i = 0; !fifo.ended(); ++i) {
      const cycle_t pop = std::max({next, in.wants_to_pop[i], fifo.front_time()});
      in_order = in_order && fifo.front() == i;
      fifo.pop(pop);
      out.pops.push_back(pop);
      next = pop + 1;
    }
  }
  stimulus in;
  timed_fifo<size_t> fifo;
  observed out;
  bool in_order = true;
};

// Who runs them: one block, two, or two of which one is beside the other.
enum class placing { one_block, two_blocks, beside };

struct some_block : block_process {
  some_block(std::string name, std::vector<std::function<void()>> processes)
      : block_process(std::move(name)) {
    for (auto& one : processes) add_process(std::move(one));
    restart();
  }
};

using blocks = std::vector<std::unique_ptr<some_block>>;

void add_pair(process_host& host, timed_pair& pair, placing where, bool producer_first, blocks& all) {
  std::vector<std::function<void()>> ends = {[&pair] { pair.produce(); }, [&pair] { pair.consume(); }};
  if (!producer_first) std::swap(ends[0], ends[1]);
  const std::string name = "pair_" + std::to_string(all.size());
  if (where == placing::one_block) {
    all.push_back(std::make_unique<some_block>(name, ends));
    return host.add(*all.back());
  }
  for (size_t i = 0; i < ends.size(); ++i) {
    const block_process* first = i == 1 && where == placing::beside ? all.back().get() : nullptr;
    all.push_back(std::make_unique<some_block>(name + (i == 0 ? "a" : "b"), std::vector{ends[i]}));
    host.add(*all.back(), first);
  }
}

std::vector<cycle_t> random_times(size_t count, int longest_gap, std::mt19937_64& random) {
  std::vector<cycle_t> times(count);
  cycle_t time = 0;
  for (cycle_t& t : times)
    t = time += static_cast<cycle_t>(random() % static_cast<uint64_t>(longest_gap + 1));
  return times;
}

// Every depth, pace and placing, and both orders of processes.
void check_pairs(process_host& host) {
  const uint64_t seed = 20240611;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::vector<std::unique_ptr<timed_pair>> pairs;
  std::vector<int> depths;
  blocks all;
  for (int depth : {1, 2, 3, 4, 8, 16, 32})
    for (int gap : {0, 1, 3})
      for (bool producer_first : {true, false})
        for (placing where : {placing::one_block, placing::two_blocks, placing::beside}) {
          stimulus in{random_times(400, gap, random), random_times(400, (gap + 1) % 4, random)};
          pairs.push_back(std::make_unique<timed_pair>(in, depth));
          depths.push_back(depth);
          add_pair(host, *pairs.back(), where, producer_first, all);
        }
  host.run();
  for (const auto& block : all) CHECK(block->finished());
  for (size_t i = 0; i < pairs.size(); ++i) {
    CAPTURE(i, depths[i]);
    CHECK(pairs[i]->in_order);
    CHECK(pairs[i]->out == clocked_fifo(pairs[i]->in, static_cast<size_t>(depths[i])));
  }
}

// Waits for an entry that nobody pushes, or throws.
struct lonely_block : block_process {
  explicit lonely_block(bool throwing) : block_process("lonely"), fifo(1) {
    if (throwing)
      add_process([] { throw std::runtime_error("a process fails"); });
    else
      add_process([this] { fifo.front_time(); });
    restart();
  }
  timed_fifo<int> fifo;
};

}  // namespace

TEST_CASE("timed_fifo systemc gives the cycles of a clocked FIFO in every process order",
          "[stream][systemc]") {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  schedule_noise::seed(9);
  systemc_host host;
  check_pairs(host);
  schedule_noise::seed(0);
}

TEST_CASE("timed_fifo fibers give the cycles of a clocked FIFO in every process order", "[stream][fast]") {
  for (const uint64_t noise : {0, 7, 8}) {
    schedule_noise::seed(noise);
    fiber_host host;
    check_pairs(host);
  }
  schedule_noise::seed(0);
}

TEST_CASE("timed_fifo fibers that wait for nothing end the run unfinished, a fault is passed on",
          "[stream][fast]") {
  lonely_block waiting(false), failing(true);
  fiber_host host;
  host.add(waiting);
  host.run();
  CHECK_FALSE(waiting.finished());
  host.add(failing);
  CHECK_THROWS_WITH(host.run(), "a process fails");
}

TEST_CASE("stall_counters systemc attributes every cycle once, in the order idle, in, out, busy",
          "[stream][systemc]") {
  stall_counters stalls;
  CHECK(stalls.issue(2, 5, 4) == 5);   // 0-1 idle, 2-4 wait_in, 5 busy
  CHECK(stalls.issue(0, 6, 9) == 9);   // 6-8 wait_out, 9 busy
  CHECK(stalls.issue(0, 0, 0) == 10);  // at once
  counter_values counters{};
  stalls.finish(20, counters, 1);
  CHECK(counters[1] == 3);      // busy
  CHECK(counters[2] == 3);      // wait_in
  CHECK(counters[3] == 3);      // wait_out
  CHECK(counters[4] == 2 + 9);  // idle: 0-1 and 11-19
}

}  // namespace scansim
