#include "host/operators/layer_bound.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "host/operators/output_limit.h"
#include "models/ref/conv1d_ref.h"
#include "models/ref/hadamard_ref.h"
#include "models/ref/rms_norm_ref.h"

namespace scansim {

namespace {

using real_matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class Matrix>
real_matrix reals(const Matrix& integers, int frac) {
  return integers.template cast<double>() * std::ldexp(1.0, -frac);
}

real_matrix matrix_of(const std::vector<double>& values, int64_t rows) {
  return Eigen::Map<const real_matrix>(values.data(), rows, static_cast<int64_t>(values.size()) / rows);
}
std::span<const double> values_of(const real_matrix& matrix) {
  return {matrix.data(), static_cast<size_t>(matrix.size())};
}

// w x, value by value exact.
real_matrix product(const quantised_linear& linear, const int8_matrix& x, int frac_x) {
  real_matrix sum = linear.w.cast<double>() * x.cast<double>();
  for (int64_t n = 0; n < sum.rows(); ++n)
    sum.row(n) *= std::ldexp(1.0, -frac_x - linear.frac[static_cast<size_t>(n)]);
  return sum;
}

// Outputs of `frac` fraction bits; limit(exact value) is what each should be.
template <class Matrix, class Limit>
void add(bound_share& share, const Matrix& got, const real_matrix& want, int frac, const Limit& limit) {
  for (int64_t i = 0; i < got.rows(); ++i)
    for (int64_t t = 0; t < got.cols(); ++t) {
      const output_limit should = limit(want(i, t));
      const double error = std::fabs(std::ldexp(static_cast<double>(got(i, t)), -frac) - should.value);
      share.add(static_cast<uint64_t>(i * got.cols() + t), error,
                should.error + reference_error * std::fabs(should.value));
    }
}

template <class Matrix>
void add_sums(bound_share& share, const Matrix& got, const real_matrix& want, int frac, int bits = 8) {
  add(share, got, want, frac, [&](double sum) { return limit_of_sum(sum, false, bits, frac); });
}

class judged_layer {
 public:
  judged_layer(const layer_record& record, const quantised_layer& layer, const layer_scales& scales,
               int frac_residual)
      : record_(record), layer_(layer), scales_(scales), frac_residual_(frac_residual) {}

  std::vector<unit_share> units() {
    norm();
    in_proj();
    for (size_t b = 0; b < record_.branches.size(); ++b) {
      prefix_ = b == 0 ? "" : "backward.";
      branch(record_.branches[b], layer_.branches[b], scales_.branches[b]);
      if (b < record_.outputs.size() && !layer_.merged) output(b);
    }
    prefix_ = "";
    if (layer_.merged) output(0);
    return std::move(units_);
  }

 private:
  bound_share& unit(const std::string& name) {
    units_.push_back({prefix_ + name, {}, record_.r.cols()});
    return units_.back().share;
  }

  void norm() {
    const auto size = static_cast<double>(record_.r.rows());
    const real_matrix x = reals(record_.r, frac_residual_).transpose();
    std::vector<double> w;
    for (const int16_t one : layer_.norm.w)
      w.push_back(std::ldexp(one, -scales_.frac_norm_weight) / std::sqrt(size));
    const double eps = std::ldexp(static_cast<double>(layer_.norm.eps_sum), -2 * frac_residual_) / size;
    const real_matrix want = matrix_of(rms_norm_ref(values_of(x), w, record_.r.rows(), eps), x.rows());
    add(unit("norm"), record_.norm, want.transpose(), scales_.frac_norm,
        [&](double y) { return limit_of_norm(y, scales_.frac_norm); });
  }

  void in_proj() {
    const real_matrix want = product(layer_.in_proj.linear, record_.norm, scales_.frac_norm);
    const int64_t inner = want.rows() / 2;
    bound_share& share = unit("in_proj");
    add_sums(share, record_.conv_input, want.topRows(inner), scales_.frac_conv_input);
    add_sums(share, record_.z, want.bottomRows(inner), scales_.branches[0].scan.frac_z);
  }

