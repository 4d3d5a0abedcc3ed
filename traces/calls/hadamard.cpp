#include "traces/calls/hadamard.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "hls/units/hadamard_fwht.h"
#include "traces/calls/call_checks.h"
#include "traces/calls/draw_rows.h"
#include "traces/calls/extreme_values.h"
#include "traces/input_error.h"
#include "traces/metadata_reader.h"

namespace scansim {

using nlohmann::json;

namespace {

class hadamard_generator : public call_generator {
 public:
  const call_kind& kind() const override { return hadamard_kind; }
  std::vector<generator_option> options() override {
    return {{.flag = "--rows", .text = "rows", .integer = &rows_, .needed = ""},
            {.flag = "--size", .text = "n", .integer = &size_, .needed = ""},
            extremes_option(extremes_)};
  }
  std::unique_ptr<call> generate(uint64_t seed) const override {
    auto made = std::make_unique<hadamard_call>();
    hadamard_call& c = *made;
    c.rows = rows_, c.size = size_;
    if (!split_hadamard_size(size_, c.m, c.log2))
      throw input_error("generate", "--size", "m 2^k with m 1, 12, 20, 28 or 40", fmt::format("{}", size_));
    c.x = draw_rows(draw_source{hadamard_kind.name, seed}, "x", c.rows, c.size, 1);
    make_extreme(c, extremes_, seed);
    check_call(c, "generate");
    return made;
  }

 private:
  int64_t rows_ = 0, size_ = 0, extremes_ = 0;
};

}  // namespace

const call_kind hadamard_kind = {"hadamard", "fast Walsh-Hadamard transform of rows",
                                 make_as<call, hadamard_call>, make_as<call_generator, hadamard_generator>};

std::vector<call_tensor> hadamard_call::tensors() {
  const call_axis row{"rows", &rows}, n{"n", &size};
  return {{.name = "x", .values = &x, .axes = {row, n}},
          {.name = "expect.y", .values = &expect_y, .axes = {row, n}, .required = false}};
}

// Both or none; without them m is 0 until the size is known.
std::vector<call_option> hadamard_call::options() {
  const char* const derived = "from n, with the smallest m";
  return {{"m", "1, 12, 20, 28 or 40", derived,
           [this](const metadata_reader& reader) {
             m = 0;
             if (reader.find("m") == nullptr && reader.find("log2") == nullptr) return;
             m = static_cast<int>(reader.read_integer("m", 1, 40, std::nullopt));
           },
           [this] { return json(m); }},
          {"log2", "0 to 13; n = m 2^log2", derived,
           [this](const metadata_reader& reader) {
             if (m != 0) log2 = static_cast<int>(reader.read_integer("log2", 0, 13, std::nullopt));
           },
           [this] { return json(log2); }}};
}

void hadamard_call::derive() {
  if (m == 0) split_hadamard_size(size, m, log2);
}

void hadamard_call::check_sizes(const std::string& file) const {
  require_size(size <= hls::max_hadamard_size, file, "x.shape",
               fmt::format("n <= {}", hls::max_hadamard_size), size);
  if (m == 0)
    throw input_error(file, "x.shape", "n = m 2^log2 with m 1, 12, 20, 28 or 40", fmt::format("{}", size));
  require_size(hls::is_hadamard_order(m), file, "__metadata__.scansim.m", "1, 12, 20, 28 or 40", m);
  require_size(log2 >= 0 && log2 <= 13 && int64_t{m} << log2 == size, file, "x.shape",
               fmt::format("n = {} * 2^{} as the metadata say", m, log2), size);
}

scale_rows hadamard_scales::rows() {
  return {width_row("x_bits", x_bits),
          width_row("y_bits", y_bits),
          {.name = "frac_x", .value = &frac_x},
          output_row("frac_y", frac_y, "at most frac_x, at least frac_x − 31")};
}

call_work hadamard_call::work() const {
  return {"addition", static_cast<uint64_t>(rows * size * (log2 + m - 1))};
}

bool split_hadamard_size(int64_t n, int& m, int& log2) {
  for (const int order : {1, 12, 20, 28, 40}) {
    if (n < order || n % order != 0) continue;
    const int64_t power = n / order;
    if ((power & (power - 1)) != 0) continue;
    m = order;
    log2 = __builtin_ctzll(static_cast<uint64_t>(power));
    return true;
  }
  return false;
}

}  // namespace scansim
