// Walks as the machine takes them: every map by name, alone and three together, with resets, holds and mutes,
// is what token_stream gives; and a list only where the rows follow no formula.
#include "host/program/scan/token_fit.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "traces/scan_map.h"

namespace scansim::test {
namespace {

using steps_list = std::vector<scan_step>;

constexpr int64_t grid_height = 6, grid_width = 7, grid_frames = 2,
                  grid_rows = grid_frames * grid_height * grid_width;

// Maps of the first frame's grid, or of all rows, and whether the machine has a formula for them.
struct known_map {
  const char* name;
  bool formula;
};
constexpr known_map known_maps[] = {{"raster", true},
                                    {"transpose", true},
                                    {"snake_rows", true},
                                    {"snake_columns", true},
                                    {"diagonal", false},
                                    {"spiral", false},
                                    {"atrous:2:0:1", true},
                                    {"atrous:3:1:2:transpose", true},
                                    {"atrous:2:1:0:snake_rows", true},
                                    {"interleave:2", true},
                                    {"interleave:2:transpose", true},
                                    {"interleave:2:snake_rows", false},
                                    {"shift:1", false},
                                    {"shift:-2", false},
                                    {"list:0", false},
                                    {"dfs:0", false},
                                    {"reverse:raster", true},
                                    {"reverse:snake_rows", true},
                                    {"reverse:transpose", true},
                                    {"left_right:raster", true},
                                    {"left_right:snake_columns", true},
                                    {"top_bottom:transpose", true},
                                    {"frame:1:snake_rows", true},
                                    {"frame:0:diagonal", false},
                                    {"joined:[raster,raster]", true},
                                    {"joined:[raster,transpose]", false}};

scan_sets_call grid_call(int64_t frames = grid_frames) {
  scan_sets_call call;
  call.height = grid_height, call.width = grid_width;
  call.length = call.output_rows = frames * grid_height * grid_width;
  std::vector<int64_t> list, parents;
  std::mt19937_64 random(11);
  for (int64_t i = 0; i < grid_rows; ++i) {
    list.push_back(static_cast<int64_t>(random() % grid_rows));
    parents.push_back(static_cast<int64_t>(random() % static_cast<uint64_t>(i + 1)) - 1);
  }
  call.lists = {list}, call.parents = {parents};
  return call;
}

steps_list steps_of_maps(const set_maps& maps, bool reverse = false, int64_t segment = 0,
                         int64_t frames = grid_frames) {
  scan_sets_call call = grid_call(frames);
  call.sets.resize(1);
  call.sets[0].maps = maps, call.sets[0].reverse = reverse, call.sets[0].segment = segment;
  return steps_of(call, 0, "test");
}

// What the machine makes of it.
steps_list expanded(const fitted_walk& fitted) {
  REQUIRE(fitted.walk.has_list == !fitted.list.empty());
  if (fitted.walk.has_list) REQUIRE(fitted.list.size() == static_cast<size_t>(fitted.walk.positions));
  hls::token_stream stream(fitted.walk);
  steps_list steps;
  for (size_t i = 0; i < static_cast<size_t>(fitted.walk.positions); ++i) {
    const hls::scan_token token = stream.next(fitted.walk.has_list ? fitted.list[i] : 0);
    CHECK(token.row_out < grid_rows);
    steps.push_back({token.row_u, token.row_p, token.mute ? -1 : token.row_out, token.reset, token.hold});
  }
  return steps;
}

size_t positions_of(const std::string& name) {
  const scan_sets_call call = grid_call();
  return rows_of(parse_map(name, "test", "map"),
                 {call.height, call.width, call.length, call.lists, call.parents}, "test", "map")
      .size();
}

constexpr const char* all_rows = "raster";

// Reads of u and of delta may not lack a row.
bool reads_all(const char* name) { return std::string(name).rfind("shift", 0) != 0; }

}  // namespace

TEST_CASE("token_fit every map of the table is fitted, a formula without a list", "[unit][program]") {
  std::string tested;
  for (const known_map& map : known_maps) {
    for (const bool reverse : {false, true}) {
      CAPTURE(map.name, reverse);
      tested += std::string(" ") + map.name;
      const std::string reads = reads_all(map.name) ? map.name : all_rows;
      const steps_list steps = steps_of_maps({reads, reads, map.name}, reverse);
      const std::optional<fitted_walk> found = fit_walk(steps, grid_rows);
      REQUIRE(found);
      CHECK(expanded(*found) == steps);
      CHECK(found->walk.has_list == !map.formula);
    }
  }
  std::string names = map_names();  // "raster, ..., atrous:p:a:b, ..."
  for (size_t at = 0; at < names.size(); at = std::min(names.find(", ", at), names.size() - 2) + 2) {
    const std::string name = names.substr(at, names.find_first_of(":,", at) - at);
    CAPTURE(name);
    CHECK(tested.find(" " + name) != std::string::npos);
  }
}

TEST_CASE("token_fit three maps take one formula and two columns", "[unit][program]") {
  int fitted = 0, refused = 0;
  std::map<std::string, size_t> positions;
  for (const known_map& map : known_maps) positions[map.name] = positions_of(map.name);
  for (const known_map& u : known_maps)
    for (const known_map& p : known_maps)
      for (const known_map& out : known_maps) {
        if (!reads_all(u.name) || !reads_all(p.name)) continue;
        if (positions[u.name] != positions[p.name] || positions[u.name] != positions[out.name]) continue;
        const steps_list steps = steps_of_maps({u.name, p.name, out.name});
        const std::optional<fitted_walk> found = fit_walk(steps, grid_rows);
        found ? ++fitted : ++refused;
        const bool three = !u.formula && !p.formula && !out.formula;
        if (found && expanded(*found) == steps) continue;
        CAPTURE(u.name, p.name, out.name);
        CHECK(!found);
        CHECK(three);
      }
  CHECK(fitted > 500);
  CHECK(refused > 0);
}

TEST_CASE("token_fit random walks with tags are what the machine expands", "[unit][program]") {
  const char* const whole[] = {"raster",   "transpose", "snake_rows",
                               "diagonal", "spiral",    "reverse:snake_columns"};
  int lists = 0, formulas = 0, segments = 0;
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const auto one = [&] { return std::string(whole[random() % std::size(whole)]); };
    const std::string order = one();
    const bool joint = random() % 2 == 0;
    steps_list steps = steps_of_maps({order, joint ? order : one(), joint ? order : one()}, random() % 2 == 0,
                                     random() % 3 == 0 ? int64_t{1} << random() % 7 : 0, 1);
    const uint64_t holds = random() % 3 == 0 ? 3 : 0, mutes = random() % 3 == 0 ? 4 : 0,
                   resets = random() % 3 == 0 ? 5 : 0;
    for (scan_step& step : steps) {
      if (holds > 0 && random() % holds == 0) step.hold = true;
      if (mutes > 0 && random() % mutes == 0) step.out = -1;
      if (resets > 0 && random() % resets == 0) step.reset = true;
    }
    const std::optional<fitted_walk> found = fit_walk(steps, grid_rows);
    if (!found) continue;
    CHECK(expanded(*found) == steps);
    found->walk.has_list ? ++lists : ++formulas;
    segments += found->walk.log2_segment > 0;
  }
  CHECK(lists > 200);
  CHECK(formulas > 150);
  CHECK(segments > 100);
}

