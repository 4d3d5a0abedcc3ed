// Scales in a trace: chosen once, stored, read again and used by every part of a run, for every operator.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

#include "host/operators/operator_list.h"
#include "host/program/program_driver.h"
#include "host/run/load_case.h"
#include "models/configs/data_directory.h"
#include "sim/rungs/device.h"
#include "tests/host/operators/operator_calls.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/calls/selective_scan.h"
#include "traces/generate.h"
#include "traces/safetensors.h"
#include "traces/trace.h"

namespace scansim::test {
namespace {

using nlohmann::json;

constexpr const char* scan = "selective_scan";

struct drawn_call {
  operator_request request;  // of the operators around the scan
  generate_request scan;
  const char* point = "block-tiny";

  std::unique_ptr<call> generate(uint64_t seed) {
    request.seed = scan.seed = seed;
    if (request.name != scansim::test::scan) {
      for (const call_kind* kind : call_list()) {
        if (request.name != kind->name) continue;
        const std::unique_ptr<call_generator> generator = kind->make_generator();
        for (const generator_option& option : generator->options()) set_flag(option, request);
        return generator->generate(seed);
      }
    }
    auto one = std::make_unique<selective_scan_call>();
    one->scan = generate_scan(scan);
    return one;
  }
};

class draw {
 public:
  explicit draw(uint64_t seed) : random_(seed) {}
  int64_t number(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_() % static_cast<uint64_t>(high - low + 1));
  }
  bool coin() { return random_() % 2 == 0; }
  template <class Value>
  Value one_of(std::initializer_list<Value> values) {
    return values.begin()[random_() % values.size()];
  }

  drawn_call of(const std::string& name) {
    drawn_call d;
    operator_request& r = d.request;
    r.name = name;
    r.rows = number(1, 20), r.inner = 8 * number(1, 30), r.columns = number(1, 40);
    r.channels = number(1, 30), r.length = number(1, 40), r.width = number(2, 4);
    r.size = name == "hadamard" ? one_of<int64_t>({32, 96, 160, 224, 256}) : number(1, 200);
    r.pattern = one_of<const char*>({"dense", "2:4", "1:8"});
    r.weight_format = one_of<const char*>({"int8", "w4g128"});
    r.epilogue = one_of<const char*>({"none", "silu", "residual", "raw"});
    r.eps = one_of({1e-5, 1e-2, 10.0});
    r.with_bias = coin(), r.with_state = coin(), r.silu = coin(), r.gather = coin(), r.scatter = coin();
    r.transposed = coin(), r.hadamard = coin();
    if (name == "mamba_block") draw_layer(r);
    generate_request& s = d.scan;
    s.channels = 4 * number(1, 4), s.states = number(1, 16), s.length = number(1, 40),
    s.groups = one_of({1, 4});
    s.batch = number(1, 2), s.reverse = coin(), s.with_d = coin(), s.with_z = coin(), s.with_h0 = coin();
    s.with_delta_bias = coin(), s.decode = number(0, 3) == 0;
    if (s.decode) s.reverse = false, s.length = number(1, 4);
    if (name == scan) d.point = one_of<const char*>({"tiny", "base16", "block-tiny"});
    return d;
  }

 private:
  void draw_layer(operator_request& r) {
    r.model_width = 4 * number(4, 8), r.channels = one_of<int64_t>({32, 64}), r.states = 4 * number(1, 2);
    r.length = number(1, 20), r.bidirectional = coin(), r.with_state = !r.bidirectional && coin();
    r.pattern = one_of<const char*>({"dense", "2:4"});
  }

