// One sampler from the start to its record: registers, counters, memory port, and the file.
#include "sim/bins/bin_sampler.h"

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "hls/map/csr_map.h"
#include "models/configs/data_directory.h"
#include "sim/bins/machine_bins.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim {

TEST_CASE("bin_sampler what a machine did is in its record, and nothing else", "[leaf][sim]") {
  const test::temporary_folder folder;
  const design_point point = load_design_point("tiny", config_directory());
  {
    bin_sampler sampler(point, "ideal", {folder.path().string(), "the test"});
    std::vector<uint8_t> memory(hls::descriptor_bytes);  // opcode 0
    sampler.write_csr(csr::desc_count, 1, memory);
    sampler.write_csr(csr::control, 0, memory);
    CHECK(!sampler.hit().contains("list/count=1"));
    sampler.write_csr(csr::control, 1, memory);
    sampler.write_csr(csr::control, 1, memory);
    const auto timing = sampler.memory(make_memory_timing("ideal", {}));
    cycle_t beats[4];
    const int count = point.axi_max_burst > 2 ? 2 : 1;
    timing->read_address({burst_page_bytes - static_cast<uint64_t>(count * point.axi_bytes()), count}, 7,
                         beats);
    const auto counter = [](const char* block, const char* event) {
      return csr::counters + 8 * static_cast<uint32_t>(counter_index(block, event));
    };
    sampler.read_csr(counter("dma", "wait_in"), 3);
    sampler.read_csr(counter("dma", "busy"), 0);
    sampler.read_csr(counter("gate_silu", "saturations_y") + 4, 1);  // above 2^32
    sampler.read_csr(csr::map, 1);
    sampler.see_inside("queues/TOP.ssm_top.gen_units.u_units.u_norm_cmd.u_check.unnamedblk1.one free", true);
    sampler.see_inside("queues/TOP.ssm_top.u_job_fifo.u_check.full", false);
    sampler.see_inside("segments/exp_pwl 64.17", true);
    sampler.done(timing->counters());
  }
  const std::vector<bin_record> records = read_bin_records(folder.path().string());
  REQUIRE(records.size() == 1);
  CHECK(records[0].test == "the test");
  CHECK(records[0].point.num_lanes == point.num_lanes);
  const bin_set& hit = records[0].bins;
  CHECK(records[0].inside == bin_set{"queues/gen_units.u_units.u_norm_cmd.one free", "queues/u_job_fifo.full",
                                     "segments/exp_pwl 64.17"});
  for (const char* bin :
       {"list/count=1", "list/start after reset", "list/start after error", "illegal/unknown.opcode@first",
        "stall_states/dma.wait_in", "arithmetic/gate_silu.saturations_y", "axi/memory ideal",
        "axi/read.ends at a page", "axi/read.open=0", "axi/counts axi_read_bursts",
        "queues/gen_units.u_units.u_norm_cmd.one free", "segments/exp_pwl 64.17"}) {
    CAPTURE(bin);
    CHECK(hit.contains(bin));
  }
  for (const char* bin : {"list/start after done", "stall_states/dma.busy", "axi/memory random",
                          "axi/write.beats=1", "illegal/unknown.opcode@last", "queues/u_job_fifo.full"}) {
    CAPTURE(bin);
    CHECK(!hit.contains(bin));
  }
}

TEST_CASE("bin_record processes that write at once lose nothing and leave a record a test and machine",
          "[leaf][sim]") {
  const test::temporary_folder folder;
  const std::string bins = folder.path().string() + "/made/by the first";
  constexpr int processes = 4, machines = 25;
  const design_point tiny = load_design_point("tiny", config_directory());
  const auto write_all = [&](int process) {
    for (int i = 0; i < machines; ++i)
      for (const char* test : {"one", "other"})
        write_bin_record(bins, {test, tiny, {std::to_string(process) + "." + std::to_string(i), "shared"}});
  };
  std::vector<pid_t> children;
  for (int process = 0; process < processes; ++process) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    try {
      write_all(process);
    } catch (const std::exception&) {
      _exit(1);
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int status = 1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  write_bin_record(bins, {"one", load_design_point("edge", config_directory()), {"shared"}});
  const std::vector<bin_record> records = read_bin_records(bins);
  REQUIRE(records.size() == 3);
  for (const bin_record& record : records) {
    CAPTURE(record.test, record.point.num_lanes);
    const bool of_all = record.point.num_lanes == tiny.num_lanes;
    CHECK(record.bins.size() == (of_all ? size_t{processes} * machines + 1 : 1));
  }
  // A file that is no record stays what it is, and is named when it is read.
  for (const auto& entry : std::filesystem::directory_iterator(bins))
    if (entry.path().string().ends_with(".bins.json")) test::write_bytes(entry.path().string(), "{");
  CHECK_THROWS_AS(write_bin_record(bins, {"one", tiny, {"late"}}), input_error);
  CHECK_THROWS_AS(read_bin_records(bins), input_error);
}

TEST_CASE("machine_bins every machine hits one value of each parameter", "[leaf][sim]") {
  const bin_set all = parameter_bins();
  for (const std::string& name : list_design_points(config_directory())) {
    bin_set hit;
    hit_parameters(load_design_point(name, config_directory()), hit);
    CHECK(hit.size() == std::size(map::parameters));
    for (const std::string& bin : hit) {
      CAPTURE(name, bin);
      CHECK(all.contains(bin));
    }
  }
}

}  // namespace scansim
