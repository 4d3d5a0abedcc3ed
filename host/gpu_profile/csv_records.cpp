#include "host/gpu_profile/csv_records.h"

#include <fmt/format.h>

#include "traces/input_error.h"

namespace scansim {
namespace {

class csv_scanner {
 public:
  csv_scanner(std::string_view text, char separator, const std::string& file, int line)
      : text_(text), separator_(separator), file_(file), line_(line) {}

  bool at_end() const { return at_ >= text_.size(); }
  bool at_line_end() const { return at_end() || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n"; }
  // Without its end.
  std::string_view rest_of_line() const {
    const std::string_view rest = text_.substr(at_, text_.find('\n', at_) - at_);
    return rest.ends_with('\r') ? rest.substr(0, rest.size() - 1) : rest;
  }
  int line() const { return line_; }

  void skip_line() {
    while (!at_end() && text_[at_] != '\n') ++at_;
    end_line();
  }
  void end_line() {
    if (!at_end() && text_[at_] == '\r') ++at_;
    if (!at_end()) ++at_;
    ++line_;
  }
  // Leaves the scanner at the line's end.
  csv_record record() {
    csv_record result{line_, {}};
    result.cells.push_back(cell());
    while (!at_line_end()) {
      ++at_;  // the separator
      result.cells.push_back(cell());
    }
    return result;
  }

 private:
  std::string cell() {
    if (!at_end() && text_[at_] == '"') return quoted_cell();
    const size_t begin = at_;
    while (!at_line_end() && text_[at_] != separator_) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  std::string quoted_cell() {
    const int opened = line_;
    std::string text;
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] == '"' && text_.substr(at_, 2) != "\"\"") {
        ++at_;
        if (!at_line_end() && text_[at_] != separator_) refuse(line_, "text after a closing quote");
        return text;
      }
      if (text_[at_] == '"') ++at_;
      if (text_[at_] == '\n') ++line_;
      text += text_[at_];
    }
    refuse(opened, "a quote that never closes");
  }
  [[noreturn]] void refuse(int line, const std::string& found) const {
    throw input_error(file_, fmt::format("line {}", line), "comma-separated values", found);
  }

  std::string_view text_;
  char separator_;
  const std::string& file_;
  size_t at_ = 0;
  int line_;
};

}  // namespace

std::vector<csv_record> read_csv(std::string_view text, char separator, const csv_line_rule& rule,
                                 const std::string& file, int first_line) {
  csv_scanner scanner(text, separator, file, first_line);
  std::vector<csv_record> records;
  while (!scanner.at_end()) {
    const csv_line kind = rule(scanner.rest_of_line());
    if (kind == csv_line::end) break;
    if (kind == csv_line::passed_over) {
      scanner.skip_line();
      continue;
    }
    if (!scanner.at_line_end()) records.push_back(scanner.record());
    scanner.end_line();
  }
  return records;
}

}  // namespace scansim
