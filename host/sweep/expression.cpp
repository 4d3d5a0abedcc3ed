#include "host/sweep/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <vector>

#include "traces/input_error.h"

namespace scansim {

// A leaf has a value or a name, an inner node an operation and its operands.
struct expression::node {
  std::string operation;  // "": a leaf
  sweep_value value;
  std::string name;
  std::vector<std::shared_ptr<const node>> operands;
};

namespace {

using tree = std::shared_ptr<const expression::node>;

constexpr int deepest = 64;  // of parentheses: a file must not end the program

struct function_row {
  const char* name;
  size_t least, most;  // operands
};
constexpr function_row functions[] = {
    {"min", 1, 16}, {"max", 1, 16}, {"log2", 1, 1}, {"ceil", 1, 1}, {"floor", 1, 1}};

class expression_parser {
 public:
  expression_parser(const std::string& text, const std::string& file, const std::string& field,
                    std::set<std::string>& names)
      : text_(text), file_(file), field_(field), names_(names) {}

  tree whole() {
    tree root = choice();
    skip();
    if (at_ < text_.size()) refuse("the end of the expression or an operator");
    return root;
  }

 private:
  [[noreturn]] void refuse(const std::string& expected) const {
    const std::string rest = at_ < text_.size() ? "'" + text_.substr(at_) + "'" : "the end";
    throw input_error(file_, field_, fmt::format("{} at character {}", expected, at_ + 1), rest);
  }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool is_name_letter(size_t at) const {
    return at < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at])) != 0 || text_[at] == '_' || text_[at] == '.');
  }
  bool take(const std::string& word) {
    skip();
    if (text_.compare(at_, word.size(), word) != 0) return false;
    const bool letters = std::isalpha(static_cast<unsigned char>(word[0])) != 0;
    if (letters && is_name_letter(at_ + word.size())) return false;
    at_ += word.size();
    return true;
  }
  static tree inner(const std::string& operation, std::vector<tree> operands) {
    auto made = std::make_shared<expression::node>();
    made->operation = operation;
    made->operands = std::move(operands);
    return made;
  }

  // Operators of one rank, from the left.
  template <class Next>
  tree chain(std::initializer_list<const char*> operations, Next next) {
    tree left = next();
    for (;;) {
      const auto found = std::find_if(operations.begin(), operations.end(),
                                      [this](const char* operation) { return take(operation); });
      if (found == operations.end()) return left;
      left = inner(*found, {left, next()});
    }
  }
  tree choice() {
    return chain({"or"}, [this] { return both(); });
  }
  tree both() {
    return chain({"and"}, [this] { return inverse(); });
  }
  tree inverse() {
    if (take("not")) return inner("not", {inverse()});
    return comparison();
  }
  tree comparison() {
    tree left = sum();
    for (const char* operation : {"==", "!=", "<=", ">=", "<", ">"})
      if (take(operation)) return inner(operation, {left, sum()});
    return left;
  }
  tree sum() {
    return chain({"+", "-"}, [this] { return product(); });
  }
  tree product() {
    return chain({"*", "/"}, [this] { return sign(); });
  }
  tree sign() {
    if (take("-")) return inner("negate", {sign()});
    return leaf();
  }

  tree leaf() {
    skip();
    if (at_ >= text_.size()) refuse("a value");
    const char letter = text_[at_];
    if (letter == '(') return in_parentheses();
    if (letter == '"' || letter == '\'') return quoted(letter);
    if (std::isdigit(static_cast<unsigned char>(letter)) != 0) return number();
    if (std::isalpha(static_cast<unsigned char>(letter)) != 0) return named();
    refuse("a number, a name, a text or '('");
  }
  tree in_parentheses() {
    if (++depth_ > deepest) refuse(fmt::format("at most {} parentheses in each other", deepest));
    ++at_;
    tree inside = choice();
    if (!take(")")) refuse("')'");
    --depth_;
    return inside;
  }
  tree quoted(char quote) {
    const size_t end = text_.find(quote, at_ + 1);
    if (end == std::string::npos) refuse("a text that ends");
    auto made = std::make_shared<expression::node>();
    made->value = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return made;
  }
  tree number() {
    double value = 0;
    const auto [stop, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc()) refuse("a number");
    auto made = std::make_shared<expression::node>();
    made->value = value;
    at_ = static_cast<size_t>(stop - text_.data());
    return made;
  }
  tree named() {
    const size_t first = at_;
    while (is_name_letter(at_)) ++at_;
    const std::string name = text_.substr(first, at_ - first);
    skip();
    if (at_ < text_.size() && text_[at_] == '(') return call(name);
    names_.insert(name);
    auto made = std::make_shared<expression::node>();
    made->name = name;
    return made;
  }
  tree call(const std::string& name) {
    const auto* row = std::find_if(std::begin(functions), std::end(functions),
                                   [&](const function_row& one) { return name == one.name; });
    if (row == std::end(functions)) refuse("min, max, log2, ceil or floor before '('");
    if (++depth_ > deepest) refuse(fmt::format("at most {} parentheses in each other", deepest));
    ++at_;
    std::vector<tree> operands = {choice()};
    while (take(",")) operands.push_back(choice());
    if (!take(")")) refuse("',' or ')'");
    if (operands.size() < row->least || operands.size() > row->most)
      refuse(fmt::format("{}() of {} value{}", name, row->most == 1 ? "one" : "some",
                         row->most == 1 ? "" : "s"));
    --depth_;
    return inner(name, std::move(operands));
  }

  const std::string& text_;
  const std::string &file_, &field_;
  std::set<std::string>& names_;
  size_t at_ = 0;
  int depth_ = 0;
};

