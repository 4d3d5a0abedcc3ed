// Aligned text: rows of cells, columns as wide as their widest cell, two spaces between columns (one if that
// is what makes the table fit 120 columns). Contract: what steers a terminal is escaped in cells. Numbers: to
// three significant digits with an SI prefix.
#pragma once
#include <string>
#include <vector>

#include "models/energy/energy_range.h"

namespace scansim {

inline constexpr int max_table_width = 120;

class text_table {
 public:
  // A heading that starts with '<' makes a left-aligned column; the mark is not printed.
  explicit text_table(std::vector<std::string> headings);
  void add_row(std::vector<std::string> cells);  // throws std::invalid_argument if the count differs
  void add_rule() { rows_.emplace_back(); }      // a line of dashes
  std::string text() const;

 private:
  std::vector<bool> left_;
  std::vector<std::vector<std::string>> rows_;  // an empty row is a rule
};

std::string with_si_prefix(double value, const std::string& unit = "");  // 1.23M, 45.6 us
std::string energy_text(const energy_range& energy);  // "9.12/12.3/15.6 nJ", low/nominal/high
// Shares of a whole in percent with one decimal, rounded so that the printed figures sum to exactly 100.0.
std::vector<std::string> percent_texts(const std::vector<uint64_t>& parts);

}  // namespace scansim
