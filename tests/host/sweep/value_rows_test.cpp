// Rows of values: one for each set of number formats, equal to what `compare` says of the same call; accuracy
// as an objective and as a constraint; what a row may take, and what is wrong in a file about either.
#include <catch2/catch.hpp>
#include <set>

#include "host/run/run.h"
#include "host/sweep/missing_rows.h"
#include "host/sweep/sweep_front.h"
#include "host/sweep/sweep_tables.h"
#include "host/sweep/value_row.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/generate.h"
#include "traces/input_error.h"
#include "traces/scan_trace.h"

namespace scansim {
namespace {

const std::string space =
    "space: {num_lanes: [2, 4], states_per_lane: 4, operand_bits: [8, 16], axi_data_bits: 128}\n";

struct valued_sweep {
  test::temporary_folder folder;
  std::string trace = folder.file("t.safetensors");
  sweep_spec spec;
  sweep_plan plan;
  stored_rows store;

  explicit valued_sweep(const std::string& rest, const std::string& workloads =
                                                     "[{trace: t.safetensors}, {channels: 8, states: 8, "
                                                     "length: 9}]") {
    generate_request request;
    request.channels = 16, request.states = 8, request.length = 20, request.seed = 7;
    write_scan_trace(trace, generate_scan(request));
    request.seed = 8;
    write_scan_trace(folder.file("u.safetensors"), generate_scan(request));
    test::write_bytes(folder.file("s.yaml"),
                      "sweep: 1\nbase: edge\nworkloads: " + workloads + "\n" + space + rest);
    spec = load_sweep_spec(folder.file("s.yaml"), folder.path().string());
    plan = plan_sweep(spec, "model");
  }
  void run() {
    uint64_t wanted = 0;
    for (const row_task& task : missing_rows(spec, plan, store, wanted)) store.add(run_row(spec, task));
  }
};

double number_of(const sweep_point& point, const std::string& name) {
  for (const auto& [known, value] : point.parameters)
    if (known == name) return std::get<double>(value);
  return -1;
}

}  // namespace

TEST_CASE("value_rows one serves every point that has the same number formats", "[sweep][hls]") {
  valued_sweep sweep("objectives: [{min: time_s}, {min: accuracy.quantisation_mse}]\n");
  REQUIRE(sweep.plan.points.size() == 4);
  uint64_t wanted = 0;
  CHECK(missing_rows(sweep.spec, sweep.plan, sweep.store, wanted).size() == 8 + 2);
  CHECK(plan_text(sweep.spec, sweep.plan).find("values: 2 rows on hls") != std::string::npos);
  sweep.run();
  REQUIRE(sweep.store.values.size() == 2);
  std::map<double, std::string> outputs;
  for (const sweep_point& point : sweep.plan.points) {
    REQUIRE(point.value_keys.size() == 2);
    CHECK(point.value_keys[1].empty());  // a shape has no values
    const value_row& row = sweep.store.values.at(point.value_keys[0]);
    REQUIRE(row.status == row_status::ok);
    const double bits = number_of(point, "operand_bits");
    CHECK(outputs.try_emplace(bits, row.output_sha256).first->second == row.output_sha256);
  }
  CHECK(outputs.at(8) != outputs.at(16));
  const sweep_outcome outcome = judge_sweep(sweep.spec, sweep.plan, sweep.store);
  REQUIRE(outcome.points.size() == 4);
  for (const judged_point& one : outcome.points) {
    CHECK(one.results.at("accuracy.relative_mse") > 0);
    CHECK(one.results.at("accuracy.relative_mse") < 5e-5);
  }
  CHECK(outcome.points[1].results.at("accuracy.quantisation_mse") <
        0.01 * outcome.points[0].results.at("accuracy.quantisation_mse"));
}

TEST_CASE("value_rows say what a run of the ladder says of the same call", "[sweep][hls]") {
  valued_sweep sweep("rungs: {screen: analytic, values: hls}\n");
  sweep.run();
  for (const sweep_point& point : sweep.plan.points) {
    run_request request;
    request.trace_path = sweep.trace;
    request.design.config = "edge";
    for (const auto& [name, value] : point.parameters)
      request.design.overrides.push_back(name + "=" + text_of(value));
    request.rungs = {"ref", "hls"};
    run_observer silent;
    const run_result whole = run(request, silent);
    const value_row& row = sweep.store.values.at(point.value_keys[0]);
    CHECK(row.output_sha256 == whole.rungs.back().output_sha256);
    CHECK(row.relative_mse == whole.hls_vs_ref_relative_mse);
    CHECK(row.quantisation_mse == whole.quantisation_relative_mse);
  }
}

TEST_CASE("value_rows hold a constraint, and a point without one is not judged", "[sweep][hls]") {
  valued_sweep sweep("constraints: ['accuracy.quantisation_mse <= 1e-6']\n");
  sweep.run();
  const sweep_outcome outcome = judge_sweep(sweep.spec, sweep.plan, sweep.store);
  REQUIRE(outcome.points.size() == 2);
  CHECK(outcome.refused.at("accuracy.quantisation_mse <= 1e-6") == 2);
  for (const judged_point& one : outcome.points) CHECK(number_of(*one.point, "operand_bits") == 16);
  stored_rows without = sweep.store;
  without.values.erase(outcome.points[0].point->value_keys[0]);
  CHECK(judge_sweep(sweep.spec, sweep.plan, without).missing == 2);
  value_row failed;
  failed.key = outcome.points[0].point->value_keys[0];
  failed.status = row_status::failed, failed.message = "no luck";
  without.values[failed.key] = failed;
  CHECK(judge_sweep(sweep.spec, sweep.plan, without).failed.at("no luck") == 2);
}

TEST_CASE("value_rows a point is as inaccurate as the worst of its workloads", "[sweep]") {
  const valued_sweep two("objectives: [{min: accuracy.relative_mse}, {min: accuracy.quantisation_mse}]\n",
                         "[{trace: t.safetensors}, {trace: u.safetensors}]");
  const sweep_point& point = two.plan.points.at(0);
  for (const bool first_is_worse : {true, false}) {
    stored_rows store;
    for (const row_task& task : rows_of(two.spec, point)) {
      const bool worse = (task.key == point.value_keys.at(0)) == first_is_worse;
      value_row values;
      values.key = task.key, values.relative_mse = worse ? 5 : 3, values.quantisation_mse = worse ? 2 : 7;
      store.add(task.values ? sweep_row(values) : run_row(two.spec, task));
    }
    sweep_plan alone;
    alone.points = {point};
    const sweep_outcome outcome = judge_sweep(two.spec, alone, store);
    REQUIRE(outcome.points.size() == 1);
    CHECK(outcome.points[0].results.at("accuracy.relative_mse") == 5);
    CHECK(outcome.points[0].results.at("accuracy.quantisation_mse") == 7);
  }
}

TEST_CASE("value_rows are kept with what they took, and two answers to one key are none", "[sweep]") {
  valued_sweep sweep("rungs: {values: hls}\n");
  sweep.run();
  const std::string folder = sweep.folder.path().string();
  std::filesystem::create_directories(folder + "/shards");
  {
    shard_writer writer(folder, "a-1-0");
    for (const auto& [key, row] : sweep.store.rows) writer.append(row);
    for (const auto& [key, row] : sweep.store.values) writer.append(row);
  }
  const stored_rows read = read_shards(folder);
  CHECK(read.dropped == 0);
  CHECK(read.rows.size() == sweep.store.rows.size());
  REQUIRE(read.values.size() == 2);
  const auto& [key, row] = *read.values.begin();
  const value_row& written = sweep.store.values.at(key);
  CHECK(row.relative_mse == written.relative_mse);
  CHECK(row.point == written.point);
  CHECK(row.max_rss_kb > 1000);
  CHECK(row.wall_s > 0);
  CHECK(row.started.size() == std::string("2026-01-01T00:00:00Z").size());
  CHECK_FALSE(row.host.empty());
  value_row other = row;
  other.output_sha256[0] ^= 1;
  shard_writer(folder, "b-2-0").append(other);
  CHECK_THROWS_WITH(read_shards(folder), Catch::Contains("one of them is wrong"));
}

TEST_CASE("value_rows a row that took too long is wanted again, one that was refused is not", "[sweep]") {
  valued_sweep sweep("");
  uint64_t wanted = 0;
  std::vector<row_task> tasks = missing_rows(sweep.spec, sweep.plan, sweep.store, wanted);
  sweep.store.add(row_without_result(tasks[0], row_status::timeout, "late"));
  sweep.store.add(row_without_result(tasks[1], row_status::refused, "no"));
  const std::vector<row_task> left = missing_rows(sweep.spec, sweep.plan, sweep.store, wanted);
  CHECK(left.size() == tasks.size() - 1);
  CHECK(left[0].key == tasks[0].key);
  CHECK(judge_sweep(sweep.spec, sweep.plan, sweep.store).failed.at("late") == 1);
}

TEST_CASE("value_rows wrong keys of rungs, limits and accuracy are refused by field", "[sweep]") {
  const std::string shape =
      "sweep: 1\nbase: edge\nworkloads: [{channels: 8, states: 8, length: 9}]\n" + space;
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"objectives: [{min: accuracy.relative_mse}]\n", "objectives[0]: expected results other than accuracy"},
      {"constraints: ['accuracy.relative_mse < 1']\n",
       "constraints[0]: expected results other than accuracy"},
      {"objectives: [{min: accuracy.speed}]\n", "objectives[0]: expected one of cycles"},
      {"rungs: hls\n", "rungs: expected a map"},
      {"rungs: {values: hls}\n", "rungs.values: expected a workload with values"},
      {"rungs: {screen: systemc}\n", "rungs.screen: expected analytic, found 'systemc'"},
      {"rungs: {confirm: ref}\n", "rungs.confirm: expected one of hls, systemc, rtl"},
      {"rungs: {judge: rtl}\n", "rungs.judge: expected one of screen"},
      {"limits: 600\n", "limits: expected a map"},
      {"limits: {seconds: 3}\n", "limits.seconds: expected one of seconds_per_point"},
      {"limits: {seconds_per_point: 0}\n", "limits.seconds_per_point: expected 0.001 to 1000000, found 0"},
      {"limits: {seconds_per_point: nan}\n", "limits.seconds_per_point: expected"},
      {"limits: {memory_mb: 3}\n", "limits.memory_mb: expected"},
      {"limits: {retries: -1}\n", "limits.retries: expected"},
  };
  for (const auto& [text, said] : wrong) {
    CAPTURE(text);
    const test::temporary_folder folder;
    test::write_bytes(folder.file("s.yaml"), shape + text);
    CHECK_THROWS_AS(load_sweep_spec(folder.file("s.yaml")), input_error);
    CHECK_THROWS_WITH(load_sweep_spec(folder.file("s.yaml")), Catch::Contains(said));
  }
}

}  // namespace scansim
