// --timeline: an output like every other, the same bytes from every rung, refused where none can write it.
#include <catch2/catch.hpp>

#include "tests/support/places.h"
#include "tests/system/shell_run.h"

namespace scansim::test {
namespace {

const std::string compare_timed = "$S compare t.safetensors --config tiny --memory latency --rungs ";

nlohmann::json timeline_in(const shell_folder& folder, const std::string& name) {
  return nlohmann::json::parse(read_bytes(folder.file(name)));
}

}  // namespace

TEST_CASE("timeline is one file, whatever rung writes it and wherever it goes", "[timeline][outputs][cli]") {
  const shell_folder folder;
  const program_end both = folder.run(compare_timed + "hls,systemc,fast --timeline both.json --json r");
  CAPTURE(both.out, both.err);
  REQUIRE(both.status == 0);
  const nlohmann::json result = nlohmann::json::parse(read_bytes(folder.file("r")));
  const nlohmann::json timeline = timeline_in(folder, "both.json");
  CHECK(result["files"] == std::vector<std::string>{"both.json", "r"});
  CHECK(contains(result["command"], " --timeline both.json"));
  CHECK(timeline["otherData"]["cycles"] == result["rungs"]["fast"]["cycles"]);
  CHECK(timeline["otherData"]["trace_sha256"] == result["trace"]["sha256"]);
  CHECK(contains(both.out, "timeline: both.json: cycles 0 to "));
  CHECK(contains(both.out, "ui.perfetto.dev"));
  CHECK(
      folder
          .run(
              "$S run t.safetensors --config tiny --memory latency --rung fast --timeline fast.json && "
              "$S run t.safetensors --config tiny --memory latency --rung systemc --timeline systemc.json && "
              "cmp both.json fast.json && cmp both.json systemc.json")
          .status == 0);
  const program_end out = folder.run(compare_timed + "systemc,fast --timeline - > got");
  CHECK(out.status == 0);
  CHECK(contains(out.err, "verdict: agree"));
  CHECK(folder.run("cmp both.json got; s=$?; rm got; exit $s").status == 0);
  CHECK(folder
            .run("mkfifo p; cat p > got & " + compare_timed +
                 "systemc,fast --timeline p; wait; rm p; cmp both.json got")
            .status == 0);
  CHECK(folder
            .run("echo old > d; chmod 640 d; ln -s d l; " + compare_timed +
                 "systemc,fast --timeline l && [ -L l ] && [ $(stat -c %a d) = 640 ] && cmp both.json d")
            .status == 0);
}

TEST_CASE("timeline of a part of the run says which", "[timeline][cli]") {
  const shell_folder folder;
  const program_end part =
      folder.run(compare_timed + "systemc,fast --timeline w.json --timeline-cycles 100:199 --json r");
  CAPTURE(part.out, part.err);
  REQUIRE(part.status == 0);
  CHECK(contains(part.out, "timeline: w.json: cycles 100 to 199 of "));
  CHECK(contains(nlohmann::json::parse(read_bytes(folder.file("r")))["command"],
                 "--timeline w.json --timeline-cycles 100:199"));
  const program_end none =
      folder.run(compare_timed + "systemc,fast --timeline n.json --timeline-cycles 999999:1000000");
  CHECK(none.status == 3);
  CHECK(contains(none.out, "verdict: agree"));
  CHECK(none.error_lines() == 1);
  CHECK(contains(none.err, "n.json: not written: the run has "));
  const program_end cut = folder.run(
      "$S trace generate --channels 8 --states 8 --length 200 --out long >/dev/null; "
      "$S compare long --config tiny --rungs systemc,fast --timeline c.json --timeline-events 1000");
  CAPTURE(cut.out);
  CHECK(cut.status == 0);
  CHECK(contains(cut.out, "the cycles behind have no room"));
  const nlohmann::json facts = timeline_in(folder, "c.json")["otherData"];
  CHECK(facts["complete"] == false);
  CHECK(facts["events"] <= 1000);
  CHECK(facts["last_cycle"] < facts["cycles"]);
}

TEST_CASE("timelines that none can write, or nobody could read, are refused before anything runs",
          "[timeline][cli]") {
  const shell_folder folder;
  const auto refused = [&](const std::string& options, const std::string& word) {
    const program_end end = folder.run("$S compare t.safetensors --config tiny " + options);
    CAPTURE(options, end.out, end.err);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    CHECK(contains(end.err, word));
  };
  refused("--rungs ref,hls --timeline w", "--timeline: expected systemc");
  refused("--rungs analytic --timeline w", "--timeline: expected systemc");
  refused("--rungs fast --timeline t.safetensors", "another file than one that is read");
  refused("--rungs fast --timeline w --json w", "another file than that of --json");
  refused("--rungs fast --timeline w/", "--timeline");
  refused("--rungs fast --timeline ''", "--timeline");
  refused("--rungs fast --timeline nowhere/w", "--timeline");
  for (const char* window : {"5", "5:", "5:4", "-1:5", "1:5k", "''"})
    refused("--rungs fast --timeline w --timeline-cycles " + std::string(window), "--timeline-cycles");
  for (const char* most : {"0", "999", "-5", "1e6", "''", "99999999999999999999"})
    refused("--rungs fast --timeline w --timeline-events " + std::string(most), "--timeline-events");
  refused("--rungs fast --timeline-cycles 1:5", "--timeline");
  refused("--rungs fast --timeline-events 5000", "--timeline");
  CHECK(folder.left().empty());
}

TEST_CASE("timeline on a full disk costs the timeline and not the report", "[timeline][outputs]") {
  const shell_folder folder;
  // Of the record of the cycles, and of the file.
  for (const auto& [limit, reason] :
       {std::pair("1", "w.json: not written: a record of the cycles cannot be written: File too large"),
        {"16", "w.json: cannot be written: File too large"}}) {
    const program_end limited =
        folder.run(std::string("set -o pipefail; (ulimit -f ") + limit +
                   "; $S run t.safetensors --config tiny --rung fast --timeline w.json) 2>&1 | cat");
    CAPTURE(limit, limited.out);
    CHECK(limited.status == 3);
    CHECK(contains(limited.out, "block"));
    CHECK(contains(limited.out, reason));
  }
  CHECK(folder.left().empty());
  if (!can_make_nodes()) return;
  const program_end full = folder.run("mknod full c 1 7; " + compare_timed + "systemc,fast --timeline full");
  CHECK(full.status == 3);
  CHECK(contains(full.out, "verdict: agree"));
}

// In the RTL: a queue too short, which every rung but one has as long as it should be.
TEST_CASE("timeline of rtl is that of systemc, and a planted error is found in its cycle and block",
          "[timeline][slow][rtl]") {
  const shell_folder folder;
  const std::string run = compare_timed + "systemc,rtl --timeline w.json";
  CHECK(folder
            .run(run + " && $S run t.safetensors --config tiny --memory latency --rung fast --timeline f && "
                       "cmp f w.json")
            .status == 0);
  REQUIRE(folder.run("mkdir data; cp -r " + source_dir() + "/{rtl,models,sim,traces} data/").status == 0);
  const std::string path = folder.file("data/rtl/scan/ssm_delta_softplus.sv"),
                    right = "#(.Depth(DtDepth)) u_dt_credit";
  std::string text = read_bytes(path);
  REQUIRE(text.find(right) != std::string::npos);
  write_bytes(path, text.replace(text.find(right), right.size(), "#(.Depth(2)) u_dt_credit"));
  const program_end end = folder.run("SCANSIM_DATA=$PWD/data " + run);
  CAPTURE(end.out, end.err);
  CHECK(end.status == 1);
  CHECK(contains(end.out, "first difference of the timelines in cycle "));
  CHECK(contains(end.out, ": delta_softplus: rtl wait_out, systemc busy"));
  CHECK(contains(end.out, " --wave out.fst --timeline out.json"));
}

}  // namespace scansim::test
