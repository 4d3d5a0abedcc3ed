// pwl_fit HLS_HEADER SV_PACKAGE: computes the piecewise-linear coefficient tables and writes them for both
// languages.
//
//   Segment by segment, the pair (base, slope) of integers whose line, computed as the machine computes it
//   and taken over every argument of the segment, has the least sum of squared errors; among pairs that are
//   nearly as good, the one whose mean cancels what the segments before left over. So the tables have no mean
//   error to speak of: a long recurrence adds means up, and spares of the rest only the root.
//   The last exp segment, the slow decays, is 16 parallel lines, by the error of the *rate* -log2 a: what a
//   slow decay forgets is 1 - a.
//
// The one source of the tables: hls/nonlin/pwl_tables.h and rtl/nonlin/ssm_pwl_tables_pkg.sv are its output,
// committed, and a test regenerates and compares them. Host program, not part of the synthesizable subset.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "hls/formats.h"
#include "hls/nonlin/exp_line.h"

namespace {
using scansim::hls::dt_frac;
using scansim::hls::exp_frac;
using scansim::hls::exponent_lsb;
using scansim::hls::rsqrt_frac;
using scansim::hls::sigmoid_frac;

struct table {
  std::string name, suffix;  // of the C++ arrays
  std::string sv_name;
  int base_bits;  // width of base, lowest bits of a word
  int word_bits;  // 32 or 64
  std::vector<uint64_t> words;
  int slow_rows = 1;  // rows of the last segment
};

// What a line of the table is: its value in the last fraction bit of the function, from integers.
using line_value = std::function<int64_t(int64_t base, int64_t slope, int64_t residual)>;

struct line {
  int64_t base, slope;
};

struct line_error {
  double squares = 0, mean = 0;
};

// Of one segment: the function at every argument, in last fraction bits, and what an error there weighs.
struct samples {
  std::vector<double> wanted, weight;
};

line_error error_of(const samples& at, const line_value& value, const line& l) {
  line_error e;
  for (size_t r = 0; r < at.wanted.size(); ++r) {
    const double off =
        at.weight[r] * (static_cast<double>(value(l.base, l.slope, static_cast<int64_t>(r))) - at.wanted[r]);
    e.squares += off * off;
    e.mean += off;
  }
  e.mean /= static_cast<double>(at.wanted.size());
  return e;
}

// The real line of least weighted squares: {value at the segment's start, rise a residual}.
std::pair<double, double> regression(const samples& at) {
  double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
  for (size_t r = 0; r < at.wanted.size(); ++r) {
    const double weight = at.weight[r] * at.weight[r], x = static_cast<double>(r), y = at.wanted[r];
    w += weight, wx += weight * x, wy += weight * y, wxx += weight * x * x, wxy += weight * x * y;
  }
  const double rise = (w * wxy - wx * wy) / (w * wxx - wx * wx);
  return {(wy - rise * wx) / w, rise};
}

struct search {
  line about;  // the real line, rounded
  int bases;   // how far from its base to look
};

// The best line of a segment; `carry` is the weighted mean that the segments before left over.
line best_line(const samples& at, const line_value& value, const search& in, double& carry) {
  constexpr double nearly = 1.02;
  std::vector<std::pair<line, line_error>> tried;
  double least = std::numeric_limits<double>::max();
  for (int64_t b = in.about.base - in.bases; b <= in.about.base + in.bases; ++b)
    for (int64_t s = in.about.slope - 2; s <= in.about.slope + 2; ++s) {
      if (b < 0 || s < 0) continue;
      tried.push_back({{b, s}, error_of(at, value, {b, s})});
      least = std::min(least, tried.back().second.squares);
    }
  const std::pair<line, line_error>* best = nullptr;
  for (const auto& one : tried) {
    if (one.second.squares > nearly * least) continue;
    if (!best || std::fabs(carry + one.second.mean) < std::fabs(carry + best->second.mean)) best = &one;
  }
  carry += best->second.mean;
  return best->first;
}

samples samples_of(const std::function<double(double)>& f, double x0, double step, int count, int frac,
                   bool relative) {
  samples at;
  for (int r = 0; r < count; ++r) {
    at.wanted.push_back(std::ldexp(f(x0 + step * r), frac));
    at.weight.push_back(relative ? 1 / at.wanted.back() : 1.0);
  }
  return at;
}

uint64_t pack(const line& l, int base_bits) {
  return static_cast<uint64_t>(l.base) | (static_cast<uint64_t>(l.slope) << base_bits);
}

// ---- exp ----
using scansim::hls::exp_base_bits;
using scansim::hls::exp_base_shift;
using scansim::hls::exp_line_shift;
using scansim::hls::exp_mantissa;
using scansim::hls::exp_slope_bits;
using scansim::hls::exp_slow_lines;

constexpr int exp_base_frac = exp_base_bits;

// Argument k of the unit interval stands for the exponents of (k, k + 1] last places below 1: by the middle.
double growth(double x) { return std::exp2(x + std::ldexp(0.5, -exponent_lsb) - 1); }

samples growth_samples(double x0, int count) {
  return samples_of(growth, x0, std::ldexp(1.0, -exponent_lsb), count, exp_frac, false);
}

line in_words(double value, double rise) {  // of last fraction bits and of a residual
  return {std::llround(std::ldexp(value, exp_base_frac - exp_frac)),
          std::llround(std::ldexp(rise, exp_line_shift))};
}

// The largest relative error of the rate over residuals [from, to) of the last segment of `count`.
double rate_error(const line& l, int64_t from, int64_t to, int64_t count) {
  const auto word = static_cast<uint32_t>(pack(l, exp_base_bits));
  double worst = 0;
  for (int64_t r = from; r < to; ++r) {
    const double e = std::ldexp(static_cast<double>(count - r) - 0.5, -exponent_lsb);
    const double a = std::ldexp(exp_mantissa(word, static_cast<uint32_t>(r)), -exp_frac);
    worst = std::max(worst, std::fabs(-std::log2(a) / e - 1));
  }
  return worst;
}

struct slow_lines {
  double worst = 0;
  std::vector<line> lines;
};

// The bases of the last segment under one slope, each by the error of the rate; rates below 2^-12 are left
// out: there the last fraction bit of a decides.
slow_lines with_slope(int64_t slope, int64_t count) {
  constexpr int64_t slowest = 64;
  slow_lines found;
  const int64_t width = count / exp_slow_lines;
  for (int64_t from = 0; from < count; from += width) {
    const double middle = static_cast<double>(from) + static_cast<double>(width) / 2;
    const double value = std::exp2(-std::ldexp(static_cast<double>(count) - middle, -exponent_lsb));
    const auto about = std::llround(std::ldexp(value, exp_base_frac) -
                                    std::ldexp(static_cast<double>(slope) * middle, -exp_base_shift));
    line best{about, slope};
    double least = std::numeric_limits<double>::max();
    for (int64_t b = about - 2; b <= about + 2; ++b) {
      const double worst = rate_error({b, slope}, from, std::min(from + width, count - slowest), count);
      if (worst < least) least = worst, best.base = b;
    }
    found.worst = std::max(found.worst, least);
    found.lines.push_back(best);
  }
  return found;
}

std::vector<line> slow_segment(int64_t count) {
  slow_lines best;
  const int64_t about = std::llround(std::ldexp(std::log(2.0), exp_slope_bits));
  for (int64_t slope = about - 12; slope <= about; ++slope) {
    slow_lines tried = with_slope(slope, count);
    if (best.lines.empty() || tried.worst < best.worst) best = std::move(tried);
  }
  return best.lines;
}

// Rows: segments 0, 1, ... but for the last, then the lines of the last.
table exp_table(int segments) {
  table t{"exp_pwl",
          "_" + std::to_string(segments),
          "ExpPwlTable" + std::to_string(segments),
          exp_base_bits,
          32,
          {},
          exp_slow_lines};
  const int count = (1 << exponent_lsb) / segments;
  const int bases = 2 + (count >> (exp_base_shift + 1));  // what a unit of the slope moves the middle by
  const line_value value = [](int64_t base, int64_t slope, int64_t r) {
    return exp_mantissa(static_cast<uint32_t>(pack({base, slope}, exp_base_bits)), static_cast<uint32_t>(r));
  };
  for (int i = 0; i + 1 < segments; ++i) {
    double carry = 0;
    const samples at = growth_samples(double(i) / segments, count);
    const auto [start, rise] = regression(at);
    t.words.push_back(pack(best_line(at, value, {in_words(start, rise), bases}, carry), t.base_bits));
  }
  for (const line& l : slow_segment(count)) t.words.push_back(pack(l, t.base_bits));
  return t;
}

// ---- the others: base + or - (slope * r >> shift), rounded where the table says so ----
struct line_format {
  int base_frac, shift;
  int64_t half;  // added before the shift
  bool falling;
};

struct segments_of {
  std::function<double(double)> f;
  double from, width;
  int count, residuals;
  bool relative, anchored;
  int per_unit;  // segments whose means together are to vanish
};

void add_segments(table& t, const segments_of& of, const line_format& format) {
  const line_value value = [&](int64_t base, int64_t slope, int64_t r) {
    const int64_t step = (slope * r + format.half) >> format.shift;
    return format.falling ? base - step : base + step;
  };
  double carry = 0;
  for (int i = 0; i < of.count; ++i) {
    if (i % of.per_unit == 0) carry = 0;
    const double x0 = of.from + i * of.width;
    const samples at =
        samples_of(of.f, x0, of.width / of.residuals, of.residuals, format.base_frac, of.relative);
    const auto [base, rise] = regression(at);
    const bool fixed = of.anchored && i == 0;
    const line about{fixed ? std::llround(at.wanted[0]) : std::max(0ll, std::llround(base)),
                     std::llround(std::ldexp(std::fabs(rise), format.shift))};
    t.words.push_back(pack(best_line(at, value, {about, fixed ? 0 : 3}, carry), t.base_bits));
  }
}

table softplus_table() {  // [-16, 8), width 1/8, by relative error
  table t{"softplus_pwl", "", "SoftplusPwlTable", 32, 64, {}};
  add_segments(t, {[](double x) { return std::log1p(std::exp(x)); }, -16, 0.125, 192, 512, true, false, 8},
               {dt_frac, 8, 0, false});
  return t;
}

table sigmoid_table() {  // [0, 16), width 1/8; the negative side follows by symmetry
  table t{"sigmoid_pwl", "", "SigmoidPwlTable", 18, 32, {}};
  add_segments(t, {[](double x) { return 1 / (1 + std::exp(-x)); }, 0, 0.125, 128, 512, false, true, 8},
               {sigmoid_frac, 10, 0, false});
  return t;
}

table rsqrt_table() {  // m / 2^16 in [1, 4), width 1/32
  table t{"rsqrt_pwl", "", "RsqrtPwlTable", 17, 32, {}};
  add_segments(t, {[](double x) { return 1 / std::sqrt(x); }, 1, 1 / 32.0, 96, 2048, false, false, 32},
               {rsqrt_frac, 13, 4096, true});
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

void write_constant(std::FILE* out, const std::string& name, int word_bits,
                    const std::vector<uint64_t>& words) {
  std::fprintf(out, "\n  localparam logic [%zu:0] %s = {", word_bits * words.size() - 1, name.c_str());
  for (size_t i = words.size(); i-- > 0;)
    std::fprintf(out, "%s%d'h%0*llx%s", (words.size() - 1 - i) % 4 == 0 ? "\n    " : " ", word_bits,
                 word_bits / 4, static_cast<unsigned long long>(words[i]), i == 0 ? "\n  };\n" : ",");
}

// A last segment of several rows is a constant of its own, so that the other rows are at their segment's
// place.
bool write_sv(const char* path, const std::vector<table>& tables) {
  std::FILE* out = std::fopen(path, "w");
  if (out == nullptr) return false;
  std::fputs(
      "// Piecewise-linear coefficient tables, written by hls/nonlin/pwl_fit.cpp; do not edit.\n"
      "// Word i of a table is Table[W*i +: W]; base in its low bits, |slope| above them (hls/README.md).\n"
      "package ssm_pwl_tables_pkg;\n",
      out);
  for (const auto& t : tables) {
    write_constant(out, t.sv_name, t.word_bits, {t.words.begin(), t.words.end() - (t.slow_rows - 1)});
    if (t.slow_rows > 1)
      write_constant(out, t.sv_name + "Slow", t.word_bits, {t.words.end() - t.slow_rows, t.words.end()});
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
