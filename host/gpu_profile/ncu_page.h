// The raw page as a table: header, units, launches, all of one width. See ncu_import.h for what is passed
// over.
#pragma once
#include <string>
#include <vector>

#include "host/gpu_profile/csv_records.h"

namespace scansim {

struct ncu_page {
  std::vector<std::string> names, units;  // one per column; a unit may be empty
  std::vector<csv_record> launches;       // at least one, each of names.size() cells

  // Column of that name, or -1.
  int find(const std::string& name) const;
};

// Throws input_error: no raw page, no units row, a ragged row, two columns of one name.
ncu_page read_ncu_page(const std::string& text, const std::string& file);

}  // namespace scansim
