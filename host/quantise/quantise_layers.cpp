#include "host/quantise/quantise_layers.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/quantise/hadamard_fold.h"
#include "host/quantise/power_of_two_fit.h"
#include "host/quantise/quantise.h"
#include "host/quantise/quantise_operators.h"
#include "host/quantise/scan_scale_search.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

// The scan of one branch as all windows make it, expect_y as the float model computed it.
scan_tensors scan_call_of(const branch_weights& branch, const activation_record& record, int64_t layer,
                          size_t index) {
  const auto copy = [&](activation site) {
    const auto values = record.values(site, layer, index);
    return std::vector<float>(values.begin(), values.end());
  };
  const auto channels = static_cast<int64_t>(branch.d.size());
  const int64_t states = static_cast<int64_t>(branch.a.size()) / channels;
  scan_tensors call;
  call.shape = {record.windows(), channels, states, 1, record.length()};
  call.options.delta_softplus = true;
  call.u = copy(activation::u), call.delta = copy(activation::delta), call.z = copy(activation::z);
  call.b = copy(activation::b), call.c = copy(activation::c), call.expect_y = copy(activation::y);
  call.a = branch.a, call.d = branch.d, call.delta_bias = branch.dt_bias;
  if (branch.h0 != nullptr) call.h0 = *branch.h0;
  return call;
}

quantised_scan scan_parameters(const scan_tensors& call, const scan_scales& scales) {
  quantised_scan scan = quantise(call, scales);
  scan.u.clear(), scan.delta.clear(), scan.z.clear(), scan.b.clear(), scan.c.clear();
  scan.shape.batch = 1;
  return scan;
}

// Channels that share the kept states: those for which a scan reads the same B and C.
int64_t state_group(const layer_format& format, const design_point& point, int64_t channels) {
  if (format.state_group_is_layer) return channels;
  return point.has_units() ? point.tile_channels() : point.num_lanes;
}

kept_states states_to_keep(const scan_tensors& call, const layer_format& format, const design_point& point) {
  if (!format.state_pattern || format.state_pattern->dense()) return {};
  const nm_pattern& p = *format.state_pattern;
  const int64_t channels = state_group(format, point, call.shape.channels);
  if (call.shape.states % p.m != 0) {
    throw input_error("model", "d_state", fmt::format("a multiple of {}", p.m),
                      fmt::format("{}", call.shape.states));
  }
  if (channels < 1 || call.shape.channels % channels != 0) {
    throw input_error("model", "d_inner", fmt::format("a multiple of {} channels per group", channels),
                      fmt::format("{}", call.shape.channels));
  }
  return choose_states(call, p, call.shape.channels / channels);
}

class layer_quantiser {
 public:
  layer_quantiser(const layer_weights& weights, int64_t index, const activation_record& record,
                  const layer_format& format, scan_machine& machine)
      : weights_(weights), index_(index), record_(record), format_(format), machine_(machine) {}

  // All but what depends on the residual stream's scale.
  quantised_layer quantise() {
    quantised_layer q;
    float_matrix out_proj = weights_.out_proj;
    // What prune_projections unfolded comes back with float rounding, far below half a step, where zeros
    // were.
    if (format_.hadamard) out_proj = hadamard_fold(hadamard(), out_proj);
    q.out_proj = quantise_linear(out_proj, format_.weight_bits);
    const int frac_x = fit(activation::conv_input);
    // The two halves of in_proj leave with one scale each: z's is the forward scan's.
    for (size_t b = 0; b < weights_.branches.size(); ++b) q.branches.push_back(quantise_branch(b, frac_x, q));
    const int frac_z = q.branches[0].scan.scales.frac_z;
    q.in_proj = make_projection(
        weights_.in_proj, format_.weight_bits, fit(activation::norm),
        [&](int64_t n) { return n < weights_.in_proj.rows() / 2 ? frac_x : frac_z; }, name("in_proj"));
    return q;
  }

  // The most fraction bits of the residual stream: its values fit, also between two directions, and no
  // accumulator that is added has fewer.
  int residual_frac(const quantised_layer& q) const {
    int frac = absmax_frac(record_.values(activation::residual, index_), 16);
    float_matrix between = record_.matrix(activation::residual, index_ - 1);
    for (size_t b = 0; b + 1 < weights_.branches.size(); ++b) {
      between += weights_.out_proj * record_.matrix(activation::y, index_, b);
      frac = std::min(frac, absmax_frac({between.data(), static_cast<size_t>(between.size())}, 16));
    }
    for (size_t n = 0; n < q.out_proj.frac.size(); ++n) {
      if (q.out_proj.w.row(static_cast<int64_t>(n)).isZero(0)) continue;
      for (const int frac_y : output_frac_) frac = std::min(frac, frac_y + q.out_proj.frac[n]);
    }
    return frac;
  }

