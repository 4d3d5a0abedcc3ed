#include "host/accuracy/prune_projections.h"

#include "host/quantise/hadamard_fold.h"

namespace scansim {

namespace {

// The scan outputs of `branches` directions side by side.
float_matrix joined_outputs(const activation_record& record, int64_t layer, size_t branches) {
  float_matrix y = record.matrix(activation::y, layer);
  for (size_t b = 1; b < branches; ++b) {
    float_matrix both(y.rows(), y.cols() * 2);
    both << y, record.matrix(activation::y, layer, b);
    y = both;
  }
  return y;
}

std::vector<float> row_rms(const float_matrix& x) {
  const Eigen::VectorXf rms = (x.rowwise().squaredNorm() / static_cast<float>(x.cols())).cwiseSqrt();
  return {rms.data(), rms.data() + rms.size()};
}

class layer_pruner {
 public:
  layer_pruner(const activation_record& record, const layer_format& format, int64_t layer)
      : record_(record), format_(format), layer_(layer) {}

  void prune_input(float_matrix& in_proj) const { prune(in_proj, rms(activation::norm, 0)); }

  // mamba_layer or vim_branch
  template <class Branch>
  void prune_branch(Branch& branch, size_t index) const {
    prune(branch.x_proj, rms(activation::u, index));
    prune(branch.dt_proj, rms(activation::dt, index));
  }

  void prune_output(float_matrix& out_proj, size_t branches) const {
    const bool weighted = format_.method == prune_method::activation;
    const float_matrix y = weighted ? joined_outputs(record_, layer_, branches) : float_matrix();
    if (!format_.hadamard) return prune(out_proj, weighted ? row_rms(y) : std::vector<float>{});
    const hadamard_size size = required_hadamard(out_proj.cols());
    float_matrix folded = hadamard_fold(size, out_proj);
    prune(folded, weighted ? row_rms(hadamard_rotate(size, y)) : std::vector<float>{});
    out_proj = hadamard_unfold(size, folded);
  }

 private:
  std::vector<float> rms(activation site, size_t branch) const {
    if (format_.method != prune_method::activation) return {};
    return record_.feature_rms(site, layer_, branch);
  }

  void prune(float_matrix& w, const std::vector<float>& input_rms) const {
    prune_nm({w.data(), static_cast<size_t>(w.size())}, w.rows(), w.cols(), *format_.pattern, nm_side::inputs,
             input_rms);
  }

  const activation_record& record_;
  const layer_format& format_;
  int64_t layer_;
};

}  // namespace

mamba_weights prune_projections(const mamba_model& model, const activation_record& record,
                                const layer_format& format) {
  mamba_weights weights = model.weights();
  for (size_t i = 0; i < weights.layers.size(); ++i) {
    mamba_layer& layer = weights.layers[i];
    const layer_pruner pruner(record, format, static_cast<int64_t>(i));
    pruner.prune_input(layer.in_proj);
    pruner.prune_branch(layer, 0);
    pruner.prune_output(layer.out_proj, 1);
  }
  return weights;
}

vim_weights prune_projections(const vim_model& model, const activation_record& record,
                              const layer_format& format) {
  vim_weights weights = model.weights();
  for (size_t i = 0; i < weights.layers.size(); ++i) {
    vim_layer& layer = weights.layers[i];
    const layer_pruner pruner(record, format, static_cast<int64_t>(i));
    pruner.prune_input(layer.in_proj);
    for (size_t b = 0; b < layer.branches.size(); ++b) pruner.prune_branch(layer.branches[b], b);
    pruner.prune_output(layer.out_proj, layer.branches.size());
  }
  return weights;
}

}  // namespace scansim
