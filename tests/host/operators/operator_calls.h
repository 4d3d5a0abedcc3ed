// Small calls of every operator for the tests, drawn by the operators' own generators.
#pragma once
#include <concepts>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "traces/calls/call_list.h"
#include "traces/calls/conv1d.h"
#include "traces/calls/embedding.h"
#include "traces/calls/gemm.h"
#include "traces/calls/hadamard.h"
#include "traces/calls/mamba_block.h"
#include "traces/calls/rms_norm.h"

namespace scansim {

// What the generators' flags can say; a generator takes those that it has.
struct operator_request {
  std::string name;
  uint64_t seed = 1;
  int64_t rows = 0, inner = 0, columns = 0;  // gemm M, K, N; rows of hadamard and rms_norm
  int64_t channels = 0, length = 0;          // conv1d, mamba_block
  int64_t batch = 1;                         // mamba_block
  int64_t size = 0;                          // hadamard n, rms_norm and embedding D
  int64_t vocabulary = 40;                   // embedding
  int64_t width = 4, model_width = 0, states = 16;
  std::string pattern = "dense", weight_format = "int8", epilogue = "none";
  std::string state_pattern = "dense";
  int64_t state_groups = 1;
  double eps = 1e-5;
  bool with_bias = true, with_state = false, silu = true, bidirectional = false, hadamard = true;
  bool gather = false, scatter = false, transposed = false;
};

inline void set_flag(const generator_option& option, operator_request r) {
  const std::string flag = option.flag;
  const std::pair<const char*, int64_t> integers[] = {{"--rows", r.rows},
                                                      {"--inner", r.inner},
                                                      {"--columns", r.columns},
                                                      {"--channels", r.channels},
                                                      {"--length", r.length},
                                                      {"--batch", r.batch},
                                                      {"--size", r.size},
                                                      {"--vocabulary", r.vocabulary},
                                                      {"--width", r.width},
                                                      {"--states", r.states},
                                                      {"--model-width", r.model_width},
                                                      {"--state-groups", r.state_groups}};
  const std::pair<const char*, std::string> words[] = {{"--pattern", r.pattern},
                                                       {"--weight-format", r.weight_format},
                                                       {"--epilogue", r.epilogue},
                                                       {"--state-pattern", r.state_pattern}};
  const std::pair<const char*, bool> toggles[] = {
      {"--no-bias", r.with_bias},    {"--state", r.with_state},     {"--no-silu", r.silu},
      {"--no-hadamard", r.hadamard}, {"--gather", r.gather},        {"--bidirectional", r.bidirectional},
      {"--scatter", r.scatter},      {"--transposed", r.transposed}};
  for (const auto& [name, value] : integers)
    if (flag == name) *option.integer = value;
  for (const auto& [name, value] : words)
    if (flag == name) *option.word = value;
  for (const auto& [name, value] : toggles)
    if (flag == name) *option.toggle = value;
  if (flag == "--eps") *option.real = r.eps;
}

// Any operator's call, by value.
class operator_call {
 public:
  operator_call(std::shared_ptr<call> held) : held_(std::move(held)) {}
  template <std::derived_from<call> Call>
  operator_call(const Call& one) : held_(std::make_shared<Call>(one)) {}
  operator const call&() const { return *held_; }
  std::vector<float>& x() {
    for (const call_tensor& tensor : held_->tensors())
      if (tensor.name == "x") return *tensor.values;
    throw std::out_of_range("x");
  }

 private:
  std::shared_ptr<call> held_;
};

inline operator_call generate_operator(const operator_request& request) {
  for (const call_kind* kind : call_list()) {
    if (request.name != kind->name) continue;
    const std::unique_ptr<call_generator> generator = kind->make_generator();
    for (const generator_option& option : generator->options()) set_flag(option, request);
    return std::shared_ptr<call>(generator->generate(request.seed));
  }
  throw std::invalid_argument("no operator " + request.name);
}

inline nlohmann::json operator_provenance(const operator_request& request) {
  return {{"kind", "generated"}, {"operator", request.name}, {"seed", request.seed}};
}

namespace test {

// The operators around the scan.
inline call_kinds unit_kinds() { return call_list().subspan(1, 5); }

inline operator_request small_request(const std::string& name, uint64_t seed = 1) {
  operator_request r;
  r.name = name;
  r.seed = seed;
  r.rows = 6, r.inner = 40, r.columns = 5;
  r.channels = 5, r.length = 12, r.width = 4;
  r.size = name == "hadamard" ? 24 : 48;
  if (name == "mamba_block") r.model_width = 20, r.channels = 24, r.states = 4;
  return r;
}

inline gemm_call small_gemm(const operator_request& request) {
  return payload<gemm_call>(generate_operator(request));
}

}  // namespace test
}  // namespace scansim
