// Sweep files: what they mean as points, and wrong ones by the dozen, each refused with its field.
#include "host/sweep/sweep_spec.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "host/sweep/sweep_points.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

class spec_file {
 public:
  explicit spec_file(const std::string& text) { std::ofstream(path()) << text; }
  std::string path() const { return folder_.file("s.yaml"); }
  sweep_spec load() const { return load_sweep_spec(path(), folder_.path().string()); }
  sweep_plan plan() const { return plan_sweep(load(), "model"); }
  void add(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.file(name)) << text;
  }

 private:
  test::temporary_folder folder_;
};

const std::string head = "sweep: 1\nbase: edge\nworkloads: [{channels: 64, states: 16, length: 32}]\n";

std::vector<std::string> values_of(const sweep_plan& plan, const std::string& name) {
  std::vector<std::string> values;
  for (const sweep_point& point : plan.points)
    for (const auto& [known, value] : point.parameters)
      if (known == name) values.push_back(text_of(value));
  return values;
}

}  // namespace

TEST_CASE("sweep_spec leaves out machines that do not fit a part, before they run", "[sweep]") {
  const std::string space =
      "space: {num_lanes: {pow2: [1, 16]}, axi_data_bits: {expr: 'min(128, 32 * num_lanes * interleave)'},"
      " states_per_lane: [4, 8]}\n";
  const spec_file any(head + space), fitting(head + space + "fits: xc7z020\n");
  const sweep_plan all = any.plan(), some = fitting.plan();
  CHECK(all.points.size() == 8);
  size_t refused = 0;
  for (const auto& [why, count] : some.refused)
    if (why.starts_with("fits xc7z020: area.") && why.ends_with(" (modelled)")) refused += count;
  CHECK(refused > 0);
  CHECK(some.points.size() + refused == 8);
  CHECK(some.points.size() > 2);
  // Asked for on the command line, it is kept with the file's text.
  const sweep_spec asked = load_sweep_spec(any.path(), ".", "xc7z020");
  CHECK(plan_sweep(asked, "model").points.size() == some.points.size());
  CHECK(asked.text.ends_with("\nfits: xc7z020\n"));
  CHECK_THROWS_WITH(load_sweep_spec(fitting.path(), ".", "xck26"),
                    Catch::Contains("fits: expected the part of --fits, 'xck26', found 'xc7z020'"));
  CHECK_THROWS_WITH(load_sweep_spec(any.path(), ".", "xc0"), Catch::Contains("found 'xc0'"));
  const spec_file units(
      "sweep: 1\nbase: block\nworkloads: [{channels: 64, states: 16, length: 32}]\nspace: "
      "{tile_buffers: [2, 4]}\nconstraints: ['area.lut < 1']\n");
  CHECK_THROWS_WITH(units.load(), Catch::Contains("constraints[0]: expected results other than area"));
}

TEST_CASE("sweep_spec makes a grid of lists, powers, ranges, derived, conditional and mapped parameters",
          "[sweep]") {
  const spec_file file(head + R"yaml(
space:
  num_lanes: [2, 4]
  chunk_tokens: {pow2: [32, 128]}
  tile_buffers: {range: [2, 8, 2]}
  axi_data_bits: {expr: "min(1024, 32 * num_lanes * interleave)"}
  memory: {list: [latency, dram-hbm2], when: "num_lanes == 4"}
  technology: {with: memory, map: {ideal: asic7-hbm2, latency: asic7-lpddr5, dram-hbm2: asic7-hbm2}}
constraints: ["tile_buffers <= 4"]
)yaml");
  const sweep_plan plan = file.plan();
  CHECK(plan.assignments == 3 * 4 * (1 + 2));
  CHECK(plan.refused.at("tile_buffers <= 4") == 2 * 9);
  CHECK(plan.points.size() == 18);
  for (const sweep_point& point : plan.points) {
    const design_point& d = point.design;
    CHECK(d.axi_data_bits == std::min(1024, 32 * d.num_lanes * d.interleave));
    if (d.num_lanes == 2) CHECK(d.memory == file.load().base_point.memory);
    CHECK(d.technology == (d.memory == "latency" ? "asic7-lpddr5" : "asic7-hbm2"));
  }
}

