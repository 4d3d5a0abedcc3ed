// Fibers are made by makecontext and then switched by _setjmp and _longjmp: swapcontext asks the kernel for
// the signal mask at every switch, and a kernel under test switches millions of times.
#undef _FORTIFY_SOURCE  // its longjmp refuses to jump to another stack
#include "tests/support/cuda_emulation.h"

#include <setjmp.h>
#include <ucontext.h>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

// Under the thread sanitizer a fiber is a thread to it, and only the barriers order what threads do: it then
// reports every race of the kernel. This file itself is compiled without it. Shuffles order nothing.
#ifdef SCANSIM_RACE_CHECK
#include <sanitizer/tsan_interface.h>
#else
static void __tsan_acquire(void*) {}
static void __tsan_release(void*) {}
static void* __tsan_get_current_fiber() { return nullptr; }
static void* __tsan_create_fiber(unsigned) { return nullptr; }
static void __tsan_destroy_fiber(void*) {}
static void __tsan_switch_to_fiber(void*, unsigned) {}
static constexpr unsigned __tsan_switch_to_fiber_no_sync = 1;
#endif

namespace scansim::emulation {

uint3_emulated thread_index, layer_index;
dim3 block_size, grid_size;
thread_order order = thread_order::in_turn;

namespace {

constexpr size_t stack_bytes = 256 * 1024;
constexpr unsigned warp_size = 32;

enum class waiting_for { nothing, block, warp, finished };

struct fiber {
  ucontext_t context{};  // its start
  jmp_buf resume{};
  bool started = false;
  std::unique_ptr<char[]> stack = std::make_unique<char[]>(stack_bytes);
  uint3_emulated index;
  waiting_for state = waiting_for::nothing;
  unsigned mask = 0;                          // of the warp barrier waited for
  uint32_t published = 0;                     // this lane's value for a shuffle
  uint32_t words[most_exchanged_words] = {};  // for a matrix unit
  void* sanitized = __tsan_create_fiber(0);
  ~fiber() { __tsan_destroy_fiber(sanitized); }
};

// The block that runs now. Fibers are kept between launches: making stacks costs more than running.
struct running_block {
  std::vector<std::unique_ptr<fiber>> fibers;
  size_t threads = 0, current = 0;
  jmp_buf scheduler{};
  const std::function<void()>* body = nullptr;
  std::exception_ptr failure;
  void* sanitized = nullptr;  // the scheduler
};
running_block block;

// Where the sanitizer learns of a barrier. Two in turn: a thread may reach the next one before another has
// left the one before.
struct meeting_point {
  char place[2] = {};
  unsigned turn = 0;
};
meeting_point block_meeting, warp_meeting[32], launch_meeting;

fiber& self() { return *block.fibers[block.current]; }

void yield_as(waiting_for state) {
  fiber& me = self();
  me.state = state;
  if (_setjmp(me.resume) != 0) return;
  __tsan_switch_to_fiber(block.sanitized, __tsan_switch_to_fiber_no_sync);
  _longjmp(block.scheduler, 1);
}

void meet_as(waiting_for state, meeting_point& meeting) {
  void* const place = &meeting.place[meeting.turn % 2];
  __tsan_release(place);
  yield_as(state);
  __tsan_acquire(place);
}

void fiber_main() {
  __tsan_acquire(&launch_meeting.place[0]);
  try {
    (*block.body)();
  } catch (...) {
    if (!block.failure) block.failure = std::current_exception();
  }
  __tsan_release(&launch_meeting.place[1]);
  yield_as(waiting_for::finished);
}

void start(fiber& thread, size_t index) {
  const unsigned i = static_cast<unsigned>(index);
  thread.index = {i % block_size.x, i / block_size.x % block_size.y, i / (block_size.x * block_size.y)};
  thread.state = waiting_for::nothing;
  thread.started = false;
  getcontext(&thread.context);
  thread.context.uc_stack.ss_sp = thread.stack.get();
  thread.context.uc_stack.ss_size = stack_bytes;
  thread.context.uc_link = nullptr;
  makecontext(&thread.context, fiber_main, 0);
}

void run_until_it_waits(size_t index) {
  block.current = index;
  fiber& thread = *block.fibers[index];
  thread_index = thread.index;
  if (_setjmp(block.scheduler) != 0) return;  // the fiber waits
  __tsan_switch_to_fiber(thread.sanitized, __tsan_switch_to_fiber_no_sync);
  if (std::exchange(thread.started, true)) _longjmp(thread.resume, 1);
  setcontext(&thread.context);
}

// Lets the lanes of one warp go whose barrier is complete. True if any went.
bool release_warp(size_t first) {
  const size_t lanes = std::min<size_t>(warp_size, block.threads - first);
  for (size_t lane = 0; lane < lanes; ++lane) {
    const fiber& thread = *block.fibers[first + lane];
    if (thread.state != waiting_for::warp) continue;
    const unsigned mask = lanes < warp_size ? thread.mask & ((1u << lanes) - 1) : thread.mask;
    bool complete = (mask >> lane) & 1;
    for (size_t other = 0; other < lanes; ++other)
      if ((mask >> other) & 1) {
        const fiber& peer = *block.fibers[first + other];
        complete = complete && peer.state == waiting_for::warp && peer.mask == thread.mask;
      }
    if (!complete) continue;
    for (size_t other = 0; other < lanes; ++other)
      if ((mask >> other) & 1) block.fibers[first + other]->state = waiting_for::nothing;
    ++warp_meeting[first / warp_size].turn;
    return true;
  }
  return false;
}

bool release_block() {
  const auto waits = [](const auto& thread) { return thread->state == waiting_for::block; };
  const auto end = block.fibers.begin() + static_cast<std::ptrdiff_t>(block.threads);
  if (!std::all_of(block.fibers.begin(), end, waits)) return false;
  std::for_each(block.fibers.begin(), end, [](auto& thread) { thread->state = waiting_for::nothing; });
  ++block_meeting.turn;
  return true;
}

// An order of 32 warps, or of the 32 lanes of a warp: start + k step, which meets each once if step is odd.
struct place_order {
  unsigned start = 0, step = 1;
  unsigned operator()(unsigned k) const { return (start + k * step) % warp_size; }
};

// The orders of one block, new ones at every barrier if they are shuffled.
class block_order {
 public:
  block_order(thread_order which, unsigned seed) : which_(which), random_(seed) {
    constexpr thread_order turns[] = {thread_order::ascending, thread_order::descending,
                                      thread_order::shuffled};
    if (which_ == thread_order::in_turn) which_ = turns[seed % 3];
  }
  bool shuffled() const { return which_ == thread_order::shuffled; }
  place_order next() {
    if (which_ == thread_order::ascending) return {};
    if (which_ == thread_order::descending) return {warp_size - 1, warp_size - 1};
    const auto bits = static_cast<unsigned>(random_() >> 4);
    return {bits, bits >> 5 | 1u};
  }

