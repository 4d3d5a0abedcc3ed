// parameter_rows: rows of a parameter memory that a feed sends, in order (sim/PROGRAM.md, section 5).
#pragma once

namespace scansim {

struct parameter_rows {
  int first = 0, count = 0;
};

}  // namespace scansim
