#include "traces/operator_generate.h"

#include <fmt/format.h>

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

constexpr double row_spread = 0.4;                    // standard deviation of the logarithm of a row's scale
constexpr int64_t largest_tensor = int64_t{1} << 34;  // elements, 64 GiB as float

std::vector<float> rows_of(const operator_request& request, const char* name, int64_t rows, int64_t columns,
                           double scale) {
  for (const int64_t size : {rows, columns}) {
    if (size < 1 || size > largest_tensor / std::max<int64_t>(1, std::min(rows, columns)))
      throw input_error("generate", std::string(name) + ".shape", "sizes >= 1, at most 2^34 elements",
                        fmt::format("[{}, {}]", rows, columns));
  }
  random_stream random(request.seed, std::string(request.name) + "." + name);
  std::vector<float> values(static_cast<size_t>(rows * columns));
  for (int64_t row = 0, at = 0; row < rows; ++row) {
    const double of_row = random.log_normal(scale, row_spread);
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
    throw input_error("generate", option, fmt::format("{} to {}", names.front(), names.back()),
                      "'" + name + "'");
  return static_cast<size_t>(found - names.begin());
}

gemm_call generate_gemm(const operator_request& request) {
  gemm_call call;
  call.rows = request.rows, call.inner = request.inner, call.columns = request.columns;
  call.epilogue =
      static_cast<hls::gemm_epilogue_kind>(choice(epilogue_names(), request.epilogue, "--epilogue"));
  call.weight_bits = choice(weight_format_names(), request.weight_format, "--weight-format") == 0 ? 8 : 4;
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
    default:
      call = generate_rms_norm(request);
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
