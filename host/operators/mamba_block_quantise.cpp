// From a float block to the machine's integers and back to the values that these stand for.
#include <fmt/format.h>

#include <cmath>

#include "host/operators/mamba_block_operator.h"
#include "host/operators/operator_scales.h"
#include "host/program/compile/layer_program.h"
#include "host/quantise/hadamard_fold.h"
#include "host/quantise/power_of_two_fit.h"
#include "host/quantise/quantise.h"
#include "host/quantise/quantise_layers.h"
#include "host/quantise/run_layer.h"
#include "models/ref/mamba_block_ref.h"
#include "traces/input_error.h"
#include "traces/nm_prune.h"

namespace scansim {

namespace {

float_matrix matrix_of(const std::vector<float>& values, int64_t rows) {
  return Eigen::Map<const float_matrix>(values.data(), rows, static_cast<int64_t>(values.size()) / rows);
}

template <class Values>
std::vector<float> flat(const Values& values) {
  return {values.data(), values.data() + values.size()};
}

Eigen::VectorXf vector_of(const std::vector<float>& values) {
  return Eigen::Map<const Eigen::VectorXf>(values.data(), static_cast<int64_t>(values.size()));
}

struct float_branch {
  float_matrix conv_weight, x_proj, dt_proj;
  Eigen::VectorXf conv_bias;
};

// A call's weights in the form that the quantiser borrows.
struct float_layer {
  Eigen::VectorXf norm;
  float_matrix in_proj, out_proj;
  std::vector<float_branch> branches;

  explicit float_layer(const mamba_block_call& c)
      : norm(vector_of(c.norm)),
        in_proj(matrix_of(c.in_proj, c.expanded)),
        out_proj(matrix_of(c.out_proj, c.d_model)) {
    for_each_branch(c, [&](const mamba_branch_call& b, size_t) {
      branches.push_back({matrix_of(b.conv_weight, c.channels), matrix_of(b.x_proj, c.projected),
                          matrix_of(b.dt_proj, c.channels), vector_of(b.conv_bias)});
    });
  }

