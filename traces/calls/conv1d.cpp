#include "traces/calls/conv1d.h"

#include <fmt/format.h>

#include "hls/units/conv1d_silu.h"
#include "traces/calls/call_checks.h"
#include "traces/calls/call_option.h"
#include "traces/calls/draw_rows.h"
#include "traces/calls/extreme_values.h"

namespace scansim {

namespace {

class conv1d_generator : public call_generator {
 public:
  const call_kind& kind() const override { return conv1d_kind; }
  std::vector<generator_option> options() override {
    return {{.flag = "--channels", .integer = &channels_, .needed = ""},
            {.flag = "--length", .integer = &length_, .needed = ""},
            {.flag = "--width",
             .text = "W, 2 to 4; default 4",
             .integer = &width_,
             .least = 2,
             .most = hls::max_conv_width},
            {.flag = "--state", .text = "starts from earlier inputs", .toggle = &state_},
            {.flag = "--no-silu", .text = "no silu", .toggle = &silu_, .sets = false},
            {.flag = "--no-bias", .toggle = &bias_, .sets = false},
            extremes_option(extremes_)};
  }
  std::unique_ptr<call> generate(uint64_t seed) const override {
    const draw_source source{conv1d_kind.name, seed};
    auto made = std::make_unique<conv1d_call>();
    conv1d_call& c = *made;
    c.channels = channels_, c.length = length_, c.width = width_;
    c.past = width_ - 1, c.silu = silu_;
    c.x = draw_rows(source, "x", c.channels, c.length, 1);
    c.w = draw_rows(source, "w", c.channels, c.width, 0.5);
    if (bias_) c.bias = draw_rows(source, "bias", 1, c.channels, 0.25);
    if (state_) c.state = draw_rows(source, "state", c.channels, c.past, 1);
    make_extreme(c, extremes_, seed);
    check_call(c, "generate");
    return made;
  }

 private:
  int64_t channels_ = 0, length_ = 0, width_ = 4, extremes_ = 0;
  bool state_ = false, silu_ = true, bias_ = true;
};

}  // namespace

const call_kind conv1d_kind = {"conv1d",
                               "causal depthwise convolution with silu",
                               make_as<call, conv1d_call>,
                               make_as<call_generator, conv1d_generator>,
                               {{3e-4, 1e-3}, {3e-3, 5e-3}, {1e-2, 5e-2}}};

std::vector<call_tensor> conv1d_call::tensors() {
  const call_axis d{"D", &channels}, l{"L", &length}, taps{"W", &width}, before{"W - 1", &past};
  return {{.name = "x", .values = &x, .axes = {d, l}},
          {.name = "w",
           .values = &w,
           .axes = {d, taps},
           .text = "or (D, 1, W), as a checkpoint has it",
           .spare_axis = 1},
          {.name = "bias", .values = &bias, .axes = {d}, .required = false},
          {.name = "state",
           .values = &state,
           .axes = {d, before},
           .required = false,
           .text = "oldest first",
           .before = [this] { settle(past, width - 1); }},
          {.name = "expect.y", .values = &expect_y, .axes = {d, l}, .required = false}};
}

std::vector<call_option> conv1d_call::options() {
  return {bool_option("silu", silu, true, option_written::always)};
}

std::vector<std::string> conv1d_call::notes() const {
  if (channels != length || !expect_y.empty()) return {};
  return {fmt::format("D = L = {} and no expect.y: x as (L, D) would fit as well", length)};
}

std::string conv1d_call::guess_layout(const named_shapes& shapes) const {
  const auto in = shapes.find("x"), taps = shapes.find("w");
  if (in == shapes.end() || taps == shapes.end()) return "";
  if (in->second.size() == 3) return "is x a batch? It is one sequence, (D, L)";
  const bool turned = in->second.size() == 2 && !taps->second.empty() && in->second[1] == taps->second[0];
  if (turned && in->second[0] != taps->second[0]) return "is x (L, D)? It is read as (D, L)";
  return guess_conv_state(shapes, "state", "w");
}

scale_rows conv1d_scales::rows() {
  return {width_row("x_bits", x_bits),
          width_row("w_bits", w_bits),
          width_row("y_bits", y_bits),
          {.name = "frac_x", .value = &frac_x, .text = "of `state` too"},
          {.name = "frac_w", .values = &frac_w, .count = "D"},
          output_row("frac_y", frac_y)};
}

std::unique_ptr<call_scales> conv1d_call::make_scales() const {
  auto scales = std::make_unique<conv1d_scales>();
  scales->frac_w.resize(static_cast<size_t>(channels));
  return scales;
}

void conv1d_call::check_sizes(const std::string& file) const {
  require_size(width >= 2 && width <= hls::max_conv_width, file, "w.shape",
               fmt::format("W from 2 to {}", hls::max_conv_width), width);
  require_size(past == width - 1, file, "state.shape", fmt::format("[{}, {}]", channels, width - 1), past);
  require_size(length <= INT32_MAX, file, "x.shape", "L < 2^31", length);
}

}  // namespace scansim
