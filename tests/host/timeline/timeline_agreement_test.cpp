// Timelines of several rungs are one file, and its sums are the counters: cycles by block and state, bursts
// and bytes by direction and tensor. Rows hold no two events at once, and every event has its fields.
#include <map>
#include <set>

#include "sim/mem/memory_timing.h"
#include "tests/host/operators/operator_calls.h"
#include "tests/host/timeline/timeline_runs.h"
#include "traces/trace.h"

namespace scansim::test {
namespace {

using nlohmann::json;

// What the events of a file add up to.
struct timeline_sums {
  std::map<std::pair<std::string, std::string>, uint64_t> states;  // block, state
  std::map<std::string, uint64_t> bursts;                          // direction
  std::map<std::pair<std::string, std::string>, uint64_t> bytes;   // tensor, direction
  uint64_t starts = 0, descriptors = 0, last = 0;
};

std::map<uint64_t, std::string> row_names(const json& file) {
  std::map<uint64_t, std::string> names;
  for (const json& event : file.at("traceEvents"))
    if (event.at("name") == "thread_name") {
      CHECK(event.at("ph") == "M");
      CHECK(names.emplace(event.at("tid"), event.at("args").at("name")).second);
    }
  return names;
}

// Also what a viewer needs: fields, names of rows and their groups, no two events of a row at once.
timeline_sums sums_of(const json& file) {
  timeline_sums sums;
  const std::map<uint64_t, std::string> names = row_names(file);
  std::map<uint64_t, uint64_t> ends, groups;
  uint64_t events = 0;
  for (const json& event : file.at("traceEvents")) {
    if (event.at("ph") == "M") continue;
    ++events;
    const uint64_t row = event.at("tid"), first = event.at("ts"), cycles = event.at("dur");
    const std::string kind = event.at("cat"), name = event.at("name");
    const bool valid = event.at("ph") == "X" && cycles > 0 && names.count(row) == 1 &&
                       groups.emplace(row, event.at("pid")).first->second == event.at("pid") &&
                       (ends.count(row) == 0 || ends[row] <= first);
    if (!valid) FAIL_CHECK(event.dump());
    ends[row] = first + cycles;
    sums.last = std::max(sums.last, first + cycles - 1);
    if (kind == "block") sums.states[{names.at(row), name}] += cycles;
    if (kind == "start") ++sums.starts;
    if (kind == "descriptor") ++sums.descriptors;
    if (kind != "read" && kind != "write") continue;
    ++sums.bursts[kind];
    sums.bytes[{name, kind}] += event.at("args").at("bytes").get<uint64_t>();
    if (!event.at("args").at("address").get<std::string>().starts_with("0x")) FAIL_CHECK(event.dump());
  }
  CHECK(file.at("otherData").at("events") == events);
  CHECK(file.at("displayTimeUnit") == "ns");
  return sums;
}

void check_sums(const timeline_sums& sums, const rung_result& rung) {
  for (const auto& [block, counts] : stalls_of(rung)) {
    CAPTURE(block);
    const auto of = [&](const char* state) {
      const auto at = sums.states.find({block, state});
      return at == sums.states.end() ? 0 : at->second;
    };
    CHECK(of("busy") == counts.busy);
    CHECK(of("wait_in") == counts.wait_in);
    CHECK(of("wait_out") == counts.wait_out);
  }
  const auto bursts = [&](const char* kind) {
    return sums.bursts.count(kind) == 0 ? 0 : sums.bursts.at(kind);
  };
  CHECK(bursts("read") == counter_of(rung, "dma", "read_bursts"));
  CHECK(bursts("write") == counter_of(rung, "dma", "write_bursts"));
  std::map<std::pair<std::string, std::string>, uint64_t> bytes;
  for (const tensor_traffic& one : rung.traffic) {
    if (one.read_bytes > 0) bytes[{one.tensor, "read"}] = one.read_bytes;
    if (one.written_bytes > 0) bytes[{one.tensor, "write"}] = one.written_bytes;
  }
  CHECK(sums.bytes == bytes);
  CHECK(sums.last + 1 == rung.cycles);
}

uint64_t descriptors_of(const rung_result& rung) {
  for (const tensor_traffic& one : rung.traffic)
    if (one.tensor == "descriptors") return one.read_bytes / 128;
  return 0;
}

void check_case(const timeline_case& one, const std::vector<std::string>& rungs) {
  CAPTURE(one.trace, one.config, one.memory);
  const temporary_folder folder;
  std::string first;
  for (const std::string& name : rungs) {
    CAPTURE(name);
    const run_result result = timeline_run(one, {name});
    const std::string bytes = timeline_bytes(folder, result);
    if (!first.empty()) {
      CHECK((bytes == first));
      continue;
    }
    first = bytes;
    const timeline_sums sums = sums_of(json::parse(bytes));
    check_sums(sums, result.rungs.back());
    CHECK(sums.descriptors == descriptors_of(result.rungs.back()));
    CHECK(sums.starts == result.timeline->starts.size());
    CHECK(result.timeline->complete);
  }
  const run_result all = timeline_run(one, rungs);
  CHECK(all.agree());
  CHECK((timeline_bytes(folder, all) == first));
}

std::string stored_trace(const char* name) { return source_dir() + "/traces/" + name + ".safetensors"; }

}  // namespace

TEST_CASE("timeline systemc = fast, sums are the counters: scans under every memory model",
          "[timeline][systemc][fast]") {
  const temporary_folder folder;
  for (const std::string& memory : memory_model_names()) {
    check_case({scan_in(folder), "tiny", memory}, {"systemc", "fast"});
    check_case({scan_in(folder, false, true), "tiny", memory, {"chunk_tokens=8", "tile_buffers=2"}},
               {"systemc", "fast"});
    check_case({scan_in(folder, true), "tiny", memory}, {"systemc", "fast"});
  }
}

TEST_CASE("timeline systemc = fast, sums are the counters: a layer, fused and not, and decoding",
          "[timeline][systemc][fast]") {
  for (const char* memory : {"ideal", "latency", "dram-hbm2"})
    check_case({stored_trace("byte-mamba-block-layer"), "block-tiny", memory}, {"systemc", "fast"});
  // Results between the operators go through memory, in chunks of which the last is shorter.
  const temporary_folder folder;
  operator_request layer;
  layer.name = "mamba_block", layer.model_width = 32, layer.channels = 64, layer.states = 8,
  layer.length = 70;
  write_trace(folder.file("layer"), generate_operator(layer));
  check_case({folder.file("layer"), "block-tiny", "random", {}, false}, {"systemc", "fast"});
  check_case({stored_trace("byte-mamba-decode"), "edge", "dram-lpddr5"}, {"systemc", "fast"});
}

TEST_CASE("timeline rtl = systemc = fast: scans and a decoding", "[timeline][rtl][slow]") {
  setenv("SCANSIM_CACHE", rtl_cache().c_str(), 1);
  const temporary_folder folder;
  for (const char* memory : {"ideal", "random", "dram-hbm2"})
    check_case({scan_in(folder), "tiny", memory}, {"rtl", "systemc", "fast"});
  check_case({scan_in(folder, true), "tiny", "latency"}, {"rtl", "fast"});
}

TEST_CASE("timeline rtl = fast: a layer", "[timeline][rtl][slow]") {
  setenv("SCANSIM_CACHE", rtl_cache().c_str(), 1);
  check_case({stored_trace("byte-mamba-block-layer"), "block-tiny", "dram-lpddr5"}, {"rtl", "fast"});
}

}  // namespace scansim::test
