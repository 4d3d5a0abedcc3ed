// Columns of a table of nsys stats by the label in front of the unit: "Duration (ns)", "Avg (us)", "Total
// Time". Contract: numbers of a column come in us where it is one of time, in the header's unit or
// nanoseconds. Errors: input_error of a header with a name twice, of a row of another length.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/gpu_profile/csv_table.h"
#include "host/gpu_profile/import_page.h"
#include "host/gpu_profile/number_locale.h"

namespace scansim {

class nsys_columns {
 public:
  nsys_columns(const csv_table& table, char decimal_mark);

  // The first of the labels that is a column, or -1.
  int find(const std::vector<std::string_view>& labels) const;
  const std::string& name(int column) const { return table_.names[static_cast<size_t>(column)]; }
  // Without the blanks around it; "" if there is no such column.
  std::string text(const csv_record& row, int column) const;
  import_cell time(const csv_record& row, int column) const;
  std::optional<int64_t> whole(const csv_record& row, int column) const;

 private:
  const csv_table& table_;
  std::vector<std::string> labels_;
  std::vector<double> us_;  // of the header's unit; 0: not one of time
  number_locale locale_;
};

// What a page of these columns says of itself, before its launches: the fields by the names that the table
// has for them, the column of the time first.
struct nsys_head {
  const char* source;  // "the trace of nsys"
  int kernel, time;
  std::string grid_field, block_field, device_field;
};
import_page page_with_head(const nsys_columns& columns, const nsys_head& head);

}  // namespace scansim
