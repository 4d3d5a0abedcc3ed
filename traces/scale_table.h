// The scales that a call is quantised with, as a table: names, counts and ranges stated once, from which the
// reader and the writer of a trace's `scales`, the result's JSON and the page follow.
//   value = integer * 2^-frac
// Contract: an object has every row and nothing else; a list has exactly as many numbers as its vector has;
// everything else is an input_error that names the row. Widths (`width`) say what the numbers were made for:
// a run takes the stored object whose widths are those of its design point. It chooses no scale.
#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace scansim {

inline constexpr int least_frac = -126, largest_stored_frac = 126;

// A row is one number, a list of numbers, or a list of objects with rows of their own.
struct scale_row {
  const char* name;
  int* value = nullptr;
  std::vector<int>* values = nullptr;
  std::vector<std::vector<scale_row>> parts = {};
  const char* count = "";  // of a list, as the page calls it
  int low = least_frac, high = largest_stored_frac, step = 1;
  bool width = false;
  bool optional = false;  // of one value: may be missing, which says `low`
  const char* text = "";
};
using scale_rows = std::vector<scale_row>;

// A number of bits that the operator always has, or one of low, low + step ... high.
scale_row width_row(const char* name, int& bits, const char* text = "");
scale_row width_row(const char* name, int& bits, int low, int high, int step, const char* text = "");

// Of what comes out: with operands far from 1 its bits reach further.
scale_row output_row(const char* name, int& frac, const char* text = "");

// What one operator's call is quantised with: a struct derived from this, in the file of the call.
class call_scales {
 public:
  virtual ~call_scales() = default;
  virtual scale_rows rows() = 0;  // pointers into this, which must outlive the table
};
using stored_scales = std::vector<std::shared_ptr<const call_scales>>;

nlohmann::json scales_to_json(const scale_rows& rows);
nlohmann::json scales_to_json(const call_scales& scales);
// `file` and `field` name the object in the input_error.
void read_scales(const nlohmann::json& value, const scale_rows& rows, const std::string& file,
                 const std::string& field);

bool same_widths(const call_scales& one, const call_scales& other);

// Rows of the page: key, value, what it is.
std::string scale_page_rows(const scale_rows& rows, const std::string& prefix = "");

}  // namespace scansim
