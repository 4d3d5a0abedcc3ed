// Rungs that only this file knows join the ladder: one without outputs that estimates its time and counts
// events, one with outputs. run() takes them from the list that it is given; nothing else has to change.
#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "hls/map/csr_map.h"
#include "host/program/base/region_allocator.h"
#include "host/program/program.h"
#include "host/run/run.h"
#include "tests/host/operators/operator_calls.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/generate.h"
#include "traces/scan_trace.h"
#include "traces/trace.h"

namespace scansim::test {
namespace {

// What a wrong one does: read bursts that it counts too much, and the page of memory, from its end, whose
// first bit it turns round when it is done.
struct toy_fault {
  uint32_t extra_bursts = 0;
  size_t page_from_end = 0;  // 0: none
};

// The hls machine with a guess of its cycles.
class toy_device : public device {
 public:
  toy_device(const design_point& point, toy_fault fault) : machine_(make_hls_device(point)), fault_(fault) {}

  std::string rung() const override { return "toy"; }
  void resize_memory(size_t bytes) override { machine_->resize_memory(bytes); }
  std::span<uint8_t> memory() override { return machine_->memory(); }
  void write_csr(uint32_t address, uint32_t value) override { machine_->write_csr(address, value); }
  uint32_t read_csr(uint32_t address) override {
    const auto low_word = [](const char* block, const char* event) {
      return csr::counters + 8 * static_cast<uint32_t>(counter_index(block, event));
    };
    if (address == low_word("machine", "cycles")) return 12345;
    const uint32_t value = machine_->read_csr(address);
    return address == low_word("dma", "read_bursts") ? value + fault_.extra_bursts : value;
  }
  void wait_done() override {
    machine_->wait_done();
    if (fault_.page_from_end > 0) memory()[memory().size() - fault_.page_from_end * page_bytes] ^= 1;
  }

