// `scansim sweep` as a process: a grid to its front, resumed and repeated; the same front whoever ran it;
// rows that are those of systemc.
#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

#include "tests/system/shell_run.h"
#include "tests/system/sweep_place.h"

namespace scansim::test {

TEST_CASE("sweep_command runs a grid, resumes by what is missing and gives one front to 1 and 3 workers",
          "[system][sweep]") {
  const sweep_run_place place;
  const std::string spec = place.spec();
  const program_end one = run_scansim({"sweep", "run", spec, "--out", place.out("one"), "--jobs", "1"});
  CAPTURE(one.out, one.err);
  REQUIRE(one.status == 0);
  CHECK(one.out.find("54 assignments of 4 parameters, 54 points, 108 rows to run") != std::string::npos);
  CHECK(one.out.find("108 rows run now, 0 were there") != std::string::npos);
  CHECK(run_scansim({"sweep", "run", spec, "--out", place.out("three"), "--jobs", "3"}).status == 0);
  CHECK(place.front("one") == place.front("three"));
  const program_end again = run_scansim({"sweep", "run", spec, "--out", place.out("one")});
  CHECK(again.out.find("0 rows run now, 108 were there") != std::string::npos);
  const std::string point = first_point(place.front("one"));
  const program_end replay = run_scansim({"sweep", "replay", place.out("one"), point});
  CAPTURE(replay.out, replay.err);
  CHECK(replay.status == 0);
  CHECK(replay.out.find("every counter equal") != std::string::npos);
  CHECK(replay.out.find("different") == std::string::npos);
}

TEST_CASE("sweep_command shows commands that repeat a point, on which systemc has its cycles",
          "[system][sweep]") {
  const sweep_run_place place;
  REQUIRE(run_scansim({"sweep", "run", place.spec(), "--out", place.out("s")}).status == 0);
  const std::string csv = place.front("s"), point = first_point(csv);
  const program_end shown = run_scansim({"sweep", "show", place.out("s"), point.substr(0, 8)});
  REQUIRE(shown.status == 0);
  const program_end replay = run_scansim({"sweep", "replay", place.out("s"), point});
  std::istringstream lines(shown.out), rows(replay.out);
  std::string line, row;
  int compared = 0;
  while (std::getline(lines, line)) {
    if (!line.starts_with("scansim ")) continue;
    std::istringstream words(line);
    std::vector<std::string> arguments;
    std::string word;
    words >> word;
    while (words >> word) {
      const bool is_trace = word == "point.safetensors";
      arguments.push_back(is_trace ? place.folder.file(word) : word);
    }
    const program_end end = run_scansim(arguments);
    CAPTURE(line, end.out, end.err);
    CHECK(end.status == 0);
    if (arguments[0] != "compare") continue;
    REQUIRE(std::getline(rows, row));
    std::istringstream cells(row.substr(row.find(": ") + 2));
    std::string cycles;
    cells >> cycles;
    CHECK(end.out.find("every cycle and event equal") != std::string::npos);
    CHECK(end.out.find(" " + cycles + " ") != std::string::npos);
    ++compared;
  }
  CHECK(compared == 2);
}

TEST_CASE("sweep_command takes values of the formats that a front has, watches and repeats them",
          "[system][sweep]") {
  const sweep_run_place place;
  REQUIRE(run_scansim({"trace", "generate", "--channels", "16", "--states", "8", "--length", "24", "--out",
                       place.folder.file("t.safetensors")})
              .status == 0);
  const std::string spec =
      place.spec("sweep: 1\nbase: edge\nworkloads: [{trace: " + place.folder.file("t.safetensors") +
                 "}]\nspace: {operand_bits: [8, 16], states_per_lane: 4, tile_buffers: [2, 4]}\n"
                 "objectives: [{min: time_s}, {min: accuracy.quantisation_mse}]\n"
                 "rungs: {confirm: systemc}\n");
  const program_end planned = run_scansim({"sweep", "plan", spec});
  CHECK(planned.out.find("values: 2 rows on hls") != std::string::npos);
  const program_end run = run_scansim({"sweep", "run", spec, "--out", place.out("s"), "--jobs", "1"});
  CAPTURE(run.out, run.err);
  REQUIRE(run.status == 0);
  CHECK(run.out.find("6 rows run now, 0 were there") != std::string::npos);
  CHECK(run.out.find("confirmed on hls, systemc, analytic") != std::string::npos);
  const std::string csv = place.front("s");
  CHECK(csv.find("accuracy.quantisation_mse") != std::string::npos);
  const program_end replay = run_scansim({"sweep", "replay", place.out("s"), first_point(csv)});
  CHECK(replay.status == 0);
  CHECK(replay.out.find("every value equal") != std::string::npos);
  const program_end watched = run_scansim({"sweep", "status", place.out("s"), "--watch"});
  CHECK(watched.status == 0);
  CHECK(watched.out.find("0 of 6 rows left") != std::string::npos);
  const program_end known = run_scansim({"sweep", "plan", spec, "--out", place.out("s")});
  CHECK(known.out.find("hls: a row took ") != std::string::npos);
  CHECK(run_scansim({"sweep", "confirm", place.out("s")}).out.find("systemc") != std::string::npos);
}

TEST_CASE("sweep_command puts values behind a front, and tells what bounds a point and what a step changes",
          "[system][sweep]") {
  const sweep_run_place place;
  const std::string spec = place.spec(R"(sweep: 1
base: edge
workloads: [{channels: 40, states: 16, length: 50}]
space: {tile_buffers: [2, 4], chunk_tokens: [16, 32]}
)");
  const program_end run =
      run_scansim({"sweep", "run", spec, "--out", place.out("s"), "--confirm", "systemc"});
  CAPTURE(run.out, run.err);
  REQUIRE(run.status == 0);
  CHECK(run.out.find("confirmed on hls, systemc, analytic: values, cycles and counters") !=
        std::string::npos);
  CHECK(run.out.find("equal") != std::string::npos);
  CHECK(run.out.find("DIFFERENT") == std::string::npos);
  CHECK(std::filesystem::exists(place.out("s") + "/confirmed"));
  const std::string point = first_point(place.front("s"));
  const program_end why = run_scansim({"sweep", "why", place.out("s"), point});
  CAPTURE(why.out);
  CHECK(why.status == 0);
  CHECK(why.out.find("bound by ") != std::string::npos);
  CHECK(why.out.find("one step in one parameter") != std::string::npos);
  const std::string csv = place.folder.file("all.csv");
  CHECK(run_scansim({"sweep", "export", place.out("s"), "--csv", csv}).status == 0);
  const std::string exported = read_bytes(csv);
  CHECK(std::count(exported.begin(), exported.end(), '\n') == 5);
}

TEST_CASE("sweep_command finds the same generations again, whoever ran them and however often it was stopped",
          "[system][sweep]") {
  const sweep_run_place place;
  std::string text = small_space;
  const std::string spec =
      place.spec(text + "sample: {method: nsga2, population: 6, generations: 4, seed: 2}\n");
  REQUIRE(run_scansim({"sweep", "run", spec, "--out", place.out("one"), "--jobs", "1"}).status == 0);
  REQUIRE(run_scansim({"sweep", "run", spec, "--out", place.out("three"), "--jobs", "3"}).status == 0);
  CHECK(place.front("one") == place.front("three"));
  // The first half of the rows alone: the second half is found and run again.
  for (const auto& shard : std::filesystem::directory_iterator(place.out("one") + "/shards")) {
    const std::string rows = read_bytes(shard.path().string());
    write_bytes(shard.path().string(), rows.substr(0, rows.find('\n', rows.size() / 2) + 1));
  }
  CHECK(run_scansim({"sweep", "status", place.out("one")}).status == 3);
  const program_end again = run_scansim({"sweep", "run", spec, "--out", place.out("one")});
  CAPTURE(again.out);
  CHECK(again.status == 0);
  CHECK(place.front("one") == place.front("three"));
}

TEST_CASE("sweep_command serves tasks of a cluster and optimisers from one folder", "[system][sweep]") {
  const sweep_run_place place;
  REQUIRE(run_scansim({"sweep", "run", place.spec(), "--out", place.out("whole")}).status == 0);
  REQUIRE(run_scansim({"sweep", "run", place.spec(), "--out", place.out("parts"), "--jobs", "0"}).status ==
          0);
  CHECK(run_scansim({"sweep", "status", place.out("parts")}).status == 3);
  for (const char* part : {"3/4", "1/4", "4/4", "2/4"})
    CHECK(run_scansim({"sweep", "work", place.out("parts"), "--shard", part}).status == 0);
  CHECK(place.front("parts") == place.front("whole"));
  const program_end asked = run_scansim({"sweep", "ask", place.out("parts")});
  CHECK(asked.status == 0);
  CHECK(asked.out.find("\"chunk_tokens\"") != std::string::npos);
  const shell_folder shell;
  const program_end told = shell.run(
      "printf '%s\\n' '{\"num_lanes\": 8, \"tile_buffers\": 8}' '{\"num_lanes\": 3}' | $S sweep tell " +
      place.out("parts"));
  CAPTURE(told.out, told.err);
  CHECK(told.status == 0);
  CHECK(told.out.find("\"status\":\"ok\"") != std::string::npos);
  CHECK(told.out.find("\"status\":\"refused\"") != std::string::npos);
  const program_end status = run_scansim({"sweep", "status", place.out("parts")});
  CHECK(status.out.find("55 points: 55 done") != std::string::npos);
}

// A stand-in for the synthesis tool: one cell of the top, whatever the machine; it counts its calls.
const char* const small_tool = R"js(import { appendFileSync } from 'node:fs';
export async function runYosys(args, tree) {
  appendFileSync(process.env.SYNTHESIS_CALLS, 'x');
  const text = JSON.stringify({creator: 'stand-in', modules: {'\\ssm_top': {num_cells_by_type: {LUT2: 7}}}});
  return {'area.json': text};
})js";