  void branch(const branch_record& b, const quantised_branch& layer, const branch_scales& scales) {
    convolution(b, layer.conv, scales);
    const real_matrix projected = product(layer.x_proj.linear, b.u, scales.scan.frac_u);
    bound_share& x_proj = unit("x_proj");
    add_sums(x_proj, b.dt, projected.topRows(b.dt.rows()), scales.frac_dt);
    add_sums(x_proj, b.b, projected.middleRows(b.dt.rows(), b.b.rows()), scales.scan.frac_b);
    add_sums(x_proj, b.c, projected.bottomRows(b.c.rows()), scales.scan.frac_c);
    add_sums(unit("dt_proj"), b.delta, product(layer.dt_proj.linear, b.dt, scales.frac_dt),
             scales.scan.frac_delta);
  }

  void output(size_t b) {
    const output_record& o = record_.outputs[b];
    const branch_scales& scales = scales_.branches[b];
    rotation(o, layer_.branches[b].output, scales);
    add_sums(unit("out_proj"), o.r_out,
             reals(o.r_in, frac_residual_) + product(layer_.out_proj, o.out, scales.frac_out), frac_residual_,
             16);
  }

  void convolution(const branch_record& b, const quantised_conv& conv, const branch_scales& scales) {
    real_matrix w = conv.w.cast<double>();
    std::vector<double> bias;
    for (int64_t c = 0; c < w.rows(); ++c) {
      const int frac = scales.conv1d[static_cast<size_t>(c)];
      w.row(c) *= std::ldexp(1.0, -frac);
      bias.push_back(std::ldexp(conv.bias[static_cast<size_t>(c)], -frac - scales_.frac_conv_input));
    }
    const real_matrix x = reals(b.conv_input, scales_.frac_conv_input),
                      history = reals(b.history, scales_.frac_conv_input);
    const int64_t past = w.cols() - 1, sequences = history.cols() / past, length = x.cols() / sequences;
    real_matrix sums(x.rows(), x.cols());
    for (int64_t s = 0; s < sequences; ++s) {
      const real_matrix of_sequence = x.middleCols(s * length, length),
                        before = history.middleCols(s * past, past);
      sums.middleCols(s * length, length) =
          matrix_of(conv1d_ref(values_of(of_sequence), values_of(w), bias, {x.rows(), length, w.cols()},
                               false, values_of(before))
                        .y,
                    x.rows());
    }
    add(unit("conv1d"), b.u, sums, scales.scan.frac_u,
        [&](double sum) { return limit_of_sum(sum, true, 8, scales.scan.frac_u); });
  }

  void rotation(const output_record& b, const quantised_output& output, const branch_scales& scales) {
    const real_matrix y = reals(b.y, scales.scan.frac_y).transpose();
    const real_matrix want =
        output.hadamard ? matrix_of(hadamard_ref(values_of(y), output.m, output.log2), y.rows()) : y;
    add_sums(unit(output.hadamard ? "hadamard" : "requantise"), b.out, want.transpose(), scales.frac_out);
  }

  const layer_record& record_;
  const quantised_layer& layer_;
  const layer_scales& scales_;
  int frac_residual_;
  std::string prefix_;
  std::vector<unit_share> units_;
};

}  // namespace

std::vector<unit_share> shares_of(const layer_record& record, const quantised_layer& layer,
                                  const layer_scales& scales, int frac_residual) {
  return judged_layer(record, layer, scales, frac_residual).units();
}

bool all_kept(const std::vector<unit_share>& units) {
  return std::none_of(units.begin(), units.end(), [](const unit_share& one) { return one.share.beyond > 0; });
}

std::string text_of(const std::vector<unit_share>& units) {
  if (units.empty()) return "";
  for (const auto& [unit, share, tokens] : units)
    if (share.beyond > 0)
      return fmt::format(
          "{}: {} of {} values beyond what their roundings can make of them, most by {:.3g} times at feature "
          "{}, token {}",
          unit, share.beyond, share.judged, share.largest, share.at / static_cast<uint64_t>(tokens),
          share.at % static_cast<uint64_t>(tokens));
  const auto most = std::max_element(units.begin(), units.end(), [](const auto& one, const auto& other) {
    return one.share.largest < other.share.largest;
  });
  return fmt::format("every value between its operators within its bound, {} up to {:.1f} % of it",
                     most->unit, 100 * most->share.largest);
}

}  // namespace scansim
