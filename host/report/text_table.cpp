#include "host/report/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "traces/one_line.h"

namespace scansim {

namespace {

struct si_scale {
  double factor;
  const char* prefix;
};

// The prefix with which `value` prints as 1 to 999.
si_scale scale_of(double value) {
  static constexpr si_scale scales[] = {{1e15, "P"}, {1e12, "T"}, {1e9, "G"},  {1e6, "M"},  {1e3, "k"},
                                        {1, ""},     {1e-3, "m"}, {1e-6, "u"}, {1e-9, "n"}, {1e-12, "p"}};
  for (const si_scale& scale : scales) {
    if (std::abs(value) >= 0.9995 * scale.factor) return scale;
  }
  return value == 0 ? si_scale{1, ""} : scales[9];
}

std::string three_digits(double value) {
  const double magnitude = std::abs(value);
  return fmt::format("{:.{}f}", value, magnitude >= 99.95 || magnitude == 0 ? 0 : magnitude >= 9.995 ? 1 : 2);
}

}  // namespace

text_table::text_table(std::vector<std::string> headings) {
  for (std::string& heading : headings) {
    left_.push_back(!heading.empty() && heading[0] == '<');
    if (left_.back()) heading.erase(0, 1);
  }
  rows_.push_back(std::move(headings));
  add_rule();
}

void text_table::add_row(std::vector<std::string> cells) {
  if (cells.size() != left_.size()) throw std::invalid_argument("text_table: wrong number of cells");
  for (std::string& cell : cells) cell = one_line(cell);
  rows_.push_back(std::move(cells));
}

std::string text_table::text() const {
  std::vector<size_t> widths(left_.size(), 0);
  for (const auto& row : rows_) {
    for (size_t k = 0; k < row.size(); ++k) widths[k] = std::max(widths[k], row[k].size());
  }
  const size_t filled = std::accumulate(widths.begin(), widths.end(), size_t{0});
  const size_t gap = filled + 2 * (widths.size() - 1) <= max_table_width ? 2 : 1;
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (size_t k = 0; k < row.size(); ++k) {
      if (k > 0) line.append(gap, ' ');
      line += fmt::format(fmt::runtime(left_[k] ? "{:<{}}" : "{:>{}}"), row[k], widths[k]);
    }
    if (row.empty()) line.assign(filled + gap * (widths.size() - 1), '-');
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string with_si_prefix(double value, const std::string& unit) {
  const si_scale scale = scale_of(value);
  return three_digits(value / scale.factor) + (unit.empty() ? "" : " ") + scale.prefix + unit;
}

std::string energy_text(const energy_range& energy) {
  const si_scale scale = scale_of(energy.nominal_pj * 1e-12);
  const double factor = scale.factor * 1e12;
  return fmt::format("{}/{}/{} {}J", three_digits(energy.low_pj / factor),
                     three_digits(energy.nominal_pj / factor), three_digits(energy.high_pj / factor),
                     scale.prefix);
}

std::vector<std::string> percent_texts(const std::vector<uint64_t>& parts) {
  const double whole = std::accumulate(parts.begin(), parts.end(), 0.0, [](double sum, uint64_t part) {
    return sum + static_cast<double>(part);
  });
  std::vector<int> tenths(parts.size(), 0);
  std::vector<std::pair<double, size_t>> remainders;
  int missing = whole > 0 ? 1000 : 0;
  for (size_t k = 0; k < parts.size() && whole > 0; ++k) {
    const double exact = 1000.0 * static_cast<double>(parts[k]) / whole;
    tenths[k] = static_cast<int>(exact);
    missing -= tenths[k];
    remainders.emplace_back(tenths[k] - exact, k);
  }
  std::sort(remainders.begin(), remainders.end());
  for (int k = 0; k < missing; ++k) ++tenths[remainders[static_cast<size_t>(k)].second];
  std::vector<std::string> texts;
  for (const int value : tenths) texts.push_back(fmt::format("{}.{}", value / 10, value % 10));
  return texts;
}

}  // namespace scansim