TEST_CASE("sweep_command synthesises the front once and says where the model is wrong", "[system][sweep]") {
  const shell_folder shell;
  if (shell.run("command -v node").status != 0) {
    WARN("not run: node is not installed");
    return;
  }
  const sweep_run_place place;
  const std::string spec = place.spec(
      "sweep: 1\nbase: tiny\nworkloads: [{channels: 8, states: 4, length: 20}]\nspace: {tile_buffers: "
      "[4]}\n");
  REQUIRE(run_scansim({"sweep", "run", spec, "--out", place.out("one")}).status == 0);
  const std::string tool = place.folder.file("tool"), calls = place.folder.file("calls");
  std::filesystem::create_directories(tool + "/gen");
  write_bytes(tool + "/gen/bundle.js", small_tool);
  write_bytes(tool + "/package.json", R"({"type": "module"})");
  const std::string command = "SCANSIM_YOSYS=" + tool + " SYNTHESIS_CALLS=" + calls +
                              " SCANSIM_CACHE=" + place.folder.file("cache") + " $S sweep synthesise " +
                              place.out("one");
  for (int i = 0; i < 2; ++i) {
    const program_end end = shell.run(command);
    CAPTURE(end.out, end.err);
    CHECK(end.status == 1);
    CHECK(end.out.find("7 (") != std::string::npos);
    CHECK(end.out.find("DIFFERENT: 28 DSP, 35 RAMB36") != std::string::npos);
  }
  CHECK(read_bytes(calls) == "x");
  // The counts are those of `area` on the same machine, until somebody wants them again, or another machine.
  const auto area = [&](const std::string& options) {
    const program_end end =
        shell.run("SCANSIM_YOSYS=" + tool + " SYNTHESIS_CALLS=" + calls +
                  " SCANSIM_CACHE=" + place.folder.file("cache") + " $S area --config tiny " + options);
    CAPTURE(end.out, end.err);
    CHECK(end.status == 0);
    CHECK(end.out.find("\ntotal") != std::string::npos);
    return end.out.find("counts of an earlier run on this RTL") != std::string::npos;
  };
  CHECK(area("--set tile_buffers=4"));
  CHECK(read_bytes(calls) == "x");
  CHECK_FALSE(area("--set tile_buffers=4 --again"));
  CHECK_FALSE(area("--set tile_buffers=2"));
  CHECK(area("--set tile_buffers=2 --set clock_mhz=7"));  // which no count depends on
  CHECK(read_bytes(calls) == "xxx");
  write_bytes(tool + "/gen/bundle.js", std::string(small_tool) + "\n");
  CHECK_FALSE(area("--set tile_buffers=2"));  // another tool
  const program_end estimate = run_scansim({"area", "--config", "edge", "--estimate"});
  CHECK(estimate.status == 0);
  CHECK(estimate.out.find("area of edge, modelled from 32 synthesised points: ") != std::string::npos);
  CHECK(run_scansim({"area", "--config", "block", "--estimate"})
            .err.find("gemm_depth, max_sets: expected 0 and 0") != std::string::npos);
  const program_end listed =
      shell.run("SCANSIM_CACHE=" + place.folder.file("cache") +
                " $S cache info; SCANSIM_CACHE=" + place.folder.file("cache") + " $S cache clear");
  CHECK(listed.out.find("3 areas of machines") != std::string::npos);
  CHECK(listed.out.find("removed 3 entries") != std::string::npos);
}

}  // namespace scansim::test
