#include "host/network/layer_parts.h"

namespace scansim {
namespace {

uint64_t product_of(int64_t a, int64_t b, int64_t c) {
  return static_cast<uint64_t>(a) * static_cast<uint64_t>(b) * static_cast<uint64_t>(c);
}

}  // namespace

void layer_parts::add(const std::string& part, const operator_shape& shape, operator_work work,
                      int64_t count) {
  operators_.push_back({.part = part, .count = count, .shape = shape, .work = work, .missing = ""});
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

}  // namespace scansim
