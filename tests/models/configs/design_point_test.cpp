// Design points: those that ship, and every way in which a YAML file can be wrong.
#include "models/configs/design_point.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "models/configs/data_directory.h"
#include "sim/mem/memory_timing.h"
#include "tests/support/places.h"
#include "traces/input_error.h"

using namespace scansim;
namespace fs = std::filesystem;

namespace {

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// A folder that disappears with the test.
struct scratch_dir {
  fs::path path = fs::temp_directory_path() / ("design_point_test_" + std::to_string(std::rand()));
  scratch_dir() { fs::create_directories(path); }
  ~scratch_dir() { fs::remove_all(path); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name, std::ios::binary) << text;
    return (path / name).string();
  }
};

// The message with which loading that text fails; empty if it loads.
std::string refusal(const std::string& text) {
  const scratch_dir dir;
  const std::string file = dir.write("x.yaml", text);
  try {
    load_design_point(file, config_directory());
  } catch (const input_error& error) {
    const std::string message = error.what();
    REQUIRE(message.rfind(file + ": ", 0) == 0);
    return message.substr(file.size() + 2);
  }
  return "";
}

std::string base_text() { return text_of(config_directory() + "/base.yaml"); }

}  // namespace

TEST_CASE("design_point loads every shipped file", "[config][all]") {
  const std::vector<std::string> names = list_design_points(config_directory());
  for (const std::string required : {"tiny", "edge", "base", "base16", "block", "block-tiny", "edge-lm",
                                     "server-lm", "vision", "vision-block"}) {
    CHECK(std::find(names.begin(), names.end(), required) != names.end());
  }
  for (const std::string& name : names) CHECK(load_design_point(name, config_directory()).name == name);
  const design_point base = load_design_point("base", config_directory());
  CHECK(base.num_pe() == 256);
  CHECK(base.axi_bytes() == 128);
  CHECK(base.technology == "asic7-hbm2");
  CHECK(load_design_point("tiny", config_directory()).num_pe() == 4);
  CHECK(load_design_point("edge", config_directory()).num_lanes == 4);
  CHECK(load_design_point("base16", config_directory()).operand_bits == 16);
  for (const std::string& name : names)
    CHECK((load_design_point(name, config_directory()).max_sets > 0) ==
          (name == "vision" || name == "vision-block"));
}

