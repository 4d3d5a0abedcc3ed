#include "host/accuracy/quantise_mamba.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/accuracy/hadamard_fold.h"
#include "host/accuracy/power_of_two_fit.h"
#include "host/accuracy/scan_scale_search.h"
#include "host/driver/quantise.h"
#include "models/sparsity/nm_prune.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr int largest_requantise_shift = 31;
constexpr int align_bias = 4;          // gemm_channel.align = 4 + frac of the accumulator
constexpr int silu_product_frac = 16;  // fraction bits of v * sigmoid(v) after the rounding shift
constexpr int largest_align_shift = 63;

std::string tensor_name(int64_t layer, const char* weight) {
  return fmt::format("layer {} {}", layer, weight);
}

// The shift from `acc_frac` to `frac`. More than 31 bits leave nothing of an s32 whatever their number.
int requantise_shift(int acc_frac, int frac, const std::string& tensor) {
  if (acc_frac < frac) {
    throw input_error("model", tensor, "an accumulator with at least the fraction bits of its result",
                      fmt::format("{} against {}", acc_frac, frac));
  }
  return std::min(acc_frac - frac, largest_requantise_shift);
}

hls::gemm_channel make_channel(int shift, int align) {
  hls::gemm_channel channel{};
  channel.shift = static_cast<decltype(channel.shift)>(shift);
  channel.align = static_cast<decltype(channel.align)>(align);
  return channel;
}

// Row n is requantised from frac_in + frac_w[n] to out_frac(n). A row of zeros may take any shift.
template <class OutFrac>
void finish_projection(quantised_projection& p, int frac_in, OutFrac out_frac, const std::string& tensor) {
  const quantised_linear& linear = p.linear;
  for (int64_t n = 0; n < linear.w.rows(); ++n) {
    const bool zeros = linear.w.row(n).isZero(0);
    const int frac_acc = frac_in + linear.frac[static_cast<size_t>(n)];
    p.channel.push_back(make_channel(zeros ? 0 : requantise_shift(frac_acc, out_frac(n), tensor), 0));
  }
}

template <class OutFrac>
quantised_projection make_projection(const float_matrix& w, int bits, int frac_in, OutFrac out_frac,
                                     const std::string& tensor) {
  quantised_projection p;
  p.linear = quantise_linear(w, bits);
  finish_projection(p, frac_in, out_frac, tensor);
  return p;
}

quantised_norm make_norm(const Eigen::VectorXf& weight, float eps, int frac_r, int frac_out) {
  const auto d = static_cast<double>(weight.size());
  const Eigen::VectorXf scaled = weight * static_cast<float>(std::sqrt(d));
  const int frac_w = absmax_frac({scaled.data(), static_cast<size_t>(scaled.size())}, 16);
  quantised_norm norm;
  for (const float w : scaled) norm.w.push_back(static_cast<int16_t>(quantise_value(w, frac_w, 16)));
  norm.eps_sum = static_cast<uint64_t>(std::max(1.0, std::round(std::ldexp(d * eps, 2 * frac_r))));
  norm.shift = frac_w - frac_out;
  return norm;
}

quantised_conv make_conv(const mamba_layer& layer, int frac_x, int frac_u, const std::string& tensor) {
  const quantised_linear taps = quantise_linear(layer.conv_weight, 8);
  quantised_conv conv;
  conv.w = taps.w;
  conv.shift_out = requantise_shift(silu_product_frac, frac_u, tensor);
  for (int64_t c = 0; c < conv.w.rows(); ++c) {
    const int frac = frac_x + taps.frac[static_cast<size_t>(c)];
    if (frac < -align_bias || frac > largest_align_shift - align_bias) {
      throw input_error("model", tensor, "a product of -4 to 59 fraction bits", fmt::format("{}", frac));
    }
    conv.bias.push_back(quantise_value(layer.conv_bias[c], frac, 32));
    conv.channel.push_back(make_channel(0, align_bias + frac));
  }
  return conv;
}

// The scan of one layer as all windows make it, expect_y as the float model computed it.
scan_tensors scan_call_of(const mamba_layer& layer, const mamba_config& config,
                          const activation_record& record, int64_t index) {
  const auto copy = [&](activation site) {
    const auto values = record.values(site, index);
    return std::vector<float>(values.begin(), values.end());
  };
  scan_tensors call;
  call.shape = {record.windows(), config.d_inner, config.d_state, 1, record.length()};
  call.options.delta_softplus = true;
  call.u = copy(activation::u), call.delta = copy(activation::delta), call.z = copy(activation::z);
  call.b = copy(activation::b), call.c = copy(activation::c), call.expect_y = copy(activation::y);
  call.a = layer.a, call.d = layer.d, call.delta_bias = layer.dt_bias;
  return call;
}

