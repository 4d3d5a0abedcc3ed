// Orders in which a scan visits rows of its tensors, by name. A map is the list of rows, one a position of
// the walk: rows = map(position), -1 where there is none. On a grid of H x W rows, row = h W + w:
//   raster              t                                    transpose        columns, h fastest
//   snake_rows          rows, every odd one backwards        snake_columns    columns, likewise
//   diagonal            anti-diagonals h + w = k, h rising for even k, falling for odd k
//   spiral              clockwise from (0, 0) inwards
//   atrous:p:a:b        rows of the sub-grid [a::p, b::p];   atrous:p:a:b:transpose   its columns
//   interleave:F        of F frames of H W rows one after the other: t mod F is the frame
//   shift:n             t + n, none beyond the ends
//   list:k              the call's tensor list.k             dfs:k    depth first through the tree parent.k,
//                                                                     children by size, the heaviest last
// and of other maps m:  reverse:m (from its end), left_right:m and top_bottom:m (on the mirrored grid),
// interleave:F:m (m within a frame), frame:k:m (m in the k-th H W rows), joined:[m,m,...] (one after the
// other). Contract: a name is one function, one row of the table in scan_map.cpp; a wrong name, number or
// list is an input_error. Sources: the released code of PlainMamba (snakes), VMamba (raster, transpose),
// EfficientVMamba (atrous), VFIMamba (interleave), MSVMamba (joined), Hydra (shift); diagonal and spiral
// after MHS-VM's text.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace scansim {

using scan_rows = std::vector<int64_t>;

// What a name is resolved against.
struct map_space {
  int64_t height = 1, width = 1;  // of the grid
  int64_t rows = 1;               // of a tensor: the grid's, or as many times as there are frames
  std::vector<std::vector<int64_t>> lists = {}, parents = {};
};

struct map_row;

// A name, taken apart.
struct scan_map {
  const map_row* row = nullptr;
  std::vector<int64_t> numbers = {};
  std::vector<scan_map> inner = {};
};

// `file` and `field` name the text in the input_error.
scan_map parse_map(const std::string& text, const std::string& file, const std::string& field);

const char* name_of(const scan_map& map);

// The names of the table as a message and the page show them.
std::string map_names();

// Frames that it interleaves, 1 without; the largest k + 1 of `list:k` and `dfs:k`, 0 without.
int64_t frames_of(const scan_map& map);
int64_t lists_of(const scan_map& map);
int64_t trees_of(const scan_map& map);

scan_rows rows_of(const scan_map& map, const map_space& space, const std::string& file,
                  const std::string& field);

}  // namespace scansim
