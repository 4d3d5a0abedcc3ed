// Networks on machines: sums are those of their kinds, work is the published one, nothing is left out
// silently.
#include "host/network/network_run.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "host/network/network_json.h"
#include "host/network/network_text.h"
#include "host/network/timed_programs.h"
#include "host/operators/operator_list.h"
#include "host/program/program_driver.h"
#include "models/configs/data_directory.h"
#include "models/nn/mamba_model.h"
#include "models/nn/vim_model.h"
#include "sim/rungs/rung.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/calls/scan_sets_generate.h"
#include "traces/calls/scan_sets_shapes.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

network_result network_on(const network_spec& spec, const std::string& config, int64_t batch = 1,
                          const std::string& memory = "ideal", std::optional<int64_t> length = {}) {
  network_request request;
  request.spec = spec, request.batch = batch, request.memory = memory, request.length = length;
  request.point = load_design_point(config, config_directory());
  request.phases = {network_phase::prefill};
  if (request.spec.decode) request.phases.push_back(network_phase::decode);
  return run_network(request, {});
}

network_spec small_network(const std::string& layers) {
  const test::temporary_folder folder;
  test::write_bytes(folder.file("n.yaml"),
                    "network: 1\ntitle: t\nsource: s\nlength: 40\ndecode: true\nlayers:\n" + layers);
  return load_network(folder.file("n.yaml"), folder.path().string());
}

const char* const two_directions =
    "  - {layer: mamba, repeats: 5, d_model: 32, d_inner: 64, d_state: 16, dt_rank: 2, directions: 2}\n";

const network_row& row_named(const phase_result& phase, const std::string& name) {
  for (const network_row& row : phase.rows)
    if (row.name() == name) return row;
  throw std::out_of_range(name);
}

uint64_t cycles_of(const operator_shape& shape, const design_point& point, const std::string& memory) {
  const auto machine =
      find_rung("systemc")->make(point, {.memory_model = memory, .seed = 1, .wave_path = ""}, {});
  return run_program(*machine, make_timed_program(shape, point), point)
      .counters[counter_index("machine", "cycles")];
}

}  // namespace

TEST_CASE("network_run a layer of two directions is repeats times what systemc takes for one", "[network]") {
  const network_spec spec = small_network(two_directions);
  for (const std::string memory : {"ideal", "dram-hbm2"}) {
    const network_result found = network_on(spec, "block-tiny", 1, memory);
    const phase_result& prefill = found.phases.at(0);
    REQUIRE(prefill.rows.size() == 1);  // the whole layer as one program
    const operator_shape layer{.kind = operation::mamba_layer,
                               .tokens = 40,
                               .sequences = 1,
                               .channels = 64,
                               .states = 16,
                               .width = 4,
                               .model = 32,
                               .rank = 2,
                               .directions = 2};
    CHECK(prefill.sum.cycles == 5 * cycles_of(layer, found.point, memory));
    CHECK(prefill.sum.layers == 5 * (2 + 6 * 2));  // norm, in_proj; six of each direction
    CHECK(prefill.sum.complete());
    network_request apart;
    apart.spec = spec, apart.point = found.point, apart.memory = memory, apart.by_operator = true;
    apart.phases = {network_phase::prefill};
    const phase_result parts = run_network(apart, {}).phases.at(0);
    CHECK(parts.rows.size() == 8);
    CHECK(parts.sum.layers == prefill.sum.layers);
    CHECK(parts.sum.work.macs == prefill.sum.work.macs);
    CHECK(prefill.sum.work.state_updates == 5 * 2 * 40 * 64 * 16);
  }
}

TEST_CASE("network_run a layer whose weights come several times is what has the smaller energy x delay",
          "[network]") {
  const char* const wide =
      "  - {layer: mamba, repeats: 3, d_model: 64, d_inner: 128, d_state: 16, dt_rank: 4, directions: %}\n";
  bool together = false, apart = false;
  for (const char directions : {'1', '2'})
    for (const char* rows : {"gemm_weight_rows=128", "gemm_weight_rows=512"})
      for (const char* slots : {"gemm_x_words=64", "gemm_x_words=512"}) {
        CAPTURE(directions, rows, slots);
        std::string layers = wide;
        layers[layers.find('%')] = directions;
        network_request request;
        request.spec = small_network(layers), request.memory = "ideal",
        request.phases = {network_phase::prefill};
        request.point = load_design_point("block-tiny", config_directory(), {rows, slots});
        const phase_result chosen = run_network(request, {}).phases.at(0);
        request.by_operator = true;
        const network_sum by_operator = run_network(request, {}).phases.at(0).sum;
        const auto product = [](const network_sum& sum) {
          return sum.energy.nominal_pj * static_cast<double>(sum.cycles);
        };
        CHECK(product(chosen.sum) <= product(by_operator) * (1 + 1e-12));
        const bool one = chosen.rows.size() == 1;
        if (one && chosen.rows[0].result.weight_passes < 2) continue;
        (one ? together : apart) = true;
        REQUIRE(!chosen.notes.empty());
        CHECK(chosen.notes[0].find("its weights, beyond gemm_weight_rows") != std::string::npos);
        if (one) CHECK(chosen.notes[0].find(std::to_string(by_operator.cycles / 3)) != std::string::npos);
      }
  CHECK(together);
  CHECK(apart);
}

