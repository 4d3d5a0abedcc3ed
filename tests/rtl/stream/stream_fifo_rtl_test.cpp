// ssm_stream_fifo against its contract: order kept, visible one cycle after the push, place free one cycle
// after the pop.
#include <catch2/catch.hpp>
#include <deque>
#include <random>

#include "Vssm_stream_fifo.h"
#include "tests/support/clocked.h"

using namespace scansim;

TEST_CASE("stream_fifo rtl keeps order, depth and timing under random traffic", "[block][rtl]") {
  const unsigned seed = 7004;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  constexpr size_t depth = 4;
  Vssm_stream_fifo dut;
  dut.rst_ni = 0;
  test::tick(dut);
  dut.rst_ni = 1;
  std::deque<uint32_t> model;
  for (int cycle = 0; cycle < 100000; ++cycle) {
    dut.push_i = 0;
    dut.pop_i = 0;
    dut.eval();
    REQUIRE(dut.valid_o == !model.empty());
    REQUIRE(dut.ready_o == (model.size() < depth));
    if (!model.empty()) REQUIRE(dut.data_o == model.front());
    const uint64_t phase = static_cast<uint64_t>(cycle / 64) % 3;  // fill, drain, both
    const bool push = dut.ready_o && random() % (phase == 1 ? 4 : 2) == 0;
    const bool pop = dut.valid_o && random() % (phase == 0 ? 4 : 2) == 0;
    const auto value = static_cast<uint32_t>(random());
    dut.push_i = push;
    dut.pop_i = pop;
    dut.data_i = value;
    test::tick(dut);
    if (pop) model.pop_front();
    if (push) model.push_back(value);
  }
}
