// `scansim regress` as a process: one outcome whoever ran it, kill -9 at any instant, a planted error made
// small with waves and one line, cycles that were approved, a queue's tasks.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "tests/support/places.h"
#include "tests/system/program_run.h"
#include "tests/system/queue_place.h"
#include "tests/system/shell_run.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

// 40 jobs of some milliseconds.
const char* const quick_plan = R"(regress: 1
name: quick
design_points: [tiny]
memories: [random, ideal, latency]
testpoints: [{name: scans, desc: short scans, stage: V1, tests: [scan]}]
tests:
  - name: scan
    kind: compare
    rungs: [hls, systemc]
    stimulus: {operator: selective_scan, channels: 1..4, states: 1..8, length: {around: [chunk_tokens], by: 2}, reverse: coin}
    seeds: 40
)";

const char* const rtl_plan = R"(regress: 1
name: rtl
design_points: [{base: tiny, set: {chunk_tokens: 16}}]
memories: [random]
testpoints: [{name: scans, desc: reversed scans whose rest chunk comes first, stage: V1, tests: [scan]}]
tests:
  - name: scan
    kind: compare
    stimulus:
      operator: selective_scan
      channels: 5..9
      states: 5..9
      length: {around: ["3 * chunk_tokens - 2"]}
      batch: 2
      reverse: true
      h0: true
    seeds: 2
    recorded: true
)";

struct regress_place : shell_folder {
  regress_place() {
    write_bytes(file("q.yaml"), quick_plan);
    write_bytes(file("r.yaml"), rtl_plan);
  }
};

// Reversed, the rest chunk comes first: of tests/mutation/scan_errors.txt.
const char* const plant_error =
    "mkdir data && ln -s $DATA/models $DATA/sim $DATA/traces data && cp -r $DATA/rtl data/rtl && "
    "sed -i 's/desc_q.reverse ? first_chunk : last_chunk/last_chunk/' data/rtl/top/ssm_scan_walk.sv && "
    "! cmp -s $DATA/rtl/top/ssm_scan_walk.sv data/rtl/top/ssm_scan_walk.sv && export "
    "SCANSIM_DATA=$PWD/data; ";

}  // namespace

TEST_CASE("regress_command gives one outcome to 1 and 2 jobs at a time, and resumes by what is missing",
          "[system][regress]") {
  const regress_place place;
  const program_end end = place.run(
      "$S regress run q.yaml --out one --jobs 1 | tail -n 1 && $S regress run q.yaml --out two --jobs 2 "
      ">two.txt && "
      "$S regress report one --csv one.csv --junit one.xml --html one.html --markdown one.md >report.txt && "
      "$S regress report two --csv two.csv >report.txt && cmp one.csv two.csv && "
      "$S regress run q.yaml --out one | head -n 2; $S regress status one; grep -c . one/runs.jsonl");
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
  CHECK(contains(end.out, "quick, seed 1: passed: 40 of 40 jobs passed\n"));
  CHECK(contains(end.out, "0 jobs run now, 40 were there"));
  CHECK(end.out.ends_with("\n2\n"));
}

TEST_CASE("regress_command loses no job that had ended when it is killed", "[system][regress]") {
  const regress_place place;
  const std::string plan = place.file("q.yaml"), folder = place.file("killed");
  const uint64_t seed = 6;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  for (int kills = 0; kills < 8; ++kills) {
    const pid_t parent = fork();
    if (parent == 0) {
      const std::string program = build_dir() + "/bin/scansim";
      if (freopen("/dev/null", "w", stdout) == nullptr) _exit(1);
      execl(program.c_str(), "scansim", "regress", "run", plan.c_str(), "--out", folder.c_str(), "--jobs",
            "2", nullptr);
      _exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + random() % 200));
    kill(parent, SIGKILL);
    waitpid(parent, nullptr, 0);
  }
  const program_end end = place.run(
      "n=$(cat killed/shards/*.jsonl | wc -l); $S regress run q.yaml --out killed >run.txt || exit; "
      "grep -q \"^$((40 - n)) jobs run now, $n were there\" run.txt || { echo $n; cat run.txt; exit 9; }; "
      "$S regress run q.yaml --out whole >run.txt && for f in killed whole; do "
      "$S regress report $f --csv $f.csv >report.txt; done; cmp killed.csv whole.csv");
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
}

