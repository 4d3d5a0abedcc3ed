// index_unrank: SystemC and RTL by cycle and counter on random commands, values against hls.
#include <catch2/catch.hpp>

#include "Vindex_unrank.h"
#include "tests/sim/gemm/unrank_workload.h"
#include "tests/support/stream_contract_rtl.h"

namespace scansim::test {
namespace {

stream_trace unrank_rtl_trace(const stream_stimulus& stimulus) {
  Vindex_unrank dut;
  rtl_side side(dut, stimulus);
  side.input(dut.cmd_valid_i, dut.cmd_i, dut.cmd_pop_o);
  side.input(dut.rank_valid_i, dut.rank_i, dut.rank_pop_o);
  side.output(dut.pos_valid_o, dut.pos_o, dut.pos_pop_i);
  side.counters("index_unrank", dut.inc_o);
  return side.run();
}

}  // namespace

TEST_CASE("index_unrank systemc equals rtl in every value, cycle and counter", "[block][rtl]") {
  unsigned seed = 9400;
  for (const pace in : every_pace)
    for (const pace out : every_pace) {
      INFO("seed " << ++seed);
      std::mt19937_64 random(seed);
      unrank_workload work{3, {}, {}, {}};
      for (int i = 0; i < 30; ++i) {
        const int m = 4 << random() % 3;
        append_command(work, 1 + static_cast<int>(random() % static_cast<uint64_t>(m)), m,
                       1 + static_cast<int>(random() % 12), random);
      }
      const stream_stimulus stimulus = stimulus_of(work, in, out, random);
      const stream_trace rtl = unrank_rtl_trace(stimulus);
      REQUIRE(first_difference(stimulus, rtl, systemc_trace(work, stimulus, 4, seed % 2 ? seed : 0)) == "");
      REQUIRE(rtl.outputs[0].entries == work.positions);
    }
}

}  // namespace scansim::test