 private:
  std::unique_ptr<device> machine_;
  toy_fault fault_;
};

template <uint32_t extra_bursts, size_t page_from_end = 0>
std::unique_ptr<device> make_toy(const design_point& point, const device_options&, const progress_callback&) {
  return std::make_unique<toy_device>(point, toy_fault{extra_bursts, page_from_end});
}

const rung without_outputs = {"toy", rung_source::machine, rung_outputs::none, rung_time::estimate,
                              counts_time | counts_events};
const rung with_outputs = {"toy", rung_source::machine, rung_outputs::integer, rung_time::none,
                           counts_events | counts_data};

// In front of the first rung that counts cycles.
std::vector<rung> ladder_with(rung toy, rung_maker make) {
  toy.make = make;
  std::vector<rung> ladder(rung_list().begin(), rung_list().end());
  const auto timed = std::find_if(ladder.begin(), ladder.end(),
                                  [](const rung& one) { return one.time == rung_time::cycles; });
  ladder.insert(timed, toy);
  return ladder;
}

run_request small_request(const temporary_folder& folder, const std::vector<std::string>& rungs) {
  run_request request;
  request.trace_path = folder.file("t.safetensors");
  request.design = {"tiny", {"chunk_tokens=8"}};
  request.memory = "random";
  request.seed = 9;
  request.rungs = rungs;
  generate_request scan;
  scan.channels = 4, scan.states = 4, scan.length = 20;
  write_scan_trace(request.trace_path, generate_scan(scan));
  return request;
}

run_result run_with(rung_maker make, const run_request& request, const rung& toy = without_outputs) {
  run_observer silent;
  return run(request, silent, ladder_with(toy, make));
}

const rung_result& entry_of(const run_result& result, const std::string& name) {
  const auto found = std::find_if(result.rungs.begin(), result.rungs.end(),
                                  [&](const rung_result& rung) { return rung.rung == name; });
  REQUIRE(found != result.rungs.end());
  return *found;
}

}  // namespace

TEST_CASE("a rung without outputs joins the ladder by its row alone", "[run][rung]") {
  const temporary_folder folder;
  const run_result result = run_with(make_toy<0>, small_request(folder, {"ref", "hls", "toy", "systemc"}));
  CHECK(result.agree());
  CHECK(result.reproduce.empty());
  CHECK(result.seed == 9);
  REQUIRE(result.rungs.size() == 4);
  const rung_result& toy = entry_of(result, "toy");
  CHECK(toy.compared_with == "hls");
  CHECK(toy.finding == "every event equal");
  CHECK(toy.cycles == 12345);
  CHECK(toy.cycles_estimated);
  CHECK(toy.output_sha256.empty());
  CHECK(entry_of(result, "systemc").compared_with == "hls");
  CHECK(entry_of(result, "systemc").finding == "every bit and event equal");
}

TEST_CASE("a rung without outputs that counts another event is named with both values", "[run][rung]") {
  const temporary_folder folder;
  const run_request request = small_request(folder, {"hls", "toy"});
  const run_result result = run_with(make_toy<3>, request);
  CHECK_FALSE(result.agree());
  const rung_result& toy = entry_of(result, "toy");
  const uint64_t bursts = entry_of(result, "hls").counters.at("dma").at("read_bursts");
  CHECK(toy.finding == "first counter that differs: dma.read_bursts: toy " + std::to_string(bursts + 3) +
                           ", hls " + std::to_string(bursts));
  CHECK(result.reproduce ==
        "scansim compare " + request.trace_path +
            " --config tiny --set chunk_tokens=8 --memory random --seed 9 --rungs hls,toy");
}

// The last regions of a scan's memory are the state and y, of a page each here.
TEST_CASE("a rung with one wrong bit of y or of the state disagrees at its place", "[run][rung]") {
  const temporary_folder folder;
  const run_request request = small_request(folder, {"hls", "toy"});
  CHECK(run_with(make_toy<0>, request, with_outputs).agree());
  const std::pair<rung_maker, const char*> wrong[] = {
      {make_toy<0, 1>, "y: 1 elements differ, first at (batch 0, channel 0, token 0): toy "},
      {make_toy<0, 2>, "h_last: 1 elements differ, first at (batch 0, channel 0, state 0): toy "}};
  for (const auto& [maker, begin] : wrong) {
    const run_result result = run_with(maker, request, with_outputs);
    CHECK_FALSE(result.agree());
    const rung_result& toy = entry_of(result, "toy");
    CHECK(toy.compared_with == "hls");
    CHECK(toy.finding.starts_with(begin));
    CHECK(toy.finding.find(", hls ") != std::string::npos);
    CHECK(result.reproduce.ends_with("--rungs hls,toy"));
  }
}

// No hls between them: the bits of the operator's own arithmetic come before its bound, which one bit of y
// would keep.
TEST_CASE("a machine below ref with other bits than the operator's arithmetic is named with both",
          "[run][rung]") {
  const temporary_folder folder;
  run_request request = small_request(folder, {"ref", "toy"});
  request.design = {"block-tiny", {}};
  operator_request norm;
  norm.name = "rms_norm", norm.rows = 3, norm.size = 64;
  write_trace(request.trace_path, generate_operator(norm), nlohmann::json::object());
  const rung timed = {"toy", rung_source::machine, rung_outputs::integer, rung_time::estimate, counts_events};
  CHECK(run_with(make_toy<0>, request, timed).agree());
  const run_result result = run_with(make_toy<0, 3>, request, timed);  // the page of y
  CHECK_FALSE(result.agree());
  const rung_result& toy = entry_of(result, "toy");
  CHECK(toy.compared_with == "ref");
  CHECK_THAT(toy.finding, Catch::Matchers::StartsWith("y: 1 elements differ, first at "));
  CHECK_THAT(toy.finding, Catch::Matchers::Contains(", arithmetic "));
}

// Its outputs agree: the state that a conv leaves behind is judged all the same.
TEST_CASE("a machine that leaves another final state than the operator's arithmetic disagrees",
          "[run][rung]") {
  const temporary_folder folder;
  run_request request = small_request(folder, {"toy", "systemc"});
  request.design = {"block-tiny", {}};
  operator_request conv;
  conv.name = "conv1d", conv.channels = 16, conv.length = 9, conv.with_state = true;
  write_trace(request.trace_path, generate_operator(conv), nlohmann::json::object());
  CHECK(run_with(make_toy<0>, request, with_outputs).agree());
  std::vector<std::string> findings;
  for (const rung_maker maker :
       {make_toy<0, 1>, make_toy<0, 2>, make_toy<0, 3>, make_toy<0, 4>, make_toy<0, 5>})
    findings.push_back(entry_of(run_with(maker, request, with_outputs), "toy").finding);
  CHECK_THAT(findings,
             Catch::Matchers::VectorContains(std::string("program on its machine: the final state differs")));
}

TEST_CASE("a rung that the ladder does not have is refused", "[run][rung]") {
  const temporary_folder folder;
  const run_request request = small_request(folder, {"toy"});
  run_observer silent;
  CHECK_THROWS_AS(run(request, silent), input_error);
}

}  // namespace scansim::test
