// `scansim sweep` as a process: a grid to its front, resumed, killed, repeated; the same front whoever ran
// it; rows that are those of systemc.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "tests/support/places.h"
#include "tests/system/program_run.h"
#include "tests/system/shell_run.h"
#include "tests/system/small_sweep.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

struct sweep_run_place {
  temporary_folder folder;
  std::string spec(const std::string& text = small_space) const {
    write_bytes(folder.file("s.yaml"), text);
    return folder.file("s.yaml");
  }
  std::string out(const std::string& name) const { return folder.file(name); }
  std::string front(const std::string& name) const {
    const program_end end = run_scansim({"sweep", "front", out(name), "--csv", folder.file(name + ".csv")});
    CAPTURE(end.err);
    CHECK(end.status == 0);
    return read_bytes(folder.file(name + ".csv"));
  }
};

std::string first_point(const std::string& csv) {
  const size_t line = csv.find('\n') + 1;
  return csv.substr(line, csv.find(',', line) - line);
}

}  // namespace

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

TEST_CASE("sweep_command loses nothing that was written when parent or worker is killed", "[system][sweep]") {
  const sweep_run_place place;
  const std::string spec = place.spec(std::string(small_space) + "  clock_mhz: {range: [500, 1500, 50]}\n");
  REQUIRE(run_scansim({"sweep", "run", spec, "--out", place.out("whole"), "--jobs", "2"}).status == 0);
  const uint64_t seed = 5;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int kills = 0; kills < 6; ++kills) {
    const pid_t parent = fork();
    if (parent == 0) {
      setpgid(0, 0);
      const std::string program = build_dir() + "/bin/scansim", folder = place.out("killed");
      if (freopen("/dev/null", "w", stdout) == nullptr) _exit(1);
      execl(program.c_str(), "scansim", "sweep", "run", spec.c_str(), "--out", folder.c_str(), "--jobs", "2",
            nullptr);
      _exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + random() % 250));
    kill(parent, SIGKILL);
    waitpid(parent, nullptr, 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // its workers die with it
  }
  const program_end rest = run_scansim({"sweep", "run", spec, "--out", place.out("killed"), "--jobs", "2"});
  CAPTURE(rest.out, rest.err);
  CHECK(rest.status == 0);
  CHECK(place.front("killed") == place.front("whole"));
}

TEST_CASE("sweep_command says PARTIAL of what is incomplete and refuses two runs in a folder",
          "[system][sweep]") {
  const sweep_run_place place;
  const std::string spec = place.spec();
  REQUIRE(run_scansim({"sweep", "run", spec, "--out", place.out("s"), "--jobs", "1"}).status == 0);
  for (const auto& shard : std::filesystem::directory_iterator(place.out("s") + "/shards")) {
    const std::string text = read_bytes(shard.path().string());
    size_t cut = text.size() / 2;
    if (text[cut - 1] == '\n') --cut;  // inside a line, whatever the lengths of its numbers
    write_bytes(shard.path().string(), text.substr(0, cut));
  }
  const program_end front = run_scansim({"sweep", "front", place.out("s"), "--csv", place.out("f.csv")});
  CHECK(front.status == 3);
  CHECK(front.out.find("PARTIAL ") != std::string::npos);
  CHECK(read_bytes(place.out("f.csv")).starts_with("# PARTIAL "));
  const program_end report = run_scansim({"sweep", "report", place.out("s"), "--html", "-"});
  CHECK(report.status == 3);
  CHECK(report.out.starts_with("<!doctype html>"));
  CHECK(report.err.find("missing") != std::string::npos);
  CHECK(run_scansim({"sweep", "status", place.out("s")}).out.find("cut off or damaged") != std::string::npos);
  CHECK(run_scansim({"sweep", "run", spec, "--out", place.out("s")}).status == 0);
  CHECK(place.front("s").starts_with("point,"));
  for (int again = 0; again < 2; ++again)  // a page may stand in the folder
    CHECK(run_scansim({"sweep", "report", place.out("s"), "--html", place.out("s/page.html")}).status == 0);
  CHECK(read_bytes(place.out("s/page.html")).starts_with("<!doctype html>"));
}

