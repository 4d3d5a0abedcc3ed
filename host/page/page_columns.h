// Columns of a page's data, short as text: numbers to six digits, repeated values as indices.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "host/sweep/expression.h"

namespace scansim {

// To six digits; whole numbers below 2^53 have all of theirs. What is not finite is null.
nlohmann::json page_number(double value);
nlohmann::json page_numbers(const std::vector<double>& values);

// Values that many points share: {values, at}; `at` is one index where all points have the same.
class value_column {
 public:
  void add(const sweep_value& value) { cells_.push_back({value, true}); }
  void add_none() { cells_.push_back({{}, false}); }
  // Of every point, `none` where it has none.
  std::vector<sweep_value> cells_or(const sweep_value& none) const;
  // Numbers in their order, before texts in theirs.
  std::vector<sweep_value> values() const;
  nlohmann::json to_json() const;

 private:
  struct cell {
    sweep_value value;
    bool is_set = false;
  };
  std::vector<cell> cells_;
};

}  // namespace scansim
