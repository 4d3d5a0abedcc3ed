// The kernel of several scans under emulation and its twin against the double loops of models/ref: random
// maps, lists, trees, tags, segments and slices, taps and drives, every storage type; the local backward
// tile.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <memory>

#include "host/cuda/measure/scan_sets_memory.h"
#include "host/cuda/scan/scan_sets_image.h"
#include "host/cuda/scan/scan_sets_twin.h"
#include "models/ref/compare_to_expect.h"
#include "models/ref/scan_sets_ref.h"
#include "tests/host/cuda/scan/emulated_scan.h"
#include "tests/host/cuda/scan/scan_cases.h"
#include "tests/traces/generated_sets.h"

namespace scansim::test {
namespace {

// Empty if every output agrees with ref on the rounded values.
std::string difference(const scan_sets_image& image, gpu_precision precision) {
  const scan_sets_output want = scan_sets_ref(image.rounded());
  const auto compare = [&](const std::vector<float>& got, const std::vector<double>& wanted,
                           const char* name) {
    const std::vector<double> values(got.begin(), got.end());
    const std::vector<float> expected(wanted.begin(), wanted.end());
    const tensor_comparison found = compare_values(values, expected, scan_tolerance(precision));
    return found.agree
               ? std::string()
               : fmt::format("{}[{}]: {} instead of {}", name, found.first_failure, found.got, found.want);
  };
  std::string text = compare(image.y(), want.y, "y");
  for (size_t k = 0; k < want.h_last.size() && text.empty(); ++k)
    text = compare(image.h_last(k), want.h_last[k], "h_last");
  return text;
}

void check(const scan_sets_call& call) {
  for (const gpu_precision precision : float_precisions) {
    CAPTURE(precision_name(precision));
    scan_sets_image kernel(call, precision), twin(call, precision);
    emulated_scan_sets(kernel.call());
    scan_sets_twin(twin.call());
    CHECK(difference(kernel, precision) == "");
    CHECK(difference(twin, precision) == "");
  }
}

}  // namespace

TEST_CASE("scan_sets kernel and twin are ref on random sets", "[accuracy][gpu]") {
  for (uint64_t seed = 1; seed <= 24; ++seed) {
    CAPTURE(seed);
    scan_sets_call call = generated_sets({{"--channels", std::to_string(1 + seed % 7)},
                                          {"--states", std::to_string(seed % 5 == 0 ? 70 : 1 + seed % 20)},
                                          {"--grid", fmt::format("{}x{}", 1 + seed % 4, 1 + seed % 6)},
                                          {"--batch", std::to_string(1 + seed % 2)},
                                          {"--random-sets", std::to_string(1 + seed % 8)},
                                          {seed % 3 == 0 ? "--h0" : "--no-d", ""},
                                          {seed % 4 == 0 ? "--shared-weights" : "--no-bias", ""}},
                                         seed);
    for (size_t k = 0; k < call.sets.size(); ++k) {  // what no machine runs
      if ((seed + k) % 3 == 0) call.sets[k].tap = set_tap::pre;
      if ((seed + k) % 4 == 0) call.sets[k].drive = set_drive::plain;
      if ((seed + k) % 5 == 0 && call.sets[k].gate == set_gate::silu) call.sets[k].gate = set_gate::linear;
    }
    check(call);
  }
}

TEST_CASE("scan_sets kernel and twin run the local backward tile of LBMamba", "[accuracy][gpu]") {
  for (const char* segment : {"4", "8", "16"})
    check(generated_sets({{"--channels", "3"},
                          {"--states", "16"},
                          {"--length", "61"},
                          {"--sets", std::string("raster; raster reverse tap=pre segment=") + segment},
                          {"--shared-weights", ""}},
                         7));
}

TEST_CASE("scan_sets serves every number of states and whole blocks of channels", "[accuracy][gpu]") {
  for (const char* states : {"1", "2", "4", "5", "16", "17", "64", "65", "256"})
    check(generated_sets({{"--channels", "9"}, {"--states", states}, {"--length", "5"}}, 3));
  check(generated_sets({{"--channels", "130"}, {"--states", "1"}, {"--length", "3"}}, 4));
}

TEST_CASE("scan_sets refuses what no kernel serves", "[input][gpu]") {
  const scan_sets_call call = generated_sets({{"--channels", "2"}, {"--states", "2"}, {"--length", "3"}}, 1);
  const auto refused = [&](const std::function<void(gpu_scan_sets&)>& change) {
    scan_sets_image image(call, gpu_precision::fp32);
    gpu_scan_sets changed = image.call();
    change(changed);
    CHECK_THROWS_AS(scan_sets_twin(changed), std::invalid_argument);
  };
  refused([](auto& c) { c.sets = 9; });
  refused([](auto& c) { c.precision = gpu_precision::int8; });
  refused([](auto& c) { c.set[0].states = 257; });
  refused([](auto& c) { c.set[0].groups = 3; });
  refused([](auto& c) { c.z = nullptr; });
  refused([](auto& c) { c.set[1].positions = 0; });
}

// As the recorder lays a call out: one block, what sets share once.
TEST_CASE("scan_sets_memory holds a call, shared operands once, and the kernel's answer in it is the twin's",
          "[unit][gpu]") {
  for (const gpu_precision precision : float_precisions) {
    const scan_sets_call call = generated_sets(
        {{"--channels", "6"},
         {"--states", "5"},
         {"--grid", "3x4"},
         {"--sets", "raster; snake_rows reverse segment=4; transpose channels=1+3 final_state=false"}},
        7);
    const scan_sets_memory memory(call, precision);
    const size_t bytes = memory.image().bytes().size();
    std::unique_ptr<std::max_align_t[]> block(new std::max_align_t[bytes / sizeof(std::max_align_t) + 1]);
    auto* start = reinterpret_cast<std::byte*>(block.get());
    std::memcpy(start, memory.image().bytes().data(), bytes);
    const gpu_scan_sets placed = memory.at(start);
    emulated_scan_sets(placed);
    scan_sets_image twin(call, precision);
    emulated_scan_sets(twin.call());
    CHECK(std::equal(twin.y().begin(), twin.y().end(),
                     reinterpret_cast<const float*>(start + memory.y_offset())));
    std::vector<float> states;
    for (size_t k = 0; k < call.sets.size(); ++k)
      if (call.sets[k].final_state) states.insert(states.end(), twin.h_last(k).begin(), twin.h_last(k).end());
    CHECK(memory.h_last_bytes() == states.size() * sizeof(float));
    CHECK(std::memcmp(states.data(), start + memory.h_last_offset(), memory.h_last_bytes()) == 0);
    for (int k = 0; k < placed.sets; ++k)  // of one walk rows of u and of B are the same
      CHECK(placed.set[k].rows_u == placed.set[k].rows_p);
  }
  scan_sets_call shared = generated_sets(
      {{"--channels", "6"}, {"--states", "5"}, {"--grid", "3x4"}, {"--sets", "raster; transpose"}}, 8);
  const size_t apart = scan_sets_memory(shared, gpu_precision::fp32).image().bytes().size();
  shared.sets[1].own = shared.sets[0].own;
  CHECK(scan_sets_memory(shared, gpu_precision::fp32).image().bytes().size() < apart);
}

}  // namespace scansim::test