 private:
  thread_order which_;
  std::minstd_rand random_;
};

// Runs each thread of a warp that does not wait until it waits.
void run_warp(size_t first, const place_order& lanes) {
  for (unsigned k = 0; k < warp_size; ++k) {
    const size_t i = first + lanes(k);
    if (i < block.threads && block.fibers[i]->state == waiting_for::nothing) run_until_it_waits(i);
  }
  if (block.failure) std::rethrow_exception(std::exchange(block.failure, nullptr));
}

// Runs every warp as far as it gets without a block barrier. Warps run whole, one after another, or,
// shuffled, from warp barrier to warp barrier.
void run_warps(block_order& places) {
  for (bool again = true; std::exchange(again, false);) {
    const place_order warps = places.next();
    for (unsigned k = 0; k < warp_size; ++k) {
      const size_t first = size_t{warps(k)} * warp_size;
      if (first >= block.threads) continue;
      run_warp(first, places.next());
      while (release_warp(first)) {
        if (places.shuffled()) {
          again = true;
          break;
        }
        run_warp(first, places.next());
      }
    }
  }
}

void run_block() {
  static unsigned blocks = 0;  // since the program started: a run is repeated by the same command line
  block_order places(order, ++blocks);
  for (size_t i = 0; i < block.threads; ++i) start(*block.fibers[i], i);
  block.sanitized = __tsan_get_current_fiber();
  __tsan_release(&launch_meeting.place[0]);
  for (;;) {
    run_warps(places);
    const auto finished = [](const auto& thread) { return thread->state == waiting_for::finished; };
    const auto end = block.fibers.begin() + static_cast<std::ptrdiff_t>(block.threads);
    if (std::all_of(block.fibers.begin(), end, finished)) break;
    if (!release_block()) throw std::logic_error("cuda emulation: a barrier that not every thread reaches");
  }
  __tsan_acquire(&launch_meeting.place[1]);
}

}  // namespace

void launch(dim3 grid, dim3 block_dim, const std::function<void()>& body) {
  grid_size = grid;
  block_size = block_dim;
  block.threads = size_t{block_dim.x} * block_dim.y * block_dim.z;
  if (block.threads == 0 || block.threads > 1024) throw std::logic_error("cuda emulation: 1 to 1024 threads");
  while (block.fibers.size() < block.threads) block.fibers.push_back(std::make_unique<fiber>());
  block.body = &body;
  for (unsigned z = 0; z < grid.z; ++z)
    for (unsigned y = 0; y < grid.y; ++y)
      for (unsigned x = 0; x < grid.x; ++x) {
        layer_index = {x, y, z};
        run_block();
      }
}

void sync_block() { meet_as(waiting_for::block, block_meeting); }

void sync_warp(unsigned mask) {
  self().mask = mask;
  meet_as(waiting_for::warp, warp_meeting[block.current / warp_size]);
}

uint32_t shuffle(unsigned mask, uint32_t value, shuffle_kind kind, unsigned argument, int width) {
  const size_t me = block.current;
  const unsigned lane = static_cast<unsigned>(me % warp_size), size = static_cast<unsigned>(width);
  const unsigned segment = lane / size * size, offset = lane % size;
  self().published = value;
  self().mask = mask;
  yield_as(waiting_for::warp);  // everybody has published
  unsigned source = lane;
  if (kind == shuffle_kind::idx) source = segment + argument % size;
  if (kind == shuffle_kind::up) source = offset >= argument ? lane - argument : lane;
  if (kind == shuffle_kind::down) source = offset + argument < size ? lane + argument : lane;
  if (kind == shuffle_kind::exchange) source = (lane ^ argument) < segment + size ? lane ^ argument : lane;
  const size_t index = me - lane + source;
  if (index >= block.threads || !((mask >> source) & 1))
    throw std::logic_error("cuda emulation: a shuffle from a lane that does not take part");
  const uint32_t result = block.fibers[index]->published;
  yield_as(waiting_for::warp);  // nobody publishes again before everybody has read
  return result;
}

// Words by hand: memcpy is watched by the sanitizer even from here, and lanes would seem to race.
static void copy_words(const uint32_t* from, int count, uint32_t* to) {
  for (int k = 0; k < count; ++k) {
    to[k] = from[k];
    asm volatile("" ::: "memory");
  }
}

void exchange_words(const uint32_t* mine, int count, uint32_t* all) {
  const size_t me = block.current, first = me / warp_size * warp_size;
  if (count < 0 || count > most_exchanged_words || first + warp_size > block.threads)
    throw std::logic_error("cuda emulation: a matrix unit needs 32 lanes and at most 8 words of each");
  copy_words(mine, count, self().words);
  self().mask = 0xffffffffu;
  yield_as(waiting_for::warp);
  for (size_t lane = 0; lane < warp_size; ++lane)
    copy_words(block.fibers[first + lane]->words, count, all + lane * static_cast<size_t>(count));
  yield_as(waiting_for::warp);
}

}  // namespace scansim::emulation
