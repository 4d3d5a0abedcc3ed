// Area: statistics roll up to known sums; the tool itself runs on a toy machine where it is installed.
#include "host/area/area_report.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/area/child_process.h"
#include "models/configs/data_directory.h"
#include "tests/support/places.h"
#include "traces/input_error.h"

using namespace scansim;
namespace fs = std::filesystem;

namespace {

const std::string stat_text = R"({"creator": "Yosys 0.55", "modules": {
  "\\ssm_top": {"num_cells_by_type": {"$paramod$00ff\\ssm_scan_serial": 1, "$paramod\\ssm_gate_silu\\W=s32'1": 2,
    "$paramod\\ssm_gate_silu\\W=s32'0": 1, "RAMB36E2": 4, "BUFG": 1, "ssm_fifo": 1}},
  "$paramod$00ff\\ssm_scan_serial": {"num_cells_by_type": {"ssm_pe": 16, "RAM64M8": 2, "SRL16E": 3, "ssm_fifo": 2}},
  "\\ssm_pe": {"num_cells_by_type": {"LUT2": 30, "LUT6": 2, "FDRE": 48, "DSP48E2": 1, "CARRY4": 8, "MUXF7": 1}},
  "\\ssm_fifo": {"num_cells_by_type": {"LUT1": 1}},
  "$paramod\\ssm_gate_silu\\W=s32'1": {"num_cells_by_type": {"LUT3": 15, "FDRE": 15}},
  "$paramod\\ssm_gate_silu\\W=s32'0": {"num_cells_by_type": {"LUT3": 5, "RAMB18E2": 1, "URAM288": 1, "LDCE": 1}}}})";

struct scratch_dir {
  fs::path path;
  scratch_dir() {
    std::string name = (fs::temp_directory_path() / "area_report_test_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~scratch_dir() { fs::remove_all(path); }
};

design_point point_with(int lanes, int states) {
  return load_design_point(
      "tiny", config_directory(),
      {"num_lanes=" + std::to_string(lanes), "states_per_lane=" + std::to_string(states)});
}

const std::string toy_rtl = test::source_dir() + "/tests/host/area/toy_rtl";

}  // namespace

TEST_CASE("area_report rolls the hierarchy up", "[area][rtl]") {
  const area_report report = area_from_stat(stat_text, "ssm_top", point_with(4, 4));
  CHECK(report.total.dsp == 16);
  CHECK(report.total.lut == 16 * 32 + 2 * 15 + 5 + 3);
  CHECK(report.total.lutram == 16);
  CHECK(report.total.srl == 3);
  CHECK(report.total.all_luts() == report.total.lut + 19);
  CHECK(report.total.ff == 16 * 48 + 30);
  CHECK(report.total.carry == 128);
  CHECK(report.total.mux == 16);
  CHECK(report.total.ramb36 == 4);
  CHECK(report.total.ramb18 == 1);
  CHECK(report.total.uram == 1);
  CHECK(report.total.latch == 1);
  CHECK(report.total.other == std::map<std::string, uint64_t>{{"BUFG", 1}});
  CHECK(report.compute.ramb36 == 0);
  CHECK(report.compute.dsp == 16);
  CHECK(report.compute.lut == report.total.lut - 1);
  REQUIRE(report.blocks.size() == 4);
  CHECK(report.blocks[1].block == "ssm_gate_silu");
  CHECK(report.blocks[1].instances == 3);
  CHECK(report.blocks[3].block == "(top)");
  CHECK(report.blocks[3].cells.ramb36 == 4);
  const auto fifo = std::find_if(report.modules.begin(), report.modules.end(),
                                 [](const module_area& module) { return module.module == "ssm_fifo"; });
  REQUIRE(fifo != report.modules.end());
  CHECK(fifo->instances == 3);
  cell_counts sum;
  for (const block_area& block : report.blocks) sum.add(block.cells, 1);
  CHECK(sum.lut == report.total.lut);
  CHECK(sum.ff == report.total.ff);
  const nlohmann::json object = to_json(report);
  CHECK(object["compute_per_state_lane"]["dsp"] == 1.0);
  CHECK(object["total"]["lut_all"] == report.total.all_luts());
  const std::string text = area_text(report);
  INFO(text);
  CHECK(text.find("per state lane (16 of them): 1.00 DSP, 35.5 LUT, 49.9 FF") != std::string::npos);
}

TEST_CASE("area_report lists the units beside the scan and keeps them out of its compute figure",
          "[area][rtl]") {
  const std::string text = R"({"creator": "Yosys 0.55", "modules": {
    "\\ssm_top": {"num_cells_by_type": {"$paramod$1\\ssm_scan_serial": 1, "$paramod$2\\ssm_units": 1, "LUT1": 1}},
    "$paramod$1\\ssm_scan_serial": {"num_cells_by_type": {"DSP48E2": 4, "ssm_fifo": 1}},
    "$paramod$2\\ssm_units": {"num_cells_by_type": {"$paramod$3\\ssm_gemm_path": 1, "$paramod$4\\ssm_rms_norm": 1,
      "LUT2": 5, "ssm_fifo": 2}},
    "$paramod$3\\ssm_gemm_path": {"num_cells_by_type": {"$paramod$5\\ssm_gemm_nm": 1, "LUT3": 7, "ssm_fifo": 3}},
    "$paramod$4\\ssm_rms_norm": {"num_cells_by_type": {"DSP48E2": 16}},
    "$paramod$5\\ssm_gemm_nm": {"num_cells_by_type": {"DSP48E2": 64, "ssm_fifo": 1}},
    "\\ssm_fifo": {"num_cells_by_type": {"FDRE": 10}}}})";
  const area_report report = area_from_stat(text, "ssm_top", point_with(1, 4));
  std::map<std::string, block_area> blocks;
  cell_counts sum;
  for (const block_area& block : report.blocks) {
    blocks[block.block] = block;
    sum.add(block.cells, 1);
  }
  CHECK(report.compute.dsp == 4);
  CHECK(blocks.at("ssm_gemm_nm").cells.dsp == 64);
  CHECK(blocks.at("ssm_gemm_nm").cells.ff == 10);
  CHECK(blocks.at("ssm_rms_norm").cells.dsp == 16);
  CHECK(blocks.at("ssm_gemm_path").cells.lut == 7);
  CHECK(blocks.at("ssm_units").cells.lut == 5);
  CHECK(blocks.at("ssm_units").cells.ff == 0);
  CHECK(blocks.at("ssm_fifo").instances == 5);
  CHECK(sum.dsp == report.total.dsp);
  CHECK(sum.lut == report.total.lut);
  CHECK(sum.ff == report.total.ff);
}