TEST_CASE("regress_command makes a planted error of the RTL small, with waves and one line that shows it",
          "[system][regress][rtl]") {
  const regress_place place;
  const std::vector<std::string> variables = {"DATA=" + source_dir()};
  const program_end end =
      place.run(std::string(plant_error) + "$S regress run r.yaml --out r; echo status $?", variables);
  CAPTURE(end.out, end.err);
  CHECK(end.out.ends_with("status 1\n"));
  CHECK(contains(end.out, ": bits, systemc/rtl, y"));
  CHECK(contains(end.out, "channels 1 length 17 reverse true states 1"));
  const program_end again = place.run(
      "cd r/fail/*/ && cat failure.json && [ -s waves.fst ] && head -c 3 reproduce.sh >/dev/null && "
      "export SCANSIM_DATA=$OLDPWD/data; bash reproduce.sh >said.txt; echo status $?; grep disagrees "
      "said.txt");
  CAPTURE(again.out, again.err);
  CHECK(contains(again.out, "status 1\n"));
  CHECK(contains(again.out, "rtl disagrees with systemc: y: "));
  const nlohmann::json kept = nlohmann::json::parse(again.out.substr(0, again.out.find("\n}") + 2));
  CHECK(kept["jobs"] == 2);
  REQUIRE_FALSE(kept["streams"].empty());
  CHECK(contains(kept["message"],
                 "; first difference between blocks: " + kept["streams"][0].get<std::string>()));
  CHECK(contains(kept["line"],
                 "--set chunk_tokens=16 --memory ideal --seed 1 --rungs hls,systemc,rtl --wave waves.fst"));
  // In another clone, whose revisions have the RTL that is planted, or not, from one of them on.
  const program_end bisected = place.run(
      "here=$PWD; mkdir -p clone/build/bin tool; printf '#!/bin/sh\\n' >tool/cmake; chmod +x tool/cmake; "
      "printf '#!/bin/sh\\nSCANSIM_DATA=$(cat where) exec %s \"$@\"\\n' \"$S\" >clone/build/bin/scansim; "
      "chmod +x clone/build/bin/scansim; cd clone; git init -q .; echo build >.git/info/exclude; "
      "for i in 1 2 3 4 5 6; do [ $i -lt 4 ] && echo $DATA >where || echo $here/data >where; echo $i "
      ">number; "
      "git add .; git -c user.name=a -c user.email=a@b commit -qm \"number $i\"; done; "
      "git bisect start HEAD HEAD~5 >said.txt; PATH=$here/tool:$PATH git bisect run $here/r/fail/*/bisect.sh "
      ">said.txt; "
      "git show -s --format='bad: %s' bisect/bad; git status --short",
      variables);
  CAPTURE(bisected.out, bisected.err);
  CHECK(bisected.out == "bad: number 4\n?? said.txt\n");
  // The same failure twice is no flake; the bucket stays.
  const program_end repeated =
      place.run("export SCANSIM_DATA=$PWD/data; $S regress rerun r --max-waves 0; echo status $?", variables);
  CHECK(contains(repeated.out, "2 jobs again\n"));
  CHECK_FALSE(contains(repeated.out, "flaky"));
  CHECK(repeated.out.ends_with("status 1\n"));
  // Of another program, data or RTL it says so.
  const program_end other = place.run("$S regress rerun r", variables);
  CHECK(other.status == 2);
  CHECK(contains(other.err, "other RTL"));
}

TEST_CASE("regress_command holds cycles to what was approved", "[system][regress]") {
  const regress_place place;
  const program_end end = place.run(
      "sed -i 's/seeds: 2/rungs: [hls, systemc]/' r.yaml; $S regress run r.yaml --out r; echo status $?; "
      "$S regress approve r --reason 'first; ones' && $S regress run r.yaml --out r; echo status $?; "
      "cat r.cycles.csv; sed -i -E '2s/;[0-9]+;/;7;/' r.cycles.csv; $S regress status r; echo status $?");
  CAPTURE(end.out, end.err);
  CHECK(contains(end.out, "none are recorded (scansim regress approve)"));
  CHECK(contains(end.out, "1 rows of "));
  CHECK(contains(end.out, "rtl, seed 1: passed: 1 of 1 jobs passed\nstatus 0\n"));
  CHECK(contains(end.out, ";first, ones\n"));
  CHECK(contains(end.out, "recorded are 7"));
  CHECK(end.out.ends_with("status 1\n"));
  const program_end gone = place.run(
      "sed -i '2p;2s/^............/aaaaaaaaaaaa/' r.cycles.csv; $S regress approve r --reason twice && "
      "wc -l < r.cycles.csv; $S regress approve r --reason more --forget && wc -l < r.cycles.csv");
  CAPTURE(gone.out, gone.err);
  CHECK(contains(gone.out, "/r.cycles.csv changed\n3\n"));  // another job's stays
  CHECK(contains(gone.out, ": forgotten\n1 rows of "));
  CHECK(gone.out.ends_with("/r.cycles.csv changed\n2\n"));
}

