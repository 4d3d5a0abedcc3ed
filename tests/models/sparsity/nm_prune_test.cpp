// Pruning to N:M against a definition that looks at every subset's worst member, the pattern's spelling, and
// the check that names a violation.
#include "traces/nm_prune.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "tests/traces/raw_safetensors.h"

namespace scansim {
namespace {

struct matrix {
  int64_t rows, cols;
  std::vector<float> w;
};

matrix random_matrix(std::mt19937& generator) {
  std::uniform_int_distribution<int64_t> size(1, 40);
  std::uniform_int_distribution<int> value(-6, 6);  // many ties and zeros
  matrix m{size(generator), size(generator), {}};
  m.w.resize(static_cast<size_t>(m.rows * m.cols));
  for (float& w : m.w) w = 0.5F * static_cast<float>(value(generator));
  return m;
}

TEST_CASE("nm_prune sparsity keeps the N largest of every group, bit for bit, ties the lower",
          "[property][sparsity]") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U);
  const nm_pattern p = GENERATE(nm_pattern{1, 4}, nm_pattern{2, 4}, nm_pattern{3, 8}, nm_pattern{8, 16});
  const nm_side side = GENERATE(nm_side::inputs, nm_side::outputs);
  const bool weighted = GENERATE(false, true);
  CAPTURE(seed, p.n, p.m, to_string(side), weighted);
  std::mt19937 generator(seed);
  const matrix before = random_matrix(generator);
  std::vector<float> rms;
  for (int64_t k = 0; k < before.cols && weighted; ++k)
    rms.push_back(std::uniform_real_distribution<float>(0.1F, 3)(generator));
  matrix after = before;
  prune_nm(after.w, before.rows, before.cols, p, side, rms);
  const nm_view view = view_along(side, before.rows, before.cols);
  const auto score = [&](int64_t at) {
    const double size = std::fabs(before.w[static_cast<size_t>(at)]);
    return weighted ? size * rms[static_cast<size_t>(at % before.cols)] : size;
  };
  for (int64_t v = 0; v < view.vectors; ++v) {
    for (int64_t k = 0; k < view.length; ++k) {
      const int64_t at = view.at(v, k);
      int ahead = 0;  // members of the group that come before k in the order of scores
      for (int64_t j = k / p.m * p.m; j < std::min(view.length, (k / p.m + 1) * p.m); ++j) {
        const double mine = score(at), other = score(view.at(v, j));
        ahead += other > mine || (other == mine && j < k);
      }
      const float want = ahead < p.n ? before.w[static_cast<size_t>(at)] : 0.0F;
      if (after.w[static_cast<size_t>(at)] != want) FAIL("vector " << v << " element " << k);
    }
  }
  CHECK_FALSE(find_violation<float>(after.w, before.rows, before.cols, p, side));
}

TEST_CASE("nm_prune sparsity with a dense pattern changes nothing", "[property][sparsity]") {
  std::mt19937 generator(9);
  const matrix before = random_matrix(generator);
  matrix after = before;
  prune_nm(after.w, before.rows, before.cols, {16, 16}, nm_side::inputs);
  CHECK(after.w == before.w);
}

TEST_CASE("nm_prune sparsity names tensor, row and group of the first violation", "[negative][sparsity]") {
  std::vector<float> w(3 * 12, 0.0F);
  w[1 * 12 + 4] = w[1 * 12 + 6] = w[1 * 12 + 7] = 1;  // row 1, group 1 along inputs
  const auto message = [&](nm_side side) {
    return test::refusal([&] { check_nm<float>(w, 3, 12, {2, 4}, side, "f.safetensors", "a.weight"); });
  };
  CHECK(message(nm_side::inputs) ==
        "f.safetensors: a.weight: expected at most 2 of 4 non-zero along inputs, found 3 in row 1, group 1");
  CHECK(message(nm_side::outputs).empty());
  w[0 * 12 + 5] = w[1 * 12 + 5] = w[2 * 12 + 5] = 1;  // column 5 along outputs
  CHECK(message(nm_side::outputs).find("found 3 in column 5, group 0") != std::string::npos);
}

TEST_CASE("nm_pattern sparsity accepts N:M and refuses everything else, naming the option",
          "[negative][sparsity]") {
  CHECK(parse_nm_pattern("2:4", "--pattern") == nm_pattern{2, 4});
  CHECK(parse_nm_pattern("16:16", "--pattern") == nm_pattern{16, 16});
  CHECK(to_string(parse_nm_pattern("1:8", "--pattern")) == "1:8");
  for (const char* text : {"0:4", "5:4", "2:5", "a:b", "", ":", "2:", ":4", "2:4 ", " 2:4", "2:4:8", "-2:4",
                           "+2:4", "2.0:4", "02:4", "2:32", "999999999999:4", "2/4"}) {
    CAPTURE(text);
    const std::string said = test::refusal([&] { parse_nm_pattern(text, "--pattern"); });
    CHECK(said.find("--pattern") != std::string::npos);
  }
  CHECK(test::refusal([] { parse_nm_side("rows", "--side"); }).find("--side") != std::string::npos);
}

}  // namespace
}  // namespace scansim
