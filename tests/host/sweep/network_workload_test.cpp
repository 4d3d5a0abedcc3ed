// Networks as workloads of a sweep: their phases and lengths as rows, whole sums in a row, machines that
// refuse a layer refused.
#include "host/sweep/network_workload.h"

#include <catch2/catch.hpp>

#include "host/sweep/point_run.h"
#include "host/sweep/sweep_points.h"
#include "models/configs/data_directory.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

sweep_spec spec_with(const std::string& workload, const std::string& base = "block-tiny") {
  const test::temporary_folder folder;
  test::write_bytes(folder.file("n.yaml"),
                    "network: 1\ntitle: t\nsource: s\nlength: 24\ndecode: true\nlayers:\n"
                    "  - {layer: embedding, vocabulary: 9, width: 32}\n"
                    "  - {layer: mamba, repeats: 5, d_model: 32, d_inner: 64, d_state: 16, dt_rank: 2}\n"
                    "  - {layer: linear, name: lm_head, inputs: 32, outputs: 9, tokens: last}\n");
  test::write_bytes(folder.file("s.yaml"), "sweep: 1\nbase: " + base + "\nworkloads: [{" + workload +
                                               "}]\nspace: {tile_buffers: [2, 4]}\n");
  return load_sweep_spec(folder.file("s.yaml"), folder.path().string());
}

sweep_point at(const design_point& design) {
  sweep_point point;
  point.design = design;
  return point;
}

}  // namespace

TEST_CASE("network_workload a row has the sums of the network's phase", "[sweep][network]") {
  const sweep_spec spec = spec_with("network: n.yaml, phase: decode, batch: 3, weight: 2");
  REQUIRE(spec.workloads.size() == 1);
  CHECK(spec.workloads[0].name == "n decode B 3");
  CHECK(spec.workloads[0].weight == 2);
  const design_point point = load_design_point("block-tiny", config_directory());
  const point_row row = run_point(at(point), "key", spec.workloads[0], 1);
  CAPTURE(row.message);
  REQUIRE(row.status == row_status::ok);
  network_request request;
  request.spec = spec.workloads[0].network->spec, request.point = point, request.memory = point.memory;
  request.phases = {network_phase::decode}, request.batch = 3;
  const phase_result phase = run_network(request, {}).phases.at(0);
  CHECK(row.cycles == phase.sum.cycles);
  CHECK(row.counters.at("machine").at("cycles") == phase.sum.cycles);
  CHECK(row.counters.at("dma").at("dram_read_bytes") == phase.sum.read_bytes);
  CHECK(row.counters.at("scan_serial").at("state_updates") >= 5 * 3 * 64 * 16);
  CHECK(row.compulsory_bytes == phase.sum.compulsory_bytes);
  CHECK(spec.workloads[0].state_updates == phase.sum.work.state_updates);
}

TEST_CASE("network_workload a machine that refuses a layer has no row, but for the scans alone",
          "[sweep][network]") {
  const design_point scans = load_design_point("tiny", config_directory());
  const point_row refused = run_point(at(scans), "key", spec_with("network: n.yaml", "tiny").workloads[0], 1);
  CHECK(refused.status == row_status::refused);
  CHECK(refused.message.find("embedding: expected a machine that runs it") != std::string::npos);
  const point_row row =
      run_point(at(scans), "key", spec_with("network: n.yaml, layers: scans", "tiny").workloads[0], 1);
  CHECK(row.status == row_status::ok);
  CHECK(row.counters.at("scan_serial").at("state_updates") >= 5 * 24 * 64 * 16);
}

TEST_CASE("network_workload lengths are rows, and keys depend on what a network is", "[sweep][network]") {
  const sweep_spec spec = spec_with("network: n.yaml, length: [8, 24]");
  REQUIRE(spec.workloads.size() == 2);
  CHECK(spec.workloads[0].name == "n L 8");
  const nlohmann::json whole = spec_with("network: n.yaml").workloads[0].identity;
  CHECK(whole == spec.workloads[1].identity);
  for (const char* other : {"phase: decode", "batch: 2", "layers: scans", "length: 9"})
    CHECK(whole != spec_with("network: n.yaml, " + std::string(other)).workloads[0].identity);
}

TEST_CASE("network_workload refuses wrong entries by field", "[sweep][network]") {
  const std::pair<const char*, const char*> wrong[] = {
      {"network: nothing", "workloads[0]: network: expected one of"},
      {"network: nowhere.yaml", "nowhere.yaml"},
      {"network: [n.yaml]", "workloads[0].network: expected a text, found a list"},
      {"network: n.yaml, phase: training",
       "workloads[0].phase: expected one of prefill, decode, found 'training'"},
      {"network: vim-ti, phase: decode", "workloads[0].phase: expected prefill"},
      {"network: n.yaml, layers: 3", "workloads[0].layers: expected one of all, scans"},
      {"network: n.yaml, batch: 0", "workloads[0].batch: expected a whole number"},
      {"network: n.yaml, batch: two", "workloads[0].batch"},
      {"network: n.yaml, length: -1", "workloads[0].length"},
      {"network: n.yaml, length: []", "workloads[0].length"},
      {"network: vmamba-t-v0, length: 9", "workloads[0].length: expected 3136"},
      {"network: n.yaml, channels: 4", "workloads[0].channels: expected one of network"},
      {"network: n.yaml, trace: t.safetensors", "workloads[0].trace: expected one of network"},
  };
  for (const auto& [entry, said] : wrong) {
    CAPTURE(entry);
    CHECK_THROWS_WITH(spec_with(entry), Catch::Contains(said));
  }
}

}  // namespace scansim
