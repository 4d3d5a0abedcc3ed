// Windows and limits of a timeline, and where two of them part.
#include <algorithm>
#include <cstring>
#include <random>

#include "hls/scan/scan_descriptor.h"
#include "host/program/scan/scan_sets_program.h"
#include "host/quantise/calibrate_scan_sets.h"
#include "host/run/load_case.h"
#include "host/timeline/timeline_difference.h"
#include "models/configs/data_directory.h"
#include "tests/host/timeline/timeline_runs.h"
#include "tests/traces/generated_sets.h"

namespace scansim::test {
namespace {

using nlohmann::json;

// Events of a run that touch FIRST to LAST, blocks cut there: what a window of them must have.
std::vector<std::string> events_of(const json& file, uint64_t first = 0, uint64_t last = UINT64_MAX) {
  std::vector<std::string> lines;
  for (json event : file.at("traceEvents")) {
    if (event.at("ph") == "M") continue;
    uint64_t begin = event.at("ts"), end = begin + event.at("dur").get<uint64_t>() - 1;
    if (end < first || begin > last) continue;
    if (event.at("cat") == "block") begin = std::max(begin, first), end = std::min(end, last);
    // Rows are given out among the events that are there.
    lines.push_back(
        event.at("cat") == "block"
            ? json({event.at("name"), event.at("tid"), begin, end}).dump()
            : json({event.at("name"), event.at("cat"), begin, end, event.value("args", json())}).dump());
  }
  return lines;
}

json file_of(const temporary_folder& folder, const run_result& result) {
  return json::parse(timeline_bytes(folder, result));
}

}  // namespace

TEST_CASE("timeline window has its cycles and no others, over several starts too", "[timeline]") {
  const temporary_folder folder;
  std::mt19937_64 random(3);
  for (const bool decode : {false, true}) {
    const timeline_case one{scan_in(folder, decode), "tiny", "dram-hbm2"};
    const json whole = file_of(folder, timeline_run(one, {"fast"}));
    const uint64_t cycles = whole["otherData"]["cycles"];
    for (int i = 0; i < 20; ++i) {
      uint64_t first = random() % cycles, last = first + random() % (i < 10 ? 50 : cycles);
      if (i == 0) first = 0;
      if (i == 1) last = UINT64_MAX;
      CAPTURE(decode, first, last);
      const timeline_request asked{{first, last}, 1'000'000};
      const run_result result = timeline_run(one, {"systemc", "fast"}, asked);
      CHECK(result.agree());
      const json part = file_of(folder, result);
      CHECK(events_of(part) == events_of(whole, first, last));
      CHECK(part["otherData"]["first_cycle"] == first);
      CHECK(part["otherData"]["last_cycle"] == std::min(last, cycles - 1));
      CHECK(part["otherData"]["complete"] == true);
    }
    CHECK(timeline_run(one, {"fast"}, {{cycles, cycles + 5}, 1000}).timeline->events == 0);
    CHECK(timeline_run(one, {"fast"}, {{cycles - 1, cycles - 1}, 1000}).timeline->events > 0);
  }
}

TEST_CASE("timeline with a limit of events is a whole one of fewer cycles", "[timeline]") {
  const temporary_folder folder;
  for (const bool decode : {false, true}) {
    const timeline_case one{scan_in(folder, decode), "tiny", "dram-ddr4"};
    const json whole = file_of(folder, timeline_run(one, {"fast"}));
    const int64_t events = whole["otherData"]["events"];
    REQUIRE(events > 1001);
    for (const int64_t most : {int64_t{50}, int64_t{333}, int64_t{1000}, events - 1, events, events + 1}) {
      CAPTURE(decode, most, events);
      const run_result result = timeline_run(one, {"systemc", "fast"}, {{}, most});
      CHECK(result.agree());
      const json part = file_of(folder, result);
      const uint64_t last = part["otherData"]["last_cycle"];
      CHECK(part["otherData"]["complete"] == (most >= events));
      CHECK(result.timeline->events <= static_cast<uint64_t>(most));
      CHECK(events_of(part) == events_of(whole, 0, last));
      if (most < events) CHECK(events_of(whole, 0, last + 1).size() > static_cast<size_t>(most));
    }
  }
}

TEST_CASE("timeline difference names the first cycle, the block and both states", "[timeline]") {
  const temporary_folder folder;
  const run_timeline whole = *timeline_run({scan_in(folder), "tiny", "latency"}, {"fast"}).timeline;
  const auto apart = [&](const run_timeline& other) {
    const auto found = find_timeline_difference({"systemc", whole}, {"rtl", other});
    return found ? found->text : "none";
  };
  CHECK(apart(whole) == "none");

  // Two neighbours of scan_serial in another order: the sums stay.
  run_timeline turned = whole;
  const size_t block = counted_block("scan_serial");
  state_cursor at(whole.starts[0].recorded.states[block], 0);
  while (at.run().state != block_state::wait_in || at.run().cycles < 2) at.next();
  const state_run wait = at.run();
  at.next();
  REQUIRE(at.run().state == block_state::busy);
  REQUIRE(at.run().first == wait.end());
  state_track track;
  track.restart({});
  cycle_t next = 0;
  const auto put = [&](block_state state, cycle_t first, cycle_t cycles) {
    if (first > next) track.add(block_state::idle, first - next);
    track.add(state, cycles);
    next = first + cycles;
  };
  for (state_cursor copy(whole.starts[0].recorded.states[block], 0); !copy.ended(); copy.next()) {
    const state_run& run = copy.run();
    if (run == wait) {
      put(run.state, run.first, run.cycles - 1);
      put(block_state::busy, run.end() - 1, 1);
      put(block_state::wait_in, run.end(), 1);
    } else if (run.first == wait.end()) {
      if (run.cycles > 1) put(run.state, run.first + 1, run.cycles - 1);
    } else {
      put(run.state, run.first, run.cycles);
    }
  }
  track.finish();
  turned.starts[0].recorded.states[block] = track.bytes();
  CHECK(apart(turned) == "first difference of the timelines in cycle " + std::to_string(wait.end() - 1) +
                             ": scan_serial: rtl busy, systemc wait_in");

  run_timeline other = whole;
  burst_span& read = other.starts[0].recorded.reads[2];
  const std::string from = std::to_string(read.first);
  read.address += 64;
  CHECK_THAT(apart(other), Catch::Contains("in cycle " + from + ": reads: rtl "));
  other = whole;
  other.starts[0].recorded.writes.pop_back();
  CHECK_THAT(apart(other), Catch::Contains(": writes: rtl none, systemc "));
  other = whole;
  const std::string end = std::to_string(other.starts[0].recorded.descriptors[0].last++);
  CHECK_THAT(apart(other), Catch::Contains("in cycle " + end + ": descriptors: rtl descriptor 0 to cycle "));
}

TEST_CASE("timeline rungs that part disagree, and say so beside their counters", "[timeline]") {
  const temporary_folder folder;
  // A machine whose memory is drawn from another seed.
  const auto make = [](const design_point& point, const device_options& options,
                       const progress_callback& progress) {
    device_options other = options;
    ++other.seed;
    return find_rung("fast")->make(point, other, progress);
  };
  std::vector<rung> ladder(rung_list().begin(), rung_list().end());
  for (rung& one : ladder)
    if (std::string_view(one.name) == "fast") one.make = make;
  const run_result result =
      timeline_run({scan_in(folder), "tiny", "random"}, {"systemc", "fast"}, {}, ladder);
  CHECK_FALSE(result.agree());
  CHECK_THAT(result.rungs.back().finding, Catch::Contains("first counter that differs: "));
  CHECK_THAT(result.rungs.back().finding, Catch::Contains("first difference of the timelines in cycle "));
}

TEST_CASE("timeline names the tensor of a burst by its address and direction", "[timeline]") {
  const temporary_folder folder;
  const design_point point = load_design({"tiny", {}});
  const auto call = load_case(scan_in(folder), point);
  call->quantise();
  const program& made = call->compiled({});
  uint32_t words[hls::descriptor_words];
  std::memcpy(words, made.image.data() + made.runs[0].address, sizeof words);
  const hls::scan_descriptor d = hls::decode_descriptor(words);
  const burst_tensors tensors(made, point);
  const auto read = [&](uint64_t address) {
    const std::string* name = tensors.read_at(address);
    return name == nullptr ? "none" : *name;
  };
  CHECK(read(made.runs[0].address) == "descriptors");
  CHECK(read(d.addr_u) == "u");
  CHECK(read(d.addr_delta) == "delta");
  CHECK(read(d.addr_z) == "z");
  CHECK(read(d.addr_b) == "B");
  CHECK(read(d.addr_c) == "C");
  CHECK(read(d.addr_a) == "A");
  CHECK(read(d.addr_db) == "D, delta_bias");
  CHECK(read(d.addr_h0) == "h0");
  CHECK(read(d.addr_y) == "none");
  CHECK(read(memory_bytes(made)) == "none");
  CHECK(*tensors.written_at(d.addr_y) == "y");
  CHECK(*tensors.written_at(d.addr_ht) == "h_last");
  CHECK(tensors.written_at(d.addr_u) == nullptr);
}

TEST_CASE("timeline names what a set moves after the set", "[timeline]") {
  const design_point point = load_design_point("edge", config_directory(), {"max_sets=2", "chunk_tokens=64"});
  const scan_sets_call call = generated_sets({{"--channels", "12"},
                                              {"--states", "20"},
                                              {"--grid", "5x7"},
                                              {"--h0", ""},
                                              {"--sets", "diagonal; raster reverse"}},
                                             1);
  const hls::widths w = widths_of(point);
  const program made =
      make_scan_sets_program(call, quantise_scan_sets(call, calibrate_scan_sets(call, w), w), point);
  const burst_tensors tensors(made, point);
  std::map<std::string, uint64_t> moved;  // by all beats of the image
  for (uint64_t at = 0; at < made.image.size(); at += static_cast<uint64_t>(point.axi_bytes())) {
    if (const std::string* read = tensors.read_at(at))
      moved[*read] += static_cast<uint64_t>(point.axi_bytes());
    if (const std::string* written = tensors.written_at(at))
      moved[*written] += static_cast<uint64_t>(point.axi_bytes());
  }
  REQUIRE(moved.contains("delta.1"));
  REQUIRE(moved.contains("token lists"));
  for (const tensor_traffic& one : made.traffic) {
    CAPTURE(one.tensor);
    CHECK(moved[one.tensor] == one.read_bytes + one.written_bytes);
  }
}

TEST_CASE("timeline is refused where no rung goes cycle by cycle", "[timeline]") {
  const temporary_folder folder;
  const timeline_case one{scan_in(folder), "tiny", "ideal"};
  for (const std::vector<std::string>& rungs :
       {std::vector<std::string>{"ref"}, {"hls"}, {"analytic"}, {"ref", "hls", "analytic"}}) {
    const std::string message = refusal([&] { timeline_run(one, rungs); });
    CHECK_THAT(message, Catch::Contains("--timeline: expected systemc"));
    CHECK(message.find('\n') == std::string::npos);
  }
}

}  // namespace scansim::test