  layer_weights borrow(const mamba_block_call& c) const {
    layer_weights w{norm, in_proj, out_proj, {}};
    for_each_branch(c, [&](const mamba_branch_call& b, size_t index) {
      const float_branch& f = branches[index];
      w.branches.push_back({f.conv_weight, f.conv_bias, f.x_proj, f.dt_proj, b.dt_bias, b.a, b.d,
                            c.h0.empty() ? nullptr : &c.h0, kept_of(c, b)});
    });
    return w;
  }
};

float_matrix features(const std::vector<double>& values, int64_t tokens) {
  const std::vector<float> narrow(values.begin(), values.end());
  for (const float value : narrow) {
    if (!std::isfinite(value))
      throw input_error("trace", "x", "a block whose activations stay below 3.4e38",
                        fmt::format("{}", value));
  }
  return matrix_of(narrow, static_cast<int64_t>(values.size()) / tokens);
}

// Its sequences are the windows.
activation_record record_of(const mamba_block_call& c) {
  const mamba_block_activations a = mamba_block_ref(c);
  const int64_t tokens = c.all_tokens();
  return activation_record(1, c.batch, c.length, [&](const activation_keeper& keep) {
    const auto keep_matrix = [&](activation site, int64_t layer, size_t branch, const float_matrix& values,
                                 bool turned = false) {
      for (int64_t s = 0; s < c.batch; ++s) {
        const float_matrix one = values.middleCols(s * c.length, c.length);
        keep(site, layer, branch, turned ? float_matrix(one.rowwise().reverse()) : one);
      }
    };
    const auto keep_values = [&](activation site, size_t branch, const std::vector<double>& values) {
      keep_matrix(site, 0, branch, features(values, tokens));
    };
    keep_matrix(activation::residual, -1, 0, matrix_of(c.x, tokens).transpose());
    const float_matrix out = features(a.y, c.d_model);  // (B L, d_model)
    keep_matrix(activation::residual, 0, 0, out.transpose());
    keep_values(activation::norm, 0, a.norm);
    keep_values(activation::conv_input, 0, a.conv_input);
    for (size_t b = 0; b < a.branches.size(); ++b) {
      const mamba_branch_activations& of = a.branches[b];
      keep_matrix(activation::z, 0, b, features(a.z, tokens), b > 0);
      keep_values(activation::u, b, of.u), keep_values(activation::dt, b, of.dt);
      keep_values(activation::b, b, of.b), keep_values(activation::c, b, of.c);
      keep_values(activation::delta, b, of.delta), keep_values(activation::y, b, of.y);
    }
  });
}

void check_machine(const mamba_block_call& c, const design_point& point, const std::string& file) {
  const auto require = [&](bool holds, const char* field, const std::string& expected, int64_t found) {
    if (!holds) throw input_error(file, field, expected, fmt::format("{}", found));
  };
  require(point.operand_bits == 8, "mamba_block", "a design point of 8-bit operands", point.operand_bits);
  require(point.output_bits == 16, "mamba_block", "a design point of 16-bit outputs", point.output_bits);
  require(c.kept_states() <= point.max_states, "A.shape",
          fmt::format("N <= {} (kept), max_states of the design point", point.max_states), c.kept_states());
  require(!c.hadamard || hadamard_size_of(c.channels).has_value(), "A.shape",
          "D = m 2^k with m 1, 12, 20, 28 or 40 (or hadamard false)", c.channels);
}

std::vector<quantised_branch_state> first_states(const mamba_block_call& c, const layer_scales& scales,
                                                 quantised_layer& layer) {
  std::vector<quantised_branch_state> states;
  const std::vector<int8_t> history = quantise_all<int8_t>(c.conv_state, scales.frac_conv_input, 8);
  for (int64_t s = 0; s < c.batch; ++s) {
    for (const quantised_branch& branch : layer.branches) {
      quantised_branch_state& state = states.emplace_back(zero_state(branch));
      const auto values = static_cast<std::ptrdiff_t>(state.h.size());
      if (!branch.scan.h0.empty()) std::copy_n(branch.scan.h0.begin() + s * values, values, state.h.begin());
    }
    if (history.empty()) continue;
    states[static_cast<size_t>(s) * layer.branches.size()].history =
        Eigen::Map<const int8_matrix>(history.data() + s * c.channels * c.past, c.channels, c.past);
  }
  for (quantised_branch& branch : layer.branches) branch.scan.h0.clear();
  return states;
}

// eps as an integer beside the sum of squares of a residual stream of `frac` fraction bits.
bool eps_fits(const mamba_block_call& c, int frac) {
  const double eps_sum = static_cast<double>(c.d_model) * c.eps;
  return std::ldexp(eps_sum, 2 * frac) <= std::ldexp(1.0, largest_eps_sum_bits);
}

// The most fraction bits of the residual stream: x fits, and so does eps.
int most_residual_frac(const mamba_block_call& c) {
  int frac = absmax_frac(c.x, 16);
  while (!eps_fits(c, frac)) --frac;
  return frac;
}

void check_norm(const quantised_norm& norm) {
  if (norm.shift < least_norm_shift || norm.shift > largest_norm_shift)
    throw input_error(
        "trace", "norm.weight",
        fmt::format("a range that shifts of {} to {} reach", least_norm_shift, largest_norm_shift),
        fmt::format("{}", norm.shift));
}

// By magnitude, in the basis that the array sees.
float_matrix pruned_out_proj(const mamba_block_call& c, float_matrix w) {
  if (c.hadamard) w = hadamard_fold(required_hadamard(c.channels), w);
  prune_nm({w.data(), static_cast<size_t>(w.size())}, w.rows(), w.cols(), c.sparsity, nm_side::inputs);
  return c.hadamard ? hadamard_unfold(required_hadamard(c.channels), w) : w;
}

// What pruning left of rounding, out of the rotated basis and into it again, is 0 with every scale that fits
// the weights.
void check_pruned(const quantised_linear& out_proj, const nm_pattern& pattern) {
  if (pattern.dense()) return;
  check_nm<int8_t>({out_proj.w.data(), static_cast<size_t>(out_proj.w.size())}, out_proj.w.rows(),
                   out_proj.w.cols(), pattern, nm_side::inputs, "trace", "out_proj");
}

bool can_merge(const mamba_block_call& c, const design_point& point) {
  return c.backward && directions_merge({c.d_model, c.channels, c.rank, c.states}, c.length, point);
}

quantised_mamba_block quantise(const mamba_block_call& c, const design_point& point,
                               const mamba_block_scales* stored) {
  std::optional<stack_scales> given;
  if (stored != nullptr) given = stack_scales{stored->frac_residual, {stored->layer}};
  if (given && !eps_fits(c, given->frac_residual))
    throw input_error("trace", "frac_residual",
                      fmt::format("d_model eps 2^(2 frac_residual) at most 2^{}", largest_eps_sum_bits),
                      fmt::format("{}", given->frac_residual));
  const activation_record record = record_of(c);
  float_layer weights(c);
  if (!c.sparsity.dense()) weights.out_proj = pruned_out_proj(c, weights.out_proj);
  layer_format format;
  format.hadamard = c.hadamard;
  format.weight_bits = c.weight_bits;
  const bool mergeable = can_merge(c, point);
  format.merge_directions = mergeable;
  if (given && given->layers[0].merged && !mergeable)
    throw input_error(
        "trace", "merged",
        fmt::format("0 for {} tokens on a machine of {} sets, chunk_tokens {}, scratch_words {}", c.length,
                    point.max_sets, point.chunk_tokens, point.scratch_words),
        "1");
  scan_machine machine(point);
  quantised_stack stack =
      quantise_layers({weights.borrow(c)}, static_cast<float>(c.eps), most_residual_frac(c), record, format,
                      machine, given ? &*given : nullptr);
  quantised_mamba_block q;
  q.layer = std::move(stack.layers[0]);
  check_norm(q.layer.norm);
  check_pruned(q.layer.out_proj, c.sparsity);
  q.scales = payload<mamba_block_scales>(*c.make_scales());
  q.scales.frac_residual = stack.scales.frac_residual;
  q.scales.layer = std::move(stack.scales.layers[0]);
  const std::vector<int16_t> r = quantise_all<int16_t>(c.x, q.scales.frac_residual, 16);
  q.r = Eigen::Map<const int16_matrix>(r.data(), c.all_tokens(), c.d_model).transpose();
  q.states = first_states(c, q.scales.layer, q.layer);
  return q;
}

float_matrix weights_of(const quantised_linear& linear) {
  float_matrix w = linear.slab;
  for (int64_t n = 0; n < w.rows(); ++n) w.row(n) *= std::ldexp(1.0F, -linear.frac[static_cast<size_t>(n)]);
  return w;
}

// Values of the kept states among all, of A or of one sequence.
std::vector<float> all_states(const std::vector<float>& values, const quantised_branch& q,
                              const mamba_block_call& c) {
  if (q.kept.empty()) return values;
  return expand_states(values, {1, c.channels, c.states, 1, c.length}, q.kept);
}

void append(std::vector<float>& to, const std::vector<float>& values) {
  to.insert(to.end(), values.begin(), values.end());
}

// h0 and conv_state of every sequence, where the call has them.
void dequantise_states(const quantised_mamba_block& q, const mamba_block_call& call, mamba_block_call& c) {
  const quantised_branch& first = q.layer.branches[0];
  const float step = std::ldexp(1.0F, -q.scales.layer.frac_conv_input);
  c.h0.clear(), c.conv_state.clear();
  for (size_t i = 0; i < q.states.size(); i += q.layer.branches.size()) {
    const std::vector<double> h = dequantise(q.states[i].h, first.scan.scales.frac_state);
    if (!call.h0.empty()) append(c.h0, all_states({h.begin(), h.end()}, first, call));
    if (!call.conv_state.empty())
      append(c.conv_state, flat(float_matrix(q.states[i].history.cast<float>() * step)));
  }
}

void dequantise_branch(const quantised_branch& q, const std::vector<int>& frac_w, const mamba_block_call& c,
                       mamba_branch_call& b) {
  float_matrix taps = q.conv.w.cast<float>();
  for (int64_t d = 0; d < c.channels; ++d) taps.row(d) *= std::ldexp(1.0F, -frac_w[static_cast<size_t>(d)]);
  b.conv_weight = flat(taps);
  b.x_proj = flat(weights_of(q.x_proj.linear)), b.dt_proj = flat(weights_of(q.dt_proj.linear));
  const scan_tensors scan = dequantise(q.scan);
  b.a = all_states(scan.a, q, c), b.d = scan.d, b.dt_bias = scan.delta_bias;
}

}  // namespace

quantised_mamba_block quantise_mamba_block(const mamba_block_call& call, const design_point& point,
                                           const std::string& file, const mamba_block_scales* stored) {
  check_machine(call, point, file);
  try {
    return quantise(call, point, stored);
  } catch (const input_error& cause) {
    throw input_error(file, cause);
  }
}

mamba_block_call dequantise(const quantised_mamba_block& q, const mamba_block_call& call) {
  mamba_block_call c = call;
  c.sparsity = {};
  const float_matrix r = q.r.cast<float>().transpose() * std::ldexp(1.0F, -q.scales.frac_residual);
  c.x = flat(r);
  c.in_proj = flat(weights_of(q.layer.in_proj.linear));
  const quantised_output& output = q.layer.branches[0].output;
  float_matrix out_proj = weights_of(q.layer.out_proj);
  if (output.hadamard) out_proj = hadamard_unfold({output.m, output.log2}, out_proj);
  c.out_proj = flat(out_proj);
  for_each_branch(c, [&](mamba_branch_call& b, size_t index) {
    dequantise_branch(q.layer.branches[index], q.scales.layer.branches[index].conv1d, call, b);
  });
  dequantise_states(q, call, c);
  return c;
}

}  // namespace scansim
