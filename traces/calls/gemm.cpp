#include "traces/calls/gemm.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "traces/calls/call_checks.h"
#include "traces/calls/call_option.h"
#include "traces/calls/draw_rows.h"
#include "traces/calls/extreme_values.h"
#include "traces/input_error.h"
#include "traces/metadata_reader.h"
#include "traces/nm_prune.h"
#include "traces/transpose.h"

namespace scansim {

using nlohmann::json;

namespace {

constexpr int64_t max_output_elements = int64_t{1} << 31;  // y_rows is a number, not a tensor's size

// In the order of gemm_epilogue_kind.
const std::vector<std::string>& epilogue_names() {
  static const std::vector<std::string> names = {"none", "silu", "residual", "raw"};
  return names;
}

void check_indices(const std::vector<int64_t>& list, const char* name, const char* tensor, int64_t limit,
                   const std::string& file) {
  for (size_t i = 0; i < list.size(); ++i) {
    require_size(list[i] >= 0 && list[i] < limit, file, fmt::format("{}[{}]", name, i),
                 fmt::format("a row of {}, 0 to {}", tensor, limit - 1), list[i]);
  }
}

// Two product rows in one row of y would depend on their order.
void check_distinct(const std::vector<int64_t>& list, int64_t limit, const std::string& file) {
  std::vector<bool> taken(static_cast<size_t>(limit));
  for (size_t i = 0; i < list.size(); ++i) {
    const auto row = static_cast<size_t>(list[i]);
    if (taken[row])
      throw input_error(file, fmt::format("scatter[{}]", i), "a row that no entry before it names",
                        fmt::format("{} again", row));
    taken[row] = true;
  }
}

class gemm_generator : public call_generator {
 public:
  const call_kind& kind() const override { return gemm_kind; }
  std::vector<generator_option> options() override {
    return {{.flag = "--rows", .text = "M", .integer = &rows_, .needed = ""},
            {.flag = "--inner", .text = "K", .integer = &inner_, .needed = ""},
            {.flag = "--columns", .text = "N", .integer = &columns_, .needed = ""},
            {.flag = "--pattern", .text = "N:M of the weights, or dense", .word = &pattern_},
            {.flag = "--weight-format", .text = "int8 or w4g128", .word = &weight_format_},
            {.flag = "--epilogue", .text = "none, silu, residual or raw", .word = &epilogue_},
            {.flag = "--gather", .text = "takes M rows out of 2 M of x", .toggle = &gather_},
            {.flag = "--transposed",
             .text = "w (K, N), N:M along K, as a layer's weight in the backward data pass",
             .toggle = &transposed_},
            {.flag = "--scatter", .text = "stores into M rows out of 2 M of y", .toggle = &scatter_},
            {.flag = "--no-bias", .toggle = &bias_, .sets = false},
            extremes_option(extremes_)};
  }
  std::unique_ptr<call> generate(uint64_t seed) const override {
    const draw_source source{gemm_kind.name, seed};
    auto made = std::make_unique<gemm_call>();
    gemm_call& c = *made;
    c.rows = rows_, c.inner = inner_, c.columns = columns_;
    c.transposed = transposed_;
    c.epilogue = static_cast<hls::gemm_epilogue_kind>(flag_choice(epilogue_names(), epilogue_, "--epilogue"));
    c.weight_bits = flag_weight_bits(weight_format_);
    c.sparsity = flag_pattern(pattern_, "--pattern");
    c.x_rows = gather_ ? 2 * c.rows : c.rows;
    c.y_rows = scatter_ ? 2 * c.rows : c.rows;
    c.x = draw_rows(source, "x", c.x_rows, c.inner, 1);
    c.w = draw_rows(source, "w", c.columns, c.inner, fan_in_scale(c.inner));
    if (!c.sparsity.dense()) prune_nm(c.w, c.columns, c.inner, c.sparsity, nm_side::inputs);
    if (bias_) c.bias = draw_rows(source, "bias", 1, c.columns, 0.25);
    if (gather_) c.gather = draw_selection(source, "gather", c.x_rows, c.rows);
    if (scatter_) c.scatter = draw_selection(source, "scatter", c.y_rows, c.rows);
    if (c.epilogue == hls::gemm_epilogue_kind::residual)
      c.residual = draw_rows(source, "residual", c.y_rows, c.columns, 2);
    make_extreme(c, extremes_, seed);
    check_call(c, "generate");
    return made;
  }

