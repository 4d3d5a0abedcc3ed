// One call as a program on hls, systemc and rtl: what must be equal between them, checked.
#pragma once
#include <catch2/catch.hpp>

#include "host/operators/operator_list.h"
#include "host/program/program_driver.h"
#include "models/configs/data_directory.h"
#include "tests/host/operators/operator_calls.h"
#include "tests/support/rung_agreement.h"

namespace scansim::test {

// y and the final state in every bit, from the operator's own arithmetic down; bytes as the program's books
// say. Returns what systemc gave.
inline program_result compare_rungs(const design_point& point, const operator_call& call,
                                    const compile_options& program_options, const device_options& options) {
  const operator_result want = operator_on_hls(call, point, "test");
  const program built = make_operator_program(call, program_options, point, "test");
  const auto check_bits = [&](const program_result& result) {
    CHECK(result.output("y") == want.y);
    CHECK(state_sha256(built, result) == want.state_sha256);
  };
  const program_result hls = run_program(*make_hls_device(point), built, point);
  check_bits(hls);
  const program_result systemc = run_program(*make_systemc_device(point, options), built, point);
  check_bits(systemc);
  check_counters(hls.counters, systemc.counters, without_time);
  const program_result rtl = run_program(*make_rtl_device(point, options), built, point);
  check_bits(rtl);
  check_counters(systemc.counters, rtl.counters);
  CHECK(read_bytes(built) == systemc.counters[counter_index("dma", "dram_read_bytes")]);
  CHECK(written_bytes(built) == systemc.counters[counter_index("dma", "dram_write_bytes")]);
  return systemc;
}

}  // namespace scansim::test
