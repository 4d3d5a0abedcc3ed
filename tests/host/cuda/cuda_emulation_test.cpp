// The emulation itself: what a thread sees of its place, barriers, shuffles as CUDA defines them, and that
// misuse throws instead of passing.
#include <algorithm>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <vector>

using scansim::emulation::launch;
using scansim::emulation::thread_order;

namespace {

constexpr unsigned everybody = 0xffffffffu;

// What each thread of one block of `threads` gets from `body`.
template <typename Body>
std::vector<int> of_threads(unsigned threads, Body&& body) {
  std::vector<int> result(threads, -1);
  launch({1}, {threads}, [&] { result[threadIdx.x] = body(static_cast<int>(threadIdx.x)); });
  return result;
}

}  // namespace

TEST_CASE("emulation runs every thread of every block once, with its own place", "[emulation][gpu]") {
  std::vector<int> runs(2 * 3 * 2 * 8 * 4 * 2);
  launch({2, 3, 2}, {8, 4, 2}, [&] {
    CHECK(blockDim.x == 8);
    CHECK(gridDim.y == 3);
    const unsigned block = blockIdx.x + 2 * (blockIdx.y + 3 * blockIdx.z);
    const unsigned thread = threadIdx.x + 8 * (threadIdx.y + 4 * threadIdx.z);
    ++runs[block * 64 + thread];
    __syncthreads();
    CHECK(threadIdx.x + 8 * (threadIdx.y + 4 * threadIdx.z) == thread);  // still, after others ran
  });
  CHECK(std::all_of(runs.begin(), runs.end(), [](int count) { return count == 1; }));
}

TEST_CASE("emulation makes writes before a barrier visible behind it", "[emulation][gpu]") {
  std::vector<int> cell(96);
  const auto got = of_threads(96, [&](int i) {
    cell[static_cast<size_t>(i)] = i;
    __syncthreads();
    const int value = cell[static_cast<size_t>(95 - i)];
    __syncthreads();
    cell[static_cast<size_t>(i)] = -1;
    return value;
  });
  for (int i = 0; i < 96; ++i) CHECK(got[static_cast<size_t>(i)] == 95 - i);
}

TEST_CASE("emulation shuffles as CUDA does", "[emulation][gpu]") {
  for (const int width : {2, 8, 32}) {
    const auto segment = [&](int i) { return i / width * width; };
    const auto idx = of_threads(64, [&](int i) { return __shfl_sync(everybody, i, 11, width); });
    const auto up = of_threads(64, [&](int i) { return __shfl_up_sync(everybody, i, 3, width); });
    const auto down = of_threads(64, [&](int i) { return __shfl_down_sync(everybody, i, 3, width); });
    const auto exchange = of_threads(64, [&](int i) { return __shfl_xor_sync(everybody, i, 1, width); });
    const auto wide = of_threads(64, [&](int i) { return __shfl_xor_sync(everybody, i, 8, width); });
    for (int i = 0; i < 64; ++i) {
      const auto at = static_cast<size_t>(i);
      const int last = segment(i) + width;
      CHECK(idx[at] == segment(i) + 11 % width);
      CHECK(up[at] == (i - 3 >= segment(i) ? i - 3 : i));
      CHECK(down[at] == (i + 3 < last ? i + 3 : i));
      CHECK(exchange[at] == (i ^ 1));
      // A partner in a later segment is out of reach, one in an earlier segment is not.
      CHECK(wide[at] == ((i ^ 8) < last ? i ^ 8 : i));
    }
  }
}

TEST_CASE("emulation keeps values of back-to-back shuffles apart", "[emulation][gpu]") {
  const auto sums = of_threads(32, [](int i) {
    int sum = i;
    for (int half = 16; half > 0; half /= 2) sum += __shfl_xor_sync(everybody, sum, half);
    return sum;
  });
  CHECK(std::all_of(sums.begin(), sums.end(), [](int sum) { return sum == 31 * 32 / 2; }));
}

TEST_CASE("emulation lets a part of a warp shuffle by itself", "[emulation][gpu]") {
  const auto got = of_threads(32, [](int i) { return i < 8 ? __shfl_up_sync(0xffu, i, 1) : i; });
  for (int i = 0; i < 32; ++i) CHECK(got[static_cast<size_t>(i)] == (i > 0 && i < 8 ? i - 1 : i));
}

TEST_CASE("emulation throws at barriers that not every thread reaches", "[emulation][gpu]") {
  CHECK_THROWS_AS(of_threads(64,
                             [](int i) {
                               if (i != 63) __syncthreads();
                               return 0;
                             }),
                  std::logic_error);
  CHECK_THROWS_AS(of_threads(32,
                             [](int i) {
                               if (i != 5) __syncwarp();
                               return 0;
                             }),
                  std::logic_error);
  CHECK_THROWS_AS(of_threads(64, [](int i) { return i < 32 ? (__syncthreads(), 0) : __shfl_sync(1u, i, 0); }),
                  std::logic_error);
}

