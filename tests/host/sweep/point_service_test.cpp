// A sweep driven from outside: what is proposed is answered, kept and found again; parts of a folder are the
// whole, each row once.
#include "host/sweep/point_service.h"

#include <catch2/catch.hpp>
#include <set>

#include "host/sweep/sweep_run.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

struct served_folder {
  test::temporary_folder folder;
  std::string path() const { return folder.path().string(); }

  explicit served_folder(const std::string& method) {
    test::write_bytes(folder.file("given.yaml"), R"yaml(sweep: 1
base: edge
workloads: [{channels: 16, states: 16, length: 20}]
space:
  chunk_tokens: [8, 16, 32]
  tile_buffers: [2, 4, 8]
  axi_max_burst: {expr: "tile_buffers * 4"}
  memory: [ideal, latency]
constraints: ["chunk_tokens * tile_buffers <= 128", "cycles <= 900"]
sample: {method: )yaml" + method + "}\n");
    const sweep_spec spec = load_sweep_spec(folder.file("given.yaml"));
    run_sweep(spec, plan_sweep(spec, "model"), {path(), "model", 0}, {});
  }
  sweep_folder read() const { return read_sweep_folder(path()); }
  sweep_plan plan() const { return plan_sweep(read().spec, "model", read_shards(path())); }
};

std::string refusal(point_service& service, const std::string& line) {
  try {
    service.answer(line, 7);
  } catch (const input_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("point_service answers proposals and keeps their points", "[sweep]") {
  const served_folder served("asked");
  CHECK(served.plan().points.empty());
  nlohmann::json first;
  {
    point_service service(served.path());
    first = service.answer(R"({"tile_buffers": 4, "memory": "latency"})", 1);
    CHECK(first["status"] == "ok");
    CHECK(first["front"] == true);
    CHECK(first["results"]["cycles"] > 0);
    CHECK(service.answer(R"({"memory": "latency", "tile_buffers": 4})", 2) == first);
    CHECK(service.answer(R"({"chunk_tokens": 32, "tile_buffers": 8})", 3) ==
          nlohmann::json({{"status", "refused"}, {"message", "chunk_tokens * tile_buffers <= 128"}}));
    CHECK(service.answer(R"({"tile_buffers": 3})", 4)["status"] == "refused");  // of the design point
    const nlohmann::json unlisted = service.answer(R"({"chunk_tokens": 64, "tile_buffers": 2})", 5);
    CHECK(unlisted["status"] == "ok");  // no value of the list, but one of a machine
  }
  CHECK(served.plan().points.size() == 2);
  point_service again(served.path());
  const nlohmann::json repeated = again.answer(R"({"tile_buffers": 4, "memory": "latency"})", 1);
  CHECK(repeated["results"] == first["results"]);
  CHECK(read_shards(served.path()).rows.size() == 2);
  CHECK_THROWS_AS(point_service(served.path()), tool_error);  // one at a time
}

TEST_CASE("point_service keeps a point that the sweep has not, and keeps it once", "[sweep]") {
  const served_folder served("grid");
  const size_t planned = served.plan().points.size();
  for (int i = 0; i < 2; ++i) {
    point_service service(served.path());
    CHECK(service.answer(R"({"tile_buffers": 4})", 1)["status"] == "ok");  // of the grid
    CHECK(read_asked(served.path()).size() == static_cast<size_t>(i));
    CHECK(service.answer(R"({"chunk_tokens": 64})", 2)["status"] == "ok");
    CHECK(read_asked(served.path()).size() == 1);
  }
  CHECK(served.plan().points.size() == planned + 1);
}

TEST_CASE("point_service refuses what is no proposal, by line and name", "[sweep]") {
  const served_folder served("asked");
  point_service service(served.path());
  CHECK(refusal(service, "{").find("standard input, line 7: proposal") == 0);
  CHECK(refusal(service, "[1]") ==
        "standard input, line 7: proposal: expected an object of parameters, found an array of 1");
  CHECK(refusal(service, R"({"lanes": 4})") ==
        "standard input, line 7: lanes: expected a sampled parameter of the space (scansim sweep ask), found "
        "another "
        "name");
  CHECK(refusal(service, R"({"axi_max_burst": 4})").find("a sampled parameter") != std::string::npos);
  CHECK(refusal(service, R"({"memory": null})").find("memory: expected a number or a text") !=
        std::string::npos);
}

TEST_CASE("point_service describes the space", "[sweep]") {
  const served_folder served("grid");
  const nlohmann::json space = space_json(served.read().spec);
  REQUIRE(space["parameters"].size() == 4);
  CHECK(space["parameters"][0] ==
        nlohmann::json({{"name", "chunk_tokens"}, {"kind", "sampled"}, {"values", {8, 16, 32}}}));
  CHECK(space["parameters"][2]["kind"] == "derived");
  CHECK(space["objectives"][0] == nlohmann::json({{"result", "time_s"}, {"direction", "min"}}));
  CHECK(space["results"].size() == sweep_result_list().size());
}

TEST_CASE("sweep_part: the parts of a folder are the whole, each row once", "[sweep]") {
  const served_folder served("grid");
  const sweep_spec spec = served.read().spec;
  const sweep_plan plan = served.plan();
  REQUIRE(plan.points.size() == 16);
  uint64_t ran = 0;
  for (const uint64_t index : {2u, 0u, 1u})
    ran += run_part(spec, plan, read_shards(served.path()), {served.path(), "model", 1}, {index, 3}, {}).ran;
  CHECK(ran == plan.points.size());
  CHECK(read_shards(served.path()).rows.size() == plan.points.size());
  CHECK(run_part(spec, plan, read_shards(served.path()), {served.path(), "model", 1}, {0, 3}, {}).ran == 0);
  const sweep_outcome outcome = judge_sweep(spec, plan, read_shards(served.path()));
  CHECK(outcome.complete());
}

}  // namespace scansim
