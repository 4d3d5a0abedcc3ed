// Channels outermost, tokens next, states innermost: the state of a channel stays in the first-level cache
// and the exp of its N states is one vectorised Eigen expression. B and C are transposed once per (batch,
// group) so that the N values of a token are contiguous.
#include "models/ref/selective_scan_ref.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

namespace scansim {

namespace {

using row_matrix_f = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using state_array = Eigen::ArrayXd;
using token_states = Eigen::ArrayXXd;  // (N, L), column-major: a token's states are contiguous

double softplus(double x) { return x > 20 ? x : std::log1p(std::exp(x)); }

double largest(double known, double value) { return std::max(known, std::fabs(value)); }

// `block` is one (N, L) matrix of B or C, row-major in memory.
token_states transposed(const float* block, const scan_shape& shape) {
  return Eigen::Map<const row_matrix_f>(block, shape.states, shape.length).cast<double>().array();
}

struct group_inputs {
  token_states b, c;
};

// One channel of one sequence; `row` is its index among batch * D rows.
class channel_scan {
 public:
  channel_scan(const scan_tensors& tensors, const group_inputs& group, const state_range* range,
               int64_t batch, int64_t channel)
      : tensors_(tensors),
        group_(group),
        range_(range),
        channel_(channel),
        row_(batch * tensors.shape.channels + channel) {
    const int64_t states = tensors.shape.states;
    a_ = Eigen::Map<const Eigen::ArrayXf>(tensors.a.data() + channel * states, states).cast<double>();
    h_ = state_array::Zero(states);
    if (!tensors.h0.empty()) {
      h_ = Eigen::Map<const Eigen::ArrayXf>(tensors.h0.data() + row_ * states, states).cast<double>();
    }
  }

  void run(scan_output& out, scan_absmax* absmax, scan_terms* terms) {
    const int64_t length = tensors_.shape.length;
    if (absmax != nullptr) absmax->state = largest(absmax->state, h_.abs().maxCoeff());
    for (int64_t i = 0; i < length; ++i) {
      const int64_t t = tensors_.options.reverse ? length - 1 - i : i;
      out.y[row_ * length + t] = step(t, absmax, terms);
    }
    Eigen::Map<state_array>(out.h_last.data() + row_ * h_.size(), h_.size()) = h_;
  }

 private:
  double step(int64_t t, scan_absmax* absmax, scan_terms* terms) {
    const size_t at = static_cast<size_t>(row_ * tensors_.shape.length + t);
    const double u = tensors_.u[at];
    double dt = tensors_.delta[at];
    if (!tensors_.delta_bias.empty()) dt += tensors_.delta_bias[channel_];
    if (tensors_.options.delta_softplus) dt = softplus(dt);

    const bool tap_pre = tensors_.options.tap_pre;
    double v = tap_pre ? (group_.c.col(t) * (dt * a_).exp() * h_).sum() : 0;
    const double drive = tensors_.options.plain_drive ? u : dt * u;
    h_ = (dt * a_).exp() * h_ + drive * group_.b.col(t);
    if (range_ != nullptr)  // by std::clamp, which keeps what is no number
      for (double& h : h_) h = std::clamp(h, range_->low, range_->high);
    if (!tap_pre) v = (group_.c.col(t) * h_).sum();
    if (terms != nullptr) terms->readout[at] = v;
    if (!tensors_.d.empty()) v += tensors_.d[channel_] * u;
    double y = v;
    if (!tensors_.z.empty()) {
      const double z = tensors_.z[at];
      const double gate = tensors_.options.linear_gate ? z : z / (1.0 + std::exp(-z));
      if (terms != nullptr) terms->gate[at] = gate;
      y *= gate;
    }
    if (absmax != nullptr) {
      absmax->state = largest(absmax->state, h_.abs().maxCoeff());
      absmax->skip_v = largest(absmax->skip_v, v);
      absmax->y = largest(absmax->y, y);
      absmax->dt = largest(absmax->dt, dt);
      absmax->dt_u = largest(absmax->dt_u, drive);
    }
    return y;
  }

  const scan_tensors& tensors_;
  const group_inputs& group_;
  const state_range* range_;
  int64_t channel_, row_;
  state_array a_, h_;
};

}  // namespace

scan_output selective_scan_ref(const scan_tensors& tensors, scan_absmax* absmax, scan_terms* terms,
                               const state_range* range) {
  const scan_shape& shape = tensors.shape;
  scan_output out;
  out.y.resize(static_cast<size_t>(shape.batch * shape.channels * shape.length));
  out.h_last.resize(static_cast<size_t>(shape.batch * shape.channels * shape.states));
  if (absmax != nullptr) *absmax = {};
  if (terms != nullptr) terms->readout.assign(out.y.size(), 0), terms->gate.assign(tensors.z.size(), 0);

  const int64_t channels_per_group = shape.channels / shape.groups;
  for (int64_t batch = 0; batch < shape.batch; ++batch) {
    for (int64_t g = 0; g < shape.groups; ++g) {
      const int64_t offset = (batch * shape.groups + g) * shape.states * shape.length;
      const group_inputs group{transposed(tensors.b.data() + offset, shape),
                               transposed(tensors.c.data() + offset, shape)};
      for (int64_t i = 0; i < channels_per_group; ++i) {
        channel_scan(tensors, group, range, batch, g * channels_per_group + i).run(out, absmax, terms);
      }
    }
  }
  return out;
}

}  // namespace scansim
