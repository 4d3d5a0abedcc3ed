// Records of a CSV text by RFC 4180: quoted cells may hold the separator, line ends and doubled quotes; lines
// end in LF or CRLF. Contract: every record keeps the number of the line it begins on; a quote that never
// closes or closes before other text is an input_error naming the line. It does not trim cells and does not
// check that records have equal length: only the caller knows which may differ.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace scansim {

struct csv_record {
  int line = 1;
  std::vector<std::string> cells;
};

// `first_line` is the number of the first line of `text` in `file`. Empty lines, and lines that begin with
// `skipped_prefix` outside quotes, are no records.
std::vector<csv_record> read_csv(std::string_view text, char separator, const std::string& skipped_prefix,
                                 const std::string& file, int first_line);

}  // namespace scansim
