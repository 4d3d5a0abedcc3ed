// pwl_fit HLS_HEADER SV_PACKAGE: computes the piecewise-linear coefficient tables and writes them for both
// languages.
//
//   segment i of f over [x0, x0 + w): f(x) ~ base[i] + slope[i] * (x - x0), the chord shifted to equal error
//   at its ends and middle (minimax for a convex function); the first exp segment is anchored so that exp(0)
//   is exactly 1.
//
// The one source of the tables: hls/nonlin/pwl_tables.h and rtl/nonlin/ssm_pwl_tables_pkg.sv are its output,
// committed, and a test regenerates and compares them. Host program, not part of the synthesizable subset.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "hls/formats.h"

namespace {
using scansim::hls::dt_frac;
using scansim::hls::exp_frac;
using scansim::hls::rsqrt_frac;
using scansim::hls::sigmoid_frac;

struct table {
  std::string name, suffix;  // of the C++ arrays
  std::string sv_name;
  int base_bits;  // width of base, lowest bits of a word
  int word_bits;  // 32 or 64
  std::vector<uint64_t> words;
};

struct segment {
  double base, slope;
};

segment fit(const std::function<double(double)>& f, double x0, double width, bool anchored) {
  const double slope = (f(x0 + width) - f(x0)) / width;
  double worst = 0;
  for (int k = 1; k < 256; ++k) {
    const double x = width * k / 256;
    worst = std::max(worst, std::fabs(f(x0) + slope * x - f(x0 + x)));
  }
  const double sign = f(x0 + width / 2) < f(x0) + slope * width / 2 ? -1.0 : 1.0;
  return {f(x0) + (anchored ? 0.0 : sign * worst / 2), slope};
}

uint64_t pack(const segment& s, int base_frac, int slope_frac, int base_bits) {
  const auto base = static_cast<uint64_t>(std::llround(std::ldexp(s.base, base_frac)));
  const auto slope = static_cast<uint64_t>(std::llround(std::ldexp(std::fabs(s.slope), slope_frac)));
  return base | (slope << base_bits);
}

table exp_table(int segments) {
  table t{"exp_pwl", "_" + std::to_string(segments), "ExpPwlTable" + std::to_string(segments), 20, 32, {}};
  const auto f = [](double x) { return std::exp2(-x); };
  for (int i = 0; i < segments; ++i)
    t.words.push_back(pack(fit(f, double(i) / segments, 1.0 / segments, i == 0), exp_frac, 8, t.base_bits));
  return t;
}

table softplus_table() {  // [-16, 8), width 1/8
  table t{"softplus_pwl", "", "SoftplusPwlTable", 32, 64, {}};
  const auto f = [](double x) { return std::log1p(std::exp(x)); };
  for (int i = 0; i < 192; ++i)
    t.words.push_back(pack(fit(f, -16 + i / 8.0, 0.125, false), dt_frac, 18, t.base_bits));
  return t;
}

table sigmoid_table() {  // [0, 8), width 1/8; the negative side follows by symmetry
  table t{"sigmoid_pwl", "", "SigmoidPwlTable", 18, 32, {}};
  const auto f = [](double x) { return 1 / (1 + std::exp(-x)); };
  for (int i = 0; i < 64; ++i)
    t.words.push_back(pack(fit(f, i / 8.0, 0.125, i == 0), sigmoid_frac, 14, t.base_bits));
  return t;
}

table rsqrt_table() {  // m / 2^16 in [1, 4), width 1/32
  table t{"rsqrt_pwl", "", "RsqrtPwlTable", 17, 32, {}};
  const auto f = [](double x) { return 1 / std::sqrt(x); };
  for (int i = 0; i < 96; ++i)
    t.words.push_back(pack(fit(f, 1 + i / 32.0, 1 / 32.0, false), rsqrt_frac, 13, t.base_bits));
  return t;
}

void write_array(std::FILE* out, const std::string& name, const std::vector<uint64_t>& words) {
  std::fprintf(out, "\ninline constexpr uint32_t %s[%zu] = {", name.c_str(), words.size());
  for (size_t i = 0; i < words.size(); ++i)
    std::fprintf(out, "%s0x%08llxu,", i % 8 == 0 ? "\n    " : " ", static_cast<unsigned long long>(words[i]));
  std::fputs("\n};\n", out);
}

// Words of 64 bits become two arrays, base and slope: 32-bit look-ups vectorise.
bool write_hls(const char* path, const std::vector<table>& tables) {
  std::FILE* out = std::fopen(path, "w");
  if (out == nullptr) return false;
  std::fputs(
      "// Piecewise-linear coefficient tables, written by hls/nonlin/pwl_fit.cpp; do not edit.\n"
      "// A word holds base in its low bits and |slope| above them; softplus: one array of each "
      "(hls/README.md).\n"
      "#pragma once\n#include <cstdint>\n\n// clang-format off\nnamespace scansim::hls {\n",
      out);
  for (const auto& t : tables) {
    if (t.word_bits == 32) {
      write_array(out, t.name + "_table" + t.suffix, t.words);
      continue;
    }
    std::vector<uint64_t> base, slope;
    for (const uint64_t word : t.words) {
      base.push_back(word & 0xffffffffu);
      slope.push_back(word >> 32);
    }
    write_array(out, t.name + "_base", base);
    write_array(out, t.name + "_slope", slope);
  }
  std::fputs("\n}  // namespace scansim::hls\n", out);
  return std::fclose(out) == 0;
}

bool write_sv(const char* path, const std::vector<table>& tables) {
  std::FILE* out = std::fopen(path, "w");
  if (out == nullptr) return false;
  std::fputs(
      "// Piecewise-linear coefficient tables, written by hls/nonlin/pwl_fit.cpp; do not edit.\n"
      "// Word i of a table is Table[W*i +: W]; base in its low bits, |slope| above them (hls/README.md).\n"
      "package ssm_pwl_tables_pkg;\n",
      out);
  for (const auto& t : tables) {
    std::fprintf(out, "\n  localparam logic [%zu:0] %s = {", t.word_bits * t.words.size() - 1,
                 t.sv_name.c_str());
    for (size_t i = t.words.size(); i-- > 0;)
      std::fprintf(out, "%s%d'h%0*llx%s", (t.words.size() - 1 - i) % 4 == 0 ? "\n    " : " ", t.word_bits,
                   t.word_bits / 4, static_cast<unsigned long long>(t.words[i]), i == 0 ? "\n  };\n" : ",");
  }
  std::fputs("\nendpackage\n", out);
  return std::fclose(out) == 0;
}
}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: pwl_fit HLS_HEADER SV_PACKAGE\n", stderr);
    return 2;
  }
  std::vector<table> tables;
  for (int segments : {8, 16, 32, 64}) tables.push_back(exp_table(segments));
  tables.push_back(softplus_table());
  tables.push_back(sigmoid_table());
  tables.push_back(rsqrt_table());
  return write_hls(argv[1], tables) && write_sv(argv[2], tables) ? 0 : 3;
}