TEST_CASE("design_point with sets holds a tile of every slot and counts rows of B and C", "[config][all]") {
  const auto refused = [](const std::vector<std::string>& overrides) {
    try {
      load_design_point("vision", config_directory(), overrides);
    } catch (const input_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refused({"max_sets=8"}).empty());
  CHECK(refused({"max_sets=9"}).find("max_sets: expected an integer in 0..8, found 9") != std::string::npos);
  CHECK(refused({"state_capacity=16384"})
            .find("state_capacity: expected at least tile_buffers x interleave x "
                  "num_lanes x max_states = 32768 states") != std::string::npos);
  CHECK(refused({"state_capacity=16384", "max_sets=0"}).empty());
  CHECK(refused({"states_per_lane=2", "axi_data_bits=512"}).find("chunk_tokens: expected at most 128") !=
        std::string::npos);
  CHECK(refused({"states_per_lane=2", "axi_data_bits=512", "chunk_tokens=128"}).empty());
}

TEST_CASE("design_point refuses a value out of range and says what it expected", "[config][all]") {
  CHECK(refusal(replaced(base_text(), "num_lanes: 16", "num_lanes: 3")) ==
        "num_lanes: expected a power of two in 1..64, found 3");
  CHECK(refusal(replaced(base_text(), "state_bits: 16", "state_bits: 15")) ==
        "state_bits: expected an integer in 16..32, found 15");
  CHECK(refusal(replaced(base_text(), "interleave: 2", "interleave: 16")).rfind("interleave: ", 0) == 0);
  CHECK(refusal(replaced(base_text(), "clock_mhz: 1000", "clock_mhz: nan")).rfind("clock_mhz: ", 0) == 0);
  CHECK(refusal(replaced(base_text(), "clock_mhz: 1000", "clock_mhz: -1")).rfind("clock_mhz: ", 0) == 0);
}

TEST_CASE("design_point refuses a value of another type", "[config][all]") {
  for (const std::string wrong : {"sixteen", "16.0", "1e1", "[16]", "{a: 16}", "", "99999999999999999999",
                                  "0x10", "16 lanes", "*anchor", "-"}) {
    INFO(wrong);
    CHECK_FALSE(refusal(replaced(base_text(), "num_lanes: 16 ", "num_lanes: " + wrong + " ")).empty());
  }
}

TEST_CASE("design_point refuses missing, unknown and repeated keys", "[config][all]") {
  CHECK(refusal(replaced(base_text(), "interleave: 2", "")) ==
        "interleave: expected a power of two in 2..8, found no such key");
  CHECK(refusal(base_text() + "lanes: 4\n") ==
        "\"lanes\": expected a parameter of a design point, found an unknown key");
  CHECK(refusal(base_text() + "num_lanes: 16\n") == "num_lanes: expected each key once, found a second one");
  for (const std::string text :
       {"", "- 1\n", "3", "{", "a: b: c", "[[[[[[", "? [1]\n: 2\n", "\xff\xfe\x00"}) {
    INFO(text);
    CHECK_FALSE(refusal(text).empty());
  }
  CHECK(refusal("num_lanes: \"a\\nb\"\n").find('\n') == std::string::npos);
  CHECK_FALSE(refusal(std::string(60000, '[')).empty());
  CHECK_FALSE(refusal(std::string(70000, '#')).empty());
}

TEST_CASE("design_point survives damaged text", "[config][all][random]") {
  const scratch_dir dir;
  const std::string text = base_text();
  int refused = 0;
  for (uint64_t seed = 1; seed <= 800; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::string damaged = text;
    for (uint64_t edits = 1 + random() % 4; edits > 0; --edits) {
      const size_t at = random() % damaged.size();
      switch (random() % 4) {
        case 0:
          damaged[at] = static_cast<char>(random());
          break;
        case 1:
          damaged.erase(at, random() % 20);
          break;
        case 2:
          damaged.insert(at, 1, "[]{}:#&*!|>'\"%@`-?,\n\t 0"[random() % 24]);
          break;
        default:
          damaged.resize(at + 1);
      }
    }
    try {
      load_design_point(dir.write("x.yaml", damaged), config_directory());
    } catch (const input_error& error) {
      ++refused;
      CHECK(std::string(error.what()).find('\n') == std::string::npos);
    }
  }
  CHECK(refused > 400);
}

TEST_CASE("design_point refuses illegal combinations", "[config][all]") {
  CHECK(refusal(replaced(base_text(), "axi_data_bits: 1024", "axi_data_bits: 64")).rfind("num_lanes: ", 0) ==
        0);
  const std::string narrow = replaced(base_text(), "num_lanes: 16", "num_lanes: 4");
  CHECK(refusal(replaced(narrow, "axi_data_bits: 1024", "axi_data_bits: 64")).rfind("states_per_lane: ", 0) ==
        0);
  CHECK(refusal(replaced(base_text(), "axi_data_bits: 1024", "axi_data_bits: 128")) ==
        "num_lanes: expected at most 8 (elements of 2 bytes in one beat of axi_data_bits 128), found 16");
  CHECK(refusal(replaced(base_text(), "max_states: 64", "max_states: 40")) ==
        "max_states: expected a multiple of states_per_lane 16, found 40");
  CHECK(refusal(replaced(base_text(), "max_states: 64", "max_states: 272")).find("max_states: expected") !=
        std::string::npos);
  CHECK(refusal(replaced(base_text(), "state_capacity: 32768", "state_capacity: 1024"))
            .rfind("state_capacity: ", 0) == 0);
  CHECK(refusal(replaced(base_text(), "memory: ideal", "memory: fast")).rfind("memory: ", 0) == 0);
  CHECK(refusal(replaced(base_text(), "asic7-hbm2", "asic3")).rfind("technology: ", 0) == 0);
  CHECK(refusal(replaced(base_text(), "asic7-hbm2", "../energy/asic7-hbm2")).rfind("technology: ", 0) == 0);
}

TEST_CASE("design_point ties the units to the word", "[config][all]") {
  const auto unit_refusal = [](const std::string& from, const std::string& to) {
    return refusal(replaced(text_of(config_directory() + "/block.yaml"), from, to));
  };
  CHECK(unit_refusal("gemm_depth: 8", "gemm_depth: 64").rfind("gemm_depth: ", 0) == 0);
  CHECK(unit_refusal("gemm_depth: 8", "gemm_depth: 2") ==
        "gemm_depth: expected 0 or 4..32 (axi_data_bits 256), found 2");
  CHECK(unit_refusal("gemm_depth: 8", "gemm_depth: 0") ==
        "gemm_weight_rows: expected 0 (gemm_depth is 0), found 1024");
  CHECK(unit_refusal("gemm_weight_rows: 1024", "gemm_weight_rows: 8192") ==
        "gemm_weight_rows: expected at most 4096 (gemm_depth 8), found 8192");
  CHECK(unit_refusal("scratch_words: 16384", "scratch_words: 0") ==
        "scratch_words: expected at least 2 (gemm_depth is not 0), found 0");
  CHECK(unit_refusal("scratch_words: 16384", "scratch_words: 48") ==
        "scratch_words: expected 0, or a power of two up to 32768, found 48");
  CHECK(unit_refusal("axi_data_bits: 256", "axi_data_bits: 1024") ==
        "axi_data_bits: expected 128 to 512 with units (gemm_depth), found 1024");
  CHECK(unit_refusal("interleave: 2", "interleave: 4") ==
        "interleave: expected num_lanes x interleave = 32 with units (a word), found 4");
  CHECK(unit_refusal("states_per_lane: 16", "states_per_lane: 8") ==
        "states_per_lane: expected 16 or 32 with units, found 8");
  CHECK(unit_refusal("state_bits: 16", "state_bits: 18").rfind("state_bits: ", 0) == 0);
  CHECK(unit_refusal("output_bits: 16", "output_bits: 8").rfind("output_bits: ", 0) == 0);
  CHECK(refusal(replaced(base_text(), "channel_words: 0", "channel_words: 4")) ==
        "channel_words: expected 0 (gemm_depth is 0), found 4");
}

TEST_CASE("design_point names and overrides", "[config][all]") {
  const design_point changed =
      load_design_point("base", config_directory(), {"num_lanes=32", "memory=dram-hbm2", "clock_mhz=1250.5"});
  CHECK(changed.num_lanes == 32);
  CHECK(changed.memory == "dram-hbm2");
  CHECK(changed.clock_mhz == 1250.5);
  CHECK_THROWS_AS(load_design_point("none", config_directory()), input_error);
  CHECK_THROWS_AS(load_design_point("base", "/no/such/folder"), input_error);
  CHECK_THROWS_AS(load_design_point("/no/such/file.yaml", config_directory()), input_error);
  CHECK_THROWS_AS(load_design_point("base", config_directory(), {"num_lanes"}), input_error);
  CHECK_THROWS_AS(load_design_point("base", config_directory(), {"lanes=4"}), input_error);
  CHECK_THROWS_WITH(load_design_point("base", config_directory(), {"num_lanes=x"}),
                    "override \"num_lanes=x\": num_lanes: expected a power of two in 1..64, found \"x\"");
  CHECK_THROWS_WITH(load_design_point("base", config_directory(), {"num_lanes=3"}),
                    config_directory() +
                        "/base.yaml with num_lanes=3: num_lanes: expected a power of two in 1..64, found 3");
}

TEST_CASE("design_point carries settings of its memory model through YAML, overrides and JSON",
          "[config][all]") {
  const scratch_dir dir;
  const std::string own = dir.write(
      "own.yaml",
      base_text() + "memory.bytes_per_cycle: 12.5\nmemory.address_order: [row, bank]\nmemory.x: true\n");
  const design_point point = load_design_point(own, config_directory(), {"memory.bytes_per_cycle=8"});
  CHECK(point.memory_settings.at("bytes_per_cycle") == "8");
  CHECK(point.memory_settings.at("address_order") == "[row, bank]");
  const nlohmann::json object = to_json(point);
  CHECK(object["memory.bytes_per_cycle"] == 8);
  CHECK(object["memory.x"] == true);
  CHECK(design_point_from_json(object, "result.json").memory_settings == point.memory_settings);
  CHECK(refusal(base_text() + "memory.: 3\n") ==
        "\"memory.\": expected a parameter of a design point, found an unknown key");
  CHECK(refusal(base_text() + "memory.channels: {a: 1}\n") ==
        "memory.channels: expected one value, found a list, a map or nothing");
}

TEST_CASE("design_point has a skew of regions where nobody sets one", "[config][all]") {
  CHECK(load_design_point("base", config_directory()).region_skew_pages == default_region_skew);
  CHECK_FALSE(to_json(load_design_point("base", config_directory())).contains("region_skew_pages"));
  const design_point none = load_design_point("base", config_directory(), {"region_skew_pages=0"});
  CHECK(none.region_skew_pages == 0);
  CHECK(design_point_from_json(to_json(none), "there").region_skew_pages == 0);
  CHECK(refusal(base_text() + "region_skew_pages: 65\n") ==
        "region_skew_pages: expected a number in 0..64, found 65");
  CHECK(refusal(base_text() + "region_skew_pages: wide\n") ==
        "region_skew_pages: expected a number in 0..64, found \"wide\"");
}

TEST_CASE("design_point is one YAML document in a file that ends in .yaml or .yml", "[config][all]") {
  const scratch_dir dir;
  CHECK(load_design_point(dir.write("own.yml", base_text()), config_directory()).name == "own");
  CHECK(refusal(base_text() + "---\nnum_lanes: 4\n") == "file: expected one YAML document, found 2");
  CHECK(refusal(base_text() + "num_lanes: 4\n") == "num_lanes: expected each key once, found a second one");
  CHECK(refusal("version https://git-lfs.github.com/spec/v1\n").find("Git LFS pointer") != std::string::npos);
  CHECK_THROWS_WITH(load_design_point(dir.path.string() + "/none.yml", config_directory()),
                    Catch::Contains("none.yml: file: expected a readable file, found No such file"));
}

TEST_CASE("design_point survives the way through JSON", "[config][all]") {
  for (const std::string& name : list_design_points(config_directory())) {
    const nlohmann::json object = to_json(load_design_point(name, config_directory()));
    CHECK(to_json(design_point_from_json(object, "result.json")) == object);
    CHECK(object.size() == 24);
  }
  CHECK_THROWS_AS(design_point_from_json(nlohmann::json::array(), "result.json"), input_error);
  CHECK_THROWS_AS(design_point_from_json({{"num_lanes", nullptr}}, "result.json"), input_error);
}

TEST_CASE("design_point gives the RTL its parameters", "[config][rtl]") {
  const auto parameters = rtl_parameters(load_design_point("edge", config_directory()));
  const auto value_of = [&](const std::string& name) {
    for (const auto& [key, value] : parameters) {
      if (key == name) return value;
    }
    return -1;
  };
  CHECK(parameters.size() == 20);
  CHECK(value_of("NumLanes") == 4);
  CHECK(value_of("AxiDataBits") == 128);
  CHECK(value_of("ReadOutstanding") == 16);
}

TEST_CASE("design_point knows the memory models that exist", "[config][all]") {
  CHECK(default_memory_names() == memory_model_names());
}

TEST_CASE("data_directory follows SCANSIM_DATA", "[config][all]") {
  REQUIRE(setenv("SCANSIM_DATA", "/elsewhere", 1) == 0);
  CHECK(config_directory() == "/elsewhere/models/configs");
  REQUIRE(setenv("SCANSIM_DATA", "", 1) == 0);
  CHECK(config_directory() == test::source_dir() + "/models/configs");
  unsetenv("SCANSIM_DATA");
}
