// A row behind which stand values: equal on the rungs with values, and a row that is wrong in a cycle, a
// counter or a rung is noticed. What a step in a parameter would change. Exports hold what the folder holds.
#include "host/sweep/sweep_confirm.h"

#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "host/sweep/point_neighbours.h"
#include "host/sweep/point_run.h"
#include "host/sweep/sweep_export.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

struct small_sweep {
  test::temporary_folder folder;
  sweep_spec spec;
  sweep_plan plan;
  stored_rows store;

  small_sweep() {
    test::write_bytes(folder.file("s.yaml"), R"yaml(sweep: 1
base: edge
workloads: [{channels: 48, states: 16, length: 60, h0: true}, {channels: 16, states: 8, length: 5, batch: 2, decode: true}]
space:
  chunk_tokens: [32, 16, 64]
  tile_buffers: [2, 4]
  memory: [ideal, dram-ddr4]
constraints: ["chunk_tokens * tile_buffers <= 128"]
)yaml");
    spec = load_sweep_spec(folder.file("s.yaml"));
    plan = plan_sweep(spec, "model");
    for (const sweep_point& point : plan.points)
      for (size_t i = 0; i < point.keys.size(); ++i) {
        if (&point == &plan.points.back() && i == 1) continue;  // one row is missing
        store.rows[point.keys[i]] = run_point(point, point.keys[i], spec.workloads[i], 1);
      }
  }
  confirmation confirm(size_t workload, const point_row& row) {
    run_observer observer;
    return confirm_row(spec, plan.points[0], workload, row, "systemc", observer);
  }
  const point_row& row(size_t workload) { return store.rows.at(plan.points[0].keys[workload]); }
  exported_sweep exported(const sweep_outcome& outcome) { return {spec, plan, store, outcome}; }
};

size_t lines_in(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

// The one number that a query gives on the bytes of a database.
double number_in(const std::string& bytes, const std::string& query) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(":memory:", &database) == SQLITE_OK);
  std::string image = bytes;
  REQUIRE(sqlite3_deserialize(database, "main", reinterpret_cast<unsigned char*>(image.data()),
                              static_cast<sqlite3_int64>(image.size()),
                              static_cast<sqlite3_int64>(image.size()),
                              SQLITE_DESERIALIZE_READONLY) == SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(database, query.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
  const double number = sqlite3_column_double(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return number;
}

}  // namespace

TEST_CASE("sweep_confirm finds the rungs with values equal to the row", "[sweep][systemc]") {
  small_sweep sweep;
  for (const size_t workload : {0u, 1u}) {
    const confirmation one = sweep.confirm(workload, sweep.row(workload));
    CAPTURE(workload, one.finding);
    CHECK(one.equal);
    CHECK(one.cycles == sweep.row(workload).cycles);
    CHECK(one.output_sha256.size() == 64);
  }
}

TEST_CASE("sweep_confirm notices a row that is wrong", "[sweep][systemc]") {
  small_sweep sweep;
  point_row row = sweep.row(0);
  ++row.cycles;
  const confirmation cycles = sweep.confirm(0, row);
  CHECK_FALSE(cycles.equal);
  CHECK(cycles.finding.find("cycles: row") == 0);
  row = sweep.row(0);
  ++row.counters["dma"]["dram_read_bytes"];
  const confirmation counters = sweep.confirm(0, row);
  CHECK_FALSE(counters.equal);
  CHECK(counters.finding.find("dma.dram_read_bytes: row") == 0);
}

TEST_CASE("sweep_confirm is kept in the folder, and a damaged one is as none", "[sweep]") {
  const test::temporary_folder folder;
  const std::string path = folder.path().string();
  CHECK(read_confirmations(path).empty());
  write_confirmation(path, {"k1", "rtl", true, "", 17, "abc"});
  write_confirmation(path, {"k2", "rtl", false, "cycles: row 1, rtl 2", 2, ""});
  test::write_bytes(path + "/confirmed/k3-rtl.json", "{\"key\": \"k3\"");
  const confirmations read = read_confirmations(path);
  REQUIRE(read.size() == 2);
  CHECK(read.at({"k1", "rtl"}).equal);
  CHECK(read.at({"k1", "rtl"}).cycles == 17);
  CHECK(read.at({"k2", "rtl"}).finding == "cycles: row 1, rtl 2");
}

TEST_CASE("sweep_confirm runs machines with values, and names them", "[sweep]") {
  CHECK(confirming_rungs("systemc") == std::vector<std::string>{"hls", "systemc", "analytic"});
  CHECK(confirming_rungs("rtl") == std::vector<std::string>{"hls", "systemc", "analytic", "rtl"});
  CHECK_THROWS_AS(confirming_rungs("fast"), input_error);
  CHECK_THROWS_AS(confirming_rungs("ref"), input_error);
}

TEST_CASE("sweep_confirm neighbours are one step away, run where they are missing, refused by rule",
          "[sweep]") {
  small_sweep sweep;
  const sweep_point& point = sweep.plan.points[0];  // 32, 2, ideal
  sweep.store.rows.erase(sweep.plan.points[2].keys[0]);
  const std::vector<point_neighbour> found = neighbours_of(sweep.spec, "model", point, sweep.store);
  REQUIRE(found.size() == 4);
  CHECK(text_of(found[0].to) == "16");  // by size, not as listed
  CHECK(text_of(found[1].to) == "64");
  CHECK(found[2].parameter == "tile_buffers");
  CHECK(found[3].parameter == "memory");
  for (const point_neighbour& one : found) {
    CHECK(one.refused.empty());
    CHECK(one.results.at("cycles") > 0);
  }
  const sweep_point& last = sweep.plan.points.back();  // 64, 2: 4 buffers are too many
  bool refused = false;
  for (const point_neighbour& one : neighbours_of(sweep.spec, "model", last, sweep.store))
    if (one.parameter == "tile_buffers") refused = one.refused == "chunk_tokens * tile_buffers <= 128";
  CHECK(refused);
}

TEST_CASE("sweep_confirm exports every point with what is known of it", "[sweep]") {
  small_sweep sweep;
  const sweep_outcome outcome = judge_sweep(sweep.spec, sweep.plan, sweep.store);
  const std::string csv = export_csv(sweep.exported(outcome));
  CHECK(lines_in(csv) == 1 + sweep.plan.points.size());
  CHECK(csv.find("point,status,front,chunk_tokens,tile_buffers,memory,cycles,") == 0);
  CHECK(csv.find(sweep.plan.points.back().id + ",missing,0,64,2,dram-ddr4,,,") != std::string::npos);
  const std::string bytes = export_sqlite(sweep.exported(outcome));
  const auto points = static_cast<double>(sweep.plan.points.size());
  CHECK(number_in(bytes, "SELECT count(*) FROM points") == points);
  CHECK(number_in(bytes, "SELECT count(*) FROM points WHERE cycles IS NULL AND status = 'missing'") == 1);
  CHECK(number_in(bytes, "SELECT count(*) FROM rows") == 2 * points - 1);
  const point_row& row = sweep.row(0);
  CHECK(number_in(bytes, "SELECT count FROM counters WHERE block = 'dma' AND event = 'busy' AND key = '" +
                             row.key + "'") == static_cast<double>(row.counters.at("dma").at("busy")));
}

}  // namespace scansim