TEST_CASE("sweep_command ends where its budget is spent, says so, and goes on with the next run",
          "[system][sweep]") {
  const sweep_run_place place;
  const std::string spec = place.spec();
  const auto run = [&](const std::string& budget) {
    return run_scansim({"sweep", "run", spec, "--out", place.out("s"), "--jobs", "2", "--budget", budget});
  };
  const program_end first = run("20");
  CAPTURE(first.out, first.err);
  CHECK(first.status == 3);
  CHECK(first.out.find("40 rows run now, 0 were there") != std::string::npos);
  CHECK(first.out.find("54 points: 20 done, 34 missing, 0 failed") != std::string::npos);
  CHECK(first.out.find("the budget is spent; run again for the rest") != std::string::npos);
  CHECK(first.out.find("PARTIAL 20 of 54") != std::string::npos);
  const program_end status = run_scansim({"sweep", "status", place.out("s")});
  CHECK(status.status == 3);
  CHECK(status.out.find("68 of 108 rows left\nanalytic: a row took ") != std::string::npos);
  CHECK(status.out.find("PARTIAL 20 of 54\nfront: ") != std::string::npos);
  const program_end rest = run("1h");
  CHECK(rest.status == 0);
  CHECK(rest.out.find("68 rows run now, 40 were there") != std::string::npos);
  CHECK(rest.out.find("budget") == std::string::npos);
  REQUIRE(run_scansim({"sweep", "run", spec, "--out", place.out("whole"), "--jobs", "2"}).status == 0);
  CHECK(place.front("s") == place.front("whole"));
  const std::string slow = place.spec(std::string(small_space) + "  clock_mhz: {range: [500, 2500, 1]}\n");
  const program_end timed = run_scansim({"sweep", "run", slow, "--out", place.out("t"), "--budget", "1s"});
  CHECK(timed.status == 3);
  CHECK(timed.out.find("the budget is spent") != std::string::npos);
  for (const char* wrong : {"0", "-5", "30x", "m", "1.5h", "99999999999999999999"}) {
    const program_end end = run(wrong);
    CAPTURE(wrong, end.err);
    CHECK(end.status == 2);
    CHECK(end.err.find("--budget: expected a number of points, or a time") != std::string::npos);
  }
}

TEST_CASE("sweep_command counts a point that a machine cannot run as not done, with its message",
          "[system][sweep]") {
  const sweep_run_place place;
  const std::string spec = place.spec(
      "sweep: 1\nbase: edge\nworkloads: [{channels: 8, states: 256, length: 8}]\n"
      "space: {max_states: [16, 64]}\n");
  const program_end end = run_scansim({"sweep", "run", spec, "--out", place.out("s")});
  CAPTURE(end.out, end.err);
  CHECK(end.status == 3);
  CHECK(end.out.find("2 points: 0 done, 0 missing, 2 failed") != std::string::npos);
  CHECK(end.out.find("at most max_states = 64") != std::string::npos);
  CHECK(end.out.find("PARTIAL 0 of 2") != std::string::npos);
}

TEST_CASE("sweep_command a row beyond its limits is a row, and the others go on", "[system][sweep]") {
  const sweep_run_place place;
  // Without a period that repeats, so that the whole of it runs.
  const std::string text =
      "sweep: 1\nbase: edge\nworkloads: [{channels: 64, states: 16, length: 32}, {channels: 4096, states: "
      "16, "
      "length: 100000}]\nspace: {memory: [dram-ddr4], tile_buffers: [2, 4]}\n";
  const auto run = [&](const std::string& limits, const std::string& name) {
    return run_scansim({"sweep", "run", place.spec(text + limits), "--out", place.out(name), "--jobs", "2"});
  };
  const program_end timed = run("limits: {seconds_per_point: 0.2, retries: 1}\n", "time");
  CAPTURE(timed.out, timed.err);
  CHECK(timed.status == 3);
  CHECK(timed.out.find("6 rows run now, 0 were there") != std::string::npos);  // two of them twice
  CHECK(timed.out.find("2  more than the 0.2 s of limits.seconds_per_point") != std::string::npos);
  const program_end small = run("limits: {memory_mb: 64}\n", "memory");
  CAPTURE(small.out, small.err);
  CHECK(small.status == 3);
  CHECK(small.out.find("Cannot allocate memory") != std::string::npos);
  CHECK(small.out.find("4 rows run now") != std::string::npos);
}

