#include "traces/calls/draw_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "traces/calls/call_option.h"
#include "traces/input_error.h"
#include "traces/random_streams.h"

namespace scansim {

std::vector<float> draw_rows(const draw_source& source, const std::string& tensor, int64_t rows,
                             int64_t columns, double scale, double spread) {
  constexpr int64_t largest_tensor = int64_t{1} << 34;  // elements, 64 GiB as float
  for (const int64_t size : {rows, columns}) {
    if (size < 1 || size > largest_tensor / std::max<int64_t>(1, std::min(rows, columns)))
      throw input_error("generate", tensor + ".shape", "sizes >= 1, at most 2^34 elements",
                        fmt::format("[{}, {}]", rows, columns));
  }
  random_stream random(source.seed, source.name + "." + tensor);
  std::vector<float> values(static_cast<size_t>(rows * columns));
  for (int64_t row = 0, at = 0; row < rows; ++row) {
    const double of_row = random.log_normal(scale, spread);
    for (int64_t column = 0; column < columns; ++column, ++at)
      values[static_cast<size_t>(at)] = static_cast<float>(of_row * random.normal());
  }
  return values;
}

std::vector<int64_t> draw_selection(const draw_source& source, const std::string& tensor, int64_t total,
                                    int64_t count) {
  random_stream random(source.seed, source.name + "." + tensor);
  std::vector<int64_t> order(static_cast<size_t>(total));
  std::iota(order.begin(), order.end(), 0);
  for (int64_t i = 0; i < count; ++i) {
    const auto other = i + static_cast<int64_t>(random.uniform() * static_cast<double>(total - i));
    std::swap(order[static_cast<size_t>(i)], order[static_cast<size_t>(other)]);
  }
  order.resize(static_cast<size_t>(count));
  return order;
}

double fan_in_scale(int64_t inputs) {
  return 1 / std::sqrt(static_cast<double>(std::max<int64_t>(1, inputs)));
}

size_t flag_choice(const std::vector<std::string>& names, const std::string& name, const char* flag) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw input_error("generate", flag, fmt::format("one of {}", fmt::join(names, ", ")), "'" + name + "'");
  return static_cast<size_t>(found - names.begin());
}

int flag_weight_bits(const std::string& format) {
  return weight_bits_of(flag_choice(weight_format_names(), format, "--weight-format"));
}

nm_pattern flag_pattern(const std::string& text, const char* flag) {
  return text == "dense" ? nm_pattern{} : parse_nm_pattern(text, flag, "generate");
}

}  // namespace scansim
