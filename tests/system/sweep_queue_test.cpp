// `scansim sweep run --on QUEUE` as a process, on batch systems that really run the tasks: one front whoever
// ran it, what is missing after a task, a submission or the run itself was stopped, and what is refused.
#include <catch2/catch.hpp>

#include "tests/system/queue_place.h"

namespace scansim::test {
namespace {

// Until the batch system runs tasks of the first array.
const char* const at_work =
    "until ls queue/1/tasks 2>/dev/null | grep -q . && grep -qs . \"$D\"/shards/*; do "
    "sleep 0.02; kill -0 $p || break; done; ";

}  // namespace

TEST_CASE("sweep_queue gives the front of a local run byte for byte on slurm and lsf, as they are shipped",
          "[system][sweep]") {
  const queue_place place;
  const program_end end = place.run(
      "$S sweep run s.yaml --out local > local.txt; mkdir \"$D\"; "
      "for q in slurm lsf; do $S sweep run s.yaml --out \"$D/$q\" --on $q > $q.txt || exit; done; "
      "for f in local \"$D/slurm\" \"$D/lsf\"; do $S sweep front \"$f\" --csv - > \"$f.csv\" || exit; done; "
      "cmp local.csv \"$D/slurm.csv\" && cmp local.csv \"$D/lsf.csv\" && cmp local.txt slurm.txt && "
      "cmp local.txt lsf.txt && ls \"$D\"/slurm/program | wc -l && cat \"$D\"/*/tasks/*.log | sort");
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
  CHECK(contains(end.out, "part 27/27: "));  // a log a task
  CHECK(contains(place.calls(), "sbatch --parsable --array=0-26%27 "));
  CHECK(contains(place.calls(), "bsub -J scansim[1-27]%27 "));
}

TEST_CASE("sweep_queue keeps within the tasks that an array may have and run at a time", "[system][sweep]") {
  const queue_place place;
  const program_end end =
      place.run("$S sweep run s.yaml --out \"$D\" --on slurm.yaml && grep shard \"$D/tasks/slurm.sh\"",
                {"FAKE_MAX_ARRAY=4"});
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
  CHECK(contains(place.calls(), "--array=0-3%4 "));
  CHECK(contains(end.out, "/4\""));
  place.write("few.yaml", place.changed_queue("lsf", {{"running: 50", "running: 2"}}));
  const program_end few = place.run(
      "$S sweep run s.yaml --out few --on few.yaml --jobs 3 && "
      "grep -h -e BSUB -e exec few/tasks/few.sh");
  CHECK(few.status == 0);
  CHECK(contains(place.calls(), "bsub -J scansim[1-5]%2 "));
  CHECK(contains(few.out, "#BSUB -n 3\n"));
  CHECK(contains(few.out, " --jobs 3 --shard "));
  const program_end none = place.run("$S sweep run s.yaml --out none --on slurm.yaml", {"FAKE_MAX_ARRAY=0"});
  CHECK(none.status == 3);
  CHECK(contains(none.err, "takes no arrays"));
}

TEST_CASE("sweep_queue runs generations one array after the other", "[system][sweep]") {
  const queue_place place;
  place.write("g.yaml",
              place.text("s.yaml") + "sample: {method: nsga2, population: 6, generations: 4, seed: 2}\n");
  const program_end end = place.run(
      "$S sweep run g.yaml --out local > local.txt && $S sweep run g.yaml --out \"$D\" --on slurm.yaml > "
      "q.txt; "
      "cmp local.txt q.txt; grep -c sbatch queue/calls");
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
  CHECK(std::stoi(end.out) > 1);
}

TEST_CASE("sweep_queue names the log of a task that was killed and runs what it left", "[system][sweep]") {
  for (const std::string queue : {"slurm", "lsf"}) {
    const queue_place place;
    const program_end end =
        place.run("$S sweep run long.yaml --out \"$D\" --on " + queue + ".yaml", {"FAKE_KILL=2"});
    CAPTURE(end.out, end.err);
    CHECK(end.status == 3);
    CHECK(contains(end.out, "1 task of array 1 ended without "));
    CHECK(contains(end.out, "/tasks/1-2.log: fake: task 2 exceeded its memory\n"));
    CHECK(contains(end.out, "PARTIAL "));
    const program_end again = place.run(
        "$S sweep run long.yaml --out \"$D\" --on " + queue +
        ".yaml > q.txt && "
        "$S sweep run long.yaml --out local > local.txt && $S sweep front \"$D\" --csv q.csv > q.txt && "
        "$S sweep front local --csv local.csv > local.txt && cmp q.csv local.csv && cmp q.txt local.txt");
    CAPTURE(again.out, again.err);
    CHECK(again.status == 0);
  }
}

TEST_CASE("sweep_queue cancels its array when it is interrupted, keeps the rows and goes on from them",
          "[system][sweep]") {
  for (const std::string queue : {"slurm", "lsf"})
    for (const auto& [signal, status] : {std::pair{"INT", 130}, {"TERM", 143}}) {
      const queue_place place;
      CAPTURE(queue, signal);
      place.write("slow.yaml", place.changed_queue(queue, {{"running: 50", "running: 1"}}));
      const program_end end = place.run("$S sweep run long.yaml --out \"$D\" --on slow.yaml & p=$!; " +
                                        std::string(at_work) + "kill -" + signal +
                                        " $p; wait $p; echo $?; cat \"$D\"/shards/* | wc -l; "
                                        "echo cancelled: $(cat queue/cancelled); ls \"$D\"");
      CAPTURE(end.out, end.err);
      CHECK(contains(end.out, "\n" + std::to_string(status) + "\n"));
      CHECK(contains(end.err, "array 1 is cancelled; the rows that are there are kept"));
      CHECK(contains(end.out, "cancelled: 1\n"));
      CHECK_FALSE(contains(end.out, "array.json"));
      const program_end again = place.run("$S sweep run long.yaml --out \"$D\" --on " + queue + ".yaml");
      CAPTURE(again.out, again.err);
      CHECK(again.status == 0);
      CHECK(contains(again.out, " rows run now, "));
      CHECK_FALSE(contains(again.out, " 0 were there"));
    }
}

TEST_CASE("sweep_queue cancels an array whose submission was under way when it was interrupted",
          "[system][sweep]") {
  const queue_place place;
  place.write("slow.yaml",
              place.changed_queue("slurm", {{"  sbatch", "  touch under_way; sleep 0.5; sbatch"}}));
  const program_end end = place.run(
      "$S sweep run long.yaml --out \"$D\" --on slow.yaml & p=$!; "
      "until [ -e \"$D\"/under_way ]; do sleep 0.02; kill -0 $p || break; done; kill -INT $p; wait $p; "
      "echo status: $?; echo cancelled: $(cat queue/cancelled)");
  CAPTURE(end.out, end.err);
  CHECK(contains(end.out, "status: 130\n"));
  CHECK(contains(end.out, "cancelled: 1\n"));
  CHECK(contains(end.err, "array 1 of 5 tasks submitted"));
}

TEST_CASE("sweep_queue waits for the array of a run that was killed or did not wait", "[system][sweep]") {
  const queue_place place;
  place.write("slow.yaml", place.changed_queue("slurm", {{"running: 50", "running: 1"}}));
  const program_end killed = place.run(
      "$S sweep run long.yaml --out \"$D\" --on slow.yaml & p=$!; " + std::string(at_work) +
      "kill -KILL $p; wait $p; $S sweep status \"$D\"; $S sweep run long.yaml --out \"$D\" --on slow.yaml");
  CAPTURE(killed.out, killed.err);
  CHECK(killed.status == 0);
  CHECK(contains(killed.err, "array 1 is at work; waiting for it"));
  CHECK(contains(killed.out, "array 1 of 5 tasks was submitted"));
  const program_end detached = place.run(
      "$S sweep run long.yaml --out other --on slow.yaml --detach && cat other/array.json && "
      "cp $S rebuilt && echo >> rebuilt && SCANSIM_DATA=$(dirname $S)/../share/scansim "
      "./rebuilt sweep run long.yaml --out other --on slow.yaml; echo $?; "
      "$S sweep run long.yaml --out other --on slow.yaml > q.txt; $S sweep status other");
  CAPTURE(detached.out, detached.err);
  CHECK(detached.status == 0);
  CHECK(contains(detached.out, "\"tasks\": 5"));
  CHECK(contains(detached.out, "\n3\n"));
  CHECK(contains(detached.err, "of another program is at work in it: wait for it, or cancel it: scancel "));
  CHECK_FALSE(contains(detached.out, "seen to end"));
}

TEST_CASE("sweep_queue gives tasks a program and data that a rebuild and an edit do not reach",
          "[system][sweep]") {
  const queue_place place;
  const program_end end = place.run(
      "mkdir -p p/bin p/share && cp $S p/bin/scansim && cp -rL $(dirname $S)/../share/scansim/models "
      "p/share/ && "
      "mkdir p/share/scansim && mv p/share/models p/share/scansim && mkdir -p p/share/scansim/sim/mem && "
      "cp -rL $(dirname $S)/../share/scansim/sim/mem/parameters p/share/scansim/sim/mem/ && "
      "p/bin/scansim sweep run long.yaml --out \"$D\" --on slurm.yaml & p=$!; " +
      std::string(at_work) +
      "rm p/bin/scansim; echo spoiled > p/share/scansim/models/configs/edge.yaml; wait $p; echo $?; "
      "cp $S p/bin/scansim; $S sweep run long.yaml --out \"$D\" | grep 'rows run now'");
  CAPTURE(end.out, end.err);
  CHECK(contains(end.out, "2\n"));  // the run itself reads the data again, and says so
  CHECK(contains(end.out, "0 rows run now, "));
}

TEST_CASE("sweep_queue tells in one line why nothing was submitted", "[system][sweep]") {
  const queue_place place;
  const auto with_submit = [&](const std::string& name, const std::string& submit) {
    place.write(name, place.changed_queue("slurm", {{"  sbatch", "  " + submit}}));
  };
  with_submit("absent.yaml", "no_such_command");
  with_submit("failing.yaml",
              "echo sbatch: error: Batch job submission failed: Requested node configuration is not "
              "available in partition long >&2; false &&");
  with_submit("silent.yaml", "true ||");
  with_submit("wordy.yaml", "echo submitted ||");
  place.write("unknown.yaml", place.changed_queue("slurm", {{"--time={limit}", "--time={time}"}}));
  const std::vector<std::tuple<std::string, int, std::string>> wrong = {
      {"--on absent.yaml", 3, "absent.yaml: submit failed with status 127: "},
      {"--on failing.yaml", 3,
       "failing.yaml: submit failed with status 1: sbatch: error: Batch job submission failed: Requested "
       "node "
       "configuration is not available in partition long\n"},
      {"--on silent.yaml", 3, "silent.yaml: submit printed no job number"},
      {"--on wordy.yaml", 3, "wordy.yaml: submit printed no job number ([0-9]+): 'submitted"},
      {"--on unknown.yaml", 2, "unknown.yaml: script: expected no placeholders but {command}, "},
      {"--on none.yaml", 2, "none.yaml"},
      {"--on slurm.yaml --out 50%j", 3,
       "slurm.yaml: submit failed with status 1: error: Slurm takes no % and "},
      {"--on nowhere", 2,
       "--on: expected local, lsf, slurm, or a path that ends in .yaml or .yml, found 'nowhere'"},
      {"--on slurm.yaml --jobs 0", 2, "--jobs"},
      {"--detach", 2, "--detach"},
      {"--on slurm.yaml --detach --confirm rtl", 2, "--confirm"},
  };
  for (const auto& [options, status, said] : wrong) {
    const program_end end = place.run(
        "$S sweep run s.yaml " + std::string(contains(options, "--out") ? "" : "--out \"$D\" ") + options);
    CAPTURE(options, end.out, end.err);
    CHECK(end.status == status);
    CHECK(end.error_lines() == 1);
    CHECK(contains(end.err, said));
    CHECK_FALSE(contains(place.run("ls \"$D\"").out, "array.json"));
  }
}

TEST_CASE("sweep_queue leaves an array that it cannot look at to itself, and finds it again",
          "[system][sweep]") {
  const queue_place place;
  place.write("q.yaml", place.changed_queue("lsf", {{"said=$(bjobs", "said=$(no_such_list"}}));
  const program_end end = place.run("$S sweep run s.yaml --out \"$D\" --on q.yaml");
  CAPTURE(end.out, end.err);
  CHECK(end.status == 3);
  CHECK(contains(end.err, "q.yaml: list failed with status 1: "));
  CHECK(contains(end.err, "array 1 may still be at work"));
  place.write("q.yaml", place.text("lsf.yaml"));
  const program_end again = place.run("$S sweep run s.yaml --out \"$D\" --on q.yaml");
  CAPTURE(again.out, again.err);
  CHECK(again.status == 0);
  CHECK(contains(again.out, "0 rows run now, 108 were there"));
}

}  // namespace scansim::test
