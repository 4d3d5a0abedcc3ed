#include "host/accuracy/quantised_mamba.h"

#include <fmt/format.h>

#include <stdexcept>

#include "hls/block/conv1d_silu.h"
#include "hls/block/hadamard_fwht.h"
#include "hls/block/rms_norm.h"
#include "hls/gemm/requantise.h"

namespace scansim {

namespace {

// r (d_model, tokens) -> s8 (d_model, tokens)
int8_matrix normalise(const quantised_norm& norm, const int16_matrix& r,
                      hls::block_saturations& saturations) {
  const int16_matrix rows = r.transpose();
  int8_matrix y(rows.rows(), rows.cols());
  for (int64_t t = 0; t < rows.rows(); ++t) {
    hls::rms_norm(rows.row(t).data(), norm.w.data(), static_cast<int>(rows.cols()), norm.eps_sum, norm.shift,
                  y.row(t).data(), saturations);
  }
  return y.transpose();
}

// Outputs first..first + count - 1 of a projection's accumulators as s8.
int8_matrix finish_s8(const quantised_projection& p, const int32_matrix& acc, int64_t first, int64_t count,
                      hls::block_saturations& saturations) {
  int8_matrix y(count, acc.cols());
  for (int64_t n = 0; n < count; ++n) {
    const int shift = p.channel[static_cast<size_t>(first + n)].shift;
    for (int64_t t = 0; t < acc.cols(); ++t)
      y(n, t) = static_cast<int8_t>(hls::requantise(acc(first + n, t), shift, 8, saturations));
  }
  return y;
}

int8_matrix convolve(const quantised_conv& conv, const int8_matrix& x, int8_matrix& history,
                     hls::block_saturations& saturations) {
  const auto width = static_cast<int>(conv.w.cols());
  int8_matrix padded(x.rows(), x.cols() + width - 1);
  padded << history, x;
  int8_matrix u(x.rows(), x.cols());
  for (int64_t c = 0; c < x.rows(); ++c) {
    const auto at = static_cast<size_t>(c);
    for (int64_t t = 0; t < x.cols(); ++t) {
      u(c, t) = static_cast<int8_t>(hls::conv1d_silu(padded.row(c).data() + t, conv.w.row(c).data(), width,
                                                     conv.bias[at], conv.channel[at], true, conv.shift_out,
                                                     saturations));
    }
  }
  history = padded.rightCols(width - 1);
  return u;
}

std::vector<int16_t> flat(const int8_matrix& values) {
  return {values.data(), values.data() + values.size()};
}

uint64_t counter(const scan_result& result, const char* block, const char* event) {
  return result.counters[counter_index(block, event)];
}

void add_saturations(const scan_result& result, hls::saturation_counts& sum) {
  sum.delta += counter(result, "delta_softplus", "saturations_delta");
  sum.du += counter(result, "delta_softplus", "saturations_du");
  sum.skip += counter(result, "delta_softplus", "saturations_skip");
  sum.state += counter(result, "scan_serial", "saturations_state");
  sum.v += counter(result, "gate_silu", "saturations_v");
  sum.y += counter(result, "gate_silu", "saturations_y");
  sum.quant += counter(result, "gate_silu", "saturations_quant");
}

// The scan's inputs of one call, s8 (features, tokens).
struct scan_inputs {
  int8_matrix u, delta, b, c, z;
};

int16_matrix run_scan(const quantised_layer& layer, const scan_inputs& in, std::vector<int32_t>& h,
                      scan_machine& machine, hls::saturation_counts& saturations) {
  quantised_scan call = layer.scan;
  const int64_t channels = in.u.rows(), length = in.u.cols();
  const scan_shape whole{1, channels, in.b.rows(), 1, length};
  call.shape.length = length;
  call.u = flat(in.u), call.delta = flat(in.delta), call.z = flat(in.z);
  call.b = flat(in.b), call.c = flat(in.c);
  if (!layer.kept.empty()) {
    call.b = compact_shared(call.b, whole, layer.kept);
    call.c = compact_shared(call.c, whole, layer.kept);
  }
  call.h0 = h;
  const scan_result result = machine.run(call);
  h = result.h_last;
  add_saturations(result, saturations);
  int16_matrix y(channels, length);
  for (int64_t i = 0; i < y.size(); ++i) y.data()[i] = static_cast<int16_t>(result.y[static_cast<size_t>(i)]);
  return y;
}

// y s16 (D, tokens) -> s8
int8_matrix rotate(const quantised_output& output, const int16_matrix& y,
                   hls::block_saturations& saturations) {
  int8_matrix q(y.rows(), y.cols());
  if (!output.hadamard) {
    for (int64_t i = 0; i < y.size(); ++i)
      q.data()[i] = static_cast<int8_t>(hls::requantise(y.data()[i], output.shift, 8, saturations));
    return q;
  }
  const int32_matrix rows = y.transpose().cast<int32_t>();
  std::vector<int32_t> rotated(static_cast<size_t>(y.rows()));
  for (int64_t t = 0; t < rows.rows(); ++t) {
    hls::hadamard_fwht(rows.row(t).data(), rotated.data(), output.m, output.log2, output.shift, 8,
                       saturations);
    for (int64_t c = 0; c < y.rows(); ++c) q(c, t) = static_cast<int8_t>(rotated[static_cast<size_t>(c)]);
  }
  return q;
}

void add_residual(const quantised_projection& p, const int32_matrix& acc, int16_matrix& r,
                  hls::block_saturations& saturations) {
  const hls::gemm_epilogue epilogue{.kind = hls::gemm_epilogue_kind::residual};
  for (int64_t n = 0; n < acc.rows(); ++n) {
    const hls::gemm_channel channel = p.channel[static_cast<size_t>(n)];
    for (int64_t t = 0; t < acc.cols(); ++t)
      r(n, t) = static_cast<int16_t>(hls::gemm_finish(acc(n, t), 0, channel, epilogue, r(n, t), saturations));
  }
}

void run_layer(const mamba_config& config, const quantised_layer& layer, quantised_layer_state& state,
               int16_matrix& r, scan_machine& machine, model_saturations& saturations) {
  hls::block_saturations& block = saturations.block;
  const int64_t inner = config.d_inner, rank = config.dt_rank, states = config.d_state;
  scan_inputs in;
  const int32_matrix xz = multiply(layer.in_proj.linear, normalise(layer.norm, r, block));
  in.z = finish_s8(layer.in_proj, xz, inner, inner, block);
  in.u = convolve(layer.conv, finish_s8(layer.in_proj, xz, 0, inner, block), state.history, block);
  const int32_matrix projected = multiply(layer.x_proj.linear, in.u);
  const int8_matrix dt = finish_s8(layer.x_proj, projected, 0, rank, block);
  in.b = finish_s8(layer.x_proj, projected, rank, states, block);
  in.c = finish_s8(layer.x_proj, projected, rank + states, states, block);
  in.delta = finish_s8(layer.dt_proj, multiply(layer.dt_proj.linear, dt), 0, inner, block);
  const int16_matrix y = run_scan(layer, in, state.h, machine, saturations.scan);
  add_residual(layer.out_proj, multiply(layer.out_proj.linear, rotate(layer.output, y, block)), r, block);
}

}  // namespace

void add(const model_saturations& from, model_saturations& to) {
  to.block.requantise += from.block.requantise, to.block.conv += from.block.conv;
  to.block.hadamard += from.block.hadamard, to.block.norm += from.block.norm;
  to.scan.delta += from.scan.delta, to.scan.du += from.scan.du, to.scan.skip += from.scan.skip;
  to.scan.state += from.scan.state, to.scan.v += from.scan.v, to.scan.y += from.scan.y;
  to.scan.quant += from.scan.quant;
}

quantised_state zero_state(const quantised_mamba& model) {
  quantised_state state(model.layers.size());
  for (size_t i = 0; i < state.size(); ++i) {
    const scan_shape& shape = model.layers[i].scan.shape;
    state[i].h.assign(static_cast<size_t>(shape.channels * shape.states), 0);
    state[i].history = int8_matrix::Zero(model.config.d_inner, model.config.conv - 1);
  }
  return state;
}

float_matrix forward(const quantised_mamba& model, std::span<const int32_t> tokens, quantised_state& state,
                     scan_machine& machine, model_saturations& saturations) {
  if (tokens.empty()) throw std::invalid_argument("quantised_mamba: no tokens");
  int16_matrix r(model.config.d_model, static_cast<int64_t>(tokens.size()));
  for (size_t t = 0; t < tokens.size(); ++t) {
    if (tokens[t] < 0 || tokens[t] >= model.config.vocab) {
      throw std::invalid_argument(
          fmt::format("quantised_mamba: token {} outside 0..{}", tokens[t], model.config.vocab - 1));
    }
    r.col(static_cast<int64_t>(t)) = model.embedding.row(tokens[t]).transpose();
  }
  for (size_t i = 0; i < model.layers.size(); ++i)
    run_layer(model.config, model.layers[i], state.at(i), r, machine, saturations);
  const int32_matrix raw = multiply(model.head, normalise(model.norm_f, r, saturations.block));
  const Eigen::Map<const Eigen::VectorXf> step(model.head_step.data(),
                                               static_cast<int64_t>(model.head_step.size()));
  return (step.asDiagonal() * raw.cast<float>()).transpose();
}

}  // namespace scansim