 private:
  int64_t rows_ = 0, inner_ = 0, columns_ = 0, extremes_ = 0;
  std::string pattern_ = "dense", weight_format_ = "int8", epilogue_ = "none";
  bool bias_ = true, gather_ = false, scatter_ = false, transposed_ = false;
};

}  // namespace

const call_kind gemm_kind = {"gemm",
                             "matrix multiplication with weights of N:M, 8 or 4 bits, and an epilogue",
                             make_as<call, gemm_call>, make_as<call_generator, gemm_generator>};

std::vector<call_tensor> gemm_call::tensors() {
  const call_axis m{"M", &rows}, k{"K", &inner}, n{"N", &columns}, in{"X", &x_rows}, out{"Y", &y_rows};
  return {{.name = "x", .values = &x, .axes = {in, k}},
          transposed
              ? call_tensor{.name = "w", .values = &w, .axes = {k, n}, .transposed = true}
              : call_tensor{.name = "w", .values = &w, .axes = {n, k}, .text = "(K, N) if `transposed`"},
          {.name = "bias", .values = &bias, .axes = {n}, .required = false},
          {.name = "gather", .indices = &gather, .axes = {m}, .required = false, .text = "rows of x"},
          {.name = "scatter",
           .indices = &scatter,
           .axes = {m},
           .required = false,
           .text = "rows of y; names no row twice",
           .before = [this] { settle(rows, x_rows); }},
          {.name = "residual",
           .values = &residual,
           .axes = {out, n},
           .required = false,
           .text = "with epilogue `\"residual\"`",
           .before = [this] { settle(y_rows, rows); }},
          {.name = "expect.y", .values = &expect_y, .axes = {out, n}, .required = false}};
}

std::vector<call_option> gemm_call::options() {
  using enum option_written;
  return {pattern_option("sparsity", sparsity, always, "`\"dense\"` or `\"N:M\"`"),
          weight_format_option(weight_bits, always),
          bool_option("transposed", transposed, false, unless_default),
          choice_option(
              "epilogue", epilogue_names(), [this] { return static_cast<size_t>(epilogue); },
              [this](size_t at) { epilogue = static_cast<hls::gemm_epilogue_kind>(at); }, always),
          {"y_rows", "Y, with `scatter` only", "M",
           [this](const metadata_reader& reader) {
             y_rows = reader.read_integer("y_rows", 1, max_output_elements, 0);
           },
           [this] { return scatter.empty() ? json() : json(y_rows); }}};
}

scale_rows gemm_scales::rows() {
  using enum hls::gemm_epilogue_kind;
  scale_rows table = {width_row("x_bits", x_bits),
                      width_row("w_bits", w_bits, "4 with `\"w4g128\"`"),
                      epilogue == none ? width_row("y_bits", y_bits, 8, 16, 8,
                                                   "`output_bits` of the design point; with silu 8, residual "
                                                   "16, raw 32")
                                       : width_row("y_bits", y_bits),
                      {.name = "frac_x", .value = &frac_x},
                      {.name = "frac_w", .values = &frac_w, .count = "N"}};
  if (epilogue != raw) table.push_back(output_row("frac_y", frac_y, "not with epilogue `\"raw\"`"));
  return table;
}

std::unique_ptr<call_scales> gemm_call::make_scales() const {
  using enum hls::gemm_epilogue_kind;
  auto scales = std::make_unique<gemm_scales>();
  scales->epilogue = epilogue;
  scales->w_bits = weight_bits;
  scales->y_bits = epilogue == raw ? 32 : epilogue == residual ? 16 : 8;
  scales->frac_w.resize(static_cast<size_t>(columns));
  return scales;
}

void gemm_call::check_sizes(const std::string& file) const {
  const std::string key = "__metadata__.scansim.";
  require_size(inner <= hls::max_reduction, file, "x.shape", fmt::format("K <= {}", hls::max_reduction),
               inner);
  require_size(y_rows <= max_output_elements / columns, file, key + "y_rows",
               fmt::format("Y * N <= {}", max_output_elements), y_rows);
  require_size(!scatter.empty() || y_rows == rows, file, key + "y_rows", "a tensor scatter beside it",
               y_rows);
  require_size(!gather.empty() || rows == x_rows, file, "scatter.shape",
               fmt::format("[{}], the rows of x", x_rows), rows);
  check_indices(gather, "gather", "x", x_rows, file);
  check_indices(scatter, "scatter", "y", y_rows, file);
  check_distinct(scatter, y_rows, file);
  const bool adds = epilogue == hls::gemm_epilogue_kind::residual;
  if (adds && residual.empty())
    throw input_error(file, "residual", "a tensor, for epilogue \"residual\"", "nothing");
  if (!adds && !residual.empty())
    throw input_error(file, "residual", "no such tensor unless the epilogue is \"residual\"", "one");
}

void gemm_call::check_contents(const std::string& file) const {
  if (sparsity.dense()) return;
  if (transposed) {  // named as they lie in the file
    check_nm<float>(transpose(w, columns, inner), inner, columns, sparsity, nm_side::outputs, file, "w");
  } else {
    check_nm<float>(w, columns, inner, sparsity, nm_side::inputs, file, "w");
  }
}

}  // namespace scansim
