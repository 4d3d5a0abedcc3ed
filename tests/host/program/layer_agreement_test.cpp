// A whole Mamba block on every rung: the program of a layer gives the bits of the layer's own arithmetic on
// hls, systemc and rtl, every event is equal from hls on, cycles and all counters are equal between systemc
// and rtl, under every memory model, fused or not, dense or N:M, 8-bit or 4-bit weights, with kept states per
// group of channels, one direction or two, in one chunk or several, one sequence or a batch. Requests are
// random; the seed is printed.
#include <catch2/catch.hpp>
#include <random>

#include "sim/mem/memory_timing.h"
#include "tests/host/program/program_rungs.h"
#include "tests/host/program/random_programs.h"
#include "tests/support/campaign.h"

using namespace scansim;

namespace {

void campaign(const std::string& config, uint64_t own_seed, int whole) {
  const auto [seed, count] = test::campaign_of(own_seed, whole);
  const design_point point = load_design_point(config, config_directory());
  std::mt19937_64 random(seed);
  const std::vector<std::string> memories = memory_model_names();
  for (int i = 0; i < count; ++i) {
    operator_request request = test::random_layer(random, point, i % 4 == 3);
    const operator_call call = test::quantisable_layer(request, random, point);
    device_options options;
    options.memory_model = memories[static_cast<size_t>(i) % memories.size()];
    options.seed = random();
    const compile_options program_options{.fused = i % 3 != 2, .z_first = i % 3 == 1};
    CAPTURE(config, seed, i, options.memory_model, program_options.fused, program_options.z_first,
            operator_provenance(request).dump());
    test::compare_rungs(point, call, program_options, options);
  }
}

}  // namespace

TEST_CASE("program of a mamba block systemc agrees with rtl at a word of 16 bytes",
          "[program][systemc][rtl]") {
  campaign("block-tiny", 5, 36);
}

TEST_CASE("program of a mamba block systemc agrees with rtl at a word of 32 bytes",
          "[program][systemc][rtl]") {
  campaign("block", 6, 12);
}

// The weight memory holds a fraction of the layer: its two halves take turns.
TEST_CASE("program of a mamba block systemc agrees with rtl while its weights stream",
          "[program][systemc][rtl]") {
  const auto [seed, count] = test::campaign_of(8, 24);
  const design_point point = load_design_point("block-tiny", config_directory(), {"gemm_weight_rows=64"});
  std::mt19937_64 random(seed);
  const std::vector<std::string> memories = memory_model_names();
  int streamed = 0;
  for (int i = 0; i < count; ++i) {
    operator_request request = test::random_layer(random, point, i % 4 == 3);
    request.length = std::min<int64_t>(request.length, point.chunk_tokens + 9);
    const operator_call call = test::quantisable_layer(request, random, point);
    device_options options;
    options.memory_model = memories[static_cast<size_t>(i) % memories.size()];
    options.seed = random();
    const compile_options program_options{.fused = i % 3 != 2, .z_first = i % 3 == 1};
    CAPTURE(seed, i, options.memory_model, program_options.fused, operator_provenance(request).dump());
    const program built = make_operator_program(call, program_options, point, "test");
    for (const tensor_traffic& one : built.traffic)
      streamed += one.tensor == "weights" && one.read_bytes > one.compulsory_bytes;
    test::compare_rungs(point, call, program_options, options);
  }
  CHECK(2 * streamed > count);
}

// Large chunks of a layer whose weights stay: convolution, rotation and the products of neighbours by turns.
TEST_CASE("program of a mamba block systemc agrees with rtl while its chunks overlap",
          "[program][systemc][rtl]") {
  const design_point point = load_design_point("block", config_directory());
  const auto [pattern, state_pattern, memory] = GENERATE(table<const char*, const char*, const char*>(
      {{"dense", "dense", "random"}, {"2:4", "2:4", "dram-hbm2"}}));
  operator_request request;
  request.name = "mamba_block";
  request.model_width = 160, request.channels = 192, request.length = 260, request.seed = 4;
  request.pattern = pattern, request.state_pattern = state_pattern, request.with_state = true;
  if (request.state_pattern != "dense") request.state_groups = 6;
  const operator_call call = generate_operator(request);
  const program built = make_operator_program(call, {}, point, "test");
  // in_proj of three chunks: x and z apart, x of the second and the third in pieces.
  uint32_t products = 0;
  for (uint32_t d = 0; d < built.runs[0].count; ++d)
    products += (built.image[built.runs[0].address + d * hls::descriptor_bytes] & 0xff) == 5;
  CHECK(products > 3 * 6);
  device_options options;
  options.memory_model = memory, options.seed = 3;
  CAPTURE(pattern, memory);
  test::compare_rungs(point, call, {}, options);
}

// In a row, product, scan and rotation of a chunk would take at least the sum of their work.
TEST_CASE("program of a mamba block systemc scans while z is projected", "[program][systemc][rtl]") {
  const design_point point = load_design_point("block", config_directory());
  operator_request request;
  request.name = "mamba_block";
  request.model_width = 128, request.channels = 256, request.states = 64;
  request.length = point.chunk_tokens, request.seed = 3;
  const program_result systemc = test::compare_rungs(point, generate_operator(request), {}, {});
  const auto busy = [&](const char* block) { return systemc.counters[counter_index(block, "busy")]; };
  CHECK(systemc.counters[counter_index("machine", "cycles")] <
        busy("gemm_nm") + busy("scan_serial") + busy("hadamard_fwht"));
}

// Vim-Ti: 197 tokens, in two chunks.
TEST_CASE("program of a vision mamba block systemc agrees with rtl", "[program][systemc][rtl]") {
  const design_point point = load_design_point("block", config_directory());
  operator_request request;
  request.name = "mamba_block", request.bidirectional = true;
  request.model_width = 192, request.channels = 384, request.length = 197, request.seed = 5;
  request.pattern = "2:4";  // dense weights of both directions would not fit
  request.state_pattern = GENERATE("dense", "2:4");
  request.state_groups = 12;
  test::compare_rungs(point, generate_operator(request), {}, {});
}
