// Numbers as a profiler writes them in its user's locale: "1,234.5" and "1.234,5", grouped by threes, blanks
// and apostrophes as group separators too. Contract: one file has one decimal mark, found from cells that can
// be read in one way only, or stated; cells that contradict one another or what is stated, and cells that
// nothing decides ("1,234" alone), are an input_error naming their column. It reads no words: "n/a", "nan"
// and "inf" are not numbers.
#pragma once
#include <optional>
#include <string>

namespace scansim {

// Whether it reads as a finite number in either convention.
bool is_number(const std::string& cell);

// Collects evidence cell by cell, then reads. `file` is borrowed.
class number_locale {
 public:
  // `stated`: the decimal mark, where somebody says it; 0: the cells do.
  explicit number_locale(const std::string& file, char stated = 0)
      : file_(file), decimal_mark_(stated), settled_by_("--decimal-mark says") {}

  // A cell that is no number is refused here, before what only other cells decide.
  // `whole`: the column can only hold whole numbers, so a mark before three digits must be a group's.
  void observe(const std::string& column, const std::string& cell, bool whole);
  // After every cell was observed. Without a value, `expected` says what would be one.
  struct reading {
    std::optional<double> value;
    std::string expected;
  };
  reading read_cell(const std::string& cell) const;
  // The same; throws where there is no value.
  double read(const std::string& column, const std::string& cell) const;

 private:
  void settle(char decimal_mark, const std::string& column, const std::string& cell);

  const std::string& file_;
  char decimal_mark_ = 0;  // '.' or ','; 0: not known
  std::string settled_by_;
};

}  // namespace scansim