TEST_CASE("token_fit periodic resets need no list, others do", "[unit][program]") {
  for (const int64_t segment : {2, 4, 8, 64}) {
    for (const bool reverse : {false, true}) {
      CAPTURE(segment, reverse);
      const steps_list steps = steps_of_maps({"raster", "raster", "raster"}, reverse, segment);
      const fitted_walk found = fit_walk(steps, grid_rows).value();
      CHECK(!found.walk.has_list);
      CHECK(1 << found.walk.log2_segment >= (segment == 64 ? 2 : segment));
      CHECK(expanded(found) == steps);
    }
  }
  CHECK(fit_walk(steps_of_maps({"raster", "raster", "raster"}, false, 1), grid_rows)->walk.has_list);
  steps_list uneven = steps_of_maps({"raster", "raster", "raster"}, false, 4);
  uneven.back().reset = true;
  CHECK(fit_walk(uneven, grid_rows)->walk.has_list);
  CHECK(expanded(*fit_walk(uneven, grid_rows)) == uneven);
  steps_list early = steps_of_maps({"raster", "raster", "raster"}, false, 4);
  for (size_t i = early.size() / 2; i < early.size(); ++i) early[i].reset = false;
  CHECK(expanded(*fit_walk(early, grid_rows)) == early);
}

TEST_CASE("token_fit positions that nobody reads are left out, all others stay", "[unit][program]") {
  const scan_step plain{1, 1, 1}, reset{2, 2, 2, true, false}, held{3, 3, 3, false, true},
      nothing{4, 4, -1, false, true}, muted{5, 5, -1}, cleared{6, 6, -1, true, false};
  CHECK(read_steps(steps_list{plain, nothing, muted, nothing}) == steps_list{plain, muted});
  CHECK(read_steps(steps_list{plain, muted, muted, reset}) == steps_list{plain, reset});
  CHECK(read_steps(steps_list{plain, cleared, muted, reset, held}) == steps_list{plain, reset, held});
  CHECK(read_steps(steps_list{muted, plain, cleared}) == steps_list{muted, plain, cleared});
  const scan_step zeroed{7, 7, -1, true, true};
  CHECK(read_steps(steps_list{plain, zeroed, held}) == steps_list{plain, zeroed, held});
  CHECK(read_steps(steps_list{nothing, nothing}) == steps_list{nothing});
  CHECK(read_steps(steps_list{muted, cleared, nothing}) == steps_list{cleared});
}

TEST_CASE("token_fit what has no place in a record is not fitted", "[unit][program]") {
  const auto walk_of = [](size_t count, int64_t row) {
    steps_list steps(count);
    for (size_t i = 0; i < count; ++i) steps[i] = {row + (i % 3 == 2 ? 2 : 0), 0, static_cast<int64_t>(i)};
    return steps;
  };
  CHECK(fit_walk(walk_of(10, 4093), 10)->walk.has_list);
  CHECK(!fit_walk(walk_of(10, 4094), 10));  // a row beyond an entry's bits
  steps_list far(3);
  for (int64_t i = 0; i < 3; ++i) far[static_cast<size_t>(i)] = {40000 * i, i, i};
  CHECK(!fit_walk(far, 3));
  CHECK(fit_walk(steps_list(65535), 1));
  CHECK(!fit_walk(steps_list(65536), 1));
  CHECK(!fit_walk({}, 1));
}

}  // namespace scansim::test