TEST_CASE("sweep_command a process that crashes costs the row it was at, which says so", "[system][sweep]") {
  const sweep_run_place place;
  const std::string program = build_dir() + "/bin/scansim",
                    spec = place.spec(
                        "sweep: 1\nbase: edge\nworkloads: [{channels: 4096, states: 16, length: 30000}]\n"
                        "space: {memory: [dram-ddr4], tile_buffers: [2, 4]}\n");
  program_start start;
  start.words = {"/bin/bash", "-c",
                 program + " sweep run " + spec + " --jobs 1 --out " + place.out("s") +
                     " & parent=$!; until worker=$(pgrep -P $parent); do sleep 0.02; done; sleep 0.2; "
                     "kill -SEGV $worker; wait $parent"};
  const program_end end = run_program(start);
  CAPTURE(end.out, end.err);
  CHECK(end.status == 3);
  CHECK(end.out.find("2 points: 1 done, 0 missing, 1 failed") != std::string::npos);
  CHECK(end.out.find("the process that ran it ended by signal 11") != std::string::npos);
  const program_end again = run_scansim({"sweep", "run", spec, "--out", place.out("s")});
  CHECK(again.status == 0);
  CHECK(again.out.find("1 rows run now, 1 were there") != std::string::npos);
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

TEST_CASE("sweep_command tells why a worker could not write", "[system][sweep]") {
  const sweep_run_place place;
  const std::string spec = place.spec(), program = build_dir() + "/bin/scansim";
  program_start start;
  start.words = {"/bin/bash", "-c",
                 "ulimit -f 8; exec " + program + " sweep run " + spec + " --jobs 1 --out " + place.out("s")};
  const program_end end = run_program(start);
  CAPTURE(end.out, end.err);
  CHECK(end.status == 3);
  CHECK(end.error_lines() == 1);
  CHECK(end.err.find(".jsonl: cannot be written: File too large") != std::string::npos);
  CHECK(run_scansim({"sweep", "run", spec, "--out", place.out("s")}).status == 0);
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

TEST_CASE("sweep_command adds no rows of another program to a folder, and sets none beside its own",
          "[system][sweep]") {
  const sweep_run_place place;
  REQUIRE(run_scansim({"sweep", "run", place.spec(), "--out", place.out("s")}).status == 0);
  const std::string point = first_point(place.front("s"));
  const shell_folder shell;
  REQUIRE(shell.run("cp $S rebuilt && echo >> rebuilt").status == 0);
  for (const std::string command : {"work", "tell", "why"}) {
    const std::string rest =
        command + " " + place.out("s") + (command == "why" ? " " + point : "") + " <<< '{}'";
    CAPTURE(command);
    CHECK(shell.run("$S sweep " + rest).status == 0);
    const program_end other =
        shell.run("SCANSIM_DATA=$(dirname $S)/../share/scansim ./rebuilt sweep " + rest);
    CAPTURE(other.out, other.err);
    CHECK(other.status == 2);
    CHECK(other.error_lines() == 1);
    CHECK(contains(other.err,
                   "run.json: expected the program that prepared the folder (scansim sweep run), "
                   "found another program"));
  }
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

TEST_CASE("sweep_command refuses what is no sweep, no folder and no point in one line", "[system][sweep]") {
  const sweep_run_place place;
  const std::string spec = place.spec();
  REQUIRE(run_scansim({"sweep", "run", spec, "--out", place.out("s")}).status == 0);
  write_bytes(place.out("s") + "/asked.jsonl", "");  // as `sweep tell` makes it
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"sweep"}, "a subcommand: plan, run, status, front, show, replay, report"},
      {{"sweep", "report", place.out("s")}, "--html is required"},
      {{"sweep", "report", place.out("s"), "--html", place.out("s") + "/spec.yaml"}, "--html"},
      {{"sweep", "front", place.out("s"), "--csv", place.out("s") + "/run.json"}, "--csv"},
      {{"sweep", "export", place.out("s"), "--csv", place.out("s") + "/spec.yaml"}, "--csv"},
      {{"sweep", "report", place.out("none"), "--html", place.out("p.html")},
       "expected the folder of a sweep"},
      {{"sweep", "plan", place.out("none.yaml")}, "none.yaml"},
      {{"sweep", "front", place.out("none")}, "run.json: expected the folder of a sweep"},
      {{"sweep", "show", place.out("s"), "zz"}, "the id of a point"},
      {{"sweep", "front", place.out("s"), "--at", "middle"}, "middle"},
      {{"sweep", "run", spec, "--out", place.out("s"), "--jobs", "-1"}, "jobs"},
      {{"sweep", "run", spec, "--out", place.out("s"), "--confirm", "gpu"}, "one of hls, systemc, rtl"},
      {{"sweep", "confirm", place.out("s"), "zz"}, "the id of a point"},
      {{"sweep", "run", spec, "--out", place.out("s"), "--jobs", "0", "--confirm", "rtl"}, "--confirm"},
      {{"sweep", "export", place.out("s"), "--csv", place.out("s") + "/asked.jsonl"}, "--csv"},
      {{"sweep", "work", place.out("s"), "--shard", "0/4"}, "--shard: expected i/n"},
      {{"sweep", "work", place.out("s"), "--shard", "5"}, "--shard: expected i/n"},
      {{"sweep", "tell", place.out("none")}, "run.json: expected the folder of a sweep"},
      {{"sweep", "export", place.out("s")}, "--csv or --sqlite"},
  };
  for (const auto& [arguments, said] : wrong) {
    const program_end end = run_scansim(arguments);
    CAPTURE(said, end.err);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    CHECK(end.err.find(said) != std::string::npos);
  }
}

}  // namespace scansim::test