TEST_CASE("network_run without units has the scans alone, both directions, and counts the rest",
          "[network]") {
  const network_result found = network_on(small_network(two_directions), "tiny", 3, "dram-ddr4");
  const phase_result& prefill = found.phases.at(0);
  const operator_shape both{.kind = operation::scan_sets,
                            .tokens = 40,
                            .sequences = 3,
                            .channels = 64,
                            .states = 16,
                            .grid_rows = 5,
                            .grid_columns = 8,
                            .sets = both_sets,
                            .own = every_weight,
                            .gate = true};
  CHECK(prefill.sum.cycles == 5 * cycles_of(both, found.point, "dram-ddr4"));
  CHECK(prefill.notes ==
        std::vector<std::string>{"mamba.scan: 2 scans of one input as plain scans (max_sets is 0)"});
  CHECK(prefill.sum.layers == 5 * 14);
  CHECK(prefill.sum.missing_layers == 5 * 12);
  CHECK(prefill.sum.missing_work.macs == prefill.sum.work.macs);
  CHECK(prefill.sum.missing_work.state_updates == 0);
  CHECK(missing_text(prefill.sum) ==
        "without 60 of 70 layers (100.0 % of the MACs, 0.0 % of the state updates)");
  CHECK(network_text(found).find("without 60 of 70 layers") != std::string::npos);
  const phase_result& decode = found.phases.at(1);
  const operator_shape scan{.kind = operation::scan,
                            .tokens = 1,
                            .sequences = 3,
                            .channels = 64,
                            .states = 16,
                            .stateful = true,
                            .gate = true};
  CHECK(row_named(decode, "mamba.scan").result.cycles == cycles_of(scan, found.point, "dram-ddr4"));
}

TEST_CASE("network_run sums of a phase are those of its rows", "[network]") {
  const network_result found = network_on(
      small_network(std::string(two_directions) +
                    "  - {layer: attention, repeats: 2, d_model: 32, heads: 2, kv_heads: 1, head_dim: 16}\n"
                    "  - {layer: mlp, d_model: 32, hidden: 64}\n"
                    "  - {layer: linear, name: lm_head, inputs: 32, outputs: 100, tokens: last}\n"),
      "block-tiny", 2, "dram-hbm2");
  for (const phase_result& phase : found.phases) {
    uint64_t cycles = 0, layers = 0, missing = 0;
    double energy_pj = 0;
    for (const network_row& row : phase.rows) {
      layers += row.instances * row.layers;
      if (!row.ran()) missing += row.instances * row.layers;
      if (row.ran()) cycles += row.instances * row.result.cycles;
      if (row.ran()) energy_pj += static_cast<double>(row.instances) * row.energy.nominal_pj;
    }
    CHECK(phase.sum.cycles == cycles);
    CHECK(phase.sum.layers == layers);
    CHECK(phase.sum.missing_layers == missing);
    CHECK(phase.sum.energy.nominal_pj == Approx(energy_pj));
    CHECK(missing == 2);  // attention itself
  }
  // Causal: 1 + 2 + ... + 40 keys, two products over 32 channels; a step meets the 41 of its context.
  CHECK(row_named(found.phases.at(0), "attention.attention").work.macs == 2 * 2 * 32 * 820);
  CHECK(row_named(found.phases.at(1), "attention.attention").work.macs == 2 * 2 * 32 * 41);
  CHECK(row_named(found.phases.at(0), "lm_head").work.macs == 2 * 32 * 100);
  const nlohmann::json json = to_json(found);
  const nlohmann::json& total = json.at("phases").at("prefill").at("total");
  CHECK(total.at("cycles") == found.phases.at(0).sum.cycles);
  CHECK(total.at("complete") == false);
}

