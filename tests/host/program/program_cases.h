// Operators and layers for the tests of block programs, and the machines they are made for.
#pragma once
#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include "host/accuracy/quantise_mamba.h"
#include "host/accuracy/quantise_vim.h"
#include "host/operators/operator_list.h"
#include "host/program/compile/layer_program.h"
#include "host/program/compile/operator_programs.h"
#include "host/program/program_driver.h"
#include "host/quantise/run_layer.h"
#include "models/configs/data_directory.h"
#include "models/nn/bits_per_byte.h"
#include "models/nn/digits_data.h"
#include "tests/host/operators/operator_calls.h"
#include "tests/support/places.h"

namespace scansim::test {

inline design_point point_of(const std::string& name, const std::vector<std::string>& overrides = {}) {
  return load_design_point(name, config_directory(), overrides);
}

inline operator_request gemm_request(int64_t rows, int64_t inner, int64_t columns,
                                     const std::string& epilogue = "none",
                                     const std::string& pattern = "dense") {
  operator_request r;
  r.name = "gemm";
  r.rows = rows, r.inner = inner, r.columns = columns;
  r.epilogue = epilogue, r.pattern = pattern;
  return r;
}

// A gemm without epilogue may be asked for 8 bits, which no trace does on a machine of 16.
inline program program_of(const operator_call& call, int output_bits, const design_point& point) {
  if (const auto* gemm = dynamic_cast<const gemm_call*>(&static_cast<const scansim::call&>(call)))
    return make_gemm_program(*gemm, quantise_gemm(*gemm, output_bits, "test"), point);
  return make_operator_program(call, {}, point, "test");
}

inline operator_result result_on_hls(const operator_call& call, int output_bits, design_point point) {
  point.output_bits = output_bits;
  return operator_on_hls(call, point, "test");
}

struct operator_case {
  const char* name;
  operator_request request;
  int output_bits = 8;
};

// Every operator, odd sizes, several chunks of tokens.
inline std::vector<operator_case> operator_cases() {
  std::vector<operator_case> cases;
  const auto add = [&](const char* name, const operator_request& r, int bits = 8) {
    cases.push_back({name, r, bits});
  };
  add("gemm", gemm_request(70, 100, 50));
  add("gemm wide", gemm_request(33, 64, 32), 16);
  add("gemm silu", gemm_request(20, 40, 33, "silu"));
  add("gemm residual", gemm_request(150, 72, 40, "residual"));
  add("gemm raw", gemm_request(40, 36, 20, "raw"));
  add("gemm 2:4", gemm_request(40, 100, 50, "none", "2:4"));
  add("gemm 4:16", gemm_request(40, 100, 50, "none", "4:16"));
  add("gemm 1:8", gemm_request(40, 90, 50, "silu", "1:8"));
  for (const char* pattern : {"dense", "2:4", "2:8"}) {
    operator_request w4 = gemm_request(20, 300, 40, "none", pattern);
    w4.weight_format = "w4g128";
    add("gemm 4 bits", w4);
  }
  operator_request lists = gemm_request(12, 60, 40, "residual");
  lists.gather = lists.scatter = true;
  add("gemm gather scatter residual", lists);
  lists.epilogue = "none", lists.rows = 14;
  add("gemm gather scatter", lists);
  lists.rows = 150;
  add("gemm gather scatter, many rows", lists);
  lists.epilogue = "residual", lists.gather = false, lists.columns = 70;
  add("gemm scatter residual, many rows", lists);
  lists.epilogue = "raw", lists.gather = true, lists.scatter = false, lists.pattern = "2:4";
  add("gemm gather raw, many rows", lists);
  operator_request conv;
  conv.name = "conv1d", conv.channels = 70, conv.length = 150, conv.width = 4;
  add("conv1d", conv);
  conv.with_state = true, conv.silu = false, conv.width = 3;
  add("conv1d state", conv);
  operator_request hadamard;
  hadamard.name = "hadamard", hadamard.rows = 150, hadamard.size = 256;
  add("hadamard 256", hadamard);
  hadamard.size = 192, hadamard.rows = 9;
  add("hadamard 12 x 16", hadamard);
  operator_request norm;
  norm.name = "rms_norm", norm.rows = 140, norm.size = 100;
  add("rms_norm", norm);
  return cases;
}

// The first layer of byte-mamba with the residual stream that enters it.
struct layer_case {
  quantised_layer layer;
  int16_matrix r;
};

inline layer_case byte_mamba_layer(const design_point& point, int64_t length,
                                   const layer_format& format = {}) {
  const std::string folder = test::source_dir() + "/models/nn/";
  mamba_weights weights = load_mamba_weights(folder + "byte-mamba.safetensors");
  weights.layers.resize(1), weights.config.n_layers = 1;
  std::ifstream file(folder + "heldout.txt", std::ios::binary);
  const std::vector<uint8_t> text{std::istreambuf_iterator<char>(file), {}};
  scan_machine machine(point);
  const quantised_mamba model =
      quantise_mamba(mamba_model(weights), spread_windows(text, 4, 128), format, machine);
  layer_case out{model.layers[0], int16_matrix(model.config.d_model, length)};
  for (int64_t t = 0; t < length; ++t)
    out.r.col(t) = model.embedding.row(text[static_cast<size_t>(t + 1000)]).transpose();
  return out;
}

// A layer of digits-vim, two branches, on a residual stream of random values.
inline layer_case digits_vim_layer(const design_point& point, int64_t length = 65,
                                   const layer_format& format = {}) {
  const std::string folder = test::source_dir() + "/models/nn/";
  vim_weights weights = load_vim_weights(folder + "digits-vim.safetensors");
  weights.layers.resize(1), weights.config.n_layers = 1;
  const digits_data data = load_digits(folder + "digits.safetensors");
  std::vector<std::span<const uint8_t>> images;
  for (int64_t i = 0; i < 8; ++i) images.push_back(data.train.image(i * 90));
  scan_machine machine(point);
  const quantised_vim model = quantise_vim(vim_model(weights), images, format, machine);
  layer_case out{model.layers[0], int16_matrix(model.position.rows(), length)};
  for (int64_t t = 0; t < length; ++t) out.r.col(t) = model.position.col(t % model.position.cols());
  std::mt19937 random(3);
  std::uniform_int_distribution<int> value(-3000, 3000);
  for (int64_t i = 0; i < out.r.size(); ++i)
    out.r.data()[i] = static_cast<int16_t>(out.r.data()[i] / 2 + value(random));
  return out;
}

// States that no run starts with by itself.
inline std::vector<quantised_branch_state> random_states(const quantised_layer& layer, unsigned seed = 9) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> h(-900, 900), x(-60, 60);
  std::vector<quantised_branch_state> states;
  for (const quantised_branch& branch : layer.branches) {
    states.push_back(zero_state(branch));
    for (int32_t& value : states.back().h) value = h(random);
    int8_matrix& history = states.back().history;
    for (int64_t i = 0; i < history.size(); ++i) history.data()[i] = static_cast<int8_t>(x(random));
  }
  return states;
}

}  // namespace scansim::test