TEST_CASE("regress_command holds the error of a trace to what was approved", "[system][regress]") {
  const regress_place place;
  const program_end end = place.run(
      "$S trace generate --channels 5 --states 4 --length 40 --seed 9 --out t.safetensors >t.txt && "
      "sed -i -e '/stimulus:/,/h0: true/d' -e 's/kind: compare/&\\n    traces: [t.safetensors]\\n    rungs: "
      "[ref, hls, systemc]/' -e 's/seeds: 2/seeds: 1/' r.yaml; $S regress run r.yaml --out r; echo status "
      "$?; "
      "$S regress approve r --reason first && $S regress status r; echo status $?; cat r.cycles.csv");
  CAPTURE(end.out, end.err);
  CHECK(contains(end.out, "none are recorded (scansim regress approve)"));
  CHECK(contains(end.out, "rtl, seed 1: passed: 1 of 1 jobs passed\nstatus 0\n"));
  CHECK(contains(end.out, ";scan tiny chunk_tokens=16 random: t.safetensors, memory seed "));
  const program_end worse = place.run(
      "sed -i -E '2s/;[^;]*;([+-][^;]*;[+-][^;]*;first)/;1e-12;\\1/' r.cycles.csv; $S regress status r; "
      "echo status $?; rm t.safetensors; $S regress run r.yaml --out s");
  CAPTURE(worse.out, worse.err);
  CHECK(contains(worse.out, " against ref, recorded is 1e-12"));
  CHECK(contains(worse.out, "status 1\n"));
  CHECK(worse.status == 2);
  CHECK(contains(worse.err, "r.yaml: tests[0].traces: trace: expected a file here or in "));
  CHECK(contains(worse.err, ", found none named t.safetensors"));
}

TEST_CASE("regress_command gives the outcome of a local run on slurm and lsf", "[system][regress]") {
  const queue_place place;
  place.write("q.yaml", quick_plan);
  const program_end end = place.run(
      "$S regress run q.yaml --out local > local.txt; mkdir \"$D\"; for q in slurm lsf; do "
      "$S regress run q.yaml --out \"$D/$q\" --on $q.yaml > $q.txt || exit; done; "
      "for f in local \"$D/slurm\" \"$D/lsf\"; do $S regress report \"$f\" --csv \"$f.csv\" >report.txt || "
      "exit; done; "
      "cmp local.csv \"$D/slurm.csv\" && cmp local.csv \"$D/lsf.csv\" && tail -n 1 slurm.txt && "
      "cat \"$D\"/*/tasks/*.log | sort");
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
  CHECK(contains(end.out, "40 of 40 jobs passed"));
  CHECK(contains(end.out, "part 5/5: "));
}

TEST_CASE("regress_command waits for no pipe in the place of a file of its folder", "[system][regress]") {
  const regress_place place;
  REQUIRE(place.run("$S regress run q.yaml --out kept").status == 0);
  for (const std::string file : {"run.json", "plan.yaml", "runs.jsonl", "shards/pipe.jsonl"})
    for (const std::string command : {"status r", "report r --csv o", "run q.yaml --out r", "rerun r"}) {
      CAPTURE(file, command);
      const program_end end = place.run("rm -rf r; cp -r kept r; rm -f r/" + file + "; mkfifo r/" + file +
                                        "; timeout 20 $S regress " + command);
      CAPTURE(end.err);
      CHECK((end.status == 0 || end.status == 2 || end.status == 3));
      if (end.status != 0) CHECK(end.error_lines() == 1);
    }
}

TEST_CASE("regress_command refuses what it cannot do with one line", "[system][regress]") {
  const regress_place place;
  const auto says = [&](const std::string& script) {
    const program_end end = place.run(script);
    CAPTURE(end.out, end.err);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    return end.err;
  };
  CHECK(contains(says("$S regress run none --out r"), "none.yaml"));
  CHECK(contains(says("$S regress run q.yaml --out r --stage V9"), "--stage"));
  CHECK(contains(says("$S regress run q.yaml --out r --on nowhere"), "--on"));
  CHECK(contains(says("$S regress run q.yaml --out r --detach"), "--detach"));
  CHECK(contains(says("$S regress status ."), "run.json"));
  // What a run left of itself is read strictly: no number that wraps, no key more, nothing behind the end.
  REQUIRE(place.run("$S regress run q.yaml --out kept").status == 0);
  for (const std::string change :
       {"s/\"seed\": 1/\"seed\": -1/", "s/\"seed\": 1/\"seed\": 1.5/", "s/\"stage\"/\"more\": 1, \"stage\"/",
        "s/\"reseed_multiplier\": 1.0/\"reseed_multiplier\": \"x\"/", "s/\"tags\": \\[\\]/\"tags\": {}/"}) {
    CAPTURE(change);
    CHECK(contains(says("rm -rf r; cp -r kept r; sed -i '" + change +
                        "' r/run.json; cmp -s r/run.json kept/run.json && exit 9; $S regress status r"),
                   "run.json: file: expected root, choice, digest and plan of a regression"));
  }
  CHECK(contains(says("rm -rf r; cp -r kept r; sed -i 's/_multiplier\": 1.0/_multiplier\": 1000000.0/' "
                      "r/run.json; $S regress status r"),
                 "--reseed-multiplier: expected a number in 0.001..1000, found 1000000"));
  CHECK(
      contains(says("rm -rf r; cp -r kept r; printf '\\0' >> r/run.json; $S regress status r"), "run.json"));
  CHECK(contains(says("echo 'x: 1' >> q.yaml; $S regress run q.yaml --out r"),
                 "x: expected one of regress, name"));
}

}  // namespace scansim::test
