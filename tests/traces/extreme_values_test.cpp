// Operands at the edges of a format: a power-of-two scale makes the edges of them, pruned zeros and signs
// stay, the same every time; taps and last states of sets drawn at random.
#include "traces/calls/extreme_values.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "tests/traces/raw_safetensors.h"
#include "traces/calls/call_list.h"
#include "traces/calls/gemm.h"
#include "traces/calls/scan_sets.h"
#include "traces/calls/selective_scan.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

std::unique_ptr<call> extreme_call(const call_kind& kind, const std::map<std::string, std::string>& given,
                                   uint64_t seed) {
  const std::unique_ptr<call_generator> generator = kind.make_generator();
  for (const generator_option& option : generator->options()) {
    const auto found = given.find(option.flag);
    if (found == given.end()) continue;
    if (option.integer != nullptr) *option.integer = std::stoll(found->second);
    if (option.word != nullptr) *option.word = found->second;
    if (option.toggle != nullptr) *option.toggle = option.sets;
  }
  return generator->generate(seed);
}

// What the scale that just holds them makes of the values.
std::set<int> edges_of(const std::vector<float>& values, int bits) {
  float most = 0;
  for (const float value : values) most = std::max(most, std::abs(value));
  const float unit = std::exp2(std::ceil(std::log2(most)) - static_cast<float>(bits - 1));
  std::set<int> integers;
  for (const float value : values) integers.insert(static_cast<int>(std::floor(value / unit + 0.5F)));
  return integers;
}

const std::map<std::string, std::string> edge_scan = {
    {"--channels", "40"}, {"--states", "5"}, {"--length", "300"}};

std::map<std::string, std::string> with_flag(std::map<std::string, std::string> given, const char* flag,
                                             const char* value) {
  given[flag] = value;
  return given;
}

}  // namespace

TEST_CASE("extreme_values reach both ends, 0, one unit and all between", "[traces]") {
  for (const int bits : {8, 16}) {
    CAPTURE(bits);
    const auto made =
        extreme_call(selective_scan_kind, with_flag(edge_scan, "--extremes", bits == 8 ? "8" : "16"), 3);
    const std::vector<float>& u = payload<selective_scan_call>(*made).scan.u;
    const std::set<int> q = edges_of(u, bits);
    const int top = (1 << (bits - 1)) - 1;
    for (const int edge : {-top - 1, -top, -1, 0, 1, top - 1, top}) {
      CAPTURE(edge);
      CHECK(q.contains(edge));
    }
    CHECK(*q.begin() == -top - 1);
    CHECK(*q.rbegin() == top);
    if (bits == 8) CHECK(q.size() == 256);
  }
}

TEST_CASE("extreme_values keep zeros and signs, and are the same every time", "[traces]") {
  const std::map<std::string, std::string> given = {
      {"--rows", "5"}, {"--inner", "64"}, {"--columns", "40"}, {"--pattern", "2:4"}, {"--extremes", "8"}};
  const auto one = extreme_call(gemm_kind, given, 5), again = extreme_call(gemm_kind, given, 5);
  const std::vector<float>& w = payload<gemm_call>(*one).w;
  CHECK(w == payload<gemm_call>(*again).w);
  CHECK(w != payload<gemm_call>(*extreme_call(gemm_kind, given, 6)).w);
  CHECK(std::count(w.begin(), w.end(), 0.0F) >= static_cast<int64_t>(w.size()) / 2);
  const auto made = extreme_call(selective_scan_kind,
                                 with_flag(with_flag(edge_scan, "--extremes", "8"), "--no-softplus", ""), 4);
  const scan_tensors& t = payload<selective_scan_call>(*made).scan;
  CHECK(std::all_of(t.a.begin(), t.a.end(), [](float value) { return value <= 0; }));
  CHECK(std::all_of(t.delta.begin(), t.delta.end(), [](float value) { return value >= 0; }));
  CHECK_THROWS_AS(extreme_call(selective_scan_kind, with_flag(edge_scan, "--extremes", "12"), 1),
                  input_error);
}

TEST_CASE("extreme_values none are asked for, none are drawn", "[traces]") {
  CHECK(payload<selective_scan_call>(*extreme_call(selective_scan_kind, edge_scan, 3)).scan.u ==
        payload<selective_scan_call>(
            *extreme_call(selective_scan_kind, with_flag(edge_scan, "--extremes", "0"), 3))
            .scan.u);
}

TEST_CASE("scan_sets_random taps and last states are drawn where they are asked for, and change nothing else",
          "[traces]") {
  const std::map<std::string, std::string> given = {
      {"--channels", "6"}, {"--states", "4"}, {"--grid", "4x5"}, {"--random-sets", "8"}};
  const auto ends = with_flag(with_flag(given, "--random-taps", ""), "--random-states", "");
  size_t taps = 0, states = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const auto plain = extreme_call(scan_sets_kind, given, seed),
               made = extreme_call(scan_sets_kind, ends, seed);
    const scan_sets_call &without = payload<scan_sets_call>(*plain), &call = payload<scan_sets_call>(*made);
    for (size_t k = 0; k < call.sets.size(); ++k) {
      CHECK((without.sets[k].tap == set_tap::post && without.sets[k].final_state));
      CHECK(without.sets[k].tags == call.sets[k].tags);
      taps += call.sets[k].tap == set_tap::pre, states += call.sets[k].final_state;
    }
    CHECK(without.u == call.u);
  }
  CHECK((taps > 16 && taps < 48));
  CHECK((states > 16 && states < 48));
}

}  // namespace scansim
