// Calls of several sets as scans with sets: the bits of the plain scans, one descriptor a slice, what does
// not fit and why, and what the host refuses before a start.
#include <fmt/format.h>

#include <random>

#include "hls/scan/set_descriptor.h"
#include "host/program/program_driver.h"
#include "host/program/scan/scan_formula.h"
#include "host/program/scan/scan_sets_program.h"
#include "host/program/scan/sets_fit.h"
#include "host/quantise/calibrate_scan_sets.h"
#include "models/configs/data_directory.h"
#include "sim/rungs/device.h"
#include "tests/host/program/program_listing.h"
#include "tests/traces/generated_sets.h"
#include "traces/calls/scan_sets_shapes.h"

namespace scansim::test {
namespace {

using call_flags = std::map<std::string, std::string>;
using hls::unit_opcode;

design_point sets_point(const std::string& name, std::vector<std::string> overrides = {}) {
  overrides.insert(overrides.begin(), {"max_sets=8", "chunk_tokens=64"});
  return load_design_point(name, config_directory(), overrides);
}

design_point without_sets(design_point point) {
  point.max_sets = 0;
  return point;
}

quantised_scan_sets quantised_sets_of(const scan_sets_call& call, const design_point& point) {
  return quantise_scan_sets(call, calibrate_scan_sets(call, widths_of(point)), widths_of(point));
}

int drawn_between(std::mt19937_64& random, int low, int high) {
  return low + static_cast<int>(random() % static_cast<uint64_t>(high - low + 1));
}

scan_sets_call drawn_call(uint64_t seed) {
  std::mt19937_64 random(seed);
  const int groups = drawn_between(random, 1, 3);
  call_flags given = {
      {"--channels", std::to_string(groups * drawn_between(random, 1, 6))},
      {"--states", std::to_string(drawn_between(random, 1, 20))},
      {"--grid", fmt::format("{}x{}", drawn_between(random, 1, 6), drawn_between(random, 1, 7))},
      {"--batch", std::to_string(drawn_between(random, 1, 2))}};
  if (random() % 3 == 0) {  // sets drawn at random have channels that no groups divide
    given["--groups"] = std::to_string(groups);
    given["--sets"] = "raster; diagonal reverse; snake_rows/raster/snake_rows segment=4";
  } else {
    given["--random-sets"] = std::to_string(drawn_between(random, 1, 8));
  }
  for (const char* flag : {"--shared-weights", "--h0", "--no-z", "--no-d", "--no-bias", "--no-softplus"})
    if (random() % 3 == 0) given[flag] = "";
  scan_sets_call call = generated_sets(given, seed);
  for (scan_set& set : call.sets) set.final_state = random() % 3 != 0;
  return call;
}

uint32_t count_of(const program& p, unit_opcode opcode) {
  uint32_t count = 0;
  for (const descriptor_run& run : p.runs)
    for (uint32_t i = 0; i < run.count; ++i)
      count += p.image[run.address + i * hls::descriptor_bytes] == static_cast<uint8_t>(opcode);
  return count;
}

uint64_t bytes_of_tensor(const program& p, const std::string& tensor) {
  for (const tensor_traffic& one : p.traffic)
    if (one.tensor == tensor) return one.read_bytes + one.written_bytes;
  return 0;
}

program fused_program(const call_flags& given, const design_point& point) {
  const scan_sets_call call = generated_sets(given, 1);
  return make_scan_sets_program(call, quantised_sets_of(call, point), point);
}

std::string why_not(const call_flags& given, const design_point& point) {
  return fit_sets(quantised_sets_of(generated_sets(given, 1), point), point).why_not;
}

}  // namespace

TEST_CASE("fused_sets have the bits of the plain scans, and move what they say", "[program]") {
  const std::vector<design_point> points = {
      sets_point("edge"),
      sets_point("tiny", {"num_lanes=2", "states_per_lane=2"}),
      sets_point("edge", {"operand_bits=16", "states_per_lane=8", "state_bits=24"}),
      sets_point("edge", {"output_bits=8", "tile_buffers=2", "interleave=4"}),
      sets_point("base", {"chunk_tokens=256"}),
      sets_point("block-tiny")};
  int fused = 0, left = 0;
  uint64_t lists = 0;
  for (uint64_t seed = 1; seed <= 600; ++seed) {
    CAPTURE(seed);
    const design_point& point = points[seed % points.size()];
    const scan_sets_call call = drawn_call(seed);
    const quantised_scan_sets sets = quantised_sets_of(call, point);
    if (!fit_sets(sets, point).why_not.empty()) {
      ++left;
      continue;
    }
    ++fused;
    const design_point plain = without_sets(point);
    const program p = make_scan_sets_program(call, sets, point),
                  lowered = make_scan_sets_program(call, sets, plain);
    CHECK(count_of(lowered, unit_opcode::set) == 0);
    REQUIRE(count_of(p, unit_opcode::set) > 0);
    const program_result found = run_program(*make_hls_device(point), p, point);
    CHECK(found.outputs == run_program(*make_hls_device(plain), lowered, plain).outputs);
    CHECK(read_bytes(p) == found.counters[counter_index("dma", "dram_read_bytes")]);
    CHECK(written_bytes(p) == found.counters[counter_index("dma", "dram_write_bytes")]);
    CHECK(compulsory_bytes(p) == compulsory_bytes(lowered));
    CHECK(!scan_formula_of(p, point));
    lists += bytes_of_tensor(p, "token lists");
  }
  INFO(fused << " fit, " << left << " do not");
  CHECK(fused > 250);
  CHECK(left > 100);
  CHECK(lists > 0);
}

TEST_CASE("fused_sets are what published calls become on vision, up to 256 tokens and lists that fit",
          "[program]") {
  const design_point point = load_design_point("vision", config_directory()), plain = without_sets(point);
  int fused = 0, too_long = 0;
  for (const sets_shape& shape : sets_shape_table()) {
    CAPTURE(shape.name);
    if (shape.height * shape.width * shape.frames > 1024) continue;
    call_flags given = {{"--shape", shape.name}};
    if (std::string(shape.sets).find("channels=") == std::string::npos) given["--channels"] = "24";
    scan_sets_call call = generated_sets(given, 1);
    for (scan_set& set : call.sets)  // without what no plain scan has
      set.tap = set_tap::post, set.drive = set_drive::dt, set.gate = set_gate::silu;
    const quantised_scan_sets sets = quantised_sets_of(call, point);
    const sets_fit fit = fit_sets(sets, point);
    if (!fit.why_not.empty()) {
      CHECK(fit.why_not.find("chunk_tokens allows 256") != std::string::npos);
      ++too_long;
      continue;
    }
    ++fused;
    const program p = make_scan_sets_program(call, sets, point),
                  lowered = make_scan_sets_program(call, sets, plain);
    CHECK(run_program(*make_hls_device(point), p, point).outputs ==
          run_program(*make_hls_device(plain), lowered, plain).outputs);
    const bool one_input = fit.slices.front().sets.size() > 1;
    if (one_input) CHECK(read_bytes(p) + written_bytes(p) < read_bytes(lowered) + written_bytes(lowered));
  }
  CHECK(fused == 14);
  CHECK(too_long == 10);
}

TEST_CASE("fused_sets read u once, z once, and write y once", "[program]") {
  const design_point point = sets_point("edge");
  const call_flags given = {{"--channels", "12"},
                            {"--states", "20"},
                            {"--grid", "5x7"},
                            {"--batch", "2"},
                            {"--sets", "raster; transpose; snake_rows reverse; diagonal"}};
  const program p = fused_program(given, point);
  const uint64_t rows = 2 * 12 * 35;  // of bytes
  CHECK(count_of(p, unit_opcode::scan) == 2);
  CHECK(count_of(p, unit_opcode::set) == 8);
  CHECK(bytes_of_tensor(p, "descriptors") == 10 * hls::descriptor_bytes);
  CHECK(bytes_of_tensor(p, "token lists") == 2 * 144);  // 35 entries in whole beats of 16 bytes, a sequence
  CHECK(bytes_of_tensor(p, "u") >= rows);
  CHECK(bytes_of_tensor(p, "u") < rows + rows / 2);
  CHECK(bytes_of_tensor(p, "z") == bytes_of_tensor(p, "u"));
  CHECK(bytes_of_tensor(p, "y") >= 2 * rows);
  CHECK(bytes_of_tensor(p, "y") < 3 * rows);
}

TEST_CASE("fused_sets of disjoint channels and groups have a descriptor each", "[program]") {
  const design_point point = sets_point("edge");
  const program slices =
      fused_program({{"--channels", "12"},
                     {"--states", "4"},
                     {"--length", "9"},
                     {"--sets", "raster channels=0+5; raster reverse channels=6+6; raster channels=0+5"}},
                    point);
  CHECK(count_of(slices, unit_opcode::scan) == 2);
  CHECK(count_of(slices, unit_opcode::set) == 3);
  const std::vector<int32_t> y = run_program(*make_hls_device(point), slices, point).output("y");
  CHECK(std::all_of(y.begin() + 5 * 9, y.begin() + 6 * 9, [](int32_t value) { return value == 0; }));
  CHECK(std::any_of(y.begin() + 6 * 9, y.end(), [](int32_t value) { return value != 0; }));
  const program groups =
      fused_program({{"--channels", "12"}, {"--states", "4"}, {"--groups", "3"}, {"--length", "9"}}, point);
  CHECK(count_of(groups, unit_opcode::scan) == 3);
}

TEST_CASE("fused_sets say why a call does not fit", "[program]") {
  const design_point point = sets_point("edge", {"max_sets=2"});
  const auto call = [](const std::string& sets, const std::string& grid = "5x7") {
    return call_flags{{"--channels", "6"}, {"--states", "4"}, {"--grid", grid}, {"--sets", sets}};
  };
  CHECK(why_not(call("raster; transpose"), point).empty());
  CHECK(why_not(call("raster"), without_sets(point)) == "max_sets is 0");
  CHECK(why_not(call("raster; transpose; raster"), point) ==
        "sets of the same channels: 3, max_sets allows 2");
  CHECK(why_not(call("raster", "5x13"), point) == "sets[0]: rows of u: 65, chunk_tokens allows 64");
  CHECK(why_not(call("raster channels=0+4; raster channels=2+4"), point) ==
        "sets[1]: channels that are neither those of sets[0] nor others");
  CHECK(why_not(call("diagonal/spiral/reverse:diagonal"), point) ==
        "sets[0]: its rows are no two lists and one affine order");
  CHECK(why_not(call("joined:[diagonal,diagonal,diagonal]; joined:[diagonal,diagonal]"), point) ==
        "entries of lists: 180, max_sets chunk_tokens allows 128");
  scan_sets_call mixed = generated_sets(call("raster; raster"), 1);
  quantised_scan_sets sets = quantised_sets_of(mixed, point);
  sets.sets[1].rows.shape.states = 20;
  CHECK(fit_sets(sets, point).why_not == "sets[1]: 2 passes, those before 1");
  const design_point narrow = sets_point("edge", {"max_states=16", "max_sets=8", "chunk_tokens=16"});
  call_flags wide = call("raster; transpose; raster; transpose", "2x7");
  CHECK(why_not(wide, narrow).empty());  // four tokens share a row
  wide["--states"] = "16";
  CHECK(why_not(wide, narrow) == "rows of B: 56, 2 chunk_tokens max_states allows 32");
}

TEST_CASE("fused_sets: what a machine would refuse or wait for is refused before it starts", "[program]") {
  const design_point point = sets_point("edge");
  const program p = fused_program({{"--channels", "12"},
                                   {"--states", "20"},
                                   {"--grid", "5x7"},
                                   {"--h0", ""},
                                   {"--sets", "diagonal; raster reverse"}},
                                  point);
  const listing right(p, point);
  right.check();
  REQUIRE(right.find(unit_opcode::scan) == 0);
  const auto planted = [&](uint32_t descriptor, const std::string& field, const auto& plant) {
    listing faulty = right;
    plant(faulty.words(descriptor), faulty.program_.image);
    faulty.refused(descriptor, field);
  };
  using image = std::vector<uint8_t>;
  using words = uint32_t*;
  planted(0, "sets", [](words w, image&) { w[7] |= 15u << 12; });  // more than there are
  planted(0, "sets", [](words w, image&) { w[3] = 2; });           // chunks
  planted(0, "addr_u", [](words w, image& m) { w[8] = static_cast<uint32_t>(m.size()); });
  planted(0, "addr_y", [](words w, image&) { w[24] += 4; });
  planted(0, "addr_y", [](words w, image&) { w[24] = w[8]; });             // y over u
  planted(1, "sets", [](words w, image&) { w[1] &= 0xffff0000; });         // no positions
  planted(1, "sets", [](words w, image&) { w[0] &= ~(1u << 12); });        // columns of no list
  planted(1, "sets", [](words w, image&) { w[0] |= 7u << 14; });           // no map
  planted(1, "sets", [](words w, image&) { w[0] = (w[0] & ~255u) | 1; });  // another opcode
  planted(1, "addr_list", [](words w, image& m) { w[8] = static_cast<uint32_t>(m.size()); });
  planted(1, "addr_ht", [](words w, image&) { w[26] = w[14]; });  // a state over B
  planted(1, "addr_ht", [](words w, image&) { w[26] += 4096; });  // over what follows
  planted(2, "addr_delta", [](words w, image&) { w[10] += 1; });
  planted(2, "map_u, position 0", [](words w, image&) { w[1] = (w[1] & 0xffff0000) | 36; });
  const auto entry = [](words w, image& m, uint32_t i) {
    uint32_t value;
    std::memcpy(&value, m.data() + w[8] + 4 * i, sizeof value);
    return value;
  };
  const auto beyond = [](words w, int map) {  // from row 35 on, of 35
    w[0] = (w[0] & ~(7u << map)) | 2u << map;
    w[2] = 35 | 1u << 16, w[3] = 1;
  };
  planted(2, "map_p, position 0", [&](words w, image&) { beyond(w, 17); });
  planted(2, "map_out, position 0", [&](words w, image&) { beyond(w, 20); });
  planted(1, "map_u, position 17: expected a row of u below 35, found 36", [&](words w, image& m) {
    const uint32_t value = (entry(w, m, 17) & ~0xfffu) | 36;
    std::memcpy(m.data() + w[8] + 4 * 17, &value, sizeof value);
  });
  listing over_list = right;  // the second record's state over the first one's list
  over_list.words(2)[26] = over_list.words(1)[8];
  over_list.refused(2, "addr_ht");
  listing muted = right;  // rows of the output in column b
  muted.words(1)[0] = (muted.words(1)[0] & ~(7u << 20)) | 4u << 20;
  muted.check();
  const uint32_t last =
      entry(muted.words(1), muted.program_.image, 34) | 36u << hls::list_row_bits | hls::list_mute;
  std::memcpy(muted.program_.image.data() + muted.words(1)[8] + 4 * 34, &last, sizeof last);
  muted.refused(1, "map_out, position 34");
  listing missing = right;
  missing.drop(2);
  missing.refused(0, "sets");
  listing alone = right;
  alone.drop(0);
  alone.refused(0, "sets");
  listing unknown(p, without_sets(point));
  unknown.refused(0, "sets");
}

TEST_CASE("fused_sets: a list that an earlier run writes is refused", "[program]") {
  const design_point point = sets_point("edge");
  listing l(fused_program({{"--channels", "12"},
                           {"--states", "20"},
                           {"--grid", "5x7"},
                           {"--sets", "diagonal channels=0+6; diagonal channels=6+6"}},
                          point),
            point);
  const uint64_t second = l.program_.runs[0].address + 2 * hls::descriptor_bytes;
  l.program_.runs[0].count = 2;
  l.program_.runs.push_back({second, 2});
  l.check();
  l.words(1)[26] = l.words(3)[8];
  l.refused(3, "addr_list");
}

namespace {

// Plain scans of three sequences in place of scans of one set, with the second one's set in between or not.
class mixed_scans {
 public:
  explicit mixed_scans(const design_point& point)
      : list(fused_program({{"--channels", "12"},
                            {"--states", "16"},
                            {"--length", "16"},
                            {"--batch", "3"},
                            {"--sets", "raster"}},
                           point),
             point) {}

