// Layers of two directions on machines with units and sets: one scan of two sets, one rotation, one out_proj.
// Bits on hls, systemc and rtl are those of the layer's own arithmetic, cycles and counters equal, under
// every memory model, fused or not. A layer whose tokens are more than a chunk takes its directions one by
// one.
#include <catch2/catch.hpp>
#include <random>

#include "hls/units/unit_descriptor.h"
#include "host/operators/mamba_block_operator.h"
#include "sim/mem/memory_timing.h"
#include "tests/host/program/program_listing.h"
#include "tests/host/program/program_rungs.h"
#include "tests/host/program/random_programs.h"
#include "tests/support/campaign.h"
#include "tests/support/design_points.h"

using namespace scansim;

namespace {

operator_request two_directions(int64_t length) {
  operator_request request;
  request.name = "mamba_block", request.bidirectional = true;
  request.model_width = 32, request.channels = 64, request.states = 16, request.length = length;
  request.seed = 4;
  return request;
}

quantised_mamba_block quantised(const operator_call& call, const design_point& point,
                                const mamba_block_scales* stored = nullptr) {
  return quantise_mamba_block(payload<mamba_block_call>(call), point, "test", stored);
}

int descriptors_of(const program& built, hls::unit_opcode opcode) {
  int count = 0;
  for (uint32_t d = 0; d < built.runs[0].count; ++d)
    count += built.image[built.runs[0].address + d * hls::descriptor_bytes] == static_cast<uint8_t>(opcode);
  return count;
}

std::string refused(const operator_call& call, const design_point& point, const mamba_block_scales& stored) {
  try {
    quantised(call, point, &stored);
  } catch (const input_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("program of a layer of two directions systemc agrees with rtl as one scan of two sets",
          "[program][systemc][rtl]") {
  const auto [seed, count] = test::campaign_of(11, 24);
  const design_point point = test::sets_with_units_point();
  std::mt19937_64 random(seed);
  const std::vector<std::string> memories = memory_model_names();
  int merged = 0;
  for (int i = 0; i < count; ++i) {
    operator_request request = test::random_layer(random, point, true);
    request.state_pattern = "dense", request.batch = 1 + static_cast<int64_t>(random() % 2);
    request.length = 1 + static_cast<int64_t>(random() % (i % 6 == 5 ? 70 : 32));
    const operator_call call = test::quantisable_layer(request, random, point);
    device_options options;
    options.memory_model = memories[static_cast<size_t>(i) % memories.size()];
    options.seed = random();
    const compile_options program_options{.fused = i % 3 != 2, .z_first = i % 3 == 1};
    CAPTURE(seed, i, options.memory_model, program_options.fused, program_options.z_first,
            operator_provenance(request).dump());
    test::compare_rungs(point, call, program_options, options);
    merged += quantised(call, point).layer.merged;
  }
  CHECK(2 * merged > count);
}

// The scan waits for what the units before it write, however late they are: dt_proj of the second direction
// ends last, in front of both scans.
TEST_CASE("program of a layer of two directions keeps the fence of its scan behind the records",
          "[program][systemc][rtl]") {
  const design_point point = test::sets_with_units_point();
  operator_request request = two_directions(32);
  request.model_width = 16, request.channels = 128;
  for (const bool z_first : {false, true})
    test::compare_rungs(point, generate_operator(request), {.fused = true, .z_first = z_first}, {});
}

TEST_CASE("a layer of two directions has one scan and one out_proj where its tokens are one chunk",
          "[program]") {
  const design_point with = test::sets_with_units_point();
  design_point without = with;
  without.max_sets = 0;
  const auto built = [](const design_point& point, int64_t length) {
    return make_operator_program(generate_operator(two_directions(length)), {}, point, "test");
  };
  // in_proj of x and z apart, x_proj and dt_proj of each, out_proj.
  CHECK(descriptors_of(built(with, 32), hls::unit_opcode::gemm) == 7);
  CHECK(descriptors_of(built(with, 32), hls::unit_opcode::scan) == 1);
  CHECK(descriptors_of(built(with, 32), hls::unit_opcode::set) == 2);
  CHECK(descriptors_of(built(with, 32), hls::unit_opcode::hadamard) == 1);
  for (const program& apart : {built(without, 32), built(with, 33)}) {
    CHECK(descriptors_of(apart, hls::unit_opcode::set) == 0);
    CHECK(descriptors_of(apart, hls::unit_opcode::scan) >= 2);
  }
  CHECK_FALSE(quantised(generate_operator(two_directions(1)), with).layer.merged);
}

TEST_CASE("scales of merged directions are one for their y, which adds up without leaving its format",
          "[program][hls]") {
  const design_point point = test::sets_with_units_point();
  const operator_call call = generate_operator(two_directions(32));
  const quantised_mamba_block q = quantised(call, point);
  REQUIRE(q.layer.merged);
  const std::vector<branch_scales>& b = q.scales.layer.branches;
  CHECK(b[0].scan.frac_y == b[1].scan.frac_y);
  CHECK(b[0].frac_out == b[1].frac_out);
  const mamba_block_result got = run_mamba_block(q, point);
  CHECK(got.saturations.scan.y == 0);
  CHECK(got.record.outputs.size() == 1);
  CHECK(quantised(call, point, &q.scales).layer.merged);
  // Scales of directions apart stay apart.
  mamba_block_scales apart = q.scales;
  apart.layer.merged = 0;
  CHECK_FALSE(quantised(call, point, &apart).layer.merged);
}

TEST_CASE("scales of merged directions are refused where the machine cannot merge or they differ",
          "[program]") {
  const design_point point = test::sets_with_units_point();
  const operator_call call = generate_operator(two_directions(32));
  const mamba_block_scales right = quantised(call, point).scales;
  design_point without = point;
  without.max_sets = 0;
  CHECK_THAT(refused(call, without, right),
             Catch::Contains("merged: expected 0 for 32 tokens on a machine of 0 sets"));
  mamba_block_scales other = right;
  ++other.layer.branches[1].scan.frac_y;
  CHECK_THAT(refused(call, point, other), Catch::Contains("scan[1].frac_y: expected"));
  other = right;
  --other.layer.branches[1].frac_out;
  CHECK_THAT(refused(call, point, other), Catch::Contains("directions[1].frac_out: expected"));
}

TEST_CASE("program check refuses a merged scan without the fence that its sets' operands need", "[program]") {
  const design_point point = test::sets_with_units_point();
  test::listing program(make_operator_program(generate_operator(two_directions(32)), {}, point, "test"),
                        point);
  program.check();
  const uint32_t scan = program.find(hls::unit_opcode::scan);
  program.set_flag(scan, 31, false);
  program.refused(scan + 2, "delta");
}
