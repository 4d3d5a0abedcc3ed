// A call of several sets in a file: what is written is read again, and what is wrong with one is said by
// tensor or key, position and rule.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/traces/generated_sets.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/calls/scan_sets_view.h"
#include "traces/trace.h"

namespace scansim::test {
namespace {

using nlohmann::json;

// 2 x 3 rows, two sets, everything there.
scan_sets_call small_call() {
  scan_sets_call call =
      generated_sets({{"--channels", "4"},
                      {"--states", "2"},
                      {"--grid", "2x3"},
                      {"--sets", "snake_rows/raster/raster reverse segment=2; raster gate=none channels=1+2"},
                      {"--h0", ""}},
                     3);
  call.take_lists(1, 0);
  call.lists[0] = {5, 4, -1, 0, 1, 1}, call.list_sizes[0] = 6;
  call.sets[0].maps.out = "list:0";
  call.sets[1].tags = {0, 1, 2, 4, 7, 3}, call.sets[1].tagged = 6;
  return call;
}

std::string refused(const scan_sets_call& call) {
  return refusal([&] { check_call(call, "t"); });
}

// Of a file whose metadata were changed.
std::string refused_metadata(const std::function<void(json&)>& change) {
  const temporary_folder folder;
  const std::string path = folder.file("sets.safetensors");
  write_trace(path, small_call());
  const std::string bytes = read_bytes(path);
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  json header = json::parse(bytes.substr(8, length));
  json root = json::parse(header["__metadata__"]["scansim"].get<std::string>());
  change(root);
  header["__metadata__"]["scansim"] = root.dump();
  write_bytes(path, raw_safetensors(header.dump(), bytes.substr(8 + length)));
  return refusal([&] { load_trace(path); });
}

}  // namespace

TEST_CASE("a call of several sets is read as it was written", "[unit][traces]") {
  const scan_sets_call call = small_call();
  const temporary_folder folder;
  write_trace(folder.file("sets.safetensors"), call);
  const trace loaded = load_trace(folder.file("sets.safetensors"));
  const auto& read = payload<scan_sets_call>(*loaded.call_);
  CHECK(read.u == call.u);
  CHECK(read.z == call.z);
  CHECK(read.lists == call.lists);
  CHECK(read.height == 2);
  CHECK(read.width == 3);
  REQUIRE(read.sets.size() == 2);
  for (size_t k = 0; k < 2; ++k) {
    CHECK(read.sets[k].own.delta == call.sets[k].own.delta);
    CHECK(read.sets[k].own.b == call.sets[k].own.b);
    CHECK(read.sets[k].h0 == call.sets[k].h0);
    CHECK(read.sets[k].tags == call.sets[k].tags);
    CHECK(read.sets[k].segment == call.sets[k].segment);
    CHECK(read.sets[k].first_channel == call.sets[k].first_channel);
    CHECK(read.sets[k].channels == call.sets[k].channels);
    CHECK(steps_of(read, k, "t") == steps_of(call, k, "t"));
  }
  CHECK(read.sets[0].maps.out == "list:0");
  CHECK(read.sets[1].gate == set_gate::none);
}

TEST_CASE("maps, reverse, segment and tags become steps", "[unit][traces]") {
  const scan_sets_call call = small_call();
  // snake_rows backwards: 3 4 5 2 1 0; rows of p 5..0; the list backwards; a segment of two positions each.
  CHECK(
      steps_of(call, 0, "t") ==
      std::vector<scan_step>{{3, 5, 1}, {4, 4, 1}, {5, 3, 0, true}, {2, 2, -1}, {1, 1, 4, true}, {0, 0, 5}});
  CHECK(steps_of(call, 1, "t") == std::vector<scan_step>{{0, 0, 0},
                                                         {1, 1, 1, true},
                                                         {2, 2, 2, false, true},
                                                         {3, 3, -1},
                                                         {4, 4, -1, true, true},
                                                         {5, 5, 5, true, true}});
}

TEST_CASE("a list, a tag or a size that does not fit is named with its place", "[unit][traces]") {
  const auto changed = [](const std::function<void(scan_sets_call&)>& change) {
    scan_sets_call call = small_call();
    change(call);
    return refused(call);
  };
  CHECK(changed([](auto&) {}).empty());
  CHECK(changed([](auto& c) { c.lists[0][3] = 6; }) ==
        "t: __metadata__.scansim.sets[0].map.out, position 3: expected a row of y, 0 to 5, or -1 for none, "
        "found 6");
  CHECK(changed([](auto& c) { c.sets[1].maps.u = "list:0"; }) ==
        "t: __metadata__.scansim.sets[1].map.u, position 2: expected a row of u, 0 to 5, found -1");
  CHECK(changed([](auto& c) { c.lists[0].pop_back(), c.list_sizes[0] = 5; }) ==
        "t: __metadata__.scansim.sets[0].map.out: expected 6 positions as map.u, found 5");
  CHECK(changed([](auto& c) { c.sets[1].tags.pop_back(), c.sets[1].tagged = 5; }) ==
        "t: tags.1.shape: expected [6], the positions of the set, found [5]");
  CHECK(changed([](auto& c) { c.sets[1].tags[4] = 8; }) == "t: tags.1[4]: expected a tag of 0 to 7, found 8");
  CHECK(changed([](auto& c) { c.sets[0].segment = 3; }) ==
        "t: __metadata__.scansim.sets[0].segment: expected a power of two, found 3");
  CHECK(changed([](auto& c) { c.z.clear(); }) ==
        "t: __metadata__.scansim.sets[0].gate: expected \"none\" without a tensor z, found a gate");
  CHECK(changed([](auto& c) { c.sets[1].own.a.clear(); }) ==
        "t: A.1: expected a tensor, or A for all sets, found nothing");
  CHECK(changed([](auto& c) {
          c.sets.resize(9, c.sets[0]);
        }).starts_with("t: __metadata__.scansim.sets: expected 1 to 8 sets, found 9"));
  CHECK(changed([](auto& c) {
          c.width = 4;
        }).find("__metadata__.scansim.grid: expected H W that divides L = 6") != std::string::npos);
  CHECK(changed([](auto& c) {
          c.width = 1;
        }).find("__metadata__.scansim.grid: expected H W with 6 rows of u") != std::string::npos);
  CHECK(changed([](auto& c) { c.sets[0].own.a[1] = 0.5F; }).find("A.0") != std::string::npos);
}

TEST_CASE("metadata of sets are read strictly", "[unit][traces]") {
  const auto set = [](const char* key, const json& value) {
    return refused_metadata([&](json& root) { root["sets"][1][key] = value; });
  };
  CHECK(set("map", "zigzag").find("sets[1].map.u: expected a map: raster, transpose") != std::string::npos);
  CHECK(set("map", {{"v", "raster"}}).find("sets[1].map.v: expected one of the keys u, p, out") !=
        std::string::npos);
  CHECK(set("tap", "both").find("sets[1].tap: expected \"post\" or \"pre\"") != std::string::npos);
  CHECK(set("kind", "ssd").find("sets[1].kind: expected \"s6\"") != std::string::npos);
  CHECK(set("channels", {1}).find("sets[1].channels: expected [first, count]") != std::string::npos);
  CHECK(set("channels", {3, 2}).find("sets[1].channels: expected first + count <= D = 4, found 5") !=
        std::string::npos);
  CHECK(set("reverse", 1).find("sets[1].reverse: expected true or false") != std::string::npos);
  CHECK(set("segment", -2).find("sets[1].segment: expected an integer from 0") != std::string::npos);
  CHECK(set("tapp", "post").find("sets[1].tapp: expected one of the keys map, reverse") != std::string::npos);
  CHECK(refused_metadata([](json& root) {
          root["sets"] = json::array();
        }).find("sets: expected a list of 1 to 8 sets") != std::string::npos);
  CHECK(refused_metadata([](json& root) {
          root.erase("sets");
        }).find("sets: expected a list of 1 to 8 sets, found nothing") != std::string::npos);
  CHECK(refused_metadata([](json& root) { root["grid"] = {2}; }).find("grid: expected [H, W]") !=
        std::string::npos);
  CHECK(refused_metadata([](json& root) {
          root["grid"] = {0, 6};
        }).find("grid[0]: expected an integer from 1") != std::string::npos);
}

TEST_CASE("what a shape says is not said again", "[unit][traces]") {
  for (const auto& [flag, value] :
       {std::pair{"--sets", "raster"}, {"--random-sets", "2"}, {"--shared-weights", ""}}) {
    CAPTURE(flag);
    CHECK(refusal([&] {
            generated_sets({{"--shape", "vmamba-t.s4"}, {flag, value}}, 1);
          }).starts_with(std::string("command line: ") + flag + ": expected nothing beside --shape"));
  }
  CHECK(refusal([] {
          generated_sets({{"--channels", "2"},
                          {"--states", "1"},
                          {"--length", "3"},
                          {"--sets", "raster"},
                          {"--random-sets", "2"}},
                         1);
        }).starts_with("command line: --random-sets: expected nothing beside --sets"));
}

TEST_CASE("sets of a flag are words behind a map", "[unit][traces]") {
  const std::vector<scan_set> sets = parse_sets(
      "raster ; reverse:raster segment=8 tap=pre gate=none;snake_rows/raster/shift:-1 reverse channels=4+8",
      "c", "--sets");
  REQUIRE(sets.size() == 3);
  CHECK(sets[1].segment == 8);
  CHECK(sets[1].tap == set_tap::pre);
  CHECK(sets[1].gate == set_gate::none);
  CHECK(sets[2].maps.out == "shift:-1");
  CHECK(sets[2].reverse);
  CHECK(sets[2].first_channel == 4);
  CHECK(sets[2].channels == 8);
  const auto message = [](const std::string& text) {
    return refusal([&] { parse_sets(text, "c", "--sets"); });
  };
  CHECK(message("raster;;raster") == "c: --sets: expected a map in every set, found an empty set");
  CHECK(message("a/b").find("expected a map, or map_u/map_p/map_out, found a/b") != std::string::npos);
  CHECK(message("raster segment=x").find("expected a whole number, found \"segment=x\"") !=
        std::string::npos);
  CHECK(message("raster backwards").find("expected reverse, segment=M") != std::string::npos);
  CHECK(message("").find("expected 1 to 8 sets") != std::string::npos);
}

}  // namespace scansim::test
