// Records of a CSV text by RFC 4180: quoted cells may hold the separator, line ends and doubled quotes; lines
// end in LF or CRLF. Contract: every record keeps the number of the line it begins on; a quote that never
// closes or closes before other text is an input_error naming the line. It does not trim cells and does not
// check that records have equal length: only the caller knows which may differ.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace scansim {

struct csv_record {
  int line = 1;
  std::vector<std::string> cells;
};

// What a line that begins outside of quotes is.
enum class csv_line { record, passed_over, end };
using csv_line_rule = std::function<csv_line(std::string_view line)>;

// `first_line` is the number of the first line of `text` in `file`. Empty lines for which the rule does not
// end the table are no records.
std::vector<csv_record> read_csv(std::string_view text, char separator, const csv_line_rule& rule,
                                 const std::string& file, int first_line);

}  // namespace scansim
