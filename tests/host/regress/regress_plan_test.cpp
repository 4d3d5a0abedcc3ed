// Plans: what a file may say, what is refused and how, and the jobs that are drawn of it.
#include <catch2/catch.hpp>
#include <set>

#include "tests/host/regress/plan_example.h"

namespace scansim {
namespace {

using test::plan_place;
using test::small_plan;

using test::has;

int64_t option_of(const regress_job& job, const std::string& name) {
  const auto found = job.call.options.find(name);
  return found == job.call.options.end() ? 0 : std::stoll(found->second);
}

std::vector<regress_job> drawn(const regress_plan& plan, const plan_choice& choice = {}) {
  return draw_jobs(plan, choice, "digest");
}

}  // namespace

TEST_CASE("regress_plan refuses what it does not know, with file and field", "[regress]") {
  const plan_place place;
  struct wrong {
    const char *from, *to, *says;
  };
  const wrong all[] = {
      {"name: small", "name: small\nnames: 1", "names: expected one of regress, name"},
      {"regress: 1", "regress: 2", "regress: expected the format version 1"},
      {"name: small", "name: a b", "name: expected letters, digits"},
      {"stage: V1", "stage: V4", "testpoints[0].stage: expected one of V1, V2, V3, found 'V4'"},
      {"tags: [scan]", "tag: [scan]", "testpoints[0].tag: expected one of name, desc, stage"},
      {"desc: a call a token, ", "", "testpoints[1].desc: expected a value, found no such key"},
      {"seeds: 6", "seeds: 0", "tests[0].seeds: expected a number in 1.."},
      {"seeds: 6", "seed: 6", "tests[0].seed: expected one of name, kind, seeds"},
      {"kind: compare", "kind: magic", "tests[0].kind: expected compare or program, found 'magic'"},
      {"reverse: coin", "reverse: maybe", "tests[0].stimulus.reverse: expected true, false or coin"},
      {"reverse: coin", "revers: coin", "tests[0].stimulus.revers: expected operator, let or one of shape"},
      {"operator: selective_scan", "operator: scan", "tests[0].stimulus.operator: expected one of"},
      {"by: 2", "by: 2, to: 3", "tests[0].stimulus.length.to: expected one of dist, around"},
      {"[[1..4, 1]", "[[1..4]", "tests[0].stimulus.states.dist: expected [value, weight]"},
      {"1..2", "1 +", "tests[0].stimulus.groups: expected"},
      {"memories: [random", "memories: [slow", "memories: expected any of ideal"},
      {"rungs: [hls", "rungs: [verilog", "tests[0].rungs: expected any of ref"},
      {"points: [tiny]", "rtl_build: slow", "tests[1].rtl_build: value: expected one of plain"},
      {"points: [tiny]", "points: [small]", "tests[1].points: expected labels of design_points"},
      {"base: tiny", "base: tinny", "design_points[1]: "},
      {"interleave: 8", "interleave: 3", "design_points[1]: "},
      {"seeds: 6", "seeds: 6\n    timeout: {wall: 3}",
       "tests[0].timeout.wall: expected one of wall_s, cycles"},
      {"seeds: 6", "seeds: 6\n    budget_s: 0", "tests[0].budget_s: expected more than 0"},
      {"points: [tiny]", "where: lanes > 0",
       "tests[1].where: expected fields of a design point, found 'lanes'"},
      {"points: [tiny]", "where: gemm_depth > 0", "tests[1].where: expected a rule that a design point"},
      {"[tiny, {label", "[{covering: pair, starts: [tinny]}, {label", "design_points[0].starts: "},
      {"[tiny, {label", "[{covering: pair}, {label", "design_points[0].starts: expected a list"},
      {"[tiny, {label", "[{covering: far, starts: [tiny], by: 2}, {label", "design_points[0].by: expected"},
  };
  for (const wrong& one : all) {
    CAPTURE(one.from, one.to);
    const std::string said = place.refused(one.from, one.to);
    CAPTURE(said);
    CHECK(has(said, one.says));
    CHECK(has(said, "p.yaml"));
  }
}

TEST_CASE("regress_plan refuses a testpoint without tests and a test without testpoint", "[regress]") {
  const plan_place place;
  CHECK(has(place.refused("tests: [decode]", "tests: [decoded]"),
            "testpoints[1].tests: expected names of tests, found 'decoded'"));
  CHECK(has(place.refused("tests: [decode]", "tests: [scan]"),
            "tests[1].name: expected a test that a testpoint names, found 'decode'"));
  CHECK(has(place.refused("tests: [decode]", "tests: []"), "testpoints[1].tests: expected a list"));
}

TEST_CASE("regress_plan draws the same jobs from the same seed, and others from another", "[regress]") {
  const plan_place place;
  const regress_plan plan = place.load();
  const std::vector<regress_job> jobs = drawn(plan), same = drawn(plan), others = drawn(plan, {.seed = 2});
  REQUIRE(jobs.size() == 6 * 2 + 2);
  std::set<std::string> keys, other_keys;
  for (size_t i = 0; i < jobs.size(); ++i) {
    CHECK(jobs[i].key == same[i].key);
    keys.insert(jobs[i].key), other_keys.insert(others[i].key);
  }
  CHECK(keys.size() == jobs.size());
  CHECK(keys != other_keys);
}

TEST_CASE("regress_plan keeps what is drawn within the plan's ranges and rules", "[regress]") {
  const plan_place place;
  const regress_plan plan = place.load(test::changed(small_plan, "seeds: 6", "seeds: 300"));
  std::set<int64_t> lengths, states;
  int reversed = 0;
  for (const regress_job& job : drawn(plan, {.tests = {"scan"}})) {
    const int64_t groups = std::max<int64_t>(1, option_of(job, "groups")), length = option_of(job, "length");
    CHECK(option_of(job, "channels") % groups == 0);
    CHECK(option_of(job, "channels") * option_of(job, "states") <= 12);
    CHECK((length >= 30 && length <= 34));
    lengths.insert(length), states.insert(option_of(job, "states"));
    const bool reverse = job.call.options.contains("reverse");
    reversed += reverse;
    CHECK(job.call.options.contains("h0") == reverse);
  }
  CHECK(lengths.size() == 5);
  CHECK(states == std::set<int64_t>{1, 2, 3, 4, 5});
  CHECK((reversed > 200 && reversed < 400));
}

TEST_CASE("regress_plan has the machines of a covering array by one name, a rule chooses among them",
          "[regress]") {
  const plan_place place;
  const std::string text = test::changed(small_plan, "[tiny, {label",
                                         "[tiny, {covering: pair, starts: [tiny, block-tiny]}, {label");
  const regress_plan plan = place.load(test::changed(
      text, "points: [tiny]\n    rungs", "points: [pair, tiny]\n    where: gemm_depth > 0\n    rungs"));
  size_t units = 0;
  for (const plan_point& one : plan.points) {
    if (one.group.empty()) continue;
    CHECK(one.label.starts_with("pair-"));
    units += one.point.has_units();
    const design_point again = load_design(one.request);
    for (const parameter_row& row : map::parameters) CHECK(again.*row.member == one.point.*row.member);
  }
  CHECK((units > 0 && units + 2 < plan.points.size()));
  CHECK(plan.test("scan").points.size() == plan.points.size());
  CHECK(plan.test("decode").points.size() == units);
}

TEST_CASE("regress_plan chooses by stage, tag, test and seeds", "[regress]") {
  const plan_place place;
  const regress_plan plan = place.load();
  CHECK(drawn(plan, {.stage = "V1"}).size() == 12);
  CHECK(drawn(plan, {.tags = {"decode"}}).size() == 2);
  CHECK(drawn(plan, {.tests = {"decode"}}).size() == 2);
  CHECK(drawn(plan, {.reseed_multiplier = 0.5}).size() == 3 * 2 + 1);
  const std::vector<regress_job> fixed = drawn(plan, {.fixed_seed = 17});
  CHECK(fixed.size() == 3);
  CHECK(fixed[0].draw_seed == 17);
  CHECK(has(test::refusal([&] { drawn(plan, {.tags = {"none"}}); }), "--tag: expected one of decode, scan"));
  CHECK(
      has(test::refusal([&] { drawn(plan, {.tests = {"none"}}); }), "--test: expected one of decode, scan"));
  const regress_plan never = place.load(test::changed(small_plan, "<= 12", "<= 0"));
  CHECK(has(test::refusal([&] { drawn(never); }), "test scan: constraint: expected one that holds"));
  const regress_plan unknown = place.load(test::changed(small_plan, "<= 12", "<= twelve"));
  CHECK(has(test::refusal([&] { drawn(unknown); }),
            "names drawn above, or fields of a design point, found 'twelve'"));
}

// A key names a result for years: a change of how it is made loses every store.
TEST_CASE("regress_plan a job's key depends on what decides its result and on nothing else", "[regress]") {
  const plan_place place;
  const regress_plan plan = place.load();
  const regress_job job = drawn(plan).front();
  const auto key_with = [&](const auto& change, const std::string& digest = "digest") {
    regress_job one = job;
    one.machine = nullptr;
    change(one);
    name_job(one, digest);
    return one.key;
  };
  CHECK(key_with([](regress_job&) {}) == job.key);
  CHECK(key_with([](regress_job& one) { one.test = "other", one.limits.wall_s = 1, one.draw_seed = 9; }) ==
        job.key);
  CHECK(key_with([](regress_job&) {}, "other") != job.key);
  CHECK(key_with([](regress_job& one) { one.call_seed += 1; }) != job.key);
  CHECK(key_with([](regress_job& one) { one.memory_seed += 1; }) != job.key);
  CHECK(key_with([](regress_job& one) { one.memory = "latency"; }) != job.key);
  CHECK(key_with([](regress_job& one) { one.rungs.pop_back(); }) != job.key);
  CHECK(key_with([](regress_job& one) { one.design.overrides = {"tile_buffers=2"}; }) != job.key);
  CHECK(key_with([](regress_job& one) { one.call.options["length"] = "7"; }) != job.key);
  CHECK(key_with([](regress_job& one) { one.rtl_build = rtl_kind::randinit; }) != job.key);
  CHECK(job.key.size() == 20);
  regress_job program;
  program.kind = test_kind::program, program.command = {"run", "1"}, program.program_sha256 = "abc";
  name_job(program, "digest");
  CHECK(program.key == "6463a7997e6aca6901a1");
}

TEST_CASE("regress_plan fills in seed and build folder of a program, and refuses one that is not there",
          "[regress]") {
  const plan_place place;
  const std::string text = R"(regress: 1
name: programs
design_points: [tiny]
memories: [ideal]
testpoints: [{name: p, desc: a program, stage: V1, tests: [p]}]
tests: [{name: p, kind: program, seeds: 3, command: ["{build}/run.sh", "--seed={seed}"]}]
)";
  const regress_plan plan = place.load(text);
  const std::string build = place.folder.path().string();
  CHECK(has(test::refusal([&] { drawn(plan, {.build = build}); }),
            "test p: command: expected a program that is built"));
  test::write_bytes(place.folder.file("run.sh"), "exit 0\n");
  const std::vector<regress_job> jobs = drawn(plan, {.build = build});
  REQUIRE(jobs.size() == 3);
  CHECK(jobs[0].command[0] == build + "/run.sh");
  CHECK(jobs[0].command[1] != jobs[1].command[1]);
  test::write_bytes(place.folder.file("run.sh"), "exit 1\n");
  CHECK(drawn(plan, {.build = build})[0].key != jobs[0].key);
}

}  // namespace scansim