// What an operand should have been; told of the expression's file and field.
struct wrong_operand {
  std::string expected, found;
};

double number_of(const sweep_value& value) {
  if (const double* number = std::get_if<double>(&value)) return *number;
  throw wrong_operand{"a number", "the text '" + std::get<std::string>(value) + "'"};
}

double ratio_of(double above, double below) {
  if (below == 0) throw wrong_operand{"a divisor other than 0", "0"};
  return above / below;
}

bool compared(const std::string& operation, const sweep_value& left, const sweep_value& right) {
  if (left.index() != right.index())
    throw wrong_operand{"two numbers or two texts to compare", text_of(left) + " and " + text_of(right)};
  if (operation == "==") return left == right;
  if (operation == "!=") return left != right;
  const double a = number_of(left), b = number_of(right);
  if (operation == "<") return a < b;
  if (operation == "<=") return a <= b;
  return operation == ">" ? a > b : a >= b;
}

double folded(const std::string& operation, const std::vector<double>& n) {
  if (operation == "+") return n[0] + n[1];
  if (operation == "-") return n[0] - n[1];
  if (operation == "*") return n[0] * n[1];
  if (operation == "/") return ratio_of(n[0], n[1]);
  if (operation == "negate") return -n[0];
  if (operation == "not") return n[0] == 0;
  if (operation == "min") return *std::min_element(n.begin(), n.end());
  if (operation == "max") return *std::max_element(n.begin(), n.end());
  if (operation == "ceil") return std::ceil(n[0]);
  if (operation == "floor") return std::floor(n[0]);
  if (n[0] <= 0) throw wrong_operand{"a number above 0 for log2", text_of(n[0])};
  return std::log2(n[0]);
}

double truth(bool holds) { return holds ? 1 : 0; }

sweep_value evaluated(const tree& one, const name_lookup& lookup) {
  if (one->operation.empty()) return one->name.empty() ? one->value : lookup(one->name);
  const auto part = [&](size_t i) { return evaluated(one->operands[i], lookup); };
  // What decides is enough: the other side may name what is not there then.
  if (one->operation == "and") return truth(number_of(part(0)) != 0 && number_of(part(1)) != 0);
  if (one->operation == "or") return truth(number_of(part(0)) != 0 || number_of(part(1)) != 0);
  if (one->operation.find_first_of("=<>") != std::string::npos)
    return truth(compared(one->operation, part(0), part(1)));
  std::vector<double> numbers;
  for (size_t i = 0; i < one->operands.size(); ++i) numbers.push_back(number_of(part(i)));
  return folded(one->operation, numbers);
}

}  // namespace

std::string text_of(const sweep_value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return fmt::format("{}", std::get<double>(value));
}

expression::expression(const std::string& text, const std::string& file, const std::string& field)
    : text_(text), file_(file), field_(field) {
  root_ = expression_parser(text_, file_, field_, names_).whole();
}

sweep_value expression::value(const name_lookup& lookup) const {
  try {
    return evaluated(root_, lookup);
  } catch (const wrong_operand& wrong) {
    throw input_error(file_, field_, wrong.expected + " in '" + text_ + "'", wrong.found);
  }
}

bool expression::holds(const name_lookup& lookup) const {
  const sweep_value found = value(lookup);
  if (const double* number = std::get_if<double>(&found)) return *number != 0;
  throw input_error(file_, field_, "a condition", "the text '" + std::get<std::string>(found) + "'");
}

}  // namespace scansim
