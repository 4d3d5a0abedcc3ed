// Expressions of a sweep file: arithmetic, comparisons and conditions over its parameters. No code, no state.
//   or, and, not; == != < <= > >=; + - * /; min max log2 ceil floor (...); numbers, "text", 'text', names
//   with dots
// Contract: numbers are doubles; a condition is 1 or 0; text can only be compared with text. Errors:
// input_error with the file, the field and what is wrong where.
#pragma once
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <variant>

namespace scansim {

using sweep_value = std::variant<double, std::string>;
std::string text_of(const sweep_value& value);  // 8, 0.5, dram-hbm2

// The value of a name; throws what it likes where there is none.
using name_lookup = std::function<sweep_value(const std::string& name)>;

class expression {
 public:
  struct node;

  // `file` and `field` are for messages.
  expression(const std::string& text, const std::string& file, const std::string& field);

  const std::string& text() const { return text_; }
  const std::set<std::string>& names() const { return names_; }
  sweep_value value(const name_lookup& lookup) const;
  bool holds(const name_lookup& lookup) const;  // a number other than 0

 private:
  std::string text_, file_, field_;
  std::set<std::string> names_;
  std::shared_ptr<const node> root_;
};

}  // namespace scansim
