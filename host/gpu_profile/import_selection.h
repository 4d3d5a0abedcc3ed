// Which launches of a file are the calls that somebody asks about. Contract: --kernel, --grid and --launch
// each keep what they name, and all hold; what is left must be launches of one kernel with one grid and block
// on one device, each a call of its own. With --calls N they are N calls of equally many launches in order,
// each with the same kernels and sizes; rows of a summary are then divided by N. Anything else is one
// input_error that names what is there and the options that choose.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "host/gpu_profile/import_page.h"

namespace scansim {

struct import_choice {
  std::string kernel;                 // regular expression that a part of the name matches; empty: any
  std::string grid;                   // "1536,1,1", in any spelling of launch_size; empty: any
  std::vector<std::string> launches;  // ids and ranges of ids, "3" and "5-9"; empty: any
  int64_t calls = 0;                  // 0: every launch is a call
  std::vector<std::string> skip;      // columns left out on purpose, by the file's name
  bool strict = false;                // whatever cannot be read is an error
  char decimal_mark = 0;              // of every number; 0: as its cells tell
};

using import_call = std::vector<const import_launch*>;

// What kernel, grid and launches of the choice leave.
import_call chosen_launches(const import_page& page, const std::string& file, const import_choice& choice);
// The same as calls of equal length. With a summary: one call of all its rows.
std::vector<import_call> select_calls(const import_page& page, const std::string& file,
                                      const import_choice& choice);

// What is chosen of the file: kernel, grid and block, launches, their ids, a median time; a line each.
std::string import_listing(const import_page& page, const std::string& file, const import_choice& choice);

}  // namespace scansim