  std::mt19937_64 random_;
};

struct outcome {
  json scales;
  std::vector<named_integers> outputs;  // of the hls machine
  std::string state_sha256;
};

// On the machine, and by the operator's own arithmetic where it has one: the same bits.
outcome run_on_hls(const std::string& path, const design_point& point) {
  const auto one = load_case(path, point);
  const program& compiled = one->compiled({});
  const program_result result = run_program(*make_hls_device(point), compiled, point);
  outcome found{one->scales(), result.outputs, state_sha256(compiled, result)};
  if (const auto golden = one->golden()) {
    REQUIRE(golden->outputs[0].values == result.outputs[0].values);
    REQUIRE(golden->state_sha256 == found.state_sha256);
  }
  return found;
}

// A layer of few tokens may have activations whose ranges lie too far apart; others always run.
bool refused_as_it_is(const std::string& path, const design_point& point) {
  const trace given = load_trace(path);
  if (given.call_->kind().name != std::string("mamba_block")) return false;
  return !refusal([&] { load_case(path, point)->quantise(); }).empty();
}

json metadata_of(const std::string& path) {
  return json::parse(safetensors_file::open(path).metadata().at("scansim"));
}

// The file with another text of its `scales`, whatever that is.
void put_scales(const std::string& from, const std::string& to, const json& scales) {
  const safetensors_file file = safetensors_file::open(from);
  safetensors_writer writer;
  for (const tensor_entry& entry : file.tensors())
    writer.add(entry.name, entry.dtype, entry.shape, entry.data, entry.bytes);
  json root = metadata_of(from);
  root["scales"] = scales;
  writer.set_metadata("scansim", root.dump());
  writer.write(to);
}

// Those that have integers.
std::vector<std::string> machine_operators() {
  std::vector<std::string> names;
  for (const operator_row* row : operator_list())
    if (row->on_machines) names.emplace_back(row->kind->name);
  return names;
}

int calls_of(const std::string& name) { return name == "mamba_block" ? 8 : 25; }

// use(value, its path as an error names it) for every number and list.
template <class Use>
void visit(json& value, const std::string& path, const Use& use) {
  if (value.is_object())
    for (auto& [key, inside] : value.items()) visit(inside, path + "." + key, use);
  if (value.is_array())
    for (size_t i = 0; i < value.size(); ++i) visit(value[i], path + "[" + std::to_string(i) + "]", use);
  use(value, path);
}

}  // namespace

TEST_CASE("scales of every operator are chosen, stored and read again for the same bits", "[property][run]") {
  const uint64_t seed = std::random_device{}();
  INFO("seed " << seed);
  draw random(seed);
  const temporary_folder folder;
  const std::string path = folder.file("t"), stored = folder.file("s"), other = folder.file("o"),
                    borrowed = folder.file("b");
  for (const std::string& name : machine_operators()) {
    int differing = 0, borrowing = 0, foreign_refused = 0;
    for (int i = 0; i < calls_of(name); ++i) {
      drawn_call drawn = random.of(name);
      const design_point point = load_design_point(drawn.point, config_directory());
      const auto call_seed = static_cast<uint64_t>(random.number(1, 1 << 30));
      CAPTURE(name, i, call_seed, drawn.point);
      write_trace(path, *drawn.generate(call_seed));
      write_trace(other, *drawn.generate(call_seed + 1));
      if (refused_as_it_is(path, point) || refused_as_it_is(other, point)) continue;
      const outcome fresh = run_on_hls(path, point);

      const trace given = load_trace(path);
      write_scales(path, stored, *given.call_, calibrated(given, point));
      CHECK(metadata_of(stored)["scales"] == json::array({fresh.scales}));
      const outcome again = run_on_hls(stored, point);
      REQUIRE(again.scales == fresh.scales);
      REQUIRE(again.outputs == fresh.outputs);
      REQUIRE(again.state_sha256 == fresh.state_sha256);
      CHECK(load_trace(stored).sha256 != given.sha256);
      const trace twice = load_trace(stored);
      CHECK(calibrated(twice, point).size() == 1);

      put_scales(other, borrowed, metadata_of(stored)["scales"]);
      try {
        const outcome foreign = run_on_hls(borrowed, point);
        CHECK(foreign.scales == fresh.scales);
        ++borrowing;
        differing += foreign.outputs != run_on_hls(other, point).outputs;
      } catch (const input_error& refused) {  // a row of zeros had any scale there and has values here
        CAPTURE(refused.what());
        ++foreign_refused;
        CHECK(std::string(refused.what()).find(borrowed + ": __metadata__.scansim.scales[0]: ") == 0);
      }
    }
    CAPTURE(name);
    CHECK(borrowing > foreign_refused);
    CHECK(differing > 0);
  }
}