TEST_CASE("area_report refuses statistics that it does not know", "[area][rtl]") {
  const design_point point = point_with(1, 4);
  for (const std::string text :
       {"", "{}", "[]", R"({"modules": 3})", R"({"creator": "x", "modules": {"\\a": {}}})",
        R"({"creator": "x", "modules": {"\\a": {"num_cells_by_type": {"LUT2": "x"}}}})",
        R"({"creator": "x", "modules": {"\\a": {"num_cells_by_type": {"$mul": 1}}}})"}) {
    INFO(text);
    CHECK_THROWS_AS(area_from_stat(text, "a", point), tool_error);
  }
  CHECK_THROWS_WITH(area_from_stat(stat_text, "ssm_other", point),
                    "area: the statistics hold no module ssm_other");
  const std::string loop = R"({"creator": "x", "modules": {"\\a": {"num_cells_by_type": {"b": 1}},
                               "\\b": {"num_cells_by_type": {"a": 1}}}})";
  CHECK_THROWS_AS(area_from_stat(loop, "a", point), tool_error);
}

TEST_CASE("area_run names what is missing", "[area][rtl]") {
  const scratch_dir dir;
  const design_point point = point_with(1, 4);
  CHECK_THROWS_AS(run_area(point, dir.path.string(), dir.path.string()), input_error);
  std::ofstream(dir.path / "files.f") << "# none\nabsent.sv\n";
  CHECK_THROWS_WITH(
      run_area(point, dir.path.string(), dir.path.string()),
      (dir.path / "files.f").string() + ": line 2: expected a path to a file, found \"absent.sv\"");
  REQUIRE(setenv("SCANSIM_YOSYS", dir.path.c_str(), 1) == 0);
  CHECK_THROWS_AS(run_area(point, toy_rtl, dir.path.string()), tool_error);
  unsetenv("SCANSIM_YOSYS");
}

TEST_CASE("child_process gives the exit status and refuses a missing program", "[area][rtl]") {
  const scratch_dir dir;
  const std::string log = (dir.path / "log").string();
  CHECK(run_child_process({"sh", "-c", "echo 'a  b'; exit 3"}, log) == 3);
  CHECK(fs::file_size(log) == 5);
  CHECK(run_child_process({"sh", "-c", "kill -9 $$"}, log) == 128 + 9);
  CHECK_THROWS_AS(run_child_process({"no-such-program-here"}, log), tool_error);
  CHECK_THROWS_AS(run_child_process({"true"}, (dir.path / "none" / "log").string()), tool_error);
}

TEST_CASE("area_run synthesizes the toy machine at the parameters of the design point", "[area][rtl][slow]") {
  const char* cache = std::getenv("SCANSIM_TEST_YOSYS");
  if (cache == nullptr) {
    WARN("not run: SCANSIM_TEST_YOSYS does not name a folder that holds @yowasp/yosys");
    return;
  }
  REQUIRE(setenv("SCANSIM_YOSYS", cache, 1) == 0);
  const scratch_dir dir;
  const area_report report = run_area(point_with(2, 4), toy_rtl, dir.path.string());
  unsetenv("SCANSIM_YOSYS");
  INFO(area_text(report));
  CHECK(report.compute.dsp == 8);
  CHECK(report.total.ramb36 == 4);
  CHECK(report.total.other == std::map<std::string, uint64_t>{{"BUFG", 1}});
  CHECK(report.modules.size() == 5);
  CHECK(fs::is_empty(dir.path));
}