quantised_scan scan_parameters(const scan_tensors& call, const scan_scales& scales) {
  quantised_scan scan = quantise(call, scales);
  scan.u.clear(), scan.delta.clear(), scan.z.clear(), scan.b.clear(), scan.c.clear();
  scan.shape.batch = 1;
  return scan;
}

kept_states states_to_keep(const scan_tensors& call, const block_format& format, const design_point& point) {
  if (!format.state_pattern || format.state_pattern->dense()) return {};
  const nm_pattern& p = *format.state_pattern;
  const int64_t channels = format.state_group_is_layer ? call.shape.channels : point.num_lanes;
  if (call.shape.states % p.m != 0) {
    throw input_error("model", "d_state", fmt::format("a multiple of {}", p.m),
                      fmt::format("{}", call.shape.states));
  }
  if (channels < 1 || call.shape.channels % channels != 0) {
    throw input_error("model", "d_inner", fmt::format("a multiple of {} channels per group", channels),
                      fmt::format("{}", call.shape.channels));
  }
  return choose_states(call, p, channels);
}

void prune(float_matrix& w, const nm_pattern& pattern, const std::vector<float>& rms) {
  prune_nm({w.data(), static_cast<size_t>(w.size())}, w.rows(), w.cols(), pattern, nm_side::inputs, rms);
}

class builder {
 public:
  builder(const mamba_model& model, const activation_record& record, const block_format& format,
          scan_machine& machine)
      : weights_(model.weights()),
        config_(model.config()),
        record_(record),
        format_(format),
        machine_(machine) {}

  quantised_mamba build() {
    quantised_mamba q;
    q.config = config_;
    for (int64_t i = 0; i < config_.n_layers; ++i) q.layers.push_back(build_layer(i));
    frac_r_ = residual_frac(q);
    for (int64_t i = 0; i < config_.n_layers; ++i) join_residual(i, q.layers[static_cast<size_t>(i)]);
    q.embedding.resize(config_.vocab, config_.d_model);
    for (int64_t i = 0; i < q.embedding.size(); ++i)
      q.embedding.data()[i] = static_cast<int16_t>(quantise_value(weights_.embedding.data()[i], frac_r_, 16));
    const int frac = least_error_frac(record_.values(activation::norm, config_.n_layers), 8);
    q.norm_f = make_norm(weights_.norm_f, config_.norm_eps, frac_r_, frac);
    q.head = quantise_linear(config_.tied ? weights_.embedding : weights_.lm_head, 8);
    for (const int frac_w : q.head.frac) q.head_step.push_back(std::ldexp(1.0F, -(frac + frac_w)));
    return q;
  }

 private:
  // All of the stream's range, but no more fraction bits than the accumulators that are added to it.
  int residual_frac(const quantised_mamba& q) const {
    int frac = absmax_frac({weights_.embedding.data(), static_cast<size_t>(weights_.embedding.size())}, 16);
    for (int64_t layer = -1; layer < config_.n_layers; ++layer)
      frac = std::min(frac, absmax_frac(record_.values(activation::residual, layer), 16));
    for (size_t i = 0; i < q.layers.size(); ++i) {
      const quantised_linear& w = q.layers[i].out_proj.linear;
      for (size_t n = 0; n < w.frac.size(); ++n) {
        if (!w.w.row(static_cast<int64_t>(n)).isZero(0)) frac = std::min(frac, output_frac_[i] + w.frac[n]);
      }
    }
    return frac;
  }

  quantised_layer build_layer(int64_t index) {
    const mamba_layer& layer = weights_.layers[static_cast<size_t>(index)];
    const int64_t inner = config_.d_inner, rank = config_.dt_rank, states = config_.d_state;
    const int bits = format_.weight_bits;
    const auto fit = [&](activation site) { return least_error_frac(record_.values(site, index), 8); };
    quantised_layer q;
    const scan_tensors call = scan_call_of(layer, config_, record_, index);
    q.kept = states_to_keep(call, format_, machine_.point());
    const scan_tensors compacted = compact_call(call, q.kept);
    const scan_scales s = search_scan_scales(compacted, layer.out_proj, machine_);
    q.scan = scan_parameters(compacted, s);
    const int frac_norm = fit(activation::norm), frac_x = fit(activation::conv_input),
              frac_dt = fit(activation::dt);
    q.in_proj = make_projection(
        layer.in_proj, bits, frac_norm, [&](int64_t n) { return n < inner ? frac_x : s.frac_z; },
        tensor_name(index, "in_proj"));
    q.conv = make_conv(layer, frac_x, s.frac_u, tensor_name(index, "conv1d"));
    q.x_proj = make_projection(
        layer.x_proj, bits, s.frac_u,
        [&](int64_t n) { return n < rank            ? frac_dt
                                : n < rank + states ? s.frac_b
                                                    : s.frac_c; },
        tensor_name(index, "x_proj"));
    q.dt_proj = make_projection(
        layer.dt_proj, bits, frac_dt, [&](int64_t) { return s.frac_delta; }, tensor_name(index, "dt_proj"));
    build_output(layer, index, s.frac_y, q);
    return q;
  }

