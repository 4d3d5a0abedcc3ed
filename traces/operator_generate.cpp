#include "traces/operator_generate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hls/gemm/weight_w4.h"
#include "models/sparsity/nm_prune.h"
#include "traces/input_error.h"
#include "traces/operator_metadata.h"
#include "traces/random_streams.h"

namespace scansim {

namespace {

constexpr double row_spread = 0.4;  // standard deviation of the logarithm of a row's scale
// The same of a block's weights: wider ones multiply through four operators to outliers that no layer has.
constexpr double block_spread = 0.1;
constexpr int64_t largest_tensor = int64_t{1} << 34;  // elements, 64 GiB as float

std::vector<float> rows_of(const operator_request& request, const char* name, int64_t rows, int64_t columns,
                           double scale, double spread = row_spread) {
  for (const int64_t size : {rows, columns}) {
    if (size < 1 || size > largest_tensor / std::max<int64_t>(1, std::min(rows, columns)))
      throw input_error("generate", std::string(name) + ".shape", "sizes >= 1, at most 2^34 elements",
                        fmt::format("[{}, {}]", rows, columns));
  }
  random_stream random(request.seed, std::string(request.name) + "." + name);
  std::vector<float> values(static_cast<size_t>(rows * columns));
  for (int64_t row = 0, at = 0; row < rows; ++row) {
    const double of_row = random.log_normal(scale, spread);
    for (int64_t column = 0; column < columns; ++column, ++at)
      values[static_cast<size_t>(at)] = static_cast<float>(of_row * random.normal());
  }
  return values;
}

// The first `count` of a random order of 0 .. total - 1.
std::vector<int64_t> selection(const operator_request& request, const char* name, int64_t total,
                               int64_t count) {
  random_stream random(request.seed, std::string(request.name) + "." + name);
  std::vector<int64_t> order(static_cast<size_t>(total));
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = 0; i < count; ++i) {
    const auto other = i + static_cast<int64_t>(random.uniform() * static_cast<double>(total - i));
    std::swap(order[static_cast<size_t>(i)], order[static_cast<size_t>(other)]);
  }
  order.resize(static_cast<size_t>(count));
  return order;
}

size_t choice(const std::vector<std::string>& names, const std::string& name, const char* option) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw input_error("generate", option, fmt::format("one of {}", fmt::join(names, ", ")), "'" + name + "'");
  return static_cast<size_t>(found - names.begin());
}

int requested_weight_bits(const operator_request& request) {
  return weight_bits_of(choice(weight_format_names(), request.weight_format, "--weight-format"));
}

gemm_call generate_gemm(const operator_request& request) {
  gemm_call call;
  call.rows = request.rows, call.inner = request.inner, call.columns = request.columns;
  call.transposed = request.transposed;
  call.epilogue =
      static_cast<hls::gemm_epilogue_kind>(choice(epilogue_names(), request.epilogue, "--epilogue"));
  call.weight_bits = requested_weight_bits(request);
  if (request.pattern != "dense") call.sparsity = parse_nm_pattern(request.pattern, "--pattern", "generate");
  call.x_rows = request.gather ? 2 * call.rows : call.rows;
  call.y_rows = request.scatter ? 2 * call.rows : call.rows;
  call.x = rows_of(request, "x", call.x_rows, call.inner, 1);
  // Outputs of about unit variance whatever K.
  const double scale = 1 / std::sqrt(static_cast<double>(std::max<int64_t>(1, call.inner)));
  call.w = rows_of(request, "w", call.columns, call.inner, scale);
  if (!call.sparsity.dense()) prune_nm(call.w, call.columns, call.inner, call.sparsity, nm_side::inputs);
  if (request.with_bias) call.bias = rows_of(request, "bias", 1, call.columns, 0.25);
  if (request.gather) call.gather = selection(request, "gather", call.x_rows, call.rows);
  if (request.scatter) call.scatter = selection(request, "scatter", call.y_rows, call.rows);
  if (call.epilogue == hls::gemm_epilogue_kind::residual)
    call.residual = rows_of(request, "residual", call.y_rows, call.columns, 2);
  return call;
}

conv1d_call generate_conv1d(const operator_request& request) {
  conv1d_call call;
  call.channels = request.channels, call.length = request.length, call.width = request.width;
  call.past = request.width - 1, call.silu = request.silu;
  call.x = rows_of(request, "x", call.channels, call.length, 1);
  call.w = rows_of(request, "w", call.channels, call.width, 0.5);
  if (request.with_bias) call.bias = rows_of(request, "bias", 1, call.channels, 0.25);
  if (request.with_state) call.state = rows_of(request, "state", call.channels, call.past, 1);
  return call;
}

hadamard_call generate_hadamard(const operator_request& request) {
  hadamard_call call;
  call.rows = request.rows, call.size = request.size;
  if (!split_hadamard_size(request.size, call.m, call.log2))
    throw input_error("generate", "--size", "m 2^k with m 1, 12, 20, 28 or 40",
                      fmt::format("{}", request.size));
  call.x = rows_of(request, "x", call.rows, call.size, 1);
  return call;
}

rms_norm_call generate_rms_norm(const operator_request& request) {
  rms_norm_call call;
  call.rows = request.rows, call.size = request.size, call.eps = request.eps;
  call.x = rows_of(request, "x", call.rows, call.size, 1);
  call.w = rows_of(request, "w", 1, call.size, 1);
  for (float& w : call.w) w += 1;  // trained weights lie around one
  return call;
}

// dt_bias such that softplus of it lies between 1e-3 and 1e-1, evenly in the logarithm: as Mamba starts.
std::vector<float> step_bias(const operator_request& request, const std::string& name, int64_t channels) {
  random_stream random(request.seed, request.name + "." + name);
  std::vector<float> bias(static_cast<size_t>(channels));
  for (float& value : bias) {
    const double step = portable_exp(portable_log(1e-3) + portable_log(100.0) * random.uniform());
    value = static_cast<float>(portable_log(portable_exp(step) - 1));
  }
  return bias;
}

