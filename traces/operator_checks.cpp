// What an operator's tensors must be beyond their shapes: limits of the machine's arithmetic, index lists,
// the N:M pattern.
#include <fmt/format.h>

#include <cmath>

#include "hls/units/conv1d_silu.h"
#include "hls/units/hadamard_fwht.h"
#include "models/sparsity/nm_prune.h"
#include "traces/input_error.h"
#include "traces/operator_layout.h"
#include "traces/operator_metadata.h"
#include "traces/scan_trace_layout.h"
#include "traces/state_index.h"

namespace scansim {

namespace {

void require_size(bool holds, const std::string& file, const std::string& field, const std::string& expected,
                  int64_t found) {
  if (!holds) throw input_error(file, field, expected, fmt::format("{}", found));
}

void check_indices(const std::vector<int64_t>& list, const char* name, const char* tensor, int64_t limit,
                   const std::string& file) {
  for (size_t i = 0; i < list.size(); ++i) {
    require_size(list[i] >= 0 && list[i] < limit, file, fmt::format("{}[{}]", name, i),
                 fmt::format("a row of {}, 0 to {}", tensor, limit - 1), list[i]);
  }
}

// Two product rows in one row of y would depend on their order.
void check_distinct(const std::vector<int64_t>& list, int64_t limit, const std::string& file) {
  std::vector<bool> taken(static_cast<size_t>(limit));
  for (size_t i = 0; i < list.size(); ++i) {
    const auto row = static_cast<size_t>(list[i]);
    if (taken[row])
      throw input_error(file, fmt::format("scatter[{}]", i), "a row that no entry before it names",
                        fmt::format("{} again", row));
    taken[row] = true;
  }
}

void check_call(const gemm_call& c, const std::string& file) {
  const std::string key = "__metadata__.scansim.";
  require_size(c.inner <= hls::max_reduction, file, "x.shape", fmt::format("K <= {}", hls::max_reduction),
               c.inner);
  require_size(c.y_rows <= max_output_elements / c.columns, file, key + "y_rows",
               fmt::format("Y * N <= {}", max_output_elements), c.y_rows);
  const bool listed = !c.scatter.empty();
  require_size(listed || c.y_rows == c.rows, file, key + "y_rows", "a tensor scatter beside it", c.y_rows);
  require_size(!c.gather.empty() || c.rows == c.x_rows, file, "scatter.shape",
               fmt::format("[{}], the rows of x", c.x_rows), c.rows);
  check_indices(c.gather, "gather", "x", c.x_rows, file);
  check_indices(c.scatter, "scatter", "y", c.y_rows, file);
  check_distinct(c.scatter, c.y_rows, file);
  const bool adds = c.epilogue == hls::gemm_epilogue_kind::residual;
  if (adds && c.residual.empty())
    throw input_error(file, "residual", "a tensor, for epilogue \"residual\"", "nothing");
  if (!adds && !c.residual.empty())
    throw input_error(file, "residual", "no such tensor unless the epilogue is \"residual\"", "one");
  if (c.sparsity.dense()) return;
  if (c.transposed) {  // named as they lie in the file
    check_nm<float>(transpose(c.w, c.columns, c.inner), c.inner, c.columns, c.sparsity, nm_side::outputs,
                    file, "w");
  } else {
    check_nm<float>(c.w, c.columns, c.inner, c.sparsity, nm_side::inputs, file, "w");
  }
}

void check_call(const conv1d_call& c, const std::string& file) {
  require_size(c.width >= 2 && c.width <= hls::max_conv_width, file, "w.shape",
               fmt::format("W from 2 to {}", hls::max_conv_width), c.width);
  require_size(c.past == c.width - 1, file, "state.shape", fmt::format("[{}, {}]", c.channels, c.width - 1),
               c.past);
  require_size(c.length <= INT32_MAX, file, "x.shape", "L < 2^31", c.length);
}

void check_call(const hadamard_call& c, const std::string& file) {
  require_size(c.size <= hls::max_hadamard_size, file, "x.shape",
               fmt::format("n <= {}", hls::max_hadamard_size), c.size);
  if (c.m == 0)
    throw input_error(file, "x.shape", "n = m 2^log2 with m 1, 12, 20, 28 or 40", fmt::format("{}", c.size));
  require_size(hls::is_hadamard_order(c.m), file, "__metadata__.scansim.m", "1, 12, 20, 28 or 40", c.m);
  require_size(c.log2 >= 0 && c.log2 <= 13 && int64_t{c.m} << c.log2 == c.size, file, "x.shape",
               fmt::format("n = {} * 2^{} as the metadata say", c.m, c.log2), c.size);
}

void check_norm(int64_t size, double eps, const std::string& file, const char* symbol) {
  require_size(size <= 65536, file, "x.shape", fmt::format("{} <= 65536", symbol), size);
  if (!(eps > 0 && eps <= max_norm_eps))
    throw input_error(file, "__metadata__.scansim.eps", "a number > 0, at most 1e6", fmt::format("{}", eps));
}

void check_call(const rms_norm_call& c, const std::string& file) { check_norm(c.size, c.eps, file, "D"); }

// out_proj is not among them: the array may see it after the Hadamard matrix went into it.
void check_patterns(const mamba_block_call& c, const std::string& file) {
  if (c.sparsity.dense()) return;
  const auto check = [&](const std::vector<float>& w, int64_t inner, const std::string& name) {
    check_nm<float>(w, static_cast<int64_t>(w.size()) / inner, inner, c.sparsity, nm_side::inputs, file,
                    name);
  };
  check(c.in_proj, c.d_model, "in_proj.weight");
  for_each_branch(c, [&](const mamba_branch_call& b, size_t index) {
    const std::string prefix = index == 0 ? "" : "backward.";
    check(b.x_proj, c.channels, prefix + "x_proj.weight");
    check(b.dt_proj, c.rank, prefix + "dt_proj.weight");
  });
}

void check_decay(const mamba_branch_call& branch, const char* name, const std::string& file) {
  for (size_t i = 0; i < branch.a.size(); ++i) {
    if (!(branch.a[i] <= 0))
      throw input_error(file, fmt::format("{}[{}]", name, i), "a value <= 0 (a decay of at most 1)",
                        fmt::format("{}", branch.a[i]));
  }
}

void check_state_sparsity(const mamba_block_call& c, const std::string& file) {
  if (c.state_sparsity.dense()) return;
  require_size(c.states % c.state_sparsity.m == 0, file, "A.shape",
               fmt::format("N a multiple of {}, as state_sparsity says", c.state_sparsity.m), c.states);
  const std::string field = std::string(state_index_name) + ".shape";
  require_size(c.channels % c.index_groups == 0, file, field,
               fmt::format("index groups that divide D = {}", c.channels), c.index_groups);
  require_size(c.indexed == c.kept_states(), file, field, fmt::format("{} kept states", c.kept_states()),
               c.indexed);
}

void check_call(const mamba_block_call& c, const std::string& file) {
  check_norm(c.d_model, c.eps, file, "d_model");
  require_size(c.length <= INT32_MAX, file, "x.shape", "L < 2^31", c.length);
  require_size(c.width >= 2 && c.width <= hls::max_conv_width, file, "conv1d.weight.shape",
               fmt::format("W from 2 to {}", hls::max_conv_width), c.width);
  require_size(c.channels <= hls::max_reduction, file, "A.shape", fmt::format("D <= {}", hls::max_reduction),
               c.channels);
  require_size(c.states <= max_block_states, file, "A.shape", fmt::format("N <= {}", max_block_states),
               c.states);
  require_size(c.rank <= c.channels, file, "dt_proj.weight.shape", fmt::format("R <= D = {}", c.channels),
               c.rank);
  require_size(c.expanded == 2 * c.channels, file, "in_proj.weight.shape",
               fmt::format("2 D = {} rows", 2 * c.channels), c.expanded);
  require_size(c.projected == c.rank + 2 * c.states, file, "x_proj.weight.shape",
               fmt::format("R + 2 N = {} rows", c.rank + 2 * c.states), c.projected);
  require_size(c.past == c.width - 1, file, "conv_state.shape",
               fmt::format("[{}, {}]", c.channels, c.width - 1), c.past);
  check_state_sparsity(c, file);
  for (const auto& [tensor, name] : {std::pair{&c.conv_state, "conv_state"}, {&c.h0, "h0"}}) {
    if (c.backward && !tensor->empty())
      throw input_error(file, name, "no such tensor beside a second direction (it starts from zero)", "one");
  }
}

void check_values(const operator_tensor& tensor, const std::string& file) {
  int64_t count = 1;
  for (const int64_t size : sizes_of(tensor)) count *= size;
  const size_t found = tensor.values != nullptr ? tensor.values->size() : tensor.indices->size();
  if (found == 0 && !tensor.required) return;
  if (static_cast<int64_t>(found) != count)
    throw input_error(file, tensor.name, fmt::format("{} values", count), fmt::format("{}", found));
  if (tensor.values == nullptr) return;
  for (size_t i = 0; i < tensor.values->size(); ++i) {
    const float value = (*tensor.values)[i];
    if (!std::isfinite(value))
      throw input_error(file, fmt::format("{}[{}]", tensor.name, i), "a finite value",
                        fmt::format("{}", value));
  }
}

// Beyond sizes and finite values, which must have been checked.
void check_layer_weights(const mamba_block_call& c, const std::string& file) {
  for_each_branch(c, [&](const mamba_branch_call& b, size_t index) {
    if (!c.state_sparsity.dense())
      kept_states_of(b.state_index, c.indexed, c.state_sparsity,
                     std::string(index == 0 ? "" : "backward.") + state_index_name, file);
  });
  check_patterns(c, file);
  check_decay(c.forward, "A", file);
  if (c.backward) check_decay(*c.backward, "backward.A", file);
}

}  // namespace

void check_operator_call(const operator_call& call, const std::string& file) {
  // The table points to members that may change; nothing here changes them.
  const std::vector<operator_tensor> tensors = operator_tensors(const_cast<operator_call&>(call));
  for (const operator_tensor& tensor : tensors) {
    for (const operator_axis& axis : tensor.axes) {
      require_size(*axis.size >= 1 && *axis.size <= int64_t{1} << 40, file,
                   fmt::format("{}.shape", tensor.name), fmt::format("{} from 1 to 2^40", axis.symbol),
                   *axis.size);
    }
  }
  std::visit([&](const auto& one) { check_call(one, file); }, call);
  for (const operator_tensor& tensor : tensors) check_values(tensor, file);
  if (const auto* block = std::get_if<mamba_block_call>(&call)) check_layer_weights(*block, file);
}

bool split_hadamard_size(int64_t n, int& m, int& log2) {
  for (const int order : {1, 12, 20, 28, 40}) {
    if (n < order || n % order != 0) continue;
    const int64_t power = n / order;
    if ((power & (power - 1)) != 0) continue;
    m = order;
    log2 = __builtin_ctzll(static_cast<uint64_t>(power));
    return true;
  }
  return false;
}

}  // namespace scansim
