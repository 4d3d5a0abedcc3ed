#include "host/network/layer_parts.h"

#include "traces/calls/scan_sets_view.h"

namespace scansim {
namespace {

uint64_t product_of(int64_t a, int64_t b, int64_t c) {
  return static_cast<uint64_t>(a) * static_cast<uint64_t>(b) * static_cast<uint64_t>(c);
}

// Of the squarest grid.
int64_t rows_of_grid(int64_t tokens) {
  int64_t rows = 1;
  for (int64_t n = 2; n * n <= tokens; ++n)
    if (tokens % n == 0) rows = n;
  return rows;
}

// Rows of u, delta, B and C that the sets of a call step through, all together.
uint64_t positions_of(const std::string& sets, int64_t height, int64_t width) {
  scan_sets_call call;
  call.height = height, call.width = width, call.length = call.output_rows = height * width;
  call.sets = parse_sets(sets, "network", "sets");
  uint64_t positions = 0;
  for (size_t k = 0; k < call.sets.size(); ++k) positions += steps_of(call, k, "network").size();
  return positions;
}

}  // namespace

network_operator& layer_parts::add(const std::string& part, const operator_shape& shape, operator_work work,
                                   int64_t count) {
  operators_.push_back({.part = part, .count = count, .shape = shape, .work = work, .missing = ""});
  return operators_.back();
}

void layer_parts::missing(const std::string& part, const std::string& why, operator_work work,
                          int64_t count) {
  operators_.push_back({.part = part, .count = count, .shape = {}, .work = work, .missing = why});
}

void layer_parts::norm(const std::string& part, norm_kind kind, int64_t channels, int64_t count) {
  if (kind == norm_kind::none) return;
  if (kind == norm_kind::layer_norm) {
    missing(part, "no unit for layer norm (mean taken off)", {}, count);
    return;
  }
  add(part, {.kind = operation::rms_norm, .rows = pass_.rows(), .channels = channels}, {}, count);
}

void layer_parts::embedding(const std::string& part, int64_t vocabulary, int64_t width) {
  add(part, {.kind = operation::embedding, .rows = pass_.rows(), .columns = vocabulary, .channels = width},
      {}, 1);
}

void layer_parts::product(const std::string& part, int64_t inner, int64_t columns, int y_bits, int64_t count,
                          int64_t rows) {
  if (rows == 0) rows = pass_.rows();
  add(part, {.kind = operation::gemm, .rows = rows, .inner = inner, .columns = columns, .y_bits = y_bits},
      {product_of(rows, inner, columns), 0}, count);
}

void layer_parts::residual_product(const std::string& part, int64_t inner, int64_t columns, int64_t count) {
  const int64_t rows = pass_.rows();
  add(part,
      {.kind = operation::gemm,
       .rows = rows,
       .inner = inner,
       .columns = columns,
       .y_bits = 16,
       .residual = true},
      {product_of(rows, inner, columns), 0}, count);
}

void layer_parts::conv1d(int64_t channels, int64_t width, bool silu, int64_t count) {
  add("conv1d",
      {.kind = operation::conv1d,
       .tokens = pass_.tokens,
       .sequences = pass_.sequences,
       .channels = channels,
       .width = width,
       .silu = silu,
       .stateful = pass_.decode},
      {product_of(pass_.rows(), channels, width), 0}, count);
}

void layer_parts::rotation(int64_t channels, int64_t count) {
  add("rotation", {.kind = operation::rotation, .rows = pass_.rows(), .channels = channels}, {}, count);
}

void layer_parts::scan(const std::string& part, int64_t channels, int64_t states, bool gate, bool reverse,
                       int64_t count, int64_t tokens) {
  if (tokens == 0) tokens = pass_.tokens;
  add(part,
      {.kind = operation::scan,
       .tokens = tokens,
       .sequences = pass_.sequences,
       .channels = channels,
       .states = states,
       .stateful = pass_.decode,
       .reverse = reverse,
       .gate = gate},
      {0, product_of(tokens * pass_.sequences, channels, states)}, count);
}

void layer_parts::scan_sets(const std::string& part, int64_t channels, int64_t states, bool gate,
                            const std::string& sets, const std::string& own, int64_t count, int64_t tokens) {
  if (tokens == 0) tokens = pass_.tokens;
  const int64_t rows = rows_of_grid(tokens), columns = tokens / rows;
  const auto positions = static_cast<int64_t>(positions_of(sets, rows, columns));
  network_operator& one = add(part,
                              {.kind = operation::scan_sets,
                               .tokens = tokens,
                               .sequences = pass_.sequences,
                               .channels = channels,
                               .states = states,
                               .grid_rows = rows,
                               .grid_columns = columns,
                               .sets = sets,
                               .own = own,
                               .gate = gate},
                              {0, product_of(positions * pass_.sequences, channels, states)}, count);
  one.layers = static_cast<int64_t>(parse_sets(sets, "network", "sets").size());
}

std::string cross_of(int64_t directions) {
  std::string sets;
  for (int64_t k = 0; k < directions; ++k) {
    const int64_t forward = (directions + 1) / 2, order = k < forward ? k : k - forward;
    sets += (k > 0 ? "; " : "") + std::string(order % 2 == 0 ? "raster" : "transpose");
    if (k >= forward) sets += " reverse";
  }
  return sets;
}

}  // namespace scansim