  hls::scan_descriptor plain(uint32_t sequence, bool load) const {
    hls::scan_descriptor d = hls::decode_descriptor(image_of(2 * sequence));
    const hls::set_descriptor set = hls::decode_set(image_of(2 * sequence + 1));
    d.sets = 0, d.load_params = load;
    d.addr_delta = set.addr_delta, d.addr_b = set.addr_b, d.addr_c = set.addr_c;
    d.addr_a = set.addr_a, d.addr_db = set.addr_db;
    return d;
  }
  void compose(const hls::scan_descriptor& before, bool sets, const hls::scan_descriptor& behind) {
    listing made = list;
    uint32_t at = 0;
    hls::encode_descriptor(before, image_of(at++, made));
    for (uint32_t i = 2; sets && i < 4; ++i)
      std::memcpy(made.words(at++), list.words(i), hls::descriptor_bytes);
    hls::encode_descriptor(behind, image_of(at++, made));
    made.program_.runs[0].count = at;
    composed = std::make_unique<listing>(made);
  }

  listing list;
  std::unique_ptr<listing> composed;

 private:
  using descriptor = uint32_t[hls::descriptor_words];
  static descriptor& image_of(uint32_t i, const listing& of) {
    return reinterpret_cast<descriptor&>(*of.words(i));
  }
  descriptor& image_of(uint32_t i) const { return image_of(i, list); }
};

}  // namespace

TEST_CASE("fused_sets: a plain scan behind sets loads its parameters and no state is left for it",
          "[program]") {
  mixed_scans on_edge(sets_point("edge"));
  on_edge.compose(on_edge.plain(0, true), false, on_edge.plain(2, false));
  on_edge.composed->check();
  on_edge.compose(on_edge.plain(0, true), true, on_edge.plain(2, true));
  on_edge.composed->check();
  on_edge.compose(on_edge.plain(0, true), true, on_edge.plain(2, false));
  on_edge.composed->refused(3, "load_params");
  mixed_scans with_units(sets_point("block-tiny"));
  hls::scan_descriptor before = with_units.plain(0, true), behind = with_units.plain(2, true);
  before.keep = true, behind.resume = true;
  with_units.compose(before, false, behind);
  with_units.composed->check();
  with_units.compose(before, true, behind);
  with_units.composed->refused(3, "resume");
}

}  // namespace scansim::test