TEST_CASE("emulation throws at shuffles of absent lanes", "[emulation][gpu]") {
  // Lane 16 has left; the mask names it.
  CHECK_THROWS_AS(of_threads(32, [](int i) { return i < 16 ? __shfl_xor_sync(everybody, i, 1) : 0; }),
                  std::logic_error);
  // The mask does not name the source lane.
  CHECK_THROWS_AS(of_threads(32, [](int i) { return i < 8 ? __shfl_sync(0xffu, i, 9) : 0; }),
                  std::logic_error);
  // A lane that is not in its own mask, and lanes that disagree about the mask.
  CHECK_THROWS_AS(of_threads(32, [](int i) { return __shfl_sync(0xfffffffeu, i, 1); }), std::logic_error);
  CHECK_THROWS_AS(of_threads(32, [](int i) { return __shfl_sync(i < 16 ? everybody : 0xffffu, i, 1); }),
                  std::logic_error);
  // A block that ends in the middle of a warp has no lane 20 to read from.
  CHECK_THROWS_AS(of_threads(16, [](int i) { return __shfl_sync(everybody, i, 20); }), std::logic_error);
}

namespace {

// Whether a block in which every thread reads the cell of thread i ^ partner, with `barrier` before or not,
// gets what the partner wrote.
template <typename Barrier>
bool partner_is_seen(thread_order order, int partner, Barrier&& barrier) {
  scansim::emulation::order = order;
  std::vector<int> cell(64, -1);
  const auto got = of_threads(64, [&](int i) {
    cell[static_cast<size_t>(i)] = i;
    barrier();
    return cell[static_cast<size_t>(i ^ partner)];
  });
  scansim::emulation::order = thread_order::in_turn;
  bool seen = true;
  for (int i = 0; i < 64; ++i) seen = seen && got[static_cast<size_t>(i)] == (i ^ partner);
  return seen;
}

}  // namespace

TEST_CASE("emulation shows a missing barrier, and a barrier of too few threads, in every order",
          "[emulation][gpu]") {
  for (const thread_order order :
       {thread_order::ascending, thread_order::descending, thread_order::shuffled}) {
    CHECK(partner_is_seen(order, 33, [] { __syncthreads(); }));
    CHECK(partner_is_seen(order, 1, [] { __syncwarp(); }));
    CHECK_FALSE(partner_is_seen(order, 1, [] {}));
    CHECK_FALSE(partner_is_seen(order, 32, [] {}));
  }
  // A barrier of the warp is none between warps.
  CHECK_FALSE(partner_is_seen(thread_order::ascending, 32, [] { __syncwarp(); }));
  CHECK_FALSE(partner_is_seen(thread_order::descending, 32, [] { __syncwarp(); }));
}

TEST_CASE("emulation shows in descending order what ascending order hides", "[emulation][gpu]") {
  // Each thread reads what the thread below wrote: right by luck if threads run in ascending order.
  const auto neighbour_is_seen = [](thread_order order) {
    scansim::emulation::order = order;
    std::vector<int> cell(65, -1);
    const auto got = of_threads(64, [&](int i) {
      cell[static_cast<size_t>(i) + 1] = i;
      return cell[static_cast<size_t>(i)];
    });
    scansim::emulation::order = thread_order::in_turn;
    bool seen = true;
    for (int i = 0; i < 64; ++i) seen = seen && got[static_cast<size_t>(i)] == i - 1;
    return seen;
  };
  CHECK(neighbour_is_seen(thread_order::ascending));
  CHECK_FALSE(neighbour_is_seen(thread_order::descending));
  CHECK_FALSE(neighbour_is_seen(thread_order::shuffled));
  int seen_in_turn = 0;  // of three blocks, each order once
  for (int block = 0; block < 3; ++block) seen_in_turn += neighbour_is_seen(thread_order::in_turn);
  CHECK(seen_in_turn == 1);
}

TEST_CASE("emulation passes on what a thread throws, and works again afterwards", "[emulation][gpu]") {
  CHECK_THROWS_AS(of_threads(32,
                             [](int i) -> int {
                               if (i == 7) throw std::runtime_error("thread");
                               __syncthreads();
                               return 0;
                             }),
                  std::runtime_error);
  CHECK(of_threads(3, [](int i) { return i; }) == std::vector<int>{0, 1, 2});
  CHECK_THROWS_AS(launch({1}, {1025}, [] {}), std::logic_error);
}
