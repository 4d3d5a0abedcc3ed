// `scansim sweep` as a process: rows that are killed, beyond their limits, crash or cannot be written, and
// what is no sweep at all.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "tests/support/places.h"
#include "tests/system/shell_run.h"
#include "tests/system/sweep_place.h"

namespace scansim::test {

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