// State updates of a prefill and multiply-accumulates, as published or counted elsewhere: those of a step of
// a language model are its parameters (embeddings once), those of a picture its published FLOPs.
struct published_work {
  const char* network;
  double state_updates, macs, macs_within;
};

const published_work published[] = {
    {"mamba-130m", 1.21e9, 129.1e6, 0.01},
    {"mamba-370m", 3.22e9, 371.5e6, 0.01},
    {"mamba-790m", 4.83e9, 793.2e6, 0.01},
    {"mamba-1.4b", 6.44e9, 1372e6, 0.01},
    {"mamba-2.8b", 10.7e9, 2768e6, 0.01},
    {"falcon-mamba-7b", 17.2e9, 7.0e9, 0.01},
    {"jamba-v0.1", 7.52e9, 12e9, 0.02},
    {"mamba2-130m", 9.66e9, 129e6, 0.01},
    {"mamba2-2.7b", 85.9e9, 2.70e9, 0.01},
    {"mamba2-8b", 120e9, 7.2e9, 0.02},
    {"vim-ti", 58.1e6, 1.6e9, 0.05},
    {"vim-s", 116e6, 6.2e9, 0.05},
    {"vmamba-t-s1l8", 6.32e6, 4.9e9, 0.05},
    {"vmamba-t-v0", 212e6, 0, 0},
    {"plainmamba-l1", 116e6, 0, 0},
    {"plainmamba-l3", 405e6, 0, 0},
    {"msvmamba-t", 4.74e6, 4.6e9, 0.05},
    {"groupmamba-t", 1.68e6, 4.5e9, 0.05},
    {"spatial-mamba-t", 2.61e6, 4.5e9, 0.05},
    {"efficientvim-m1", 0, 239e6, 0.03},
    {"ssamba-base", 605e6, 0, 0},
    {"mamba-fscil", 51.4e6, 0, 0},
};

TEST_CASE("network_run has the published work of published networks", "[network]") {
  for (const published_work& known : published) {
    CAPTURE(known.network);
    const network_result found = network_on(load_network(known.network, workload_directory()), "base");
    const auto updates = static_cast<double>(found.phases.at(0).sum.work.state_updates);
    const auto macs = static_cast<double>(found.phases.back().sum.work.macs);
    CHECK(std::abs(updates - known.state_updates) <= 0.01 * known.state_updates);
    if (known.macs > 0) CHECK(std::abs(macs - known.macs) <= known.macs_within * known.macs);
  }
}

// What `compare --rungs fast` does with the generated call of that shape: values, scales and program by the
// row of its operator.
struct compared_call {
  uint64_t cycles = 0, read_bytes = 0, written_bytes = 0, compulsory_bytes = 0;
};

compared_call compared(const std::string& shape, const design_point& point, const std::string& memory) {
  scan_sets_generator generator;
  for (const generator_option& option : generator.options())
    if (option.flag == std::string("--shape")) *option.word = shape;
  const std::unique_ptr<call> one = generator.generate(5);
  const program compiled = make_operator_program(*one, {}, point, "test");
  const device_options options{.memory_model = memory, .seed = 1, .wave_path = ""};
  const program_result result = run_program(*find_rung("fast")->make(point, options, {}), compiled, point);
  const auto count = [&](const char* block, const char* event) {
    return result.counters[counter_index(block, event)];
  };
  return {count("machine", "cycles"), count("dma", "dram_read_bytes"), count("dma", "dram_write_bytes"),
          compulsory_bytes(compiled)};
}

struct network_scan {
  const char *network, *row, *shape, *config;
  uint64_t scans;
  bool fused;
};