  void join_residual(int frac_residual, float norm_eps, quantised_layer& q) const {
    q.norm = make_norm(weights_.norm, norm_eps, frac_residual, fit(activation::norm));
    for (size_t b = 0; b < q.branches.size(); ++b) {
      q.branches[b].out_channel = finish_channels(
          q.out_proj, output_frac_[b], [&](int64_t) { return frac_residual; }, name("out_proj"));
    }
  }

 private:
  int fit(activation site, size_t branch = 0) const {
    return least_error_frac(record_.values(site, index_, branch), 8);
  }
  std::string name(const char* weight) const { return fmt::format("layer {} {}", index_, weight); }
  hadamard_size hadamard() const { return required_hadamard(weights_.out_proj.cols()); }

  quantised_branch quantise_branch(size_t b, int frac_x, const quantised_layer& layer) {
    const branch_weights& w = weights_.branches[b];
    const int64_t rank = w.dt_proj.cols(), states = (w.x_proj.rows() - rank) / 2;
    quantised_branch q;
    const scan_tensors call = scan_call_of(w, record_, index_, b);
    q.kept = w.kept.empty() ? states_to_keep(call, format_, machine_.point()) : w.kept;
    const scan_tensors compacted = compact_call(call, q.kept);
    std::optional<int> frac_z;
    if (b > 0) frac_z = layer.branches[0].scan.scales.frac_z;
    const scan_scales s = search_scan_scales(compacted, weights_.out_proj, machine_, frac_z);
    q.scan = scan_parameters(compacted, s);
    q.conv = make_conv(w.conv_weight, w.conv_bias, frac_x, s.frac_u, name("conv1d"));
    const int frac_dt = fit(activation::dt, b);
    const auto projected_frac = [&](int64_t n) {
      return n < rank ? frac_dt : n < rank + states ? s.frac_b : s.frac_c;
    };
    q.x_proj = make_projection(w.x_proj, format_.weight_bits, s.frac_u, projected_frac, name("x_proj"));
    q.dt_proj = make_projection(
        w.dt_proj, format_.weight_bits, frac_dt, [&](int64_t) { return s.frac_delta; }, name("dt_proj"));
    quantise_output(b, s.frac_y, q);
    return q;
  }

  void quantise_output(size_t b, int frac_y, quantised_branch& q) {
    float_matrix y = record_.matrix(activation::y, index_, b);
    q.output.hadamard = format_.hadamard;
    if (format_.hadamard) {
      q.output.m = hadamard().m, q.output.log2 = hadamard().log2;
      y = hadamard_rotate(hadamard(), y);
    }
    const int frac = std::min(frac_y, least_error_frac({y.data(), static_cast<size_t>(y.size())}, 8));
    q.output.shift = requantise_shift(frac_y, frac, name("out_proj"));
    output_frac_.push_back(frac);
  }

  const layer_weights& weights_;
  int64_t index_;
  const activation_record& record_;
  const layer_format& format_;
  scan_machine& machine_;
  std::vector<int> output_frac_;  // of each branch's s8 input of out_proj
};

}  // namespace

quantised_stack quantise_layers(const std::vector<layer_weights>& layers, float norm_eps, int most_frac,
                                const activation_record& record, const layer_format& format,
                                scan_machine& machine) {
  quantised_stack stack;
  stack.frac_residual = std::min(most_frac, absmax_frac(record.values(activation::residual, -1), 16));
  std::vector<layer_quantiser> quantisers;
  for (size_t i = 0; i < layers.size(); ++i) {
    quantisers.emplace_back(layers[i], static_cast<int64_t>(i), record, format, machine);
    stack.layers.push_back(quantisers[i].quantise());
    stack.frac_residual = std::min(stack.frac_residual, quantisers[i].residual_frac(stack.layers[i]));
  }
  for (size_t i = 0; i < layers.size(); ++i)
    quantisers[i].join_residual(stack.frac_residual, norm_eps, stack.layers[i]);
  return stack;
}

}  // namespace scansim