TEST_CASE("sweep_spec reads whole numbers of workloads as design points do, without octal ones", "[sweep]") {
  const auto key = [](const std::string& length) {
    const spec_file file("sweep: 1\nbase: edge\nworkloads: [{channels: 64, states: 16, length: " + length +
                         "}]\nspace: {tile_buffers: [2]}\n");
    return file.load().workloads.front().identity.dump();
  };
  CHECK(key("020") == key("20"));
  CHECK(key("[020]") == key("20"));
  CHECK(key("+20") == key("20"));
  CHECK(key("0x14") == key("20"));
  for (const char* wrong : {"0o24", "20.0", "2e1", "1_000", "true", "-+3", "0x", "''"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(key(wrong), input_error);
  }
}

TEST_CASE("sweep_spec sweeps parameters of the memory models, each its own", "[sweep]") {
  const spec_file file(head + R"yaml(
space:
  memory: [ideal, latency, dram-hbm2]
  memory.bytes_per_cycle: {pow2: [8, 64], when: "memory == 'latency'"}
  memory.channels: {list: [3, 4, 8], when: "memory == 'dram-hbm2'"}
)yaml");
  const sweep_plan plan = file.plan();
  CHECK(plan.assignments == 1 + 4 + 3);
  CHECK(plan.points.size() == 7);
  CHECK(plan.refused.at("design point: memory.channels: expected a power of two, found '3'") == 1);
  std::set<std::string> keys;
  for (const sweep_point& point : plan.points) keys.insert(point.keys[0]);
  CHECK(keys.size() == 7);
  CHECK(values_of(plan, "memory.bytes_per_cycle") == std::vector<std::string>{"8", "16", "32", "64"});
  const spec_file unset(head + R"yaml(
space:
  memory: [ideal, latency]
  memory.bytes_per_cycle: {list: [8], when: "memory == 'latency'"}
constraints: ["memory.bytes_per_cycle >= 8"]
)yaml");
  CHECK_THROWS_WITH(
      unset.plan(),
      Catch::Contains("space.memory.bytes_per_cycle: expected a value wherever another rule reads it"));
}

TEST_CASE("sweep_spec counts illegal points by rule and resolves alike ones to one", "[sweep]") {
  const spec_file file(head + "space: {num_lanes: [2, 3, 4], clock_mhz: [1000, 500]}\n" +
                       "sample: {method: list, file: points.csv}\n");
  file.add("points.csv", "num_lanes,clock_mhz\n3,1000\n4,500\n4,500\n3,500\n2,500\n");
  const sweep_plan plan = file.plan();
  CHECK(plan.assignments == 5);
  CHECK(plan.refused.size() == 1);
  CHECK(plan.refused.begin()->second == 2);
  CHECK(plan.refused.begin()->first.find("num_lanes") != std::string::npos);
  CHECK(plan.points.size() == 2);
  CHECK(plan.duplicates == 1);
}

TEST_CASE("sweep_spec keys depend on time and on nothing else", "[sweep]") {
  const auto keys = [](const std::string& more) {
    return spec_file(head + more).plan().points.at(0).keys.at(0);
  };
  const std::string one = keys("space: {num_lanes: 4}\n");
  CHECK(one == keys("space: {num_lanes: [4]}\nobjectives: [{max: utilisation}]\n"));
  CHECK(one == keys("space: {num_lanes: 4, technology: asic45-ddr4}\n"));
  CHECK(one != keys("space: {num_lanes: 2}\n"));
  CHECK(one != keys("space: {num_lanes: 4}\nmemory_seed: 2\n"));
}

TEST_CASE("sweep_spec draws the same points for a seed, each once, and takes lists", "[sweep]") {
  const std::string space = "space: {num_lanes: [2, 4, 8], tile_buffers: {range: [2, 8, 1]}}\n";
  const auto ids = [&](const std::string& sample) {
    const spec_file file(head + space + sample);
    file.add("points.csv", "tile_buffers,num_lanes\n4,8\n2,4\n");
    std::vector<std::string> all;
    for (const sweep_point& point : file.plan().points) all.push_back(point.id);
    return all;
  };
  const auto drawn = ids("sample: {method: random, points: 5, seed: 3}\n");
  CHECK(drawn.size() == 5);
  CHECK(drawn == ids("sample: {method: random, points: 5, seed: 3}\n"));
  CHECK(drawn != ids("sample: {method: random, points: 5, seed: 4}\n"));
  CHECK(ids("sample: {method: random, points: 500}\n").size() == ids("").size());
  const spec_file listed(head + space + "sample: {method: list, file: points.csv}\n");
  listed.add("points.csv", "tile_buffers,num_lanes\n4,8\n2,4\n");
  CHECK(values_of(listed.plan(), "tile_buffers") == std::vector<std::string>{"4", "2"});
  CHECK(values_of(listed.plan(), "num_lanes") == std::vector<std::string>{"8", "4"});
}

TEST_CASE("sweep_spec takes shapes with several lengths and traces' forms", "[sweep]") {
  const sweep_spec spec = spec_file(R"yaml(
sweep: 1
base: edge
workloads:
  - {shape: mamba-130m, length: [1024, 2048], weight: 2}
  - {channels: 10, states: 4, length: 3, batch: 2, decode: true}
space: {num_lanes: 4}
)yaml")
                              .load();
  REQUIRE(spec.workloads.size() == 3);
  CHECK(spec.workloads[1].name == "mamba-130m L 2048");
  CHECK(spec.workloads[1].form.shape.channels == 1536);
  CHECK(spec.workloads[1].weight == 2);
  CHECK(spec.workloads[2].form.options.decode);
}

TEST_CASE("sweep_spec refuses wrong files by field", "[sweep]") {
  const std::string space = "space: {num_lanes: [4, 8]}\n";
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"[1, 2]\n", "file: expected a map"},
      {head, "space: expected a map of parameters, found no such key"},
      {head + space + "colour: red\n", "colour: expected one of"},
      {"sweep: 2\n" + head.substr(9) + space, "sweep: expected the format version 1"},
      {head + "space: {}\n", "space: expected"},
      {head + "space: {lanes: 4}\n", "space.lanes: expected a field of a design point"},
      {head + "space: {memory.bytes: [4]}\n", "space.memory.bytes: expected a field of a design point"},
      {head + "space: {num_lanes: {expr: \"memory.channels\"}}\n", "'memory.channels', which nothing sets"},
      {head + "space: {name: x}\n", "space.name: expected a field of a design point"},
      {head + "space: {num_lanes: []}\n", "space.num_lanes: expected"},
      {head + "space: {num_lanes: [4, 4]}\n", "space.num_lanes: expected every value once"},
      {head + "space: {num_lanes: {pow2: [8, 4]}}\n", "space.num_lanes.pow2"},
      {head + "space: {num_lanes: {pow2: [8]}}\n", "space.num_lanes.pow2: expected a list of 2"},
      {head + "space: {num_lanes: {range: [1, 9, 0]}}\n", "space.num_lanes.range"},
      {head + "space: {num_lanes: {range: [1, 1e12, 1]}}\n", "space.num_lanes.range"},
      {head + "space: {num_lanes: {list: [4], pow2: [4, 8]}}\n", "space.num_lanes: expected one of list"},
      {head + "space: {num_lanes: {when: \"1\"}}\n", "space.num_lanes: expected one of list"},
      {head + "space: {num_lanes: {steps: 3}}\n", "space.num_lanes.steps: expected one of"},
      {head + "space: {num_lanes: {expr: \"num_lanes + 1\"}}\n", "comes later or is itself"},
      {head + "space: {num_lanes: {expr: \"tile_buffers\"}, tile_buffers: [2, 4]}\n", "comes later"},
      {head + "space: {num_lanes: {list: [4], when: \"tile_buffers > 2\"}, tile_buffers: [2, 4]}\n",
       "comes later"},
      {head + "space: {num_lanes: {expr: \"lanes\"}}\n", "names of design-point fields, found 'lanes'"},
      {head + "space: {num_lanes: {expr: \"4 +\"}}\n", "space.num_lanes.expr: expected a value"},
      {head + "space: {technology: {with: memory}}\n", "space.technology"},
      {head + space + "constraints: \"num_lanes > 2\"\n", "constraints: expected a list"},
      {head + space + "constraints: [\"speed > 2\"]\n",
       "constraints[0]: expected names of design-point fields"},
      {head + space + "sample: {method: sobol}\n", "sample.points: expected a value, found no such key"},
      {head + space + "sample: {method: random}\n", "sample.points: expected a value"},
      {head + space + "sample: {method: random, points: -1}\n", "sample.points"},
      {head + space + "sample: {method: list, file: nowhere.csv}\n", "nowhere.csv: file"},
      {head + space + "objectives: [{min: speed}]\n", "objectives[0]: expected one of cycles"},
      {head + space + "objectives: [time_s]\n", "objectives[0]"},
      {head + space + "objectives: [{min: cycles}, {max: cycles}]\n",
       "objectives[1]: expected every result once, found 'cycles' twice"},
      {head + space + "constraints: [\"3\"]\n", "constraints[0]: expected a condition over parameters"},
      {"sweep: 1\nbase: nothing\nworkloads: []\n" + space, "s.yaml: design point: expected one of base"},
      {"sweep: 1\nbase: base\nworkloads: []\n" + space, "workloads: expected a list"},
      {"sweep: 1\nbase: base\nworkloads: [{shape: gpt}]\n" + space, "gpt"},
      {"sweep: 1\nbase: base\nworkloads: [{channels: 4, states: 4}]\n" + space, "workloads[0]: L"},
      {"sweep: 1\nbase: base\nworkloads: [{channels: 4, states: 4, length: 9, weight: 0}]\n" + space,
       "weight"},
      {"sweep: 1\nbase: base\nworkloads: [{channels: 4, states: 4, length: 9, colour: 1}]\n" + space,
       "colour"},
      {"sweep: 1\nbase: base\nworkloads: [{trace: nowhere.safetensors}]\n" + space, "nowhere.safetensors"},
  };
  for (const auto& [text, said] : wrong) {
    CAPTURE(text);
    const spec_file file(text);
    CHECK_THROWS_AS(file.plan(), input_error);
    CHECK_THROWS_WITH(file.plan(), Catch::Contains(said));
  }
}

}  // namespace scansim
