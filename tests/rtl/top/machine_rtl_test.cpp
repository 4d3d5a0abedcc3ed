// The machine by trace: hls, systemc and rtl run the same programs of random scans. Outputs and
// states equal in every bit between all three, cycles and every counter equal between systemc and rtl,
// whatever the memory does. The large machines are those of the nightly plan (tests/plans): a minute and a
// half of building.
#include <catch2/catch.hpp>
#include <cstring>

#include "hls/map/csr_map.h"
#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "models/configs/data_directory.h"
#include "sim/mem/memory_timing.h"
#include "sim/rungs/device.h"
#include "tests/support/campaign.h"
#include "tests/support/design_points.h"
#include "tests/support/random_scans.h"
#include "tests/support/rung_agreement.h"

using namespace scansim;

namespace {

// One scan under one memory model on all three rungs.
void compare_rungs(const design_point& point, const generate_request& request,
                   const device_options& options) {
  const scan_tensors tensors = generate_scan(request);
  const quantised_scan scan = quantise(tensors, calibrate(tensors, widths_of(point)));
  INFO("D " << scan.shape.channels << " N " << scan.shape.states << " L " << scan.shape.length << " batch "
            << scan.shape.batch << " groups " << scan.shape.groups << " reverse " << scan.options.reverse
            << " decode " << scan.options.decode << " h0 " << !scan.h0.empty() << " z " << !scan.z.empty());
  const program compiled = make_scan_program(scan, point);
  const program_result hls = run_program(*make_hls_device(point), compiled, point);
  const program_result systemc = run_program(*make_systemc_device(point, options), compiled, point);
  const program_result rtl = run_program(*make_rtl_device(point, options), compiled, point);
  test::check_counters(hls.counters, systemc.counters, test::without_time);
  test::check_counters(systemc.counters, rtl.counters);
  CHECK(systemc.outputs == hls.outputs);
  CHECK(rtl.outputs == hls.outputs);
}

void random_campaign(const design_point& point, int whole, uint64_t own_seed) {
  const auto [seed, scans] = test::campaign_of(own_seed, whole);
  std::mt19937_64 random(seed);
  const std::vector<std::string> memories = memory_model_names();
  for (int i = 0; i < scans; ++i) {
    generate_request request = test::random_request(random, point.max_states);
    request.decode = i % 8 == 7;
    if (request.decode) request.length = std::min<int64_t>(request.length, 5);
    device_options options;
    options.memory_model = memories[static_cast<size_t>(i) % memories.size()];
    options.seed = random();
    INFO(point.name << ", campaign seed " << seed << ", scan " << i << ", memory " << options.memory_model
                    << ", seed " << options.seed);
    compare_rungs(point, request, options);
  }
}

}  // namespace

TEST_CASE("machine rtl equals systemc and hls on random scans, point tiny", "[machine][rtl]") {
  random_campaign(load_design_point("tiny", config_directory()), 96, 8001);
}

TEST_CASE("machine rtl equals systemc and hls on random scans, point edge", "[machine][rtl]") {
  random_campaign(load_design_point("edge", config_directory()), 96, 8002);
}

TEST_CASE("machine rtl equals systemc and hls on random scans, unusual parameters", "[machine][rtl]") {
  random_campaign(test::unusual_point(), 96, 8003);
}

TEST_CASE("machine rtl equals systemc and hls on a published shape, points base and base16",
          "[machine][rtl][.nightly]") {
  for (const char* name : {"base", "base16"}) {
    const design_point point = load_design_point(name, config_directory());
    generate_request request;
    request.shape = "vim-ti";
    request.seed = 8004;
    for (const char* memory : {"ideal", "random", "dram-hbm2"}) {
      INFO(name << ", memory " << memory);
      compare_rungs(point, request, {memory, 8005, ""});
    }
  }
}

TEST_CASE(
    "machine rtl answers an illegal descriptor with its error code and stays usable, as hls and systemc do",
    "[machine][rtl]") {
  const design_point point = load_design_point("tiny", config_directory());
  device_options options;
  for (const char* rung : {"hls", "systemc", "rtl"}) {
    const std::unique_ptr<device> machine = std::string(rung) == "hls" ? make_hls_device(point)
                                            : std::string(rung) == "systemc"
                                                ? make_systemc_device(point, options)
                                                : make_rtl_device(point, options);
    INFO(rung);
    machine->resize_memory(4096);
    uint32_t words[hls::descriptor_words];
    hls::scan_descriptor d;
    const auto status_of = [&](const hls::scan_descriptor& descriptor, uint32_t opcode) {
      hls::encode_descriptor(descriptor, words);
      words[0] = (words[0] & ~0xffu) | opcode;
      std::memcpy(machine->memory().data(), words, sizeof words);
      return test::outcome_of(*machine, {0, 1}).status;
    };
    const auto error = [](csr::error_code code) {
      return csr::status_done | csr::status_error |
             static_cast<uint32_t>(code) << csr::status_error_code_shift;
    };
    d.lane_groups = 1, d.passes = 1, d.num_chunks = 1, d.chunk_tokens = 1, d.rest_tokens = 1;
    CHECK(status_of(d, 2) == error(csr::error_code::opcode));
    d.lane_groups = 0;
    CHECK(status_of(d, 1) == error(csr::error_code::lane_groups));
    d.lane_groups = 9000;
    CHECK(status_of(d, 1) == error(csr::error_code::lane_groups));
    d.lane_groups = 1, d.passes = 0;
    CHECK(status_of(d, 1) == error(csr::error_code::passes));
    d.passes = 17;
    CHECK(status_of(d, 1) == error(csr::error_code::passes));
    d.passes = 1, d.num_chunks = 0;
    CHECK(status_of(d, 1) == error(csr::error_code::num_chunks));
    d.num_chunks = 1, d.chunk_tokens = 33;
    CHECK(status_of(d, 1) == error(csr::error_code::chunk_tokens));
    d.chunk_tokens = 1, d.rest_tokens = 0;
    CHECK(status_of(d, 1) == error(csr::error_code::rest_tokens));
    // One token of one lane group, operands and parameters all read from the same zeros: legal, and no error
    // is left.
    d.rest_tokens = 1;
    d.load_params = true;
    d.addr_u = d.addr_delta = d.addr_b = d.addr_c = d.addr_a = d.addr_db = 1024;
    d.addr_y = 2048;
    d.shifts.dt2 = d.shifts.du = 20;
    CHECK(status_of(d, 1) == csr::status_done);
  }
}
