#include "traces/calls/rms_norm.h"

#include "traces/calls/call_checks.h"
#include "traces/calls/call_option.h"
#include "traces/calls/draw_rows.h"
#include "traces/calls/extreme_values.h"

namespace scansim {

namespace {

class rms_norm_generator : public call_generator {
 public:
  const call_kind& kind() const override { return rms_norm_kind; }
  std::vector<generator_option> options() override {
    return {{.flag = "--rows", .text = "rows", .integer = &rows_, .needed = ""},
            {.flag = "--size", .text = "D", .integer = &size_, .needed = ""},
            {.flag = "--eps", .text = "eps", .real = &eps_, .largest = max_norm_eps},
            extremes_option(extremes_)};
  }
  std::unique_ptr<call> generate(uint64_t seed) const override {
    const draw_source source{rms_norm_kind.name, seed};
    auto made = std::make_unique<rms_norm_call>();
    rms_norm_call& c = *made;
    c.rows = rows_, c.size = size_, c.eps = eps_;
    c.x = draw_rows(source, "x", c.rows, c.size, 1);
    c.w = draw_rows(source, "w", 1, c.size, 1);
    for (float& weight : c.w) weight += 1;  // trained weights lie around one
    make_extreme(c, extremes_, seed);
    check_call(c, "generate");
    return made;
  }

 private:
  int64_t rows_ = 0, size_ = 0, extremes_ = 0;
  double eps_ = 1e-5;
};

}  // namespace

const call_kind rms_norm_kind = {"rms_norm", "root mean square norm of rows", make_as<call, rms_norm_call>,
                                 make_as<call_generator, rms_norm_generator>};

std::vector<call_tensor> rms_norm_call::tensors() {
  const call_axis row{"rows", &rows}, d{"D", &size};
  return {{.name = "x", .values = &x, .axes = {row, d}},
          {.name = "w", .values = &w, .axes = {d}},
          {.name = "expect.y", .values = &expect_y, .axes = {row, d}, .required = false}};
}

std::vector<call_option> rms_norm_call::options() { return {eps_option(eps)}; }

scale_rows rms_norm_scales::rows() {
  return {width_row("x_bits", x_bits),
          width_row("w_bits", w_bits),
          width_row("y_bits", y_bits),
          {.name = "frac_x", .value = &frac_x},
          {.name = "frac_w", .value = &frac_w, .text = "of w √D"},
          output_row("frac_y", frac_y)};
}

void rms_norm_call::check_sizes(const std::string& file) const { check_norm(size, eps, file, "D"); }

}  // namespace scansim
