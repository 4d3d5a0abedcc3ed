#include "host/gpu_profile/number_locale.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Without blanks at the ends, and without blanks and apostrophes between digits.
std::string without_blanks(std::string text) {
  for (const char* blank :
       {"\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x99"})  // no-break spaces, a curly apostrophe
    for (size_t at; (at = text.find(blank)) != std::string::npos;)
      text.replace(at, std::string(blank).size(), "'");
  text.erase(0, std::min(text.find_first_not_of(" \t"), text.size()));
  text.erase(text.find_last_not_of(" \t") + 1);
  std::string kept;
  for (size_t k = 0; k < text.size(); ++k) {
    const bool blank = text[k] == ' ' || text[k] == '\'';
    const bool group = k > 0 && k + 3 < text.size() && is_digit(text[k - 1]) && is_digit(text[k + 1]) &&
                       is_digit(text[k + 2]) && is_digit(text[k + 3]) &&
                       (k + 4 == text.size() || !is_digit(text[k + 4]));
    if (!(blank && group)) kept += text[k];
  }
  return kept;
}

// The part before an exponent, without a sign.
std::string mantissa_of(const std::string& text) {
  const size_t from = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  return text.substr(from, text.find_first_of("eE") - from);
}

// digits{1,3} (mark digits{3})*, no zero in front of a group.
bool is_grouped(const std::string& text, char mark) {
  if (text.empty() || (text[0] == '0' && text.size() > 1)) return false;
  size_t run = 0;
  bool first = true;
  for (const char c : text) {
    if (is_digit(c)) {
      ++run;
    } else if (c == mark && run >= 1 && run <= 3 && (first || run == 3)) {
      first = false;
      run = 0;
    } else {
      return false;
    }
  }
  return first || run == 3;
}

char other_mark(char mark) { return mark == '.' ? ',' : '.'; }

// A number with `decimal` as its decimal mark and the other as group separator, as from_chars wants it.
std::optional<std::string> plain(const std::string& text, char decimal) {
  const std::string mantissa = mantissa_of(text);
  if (mantissa.empty()) return std::nullopt;
  const size_t mark = mantissa.find(decimal);
  std::string whole = mantissa.substr(0, mark);
  if (whole.find(other_mark(decimal)) != std::string::npos && !is_grouped(whole, other_mark(decimal)))
    return std::nullopt;
  whole.erase(std::remove(whole.begin(), whole.end(), other_mark(decimal)), whole.end());
  const std::string fraction = mark == std::string::npos ? "" : "." + mantissa.substr(mark + 1);
  const auto digits = [](const std::string& part) { return std::all_of(part.begin(), part.end(), is_digit); };
  if (whole.empty() || !digits(whole) || (!fraction.empty() && !digits(fraction.substr(1))))
    return std::nullopt;
  const size_t exponent = text.find_first_of("eE");
  return (text[0] == '-' ? "-" : "") + whole + fraction +
         (exponent == std::string::npos ? "" : text.substr(exponent));
}

std::optional<double> value_of(const std::string& text, char decimal) {
  const auto number = plain(text, decimal);
  if (!number) return std::nullopt;
  double value = 0;
  const char* end = number->data() + number->size();
  const auto [stop, failed] = std::from_chars(number->data(), end, value);
  if (failed != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

bool is_number(const std::string& cell) {
  const std::string text = without_blanks(cell);
  return value_of(text, '.') || value_of(text, ',');
}

void number_locale::settle(char decimal_mark, const std::string& column, const std::string& cell) {
  if (decimal_mark_ == 0) {
    decimal_mark_ = decimal_mark;
    settled_by_ = "\"" + printable(cell) + "\" in column " + column;
  } else if (decimal_mark_ != decimal_mark) {
    throw input_error(file_, "column " + printable(column),
                      std::string("numbers with the decimal mark '") + decimal_mark_ + "', as " + settled_by_,
                      "\"" + printable(cell) + "\"");
  }
}

void number_locale::observe(const std::string& column, const std::string& cell, bool whole) {
  const std::string text = without_blanks(cell);
  const auto by_point = value_of(text, '.'), by_comma = value_of(text, ',');
  if (!by_point && !by_comma)
    throw input_error(file_, "column " + printable(column), "a finite number", "\"" + printable(cell) + "\"");
  if (text.find_first_of(".,") == std::string::npos) return;
  if (by_point && !by_comma) return settle('.', column, cell);
  if (by_comma && !by_point) return settle(',', column, cell);
  if (!whole) return;  // it can be read both ways
  const bool point_is_whole = *by_point == std::floor(*by_point);
  const bool comma_is_whole = *by_comma == std::floor(*by_comma);
  if (point_is_whole != comma_is_whole) settle(point_is_whole ? '.' : ',', column, cell);
}

number_locale::reading number_locale::read_cell(const std::string& cell) const {
  const std::string text = without_blanks(cell);
  const auto by_point = value_of(text, '.'), by_comma = value_of(text, ',');
  if (!by_point && !by_comma) return {std::nullopt, "a finite number"};
  if (decimal_mark_ == 0 && by_point && by_comma && *by_point != *by_comma)
    return {std::nullopt,
            "a number that some cell of the file tells how to read (group or decimal mark), or "
            "--decimal-mark"};
  const auto& value = decimal_mark_ == ',' ? by_comma : by_point;
  if (!value) return {std::nullopt, std::string("a number with the decimal mark '") + decimal_mark_ + "'"};
  return {value, ""};
}

double number_locale::read(const std::string& column, const std::string& cell) const {
  const reading found = read_cell(cell);
  if (!found.value)
    throw input_error(file_, "column " + printable(column), found.expected, "\"" + printable(cell) + "\"");
  return *found.value;
}

}  // namespace scansim
