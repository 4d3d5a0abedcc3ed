// Calls of operators as workloads of a sweep: rows that equal `compare`'s SystemC, settings of the call as
// parameters of the space, sweep files that name what no workload has.
#include "host/sweep/operator_workload.h"

#include <catch2/catch.hpp>

#include "host/sweep/point_run.h"
#include "host/sweep/sweep_confirm.h"
#include "host/sweep/sweep_front.h"
#include "host/sweep/sweep_tables.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

sweep_spec calls_in(const std::string& workloads, const std::string& space) {
  const test::temporary_folder folder;
  test::write_bytes(folder.file("s.yaml"),
                    "sweep: 1\nbase: block-tiny\nworkloads: [" + workloads + "]\nspace: {" + space + "}\n");
  return load_sweep_spec(folder.file("s.yaml"), folder.path().string());
}

constexpr const char* product = "{operator: gemm, rows: 40, inner: 96, columns: 32}";
constexpr const char* layer =
    "{operator: mamba_block, model_width: 32, channels: 64, states: 16, length: 40, weight: 2}";

point_row first_row(const sweep_spec& spec, const sweep_point& point, size_t workload = 0) {
  const point_row row = run_point(point, point.keys[workload], spec.workloads[workload], 1);
  CAPTURE(row.message);
  REQUIRE(row.status == row_status::ok);
  return row;
}

}  // namespace

TEST_CASE("operator_workload a pattern of the space takes its share of the cycles", "[sweep]") {
  const sweep_spec spec = calls_in(product, "call.pattern: [dense, '2:4', '2:8']");
  const sweep_plan plan = plan_sweep(spec, "model");
  REQUIRE(plan.points.size() == 3);
  const auto busy = [&](size_t i) {
    return first_row(spec, plan.points[i]).counters.at("gemm_nm").at("busy");
  };
  CHECK(busy(0) == 2 * busy(1));
  CHECK(busy(0) == 4 * busy(2));
  CHECK(spec.workloads[0].form.shape.length == 40);
}

TEST_CASE("operator_workload a row is what systemc does with values", "[sweep][systemc]") {
  const sweep_spec spec = calls_in(
      layer,
      "call.fused: [true, false], call.z_first: {list: [true, false], when: \"call.fused == 'true'\"}, "
      "call.weight_format: [int8, w4g128]");
  const sweep_plan plan = plan_sweep(spec, "model");
  REQUIRE(plan.points.size() == 6);
  for (const sweep_point& point : plan.points) {
    point_row row = first_row(spec, point);
    run_observer observer;
    const confirmation equal = confirm_row(spec, point, 0, row, "systemc", observer);
    CAPTURE(equal.finding);
    CHECK(equal.equal);
    CHECK(row.counters.at("scan_serial").contains("state_updates"));
    CHECK_FALSE(row.counters.at("scan_serial").contains("saturations_state"));  // nobody has counted it
    row.counters["dma"]["dram_read_bytes"] += 1;
    CHECK_FALSE(confirm_row(spec, point, 0, row, "systemc", observer).equal);
  }
}

TEST_CASE("operator_workload a setting goes to the workloads that have it", "[sweep]") {
  const sweep_spec spec =
      calls_in(std::string(product) + ", " + layer + ", {channels: 32, states: 8, length: 9}",
               "call.fused: [true, false]");
  const sweep_plan plan = plan_sweep(spec, "model");
  REQUIRE(plan.points.size() == 2);
  const auto& [first, second] = std::tie(plan.points[0], plan.points[1]);
  CHECK(first.id != second.id);
  CHECK(first.keys[0] == second.keys[0]);
  CHECK(first.keys[1] != second.keys[1]);
  CHECK(first.keys[2] == second.keys[2]);
  CHECK(first_row(spec, first, 1).cycles < first_row(spec, second, 1).cycles);
}

