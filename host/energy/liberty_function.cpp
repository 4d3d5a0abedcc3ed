#include "host/energy/liberty_function.h"

#include <algorithm>
#include <cctype>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

// Evaluates the expression for one assignment of its pins while it parses it.
class function_value {
 public:
  function_value(const std::string& text, const std::vector<std::string>& pins,
                 const std::vector<int>& inputs, uint64_t bits)
      : text_(text), pins_(pins), inputs_(inputs), bits_(bits) {}

  std::optional<bool> whole() {  // nullopt: not an expression
    const bool value = any();
    skip();
    if (failed_ || at_ != text_.size()) return std::nullopt;
    return value;
  }

 private:
  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  static bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
  bool starts_term() {
    skip();
    return at_ < text_.size() && (is_name(text_[at_]) || text_[at_] == '(' || text_[at_] == '!');
  }

  bool any() {
    bool value = all();
    while (take('|') || take('+')) value = all() || value;
    return value;
  }
  bool all() {
    bool value = differ();
    while (take('&') || take('*') || starts_term()) value = differ() && value;
    return value;
  }
  bool differ() {
    bool value = term();
    while (take('^')) value = term() != value;
    return value;
  }
  bool term() {
    if (take('!')) return !term();
    bool value = false;
    if (take('(')) {
      value = any();
      failed_ |= !take(')');
    } else {
      value = leaf();
    }
    while (take('\'')) value = !value;
    return value;
  }
  bool leaf() {
    skip();
    std::string name;
    while (at_ < text_.size() && is_name(text_[at_])) name += text_[at_++];
    if (name == "0" || name == "1") return name == "1";
    const auto pin = std::find(pins_.begin(), pins_.end(), name);
    const auto input = std::find(inputs_.begin(), inputs_.end(), static_cast<int>(pin - pins_.begin()));
    failed_ |= input == inputs_.end();
    return !failed_ && ((bits_ >> (input - inputs_.begin())) & 1);
  }

  const std::string& text_;
  const std::vector<std::string>& pins_;
  const std::vector<int>& inputs_;
  uint64_t bits_;
  size_t at_ = 0;
  bool failed_ = false;
};

std::vector<int> pins_in(const std::string& text, const std::vector<std::string>& pins) {
  std::vector<int> found;
  std::string name;
  for (const char c : text + " ") {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') {
      name += c;
      continue;
    }
    const auto pin = std::find(pins.begin(), pins.end(), name);
    const int index = static_cast<int>(pin - pins.begin());
    if (pin != pins.end() && std::find(found.begin(), found.end(), index) == found.end())
      found.push_back(index);
    name.clear();
  }
  return found;
}

}  // namespace

std::optional<liberty_function> function_from_text(const std::string& text,
                                                   const std::vector<std::string>& pins,
                                                   const std::string& file, const std::string& field) {
  liberty_function function{pins_in(text, pins), 0};
  if (function.inputs.size() > most_function_inputs) return std::nullopt;
  for (uint64_t bits = 0; bits < uint64_t{1} << function.inputs.size(); ++bits) {
    const std::optional<bool> value = function_value(text, pins, function.inputs, bits).whole();
    if (!value)
      throw input_error(file, field, "a boolean expression of the cell's pins",
                        "\"" + printable(text) + "\"");
    function.table |= uint64_t{*value} << bits;
  }
  return function;
}

}  // namespace scansim
