// What a profiler's file holds, whatever the tool: the launches of kernels, and of each the metrics that it
// names. Contract: every source (import_source.h) gives this, numbers in canonical units; what cannot be read
// is kept as a fault of its column or cell, not thrown, because only import_profile.h knows which columns and
// launches are asked for. A row of a summary stands for several launches: its cells have extremes, a total
// and a count.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/gpu_profile/gpu_profile.h"

namespace scansim {

// Why something cannot be read; nothing is wrong where `found` is empty.
struct import_fault {
  std::string expected, found;
  explicit operator bool() const { return !found.empty(); }
};

// How the launches of one call make a value of the call.
enum class launch_sum { none, adds, constant };

struct import_column {
  std::string name;    // in the file; a label of a section as "Section: Label"
  std::string metric;  // ours; the file's where we have none
  std::string aggregation;
  std::string unit;  // canonical, of all cells; empty: no cell has a value
  launch_sum sum = launch_sum::none;
  bool used = false;   // time, bytes of DRAM, facts of the device: strict about unit and number
  import_fault fault;  // of all its cells
};

struct import_cell {
  std::optional<double> value;  // absent and without fault: the file says nothing
  import_fault fault;
  std::optional<double> low, high, total;  // of a summary's row
};

// Texts that many launches share, by their number.
class text_numbers {
 public:
  uint32_t add(const std::string& text);
  const std::string& operator[](uint32_t number) const { return texts_[number]; }

 private:
  std::vector<std::string> texts_;
  std::map<std::string, uint32_t> numbers_;
};

struct import_launch {
  std::string id;                            // in the file; empty: a summary's row
  uint32_t kernel = 0, grid = 0, block = 0;  // of import_page::texts; an empty text: not told
  uint32_t device = 0;                       // of import_page::devices
  int64_t count = 1;
  std::vector<import_cell> cells;  // one per column, or fewer: the rest is empty
};

struct import_page {
  std::string source;  // "the raw page of ncu"
  std::string origin;  // of the profile: "ncu", "nsys", "pytorch"
  std::string
      statistic;  // of a summary's row over its launches, "median" or "mean"; empty: rows are launches
  std::string kernel_field, grid_field, block_field, device_field;  // columns that tell them
  text_numbers texts;
  std::vector<profile_device> devices;
  std::vector<import_column> columns;
  std::vector<import_launch> launches;  // at least one, in the order in which they ran
  int64_t lines_passed_over = 0;        // behind the header, of the program that was profiled

  const std::string& kernel(const import_launch& launch) const { return texts[launch.kernel]; }
  const std::string& grid(const import_launch& launch) const { return texts[launch.grid]; }
  const std::string& block(const import_launch& launch) const { return texts[launch.block]; }
  // The number of a device that is equal, or of this one.
  uint32_t add_device(const profile_device& device);
};

// "(1536, 1, 1)" of three numbers; of a tool's text "(1,536, 1, 1)", " 896    1    1", "32x1x1" likewise. A
// text of another form stays as it is.
std::string launch_size(int64_t x, int64_t y, int64_t z);
std::string launch_size(const std::string& text);

// The metric of the registers that a thread has, as ncu names it.
import_column registers_column(const std::string& name);
// The time of a launch from its begin and end, in us.
import_column time_column(const std::string& name);

}  // namespace scansim
