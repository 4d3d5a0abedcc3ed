#include "traces/nm_view.h"

#include "traces/input_error.h"

namespace scansim {

nm_side parse_nm_side(const std::string& text, const std::string& field) {
  if (text == "inputs") return nm_side::inputs;
  if (text == "outputs") return nm_side::outputs;
  throw input_error("command line", field, "inputs or outputs", "'" + text + "'");
}

const char* to_string(nm_side side) { return side == nm_side::inputs ? "inputs" : "outputs"; }

nm_view view_along(nm_side side, int64_t rows, int64_t cols) {
  return side == nm_side::inputs ? nm_view{rows, cols, cols, 1} : nm_view{cols, rows, 1, cols};
}

}  // namespace scansim
