// Cells of a page of ncu before they are numbers: column and launch they belong to, unit and text. Contract:
// first all cells are added, then read() makes them numbers, because one decimal mark holds for the file and
// every cell may tell it. Columns of one metric of ours: the one that our table names first takes the name,
// the others keep theirs.
#pragma once
#include <string>
#include <vector>

#include "host/gpu_profile/import_page.h"
#include "host/gpu_profile/ncu_columns.h"

namespace scansim {

class ncu_cells {
 public:
  // The number of the column; `name` is the file's. `missing_unit`: where a cell's unit is looked for, for
  // messages.
  size_t add_column(const std::string& name, const ncu_column& meaning);
  void add(size_t column, size_t launch, const std::string& unit, const std::string& text);

  // Into page.columns and the cells of page.launches.
  void read(import_page& page, const std::string& file, char decimal_mark) const;

 private:
  struct column_entry {
    std::string name;
    ncu_column meaning;
  };
  struct cell_entry {
    size_t column, launch;
    std::string unit, text;
  };
  void name_columns(import_page& page) const;

  std::vector<column_entry> columns_;
  std::vector<cell_entry> cells_;
};

// Identification cells of a row as launch and device; the file's names of what tells kernel, grid, block,
// device.
class ncu_launch_reader {
 public:
  ncu_launch_reader(const std::vector<std::string>& names, import_page& page);
  import_launch launch(const std::vector<std::string>& cells, import_page& page) const;
  // Throws input_error naming line and column: not the same launch.
  void check_same(const import_launch& one, const import_launch& other, const import_page& page,
                  const std::string& file, int line) const;

 private:
  int id_ = -1, kernel_ = -1, grid_ = -1, block_ = -1, capability_ = -1, device_name_ = -1;
};

}  // namespace scansim
