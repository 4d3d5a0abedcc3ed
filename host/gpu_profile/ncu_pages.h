// The pages of `ncu --csv`, 2019.1 to 2026.x, as an import page:
//   raw      a header row, a units row (its ID is empty), a row per launch with a column per metric
//   details  a row per launch and metric: section, name or label, unit, value; rows of rules are passed over,
//   and
//            rows may lack the cells of rules
// Contract: a launch's identification (kernel, grid, block, CC) is one; an ID stands for one launch; cells
// that are no number (n/a, words, lists of instances) are faults of their cells. A cell "36 (12; 12; 12)"
// is 36. Throws input_error for what makes the table doubtful: ragged rows, two columns of one name, an ID
// twice, numbers that contradict one another in their decimal mark.
#pragma once
#include "host/gpu_profile/csv_table.h"
#include "host/gpu_profile/import_page.h"

namespace scansim {

// `decimal_mark`: '.' or ','; 0: as the cells tell.
import_page read_ncu_raw_page(const csv_table& table, char decimal_mark);
import_page read_ncu_details_page(const csv_table& table, char decimal_mark);

}  // namespace scansim