double fan_in_scale(int64_t inputs) {
  return 1 / std::sqrt(static_cast<double>(std::max<int64_t>(1, inputs)));
}

// Of every M states N, drawn for every index group.
std::vector<int64_t> draw_states(const operator_request& request, const mamba_block_call& c,
                                 const std::string& name) {
  std::vector<int64_t> index;
  const nm_pattern& p = c.state_sparsity;
  for (int64_t group = 0; group < c.index_groups; ++group) {
    for (int64_t first = 0; first < c.states; first += p.m) {
      std::vector<int64_t> kept =
          selection(request, fmt::format("{}.{}.{}", name, group, first).c_str(), p.m, p.n);
      std::sort(kept.begin(), kept.end());
      for (const int64_t state : kept) index.push_back(first + state);
    }
  }
  return index;
}

void set_state_sparsity(const operator_request& request, mamba_block_call& c) {
  if (request.state_pattern == "dense") return;
  c.state_sparsity = parse_nm_pattern(request.state_pattern, "--state-pattern", "generate");
  if (c.states % c.state_sparsity.m != 0)
    throw input_error("generate", "--state-pattern", fmt::format("M that divides N = {}", c.states),
                      request.state_pattern);
  if (request.state_groups < 1 || c.channels % request.state_groups != 0)
    throw input_error("generate", "--state-groups", fmt::format("groups that divide D = {}", c.channels),
                      fmt::format("{}", request.state_groups));
  if (!c.state_sparsity.dense()) c.index_groups = request.state_groups, c.indexed = c.kept_states();
}

mamba_branch_call generate_branch(const operator_request& request, const mamba_block_call& c,
                                  const std::string& prefix) {
  const auto draw = [&](const char* name, int64_t rows, int64_t columns, double scale) {
    return rows_of(request, (prefix + name).c_str(), rows, columns, scale, block_spread);
  };
  mamba_branch_call b;
  b.conv_weight = draw("conv1d.weight", c.channels, c.width, fan_in_scale(c.width));
  b.conv_bias.assign(static_cast<size_t>(c.channels), 0);
  if (request.with_bias) b.conv_bias = draw("conv1d.bias", 1, c.channels, 0.25);
  b.x_proj = draw("x_proj.weight", c.projected, c.channels, fan_in_scale(c.channels));
  b.dt_proj = draw("dt_proj.weight", c.channels, c.rank, fan_in_scale(c.rank));
  b.dt_bias = step_bias(request, prefix + "dt_proj.bias", c.channels);
  b.state_index = draw_states(request, c, prefix + "state_index");
  for (int64_t i = 0; i < c.channels * c.states; ++i) b.a.push_back(-static_cast<float>(i % c.states + 1));
  b.d.assign(static_cast<size_t>(c.channels), 1);
  if (!c.sparsity.dense()) {
    prune_nm(b.x_proj, c.projected, c.channels, c.sparsity, nm_side::inputs);
    prune_nm(b.dt_proj, c.channels, c.rank, c.sparsity, nm_side::inputs);
  }
  return b;
}

mamba_block_call generate_mamba_block(const operator_request& request) {
  mamba_block_call c;
  c.length = request.length, c.d_model = request.model_width, c.channels = request.channels;
  c.states = request.states, c.width = request.width, c.rank = (c.d_model + 15) / 16;
  c.derive_sizes(), c.eps = request.eps, c.hadamard = request.hadamard;
  c.weight_bits = requested_weight_bits(request);
  if (request.pattern != "dense") c.sparsity = parse_nm_pattern(request.pattern, "--pattern", "generate");
  if (c.states < 1 || c.states > max_block_states)
    throw input_error("generate", "--states", fmt::format("1 to {}", max_block_states),
                      fmt::format("{}", c.states));
  set_state_sparsity(request, c);
  c.x = rows_of(request, "x", c.length, c.d_model, 1);
  c.norm = rows_of(request, "norm.weight", 1, c.d_model, 0.2);
  for (float& w : c.norm) w += 1;  // trained weights lie around one
  c.in_proj =
      rows_of(request, "in_proj.weight", c.expanded, c.d_model, fan_in_scale(c.d_model), block_spread);
  if (!c.sparsity.dense()) prune_nm(c.in_proj, c.expanded, c.d_model, c.sparsity, nm_side::inputs);
  c.out_proj =
      rows_of(request, "out_proj.weight", c.d_model, c.channels, fan_in_scale(c.channels), block_spread);
  c.forward = generate_branch(request, c, "");
  if (request.bidirectional) c.backward = generate_branch(request, c, "backward.");
  if (request.with_state) {
    c.conv_state = rows_of(request, "conv_state", c.channels, c.past, 1);
    c.h0 = rows_of(request, "h0", c.channels, c.states, 0.1);
  }
  return c;
}

}  // namespace

operator_call generate_operator(const operator_request& request) {
  operator_call call;
  switch (choice(operator_names(), request.name, "--operator")) {
    case 0:
      call = generate_gemm(request);
      break;
    case 1:
      call = generate_conv1d(request);
      break;
    case 2:
      call = generate_hadamard(request);
      break;
    case 3:
      call = generate_rms_norm(request);
      break;
    default:
      call = generate_mamba_block(request);
  }
  check_operator_call(call, "generate");
  return call;
}

nlohmann::json operator_provenance(const operator_request& request) {
  return {{"kind", "generated"},
          {"generator", "scansim trace generate --operator " + request.name},
          {"seed", request.seed}};
}

}  // namespace scansim
