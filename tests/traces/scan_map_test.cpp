// Named orders of rows: published examples, permutations of the grid, closed formulas, and the loops of ref,
// which know nothing of the maps.
#include "traces/scan_map.h"

#include <catch2/catch.hpp>
#include <numeric>

#include "models/ref/scan_sets_ref.h"
#include "traces/input_error.h"

namespace scansim::test {
namespace {

scan_rows rows(const std::string& name, const map_space& space) {
  return rows_of(parse_map(name, "file", "map"), space, "file", "map");
}

map_space grid(int64_t height, int64_t width, int64_t frames = 1) {
  return {height, width, height * width * frames, {}, {}};
}

std::string refused(const std::string& name, const map_space& space = grid(3, 4)) {
  try {
    rows(name, space);
  } catch (const input_error& error) {
    return error.what();
  }
  return "";
}

bool is_permutation_of_rows(scan_rows visited, int64_t count) {
  std::sort(visited.begin(), visited.end());
  scan_rows all(static_cast<size_t>(count));
  std::iota(all.begin(), all.end(), 0);
  return visited == all;
}

const std::vector<map_space> grids = {grid(1, 1), grid(1, 7), grid(7, 1), grid(2, 2),  grid(3, 4),
                                      grid(4, 3), grid(5, 5), grid(6, 9), grid(14, 14)};
const std::vector<std::string> orders = {"raster",
                                         "transpose",
                                         "snake_rows",
                                         "snake_columns",
                                         "diagonal",
                                         "spiral",
                                         "reverse:raster",
                                         "reverse:snake_rows",
                                         "left_right:diagonal",
                                         "top_bottom:spiral",
                                         "reverse:spiral",
                                         "left_right:top_bottom:transpose",
                                         "interleave:1",
                                         "frame:0:snake_columns",
                                         "joined:[raster]",
                                         "atrous:1:0:0",
                                         "atrous:1:0:0:transpose"};

}  // namespace

TEST_CASE("an order of the whole grid visits every row once, as the loops of ref do", "[unit][traces]") {
  for (const map_space& space : grids)
    for (const std::string& name : orders) {
      CAPTURE(name, space.height, space.width);
      const scan_rows visited = rows(name, space);
      CHECK(is_permutation_of_rows(visited, space.rows));
      scan_sets_call call;
      call.height = space.height, call.width = space.width;
      CHECK(visited == rows_by_loops(call, parse_map(name, "file", "map"), space.rows));
    }
}

TEST_CASE("maps are the published examples", "[unit][traces]") {
  const map_space space = grid(3, 4);  // PlainMamba's own example
  CHECK(rows("snake_rows", space) == scan_rows{0, 1, 2, 3, 7, 6, 5, 4, 8, 9, 10, 11});
  CHECK(rows("snake_columns", space) == scan_rows{0, 4, 8, 9, 5, 1, 2, 6, 10, 11, 7, 3});
  CHECK(rows("transpose", space) == scan_rows{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11});
  CHECK(rows("spiral", space) == scan_rows{0, 1, 2, 3, 7, 11, 10, 9, 8, 4, 5, 6});
  CHECK(rows("diagonal", space) == scan_rows{0, 4, 1, 2, 5, 8, 9, 6, 3, 7, 10, 11});
  CHECK(rows("reverse:raster", grid(1, 4)) == scan_rows{3, 2, 1, 0});
  CHECK(rows("left_right:raster", grid(2, 3)) == scan_rows{2, 1, 0, 5, 4, 3});
  CHECK(rows("top_bottom:raster", grid(2, 3)) == scan_rows{3, 4, 5, 0, 1, 2});
  CHECK(rows("atrous:2:1:0:transpose", grid(4, 4)) == scan_rows{4, 12, 6, 14});
  CHECK(rows("atrous:2:0:1", grid(3, 3)) == scan_rows{1, 7});  // the grid need not divide
  CHECK(rows("interleave:2", grid(1, 3, 2)) == scan_rows{0, 3, 1, 4, 2, 5});
  CHECK(rows("interleave:2:transpose", grid(2, 2, 2)) == scan_rows{0, 4, 2, 6, 1, 5, 3, 7});
  CHECK(rows("shift:1", grid(1, 4)) == scan_rows{1, 2, 3, -1});
  CHECK(rows("shift:-1", grid(1, 4)) == scan_rows{-1, 0, 1, 2});
  CHECK(rows("frame:1:reverse:raster", grid(1, 3)) == scan_rows{5, 4, 3});
  CHECK(rows("joined:[reverse:raster,transpose]", grid(2, 2)) == scan_rows{3, 2, 1, 0, 0, 2, 1, 3});
}

TEST_CASE("maps follow their closed formulas", "[unit][traces]") {
  for (const map_space& s : grids) {
    const scan_rows snake = rows("snake_rows", s), turned = rows("transpose", s),
                    diagonal = rows("diagonal", s), spiral = rows("spiral", s);
    for (int64_t h = 0; h < s.height; ++h)
      for (int64_t w = 0; w < s.width; ++w) {
        CAPTURE(s.height, s.width, h, w);
        const int64_t row = h * s.width + w;
        CHECK(snake[static_cast<size_t>(h * s.width + (h % 2 == 0 ? w : s.width - 1 - w))] == row);
        CHECK(turned[static_cast<size_t>(w * s.height + h)] == row);
        // In front of an anti-diagonal k lie those that are shorter: a triangle, cut off at both sides.
        const auto in_front = [&](int64_t k) {
          const auto triangle = [](int64_t n) { return n <= 0 ? 0 : n * (n + 1) / 2; };
          return triangle(k) - triangle(k - s.width) - triangle(k - s.height) +
                 triangle(k - s.width - s.height);
        };
        const int64_t k = h + w, low = std::max<int64_t>(0, k - s.width + 1),
                      high = std::min(k, s.height - 1);
        CHECK(diagonal[static_cast<size_t>(in_front(k) + (k % 2 == 0 ? h - low : high - h))] == row);
        // In front of ring r lies what the grid without r rings lacks.
        const int64_t r = std::min({h, w, s.height - 1 - h, s.width - 1 - w});
        const int64_t ring_h = s.height - 2 * r, ring_w = s.width - 2 * r;
        const int64_t y = h - r, x = w - r;
        const int64_t along = y == 0            ? x
                              : x == ring_w - 1 ? ring_w - 1 + y
                              : y == ring_h - 1 ? 2 * (ring_w - 1) + ring_h - 1 - x
                                                : 2 * (ring_w + ring_h - 2) - y;
        CHECK(spiral[static_cast<size_t>(s.height * s.width - ring_h * ring_w + along)] == row);
      }
  }
}

TEST_CASE("a tree is walked depth first with the heaviest child last", "[unit][traces]") {
  map_space space = grid(1, 7);
  //      0
  //    1    2      1 is a leaf, 2 has 3 nodes below it
  //        3  4    4 is a leaf, 3 has one below it
  //        5       6 is another root
  space.parents = {{-1, 0, 0, 2, 2, 3, -1}};
  CHECK(rows("dfs:0", space) == scan_rows{6, 0, 1, 2, 4, 3, 5});
  std::vector<int64_t> parents = {-1};
  uint64_t random = 88172645463325252ULL;
  for (int64_t i = 1; i < 200; ++i) {
    random ^= random << 13, random ^= random >> 7, random ^= random << 17;
    parents.push_back(static_cast<int64_t>(random % static_cast<uint64_t>(i)));
  }
  space = grid(1, 200);
  space.parents = {parents};
  const scan_rows visited = rows("dfs:0", space);
  CHECK(is_permutation_of_rows(visited, 200));
  scan_sets_call call;
  call.parents = {parents};
  CHECK(visited == rows_by_loops(call, parse_map("dfs:0", "file", "map"), 200));
}

TEST_CASE("a map that is none says what is one", "[unit][traces]") {
  const std::string names = "file: map: expected a map: raster, transpose, ";
  for (const char* text :
       {"", "rasters", "raster:", "snake", "atrous:2", "atrous:2:a:b", "list:", "reverse", "joined:[]",
        "joined:[raster", "joined:raster", "interleave:two", "shift:99999999999", "raster,raster"}) {
    CAPTURE(text);
    CHECK(refused(text).starts_with(names));
  }
  std::string deep;
  for (int i = 0; i < 9; ++i) deep += "reverse:";
  CHECK(refused(deep + "raster").starts_with(names));
  CHECK(refused("atrous:2:2:0").find("0 <= a, b < p inside a grid of 3 x 4, found atrous:2:2:0") !=
        std::string::npos);
  CHECK(refused("interleave:2").find("make up the 12 rows of u, found interleave:2") != std::string::npos);
  CHECK(refused("list:3") == "file: map: expected a tensor list.3, found nothing");
  map_space space = grid(1, 3);
  space.parents = {{-1, 2, 0}};
  CHECK(refused("dfs:0", space) == "file: parent.0[1]: expected an earlier node, or -1 for a root, found 2");
  space.lists = {{0, -2, 1}};
  CHECK(refused("list:0", space) == "file: list.0[1]: expected a row, or -1 for none, found -2");
}

}  // namespace scansim::test
