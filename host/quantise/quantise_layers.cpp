#include "host/quantise/quantise_layers.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/quantise/hadamard_fold.h"
#include "host/quantise/make_shifts.h"
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

// The same call with its weights alone, for scales that are given: one token of zeros, which no scale is
// chosen from.
scan_tensors weights_of_call(const branch_weights& branch) {
  const size_t channels = branch.d.size(), states = branch.a.size() / channels;
  scan_tensors call;
  call.shape = {1, static_cast<int64_t>(channels), static_cast<int64_t>(states), 1, 1};
  call.options.delta_softplus = true;
  call.u = call.delta = call.z = std::vector<float>(channels);
  call.b = call.c = std::vector<float>(states);
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

// Of the rows from `begin` to `end` that are not all zero, whose shift may be any.
int least_row_frac(const quantised_linear& linear, int64_t begin, int64_t end) {
  int least = scan_scale_limits::none;
  for (int64_t n = begin; n < end; ++n)
    if (!linear.w.row(n).isZero(0)) least = std::min(least, linear.frac[static_cast<size_t>(n)]);
  return least;
}

class layer_quantiser {
 public:
  layer_quantiser(const layer_weights& weights, int64_t index, const activation_record& record,
                  const layer_format& format, scan_machine& machine, const layer_scales* given)
      : weights_(weights), index_(index), record_(record), format_(format), machine_(machine) {
    if (given != nullptr) scales_ = *given, given_ = true;
    scales_.branches.resize(weights.branches.size());
    if (!given_)
      scales_.merged = format.merge_directions && weights.branches.size() == 2 && keeps_all_states();
    if (given_ && scales_.merged) check_merged();
  }

  // All but what depends on the residual stream's scale.
  quantised_layer quantise() {
    quantised_layer q;
    q.merged = scales_.merged;
    float_matrix out_proj = weights_.out_proj;
    // What prune_projections unfolded comes back with float rounding, far below half a step, where zeros
    // were.
    if (format_.hadamard) out_proj = hadamard_fold(hadamard(), out_proj);
    q.out_proj = linear(out_proj, format_.weight_bits, scales_.out_proj);
    fit(scales_.frac_norm, activation::norm);
    const quantised_linear in_proj = linear(weights_.in_proj, format_.weight_bits, scales_.in_proj);
    const int64_t half = in_proj.w.rows() / 2;
    fit(scales_.frac_conv_input, activation::conv_input, 0,
        scales_.frac_norm + least_row_frac(in_proj, 0, half));
    most_frac_z_ = scales_.frac_norm + least_row_frac(in_proj, half, 2 * half);
    // The two halves of in_proj leave with one scale each: z's is the forward scan's.
    for (size_t b = 0; b < weights_.branches.size(); ++b) q.branches.push_back(quantise_branch(b));
    for (size_t b = 0; b < q.branches.size(); ++b) quantise_output(b, q.branches[b]);
    const int frac_x = scales_.frac_conv_input, frac_z = scales_.branches[0].scan.frac_z;
    q.in_proj = make_projection(
        in_proj, scales_.frac_norm, [&](int64_t n) { return n < half ? frac_x : frac_z; }, name("in_proj"));
    return q;
  }

  // The most fraction bits of the residual stream: its values fit, also between two directions, and no
  // accumulator that is added has fewer.
  int residual_frac(const quantised_layer& q) const {
    if (given_) return 0;  // is given too
    int frac = absmax_frac(record_.values(activation::residual, index_), 16);
    float_matrix between = record_.matrix(activation::residual, index_ - 1);
    for (size_t b = 0; b + 1 < weights_.branches.size() && !q.merged; ++b) {
      between += weights_.out_proj * record_.matrix(activation::y, index_, b);
      frac = std::min(frac, absmax_frac({between.data(), static_cast<size_t>(between.size())}, 16));
    }
    for (size_t n = 0; n < q.out_proj.frac.size(); ++n) {
      if (q.out_proj.w.row(static_cast<int64_t>(n)).isZero(0)) continue;
      for (const branch_scales& b : scales_.branches) frac = std::min(frac, b.frac_out + q.out_proj.frac[n]);
    }
    return frac;
  }

  void join_residual(int frac_residual, float norm_eps, quantised_layer& q) {
    if (!given_) scales_.frac_norm_weight = norm_weight_frac(weights_.norm);
    q.norm = make_norm(weights_.norm, norm_eps, scales_.frac_norm_weight, frac_residual, scales_.frac_norm);
    for (size_t b = 0; b < q.branches.size(); ++b) {
      q.branches[b].out_channel = finish_channels(
          q.out_proj, scales_.branches[b].frac_out, [&](int64_t) { return frac_residual; }, name("out_proj"));
    }
  }

  const layer_scales& scales() const { return scales_; }

 private:
  void fit(int& frac, activation site, size_t branch = 0, int most = scan_scale_limits::none) const {
    if (!given_) frac = std::min(least_error_frac(record_.values(site, index_, branch), 8), most);
  }
  quantised_linear linear(const float_matrix& w, int bits, std::vector<int>& rows) const {
    quantised_linear q = quantise_linear(w, bits, given_ ? &rows : nullptr);
    rows = q.frac;
    return q;
  }
  std::string name(const char* weight) const { return fmt::format("layer {} {}", index_, weight); }
  hadamard_size hadamard() const { return required_hadamard(weights_.out_proj.cols()); }

  bool keeps_all_states() const {
    if (format_.state_pattern && !format_.state_pattern->dense()) return false;
    return std::all_of(weights_.branches.begin(), weights_.branches.end(),
                       [](const branch_weights& b) { return b.kept.empty(); });
  }

  [[noreturn]] static void refuse_other(const std::string& field, int first, int found) {
    throw input_error("model", field, fmt::format("{}, as that of the first direction", first),
                      fmt::format("{}", found));
  }

  void check_merged() const {
    const branch_scales &one = scales_.branches[0], &other = scales_.branches[1];
    if (other.scan.frac_y != one.scan.frac_y)
      refuse_other("scan[1].frac_y", one.scan.frac_y, other.scan.frac_y);
    if (other.frac_out != one.frac_out) refuse_other("directions[1].frac_out", one.frac_out, other.frac_out);
    if (!keeps_all_states())
      throw input_error("model", "merged", "0 where directions keep some of their states", "1");
  }

  // The second direction reads the z of the first, and adds to its y if they are merged.
  void find_scan_scales(size_t b, const scan_tensors& call, const scan_scale_limits& limits) {
    scan_scales& s = scales_.branches[b].scan;
    shared_scales shared;
    if (b > 0) shared.z = scales_.branches[0].scan.frac_z;
    if (b > 0 && scales_.merged) shared.y = scales_.branches[0].scan.frac_y;
    if (!given_) {
      s = search_scan_scales(call, weights_.out_proj, machine_, shared, limits);
      return;
    }
    make_shifts(s, widths_of(machine_.point()), shift_form_of(call));
    if (shared.z && s.frac_z != *shared.z)
      refuse_other(fmt::format("scan[{}].frac_z", b), *shared.z, s.frac_z);
  }

  quantised_branch quantise_branch(size_t b) {
    const branch_weights& w = weights_.branches[b];
    branch_scales& scales = scales_.branches[b];
    const int64_t rank = w.dt_proj.cols(), states = (w.x_proj.rows() - rank) / 2;
    quantised_branch q;
    const scan_tensors call =
        given_ && !format_.state_pattern ? weights_of_call(w) : scan_call_of(w, record_, index_, b);
    q.kept = w.kept.empty() ? states_to_keep(call, format_, machine_.point()) : w.kept;
    const scan_tensors compacted = compact_call(call, q.kept);
    const quantised_linear x_proj = linear(w.x_proj, format_.weight_bits, scales.x_proj),
                           dt_proj = linear(w.dt_proj, format_.weight_bits, scales.dt_proj);
    fit(scales.frac_dt, activation::dt, b);
    find_scan_scales(b, compacted, limits_of(x_proj, dt_proj, scales.frac_dt));
    const scan_scales& s = scales.scan;
    if (!given_) scales.frac_dt = std::min(scales.frac_dt, s.frac_u + least_row_frac(x_proj, 0, rank));
    q.scan = scan_parameters(compacted, s);
    q.conv = make_conv(linear(w.conv_weight, 8, scales.conv1d), w.conv_bias, scales_.frac_conv_input,
                       s.frac_u, name("conv1d"));
    const auto projected_frac = [&](int64_t n) {
      return n < rank ? scales.frac_dt : n < rank + states ? s.frac_b : s.frac_c;
    };
    q.x_proj = make_projection(x_proj, s.frac_u, projected_frac, name("x_proj"));
    q.dt_proj = make_projection(
        dt_proj, scales.frac_dt, [&](int64_t) { return s.frac_delta; }, name("dt_proj"));
    return q;
  }

  // Rows of x_proj: dt, B, C.
  scan_scale_limits limits_of(const quantised_linear& x_proj, const quantised_linear& dt_proj,
                              int frac_dt) const {
    const int64_t rank = dt_proj.w.cols(), states = (x_proj.w.rows() - rank) / 2;
    scan_scale_limits limits{.u = hls::silu_product_frac, .z = most_frac_z_};
    if (scales_.merged && !given_) {
      const float_matrix sum = output_of(0);
      limits.y = absmax_frac({sum.data(), static_cast<size_t>(sum.size())}, 16);
    }
    limits.b_over_u = least_row_frac(x_proj, rank, rank + states);
    limits.c_over_u = least_row_frac(x_proj, rank + states, rank + 2 * states);
    const int of_dt = least_row_frac(dt_proj, 0, dt_proj.w.rows());
    limits.delta = frac_dt + of_dt;
    limits.delta_over_u = least_row_frac(x_proj, 0, rank) + of_dt;
    return limits;
  }

  // y that goes through the output of direction b, in its order of tokens; merged: the sum, in the first's.
  float_matrix output_of(size_t b) const {
    float_matrix y = record_.matrix(activation::y, index_, b);
    if (!scales_.merged) return y;
    const float_matrix other = record_.matrix(activation::y, index_, 1 - b);
    for (int64_t w = 0; w < record_.windows(); ++w) {
      const int64_t first = w * record_.length(), length = record_.length();
      y.middleCols(first, length) += other.middleCols(first, length).rowwise().reverse();
    }
    return y;
  }

  void quantise_output(size_t b, quantised_branch& q) {
    const int frac_y = scales_.branches[b].scan.frac_y;
    q.output.hadamard = format_.hadamard;
    if (format_.hadamard) q.output.m = hadamard().m, q.output.log2 = hadamard().log2;
    int& frac = scales_.branches[b].frac_out;
    if (!given_) {
      float_matrix y = output_of(scales_.merged ? 0 : b);
      if (format_.hadamard) y = hadamard_rotate(hadamard(), y);
      frac = std::min(frac_y, least_error_frac({y.data(), static_cast<size_t>(y.size())}, 8));
    }
    q.output.shift = requantise_shift(frac_y, frac, name("out_proj"));
  }

  const layer_weights& weights_;
  int64_t index_;
  const activation_record& record_;
  const layer_format& format_;
  scan_machine& machine_;
  layer_scales scales_;
  bool given_ = false;  // all of them; else they are found on the way
  int most_frac_z_ = scan_scale_limits::none;
};

}  // namespace

quantised_stack quantise_layers(const std::vector<layer_weights>& layers, float norm_eps, int most_frac,
                                const activation_record& record, const layer_format& format,
                                scan_machine& machine, const stack_scales* given) {
  quantised_stack stack;
  int frac_residual =
      given != nullptr ? 0 : std::min(most_frac, absmax_frac(record.values(activation::residual, -1), 16));
  std::vector<layer_quantiser> quantisers;
  for (size_t i = 0; i < layers.size(); ++i) {
    quantisers.emplace_back(layers[i], static_cast<int64_t>(i), record, format, machine,
                            given != nullptr ? &given->layers.at(i) : nullptr);
    stack.layers.push_back(quantisers[i].quantise());
    frac_residual = std::min(frac_residual, quantisers[i].residual_frac(stack.layers[i]));
  }
  if (given != nullptr) frac_residual = given->frac_residual;
  stack.scales.frac_residual = frac_residual;
  for (size_t i = 0; i < layers.size(); ++i) {
    quantisers[i].join_residual(frac_residual, norm_eps, stack.layers[i]);
    stack.scales.layers.push_back(quantisers[i].scales());
  }
  return stack;
}

}  // namespace scansim