TEST_CASE("operator_workload z waits for the scan or is projected beside it", "[sweep]") {
  const sweep_spec spec = calls_in(layer, "call.z_first: [false, true]");
  const sweep_plan plan = plan_sweep(spec, "model");
  REQUIRE(plan.points.size() == 2);
  const point_row beside = first_row(spec, plan.points[0]), first = first_row(spec, plan.points[1]);
  CHECK(beside.cycles < first.cycles);
  CHECK(beside.counters.at("dma").at("dram_write_bytes") == first.counters.at("dma").at("dram_write_bytes"));
  CHECK(beside.counters.at("gemm_nm").at("macs") == first.counters.at("gemm_nm").at("macs"));
}

TEST_CASE("operator_workload keeps what it gives itself", "[sweep]") {
  const sweep_spec spec =
      calls_in(std::string(product) + ", {operator: gemm, rows: 40, inner: 96, columns: 32, pattern: dense}",
               "call.pattern: ['2:4', '2:8']");
  const sweep_plan plan = plan_sweep(spec, "model");
  REQUIRE(plan.points.size() == 2);
  CHECK(plan.points[0].keys[0] != plan.points[1].keys[0]);
  CHECK(plan.points[0].keys[1] == plan.points[1].keys[1]);
}

TEST_CASE("operator_workload a point says which commands repeat it", "[sweep]") {
  const sweep_spec spec =
      calls_in(layer, "call.pattern: ['2:4'], call.fused: [false], call.z_first: [true], tile_buffers: [2]");
  const sweep_plan plan = plan_sweep(spec, "model");
  REQUIRE(plan.points.size() == 1);
  sweep_workload workload = spec.workloads[0];
  workload.call =
      std::make_shared<const operator_workload>(with_settings(*workload.call, plan.points[0].parameters));
  const std::string text = reproduce_text(spec, settings_text(plan.points[0]), workload);
  CHECK(text.find("trace generate --operator mamba_block") == 8);
  CHECK(text.find(" --pattern 2:4") != std::string::npos);
  CHECK(text.find(" --model-width 32") != std::string::npos);
  CHECK(text.find(" --set tile_buffers=2 --unfused --z-first") != std::string::npos);
  CHECK(text.find("call.") == std::string::npos);
}

TEST_CASE("operator_workload files are refused with file and field", "[sweep]") {
  const auto refusal = [](const std::string& workloads, const std::string& space) -> std::string {
    try {
      calls_in(workloads, space);
    } catch (const input_error& error) {
      return error.what();
    }
    return "taken";
  };
  const auto holds = [&](const std::string& workloads, const std::string& space, const std::string& part) {
    CAPTURE(workloads, space, refusal(workloads, space));
    CHECK(refusal(workloads, space).find(part) != std::string::npos);
  };
  const std::string any = "tile_buffers: [2, 4]";
  holds("{operator: gem}", any, "workloads[0].operator: expected one of ");
  holds("{operator: gemm, rows: 4, inner: 8, colums: 2}", any,
        "workloads[0].colums: expected weight or one of ");
  holds("{operator: gemm, rows: many}", any, "rows: expected a whole number, found 'many'");
  holds("{operator: gemm, rows: 4, inner: 8, columns: 2, pattern: '5:4'}", any, "workloads[0]");
  holds("{operator: gemm, rows: 4, inner: 8, columns: 2, fused: false}", any,
        "workloads[0].fused: expected weight or");
  holds("{operator: gemm, rows: 4, inner: 8, columns: 2, bias: [1]}", any, "workloads[0].bias");
  holds(product, "call.fused: [true, false]",
        "space.call.fused: expected a workload of an operator that has this option, found none");
  holds(layer, "call.fused: [yes, no]", "s.yaml: space.call.fused: expected true or false, found 'yes'");
  holds(layer, "tile_buffers: [2, 4], call.fused: {with: tile_buffers, map: {2: true, 4: 1}}",
        "space.call.fused: expected true or false, found '1'");
  holds(product, "call.rows: [1, 2]", "space.call.rows: expected a field of a design point");
  const sweep_spec spec = calls_in(product, "call.pattern: ['7:3']");
  const sweep_plan plan = plan_sweep(spec, "model");
  CHECK(run_point(plan.points.at(0), "key", spec.workloads[0], 1).status == row_status::refused);
}

}  // namespace scansim