TEST_CASE("network_run scans of several orders are the calls that compare runs on fast", "[network]") {
  const auto one =
      GENERATE(network_scan{"vim-ti", "mamba.scan", "vim-ti.both", "vision", 2, true},
               network_scan{"vim-ti", "mamba.scan", "vim-ti.both", "edge", 2, false},
               network_scan{"plainmamba-l1", "ss2d.scan", "plainmamba-l1.cross", "vision", 4, true},
               network_scan{"vmamba-t-s1l8", "stage2.scan", "vmamba-t.s2", "vision", 4, false},  // 784 rows
               network_scan{"vmamba-t-s1l8", "stage3.scan", "vmamba-t.s3", "vision", 4, true},
               network_scan{"vmamba-t-s1l8", "stage3.scan", "vmamba-t.s3", "edge", 4, false},
               network_scan{"vmamba-t-s1l8", "stage4.scan", "vmamba-t.s4", "vision", 4, true},
               network_scan{"msvmamba-t", "stage1_small_scan", "msvmamba-t.s1.joined", "vision", 1, false});
  const std::string memory = GENERATE("ideal", "dram-hbm2");
  CAPTURE(one.network, one.row, one.config, memory);
  network_spec spec = load_network(one.network, workload_directory());
  const std::string layer = std::string(one.row).substr(0, std::string(one.row).find('.'));
  std::erase_if(spec.layers, [&](const network_layer& each) { return each.name != layer; });
  const network_result found = network_on(spec, one.config, 1, memory);
  const network_row& row = row_named(found.phases.at(0), one.row);
  REQUIRE(row.ran());
  const compared_call want = compared(one.shape, found.point, memory);
  CHECK(row.result.cycles == want.cycles);
  CHECK(row.result.read_bytes == want.read_bytes);
  CHECK(row.result.written_bytes == want.written_bytes);
  CHECK(row.result.compulsory_bytes == want.compulsory_bytes);
  CHECK(row.energy.nominal_pj > 0);
  CHECK(row.layers == one.scans);
  CHECK(row.sets == one.scans);
  CHECK(row.plain_why.empty() == one.fused);
  const std::string how = one.fused ? "in one descriptor (scans with sets)" : "as plain scans (";
  CHECK(network_text(found).find(how) != std::string::npos);
  const nlohmann::json json = to_json(found);
  for (const nlohmann::json& each : json.at("phases").at("prefill").at("layers"))
    if (each.at("part") == "scan") CHECK(each.at("sets").at("fused") == one.fused);
}

TEST_CASE("network_run checkpoints of the repository have the sizes of their networks", "[network]") {
  const std::string folder = data_directory() + "/models/nn/";
  const network_spec byte = load_network("byte-mamba", workload_directory());
  const mamba_config& c = load_mamba_weights(folder + "byte-mamba.safetensors").config;
  const layer_values& mamba = byte.layers.at(1).values;
  CHECK(byte.layers.at(1).repeats == c.n_layers);
  CHECK(mamba["d_model"] == c.d_model);
  CHECK(mamba["d_inner"] == c.d_inner);
  CHECK(mamba["d_state"] == c.d_state);
  CHECK(mamba["dt_rank"] == c.dt_rank);
  CHECK(mamba["conv"] == c.conv);
  CHECK(byte.layers.at(3).values["outputs"] == c.vocab);
  const network_spec digits = load_network("digits-vim", workload_directory());
  const vim_config& v = load_vim_weights(folder + "digits-vim.safetensors").config;
  const layer_values& vim = digits.layers.at(1).values;
  CHECK(digits.length == v.tokens());
  CHECK(digits.layers.at(1).repeats == v.n_layers);
  CHECK(vim["d_model"] == v.d_model);
  CHECK(vim["d_inner"] == v.d_inner);
  CHECK(vim["d_state"] == v.d_state);
  CHECK(vim["dt_rank"] == v.dt_rank);
  CHECK(vim["directions"] == 2);
  // The file itself is a network too, of the same work.
  for (const char* name : {"byte-mamba", "digits-vim", "digits-cross"}) {
    const network_spec spec = load_network(folder + name + ".safetensors", workload_directory());
    CHECK(spec.name == name);
    const network_spec written = load_network(name, workload_directory());
    const network_sum sum = network_on(spec, "block-tiny", 1, "ideal", 17).phases.at(0).sum;
    const network_sum same = network_on(written, "block-tiny", 1, "ideal", 17).phases.at(0).sum;
    CHECK(sum.layers == same.layers);
    CHECK(sum.cycles == same.cycles);
    CHECK(sum.work.macs == same.work.macs);
  }
}

TEST_CASE("network_run refuses what the network or its length cannot be", "[network]") {
  network_spec spec = small_network("  - {layer: scan, channels: 64, states: 16}\n");
  CHECK_THROWS_WITH(network_on(spec, "tiny", 4096, "ideal", 1 << 20), Catch::Contains("at most 8388608"));
  spec.decode = false;
  network_request request;
  request.spec = spec, request.memory = "ideal", request.phases = {network_phase::decode};
  request.point = load_design_point("tiny", config_directory());
  CHECK_THROWS_WITH(run_network(request, {}), Catch::Contains("--phase"));
  spec.layers[0].tokens = 7;
  CHECK_THROWS_WITH(network_on(spec, "tiny", 1, "ideal", 8), Catch::Contains("--length"));
}

}  // namespace scansim