  void build_output(const mamba_layer& layer, int64_t index, int frac_y, quantised_layer& q) {
    const std::string tensor = tensor_name(index, "out_proj");
    float_matrix y = record_.matrix(activation::y, index);
    float_matrix w = layer.out_proj;
    q.output.hadamard = format_.hadamard;
    if (format_.hadamard) {
      const hadamard_size size = required_size();
      q.output.m = size.m, q.output.log2 = size.log2;
      y = hadamard_rotate(size, y);
      // What prune_projections unfolded comes back with float rounding, far below half a step, where zeros
      // were.
      w = hadamard_fold(size, w);
    }
    const int frac = std::min(frac_y, least_error_frac({y.data(), static_cast<size_t>(y.size())}, 8));
    q.output.shift = requantise_shift(frac_y, frac, tensor);
    q.out_proj.linear = quantise_linear(w, format_.weight_bits);
    output_frac_.push_back(frac);
  }

  // What of a layer depends on the residual stream's scale.
  void join_residual(int64_t index, quantised_layer& q) const {
    const mamba_layer& layer = weights_.layers[static_cast<size_t>(index)];
    const int frac_norm = least_error_frac(record_.values(activation::norm, index), 8);
    q.norm = make_norm(layer.norm, config_.norm_eps, frac_r_, frac_norm);
    finish_projection(
        q.out_proj, output_frac_[static_cast<size_t>(index)], [&](int64_t) { return frac_r_; },
        tensor_name(index, "out_proj"));
  }

  hadamard_size required_size() const { return hadamard_size_of(config_.d_inner).value(); }

  const mamba_weights& weights_;
  const mamba_config& config_;
  const activation_record& record_;
  const block_format& format_;
  scan_machine& machine_;
  std::vector<int> output_frac_;  // of the s8 input of each layer's out_proj
  int frac_r_ = 0;
};

std::vector<float> row_rms(const float_matrix& x) {
  const Eigen::VectorXf rms = (x.rowwise().squaredNorm() / static_cast<float>(x.cols())).cwiseSqrt();
  return {rms.data(), rms.data() + rms.size()};
}

void check_format(const mamba_config& config, const block_format& format) {
  if (format.hadamard && !hadamard_size_of(config.d_inner)) {
    throw input_error("model", "d_inner", "m * 2^k with m 1, 12, 20, 28 or 40 (or --no-hadamard)",
                      fmt::format("{}", config.d_inner));
  }
}

}  // namespace

mamba_weights prune_projections(const mamba_model& model, const activation_record& record,
                                const nm_pattern& pattern, prune_method method, bool hadamard) {
  mamba_weights weights = model.weights();
  const bool weighted = method == prune_method::activation;
  for (int64_t i = 0; i < weights.config.n_layers; ++i) {
    mamba_layer& layer = weights.layers[static_cast<size_t>(i)];
    const auto rms = [&](activation site) {
      return weighted ? record.feature_rms(site, i) : std::vector<float>{};
    };
    prune(layer.in_proj, pattern, rms(activation::norm));
    prune(layer.x_proj, pattern, rms(activation::u));
    prune(layer.dt_proj, pattern, rms(activation::dt));
    if (!hadamard) {
      prune(layer.out_proj, pattern, rms(activation::y));
      continue;
    }
    const hadamard_size size = hadamard_size_of(weights.config.d_inner).value();
    float_matrix folded = hadamard_fold(size, layer.out_proj);
    prune(folded, pattern,
          weighted ? row_rms(hadamard_rotate(size, record.matrix(activation::y, i))) : std::vector<float>{});
    layer.out_proj = hadamard_unfold(size, folded);
  }
  return weights;
}

quantised_mamba quantise_mamba(const mamba_model& model, const std::vector<std::span<const uint8_t>>& windows,
                               const block_format& format, scan_machine& machine) {
  check_format(model.config(), format);
  const activation_record record(model, windows);
  if (!format.pattern || format.pattern->dense()) return builder(model, record, format, machine).build();
  const mamba_model pruned(prune_projections(model, record, *format.pattern, format.method, format.hadamard));
  return builder(pruned, activation_record(pruned, windows), format, machine).build();
}

}  // namespace scansim