TEST_CASE("any stored number is used in every rung or refused in one line", "[property][run]") {
  const uint64_t seed = std::random_device{}();
  INFO("seed " << seed);
  draw random(seed);
  const temporary_folder folder;
  const std::string path = folder.file("t"), moved = folder.file("m");
  for (const std::string& name : machine_operators()) {
    int used = 0;
    for (int i = 0; i < calls_of(name); ++i) {
      drawn_call drawn = random.of(name);
      const design_point point = load_design_point(drawn.point, config_directory());
      const auto call_seed = static_cast<uint64_t>(random.number(1, 1 << 30));
      write_trace(path, *drawn.generate(call_seed));
      if (refused_as_it_is(path, point)) continue;
      const json fresh = load_case(path, point)->scales();
      json scales = fresh;
      std::vector<json*> numbers;
      visit(scales, "", [&](json& value, const std::string& field) {
        if (value.is_number() && field.find("_bits") == std::string::npos) numbers.push_back(&value);
      });
      json& number =
          *numbers[static_cast<size_t>(random.number(0, static_cast<int64_t>(numbers.size()) - 1))];
      number = number.get<int>() + random.one_of({-126, -40, -2, -1, 1, 2, 40});
      CAPTURE(name, call_seed, drawn.point, json::diff(fresh, scales).dump());
      put_scales(path, moved, json::array({scales}));
      std::optional<outcome> found;
      const std::string message = refusal([&] { found = run_on_hls(moved, point); });
      if (found) CHECK(found->scales == scales);
      used += found.has_value();
      CAPTURE(message);
      CHECK((message.empty() || message.find(moved + ": __metadata__.scansim.scales[0]") == 0));
      CHECK(message.find('\n') == std::string::npos);
    }
    CAPTURE(name);
    CHECK(used > 0);
  }
}

TEST_CASE("scales of other widths stay in the file and out of the run", "[run]") {
  const temporary_folder folder;
  const std::string path = folder.file("t"), both = folder.file("b");
  drawn_call drawn;
  drawn.request = small_request("gemm");
  write_trace(path, *drawn.generate(3));
  const design_point narrow = load_design_point("base", config_directory(), {"output_bits=8"}),
                     wide = load_design_point("base", config_directory());
  const trace given = load_trace(path);
  write_scales(path, both, *given.call_, calibrated(given, narrow));
  const trace first = load_trace(both);
  write_scales(both, both, *first.call_, calibrated(first, wide));
  const trace second = load_trace(both);
  REQUIRE(second.scales.size() == 2);
  CHECK(describe(second)["scales"][0]["y_bits"] == 8);
  CHECK(load_case(both, narrow)->scales() == load_case(path, narrow)->scales());
  CHECK(load_case(both, wide)->scales() == load_case(path, wide)->scales());
  CHECK(load_case(both, wide)->scales()["y_bits"] == 16);
}

TEST_CASE("stored scales are read strictly, every number and list of every operator", "[run][traces]") {
  const temporary_folder folder;
  const std::string path = folder.file("t"), bad = folder.file("b");
  draw random(7);
  for (const std::string& name : machine_operators()) {
    drawn_call drawn = random.of(name);
    write_trace(path, *drawn.generate(5));
    const design_point point = load_design_point("block-tiny", config_directory());
    const json good = load_case(path, point)->scales();
    const std::string begin = bad + ": __metadata__.scansim.scales[0]";
    const auto refuse = [&](const json& scales, const std::string& field) {
      CAPTURE(name, scales.dump(), field);
      put_scales(path, bad, json::array({scales}));
      const std::string message = refusal([&] { load_trace(bad); });
      CHECK(message.find(begin + field + ": expected ") == 0);
      CHECK(message.find(", found ") != std::string::npos);
    };
    json scales = good;
    visit(scales, "", [&](json& value, const std::string& field) {
      const json kept = value;
      std::vector<json> wrong = {"7", 7.5, nullptr, true};
      if (kept.is_number()) wrong.insert(wrong.end(), {1000, -1000, uint64_t{1} << 63, json::array({7})});
      if (!kept.is_number()) wrong.push_back(7);
      for (const json& one : wrong) {
        value = one;
        refuse(scales, field);
      }
      value = kept;
      if (kept.is_array()) {
        value.push_back(kept[0]);
        refuse(scales, field);
        value.erase(value.size() - 1), value.erase(value.size() - 1);
        refuse(scales, field);
        value = kept;
      }
      if (!kept.is_object()) return;
      value["frac_q"] = 3;
      refuse(scales, field + ".frac_q");
      for (const auto& [key, unused] : kept.items()) {
        value = kept;
        value.erase(key);
        refuse(scales, field + "." + key);
      }
      value = kept;
    });
    for (const json& whole : {json(7), json("x"), json::object()}) {
      put_scales(path, bad, whole);
      CHECK(refusal([&] { load_trace(bad); }).find("scansim.scales: expected an array") != std::string::npos);
    }
  }
}

}  // namespace scansim::test
