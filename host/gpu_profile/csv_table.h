// The table of a profiler in a text that holds more: lines of the tool and of the program before, among and
// behind it, other tables. Contract: a header is a line whose cells a source knows by name; the table goes
// from there to the end, or to the first empty line where the tool prints several. Where the header's cells
// are quoted, lines that do not begin with a quote are the program's and are passed over; lines that begin
// with "==" always are. What was there instead of a table is told in the tool's own words.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/gpu_profile/csv_records.h"

namespace scansim {

struct csv_table {
  std::string file;
  int header_line = 1;
  char separator = ',';
  std::vector<std::string> names;
  std::vector<csv_record> rows;  // behind the header
  int64_t lines_passed_over = 0;

  // Column of that name, or -1.
  int find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) >= 0; }
  // The first of the names that is a column, or -1.
  int find_one(const std::vector<std::string_view>& some) const;
};

// The header's place in a text, found by header_finder.
struct csv_header {
  size_t offset = 0;
  int line = 1;
  char separator = ',';
  std::vector<std::string> names;
};

// Every line of the text that may be a header, in order; `visit` says with true that it is the one.
bool find_csv_header(std::string_view text, const std::function<bool(const csv_header&)>& visit);

// `ends_at_empty_line`: where the tool prints several tables into one text.
csv_table read_csv_table(std::string_view text, const csv_header& header, bool ends_at_empty_line,
                         const std::string& file);

// Throws input_error: a row that has not as many cells as the header, two columns of one name.
void check_rows(const csv_table& table);
void check_names(const csv_table& table);

// What the tool said where a table should be (no permission, no kernel), or else how the text begins.
std::string what_is_there(std::string_view text);

// Without a byte order mark; UTF-16 with one (as PowerShell's redirection writes it) as UTF-8. Throws
// input_error: UTF-16 that is cut off or malformed.
std::string utf8_text(std::string_view bytes, const std::string& file);

}  // namespace scansim
