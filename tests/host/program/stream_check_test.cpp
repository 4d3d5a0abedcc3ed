// The host's check of what streams between units: one planted fault for every rule of slots, gates, lists and
// states.
#include "host/program/check/stream_check.h"

#include <functional>

#include "tests/host/program/checked_programs.h"

namespace scansim::test {
namespace {

using hls::unit_opcode;

TEST_CASE("program_check program wants input slots loaded, used and released in turn", "[program]") {
  const auto planted = [](int which, int bit, bool value, uint32_t where, const std::string& field) {
    listing l(layer_program(), tiny());
    const uint32_t i = l.find(unit_opcode::gemm, which);
    l.set_flag(i, bit, value);
    l.refused(l.find(unit_opcode::gemm, static_cast<int>(where)), field);
  };
  planted(0, load_x, false, 0, "load_x");
  planted(0, release_x, false, 1, "load_x");
  listing last(operator_program(gemm_request(8, 64, 32)), tiny());
  const uint32_t gemm = last.find(unit_opcode::gemm, 1);  // of its two steps
  last.set_flag(gemm, release_x, false);
  last.refused(last.program_.runs[0].count - 1, "release_x");
}

TEST_CASE("program_check program wants a to_z gemm and its scan to match", "[program]") {
  listing none(layer_program(), tiny());
  const uint32_t scan = none.find(unit_opcode::scan);
  none.drop(scan - 1);  // the gemm to z
  none.refused(scan - 1, "z_gemm");
  listing another(layer_program(), tiny());
  another.set_flag(scan - 1, to_z, false);
  another.refused(scan, "z_gemm");
  listing unused(layer_program(), tiny());
  unused.set_flag(scan, 17, false);
  unused.refused(scan, "z_gemm");
  listing tokens(layer_program(), tiny());
  tokens.words(scan - 1)[1] -= 1;
  tokens.refused(scan, "z_gemm");
  listing dropped(layer_program(), tiny());
  dropped.program_.runs[0].count = scan;  // ends with the gemm
  dropped.refused(scan - 1, "to_z");
}

TEST_CASE("program_check program wants a clear that no pending z waits behind", "[program]") {
  listing l(layer_program(), tiny());
  const uint32_t scan = l.find(unit_opcode::scan);
  uint32_t params[hls::descriptor_words], gemm[hls::descriptor_words];
  std::memcpy(params, l.words(l.find(unit_opcode::params)), sizeof params);
  std::memcpy(gemm, l.words(scan - 1), sizeof gemm);
  // The load of the next chunk's r in front of the gemm makes room for both.
  std::memcpy(l.words(scan - 2), gemm, sizeof gemm);
  std::memcpy(l.words(scan - 1), params, sizeof params);
  REQUIRE((params[0] >> clear & 1) == 1);
  l.refused(scan - 1, "clear");
}

// A gemm in two parts: the rows of the second clear those of the first, which are all used.
TEST_CASE("program_check program wants the last row of a load used before a clear", "[program]") {
  const design_point point = point_of("block-tiny", {"gemm_weight_rows=64"});  // 4 tiles of 15 rows
  const listing parts(program_of(generate_operator(gemm_request(8, 120, 70, "silu", "2:4")), 8, point),
                      point);
  parts.check();
  const uint32_t gemm = parts.find(unit_opcode::gemm, 1);  // in two steps of two tiles
  REQUIRE(parts.words(gemm)[1] >> 16 == 2);
  // In front of the gemm, or behind it, where the next one is the last load of its memory.
  const auto params_of = [&](uint32_t memory, bool behind) {
    for (uint32_t i = behind ? gemm : 0; i < parts.program_.runs[0].count; ++i)
      if ((parts.words(i)[0] & 0xff) == 4 && (parts.words(i)[1] >> 16 & 7) == memory) return i;
    FAIL("no such params");
    return 0U;
  };
  const std::tuple<uint32_t, uint32_t, const char*> memories[] = {
      {2, 1, "shifts"}, {3, 8, "bias"}, {1, 1, "index"}, {0, 4, "weights"}};
  for (const auto& [memory, beats, name] : memories) {
    CAPTURE(name);
    const auto longer = [&, memory = memory, beats = beats](bool behind) {
      listing l = parts;
      uint32_t* words = l.words(params_of(memory, behind));
      words[1] += beats;        // one row more
      words[3] += memory == 1;  // rows of positions, 8 granules a beat
      return l;
    };
    const uint32_t second = params_of(memory, true);
    REQUIRE((parts.words(second)[0] >> clear & 1) == 1);
    longer(false).refused(second, "clear");
    CHECK_THROWS_WITH(longer(false).check(), Catch::Contains(name));
    if (memory != 1) longer(true).check();  // nothing clears it
  }
}

// Weights of a layer that stream: a load in front of every product.
TEST_CASE("program_check program wants slots of weights loaded, given back and held by what they can hold",
          "[program]") {
  const design_point point = point_of("block-tiny", {"gemm_weight_rows=128"});
  const layer_case c = byte_mamba_layer(point, 20);
  const listing streamed(make_layer_program(c.layer, c.r, {}, {}, point), point);
  streamed.check();
  constexpr int release_w = 13, slots = 10;
  const auto weights = [&](int which) {
    for (uint32_t i = 0; i < streamed.program_.runs[0].count; ++i)
      if ((streamed.words(i)[0] & 0xff) == 4 && (streamed.words(i)[1] >> 16 & 7) == 0 && which-- == 0)
        return i;
    FAIL("no such load");
    return 0U;
  };
  REQUIRE((streamed.words(weights(0))[0] >> slots & 1) == 1);
  const auto planted = [&](uint32_t at, const char* field, const std::function<void(listing&)>& plant) {
    listing faulty = streamed;
    plant(faulty);
    faulty.refused(at, field);
  };
  const uint32_t first = streamed.find(unit_opcode::gemm), second = streamed.find(unit_opcode::gemm, 1);
  planted(weights(2) - 1, "memory", [&](listing& l) {
    l.set_flag(first, release_w, false);
    l.drop(second);
  });
  listing behind = streamed;  // every product reads the slot of the one before, until one is smaller
  behind.set_flag(first, release_w, false);
  CHECK_THROWS_WITH(behind.check(), Catch::Contains("release_w: expected with the last row of its slot"));
  planted(first, "w_row", [&](listing& l) { l.words(first)[4] |= 64; });
  planted(weights(1), "beats", [&](listing& l) { l.words(weights(1))[1] = 65 * 4; });
  planted(second, "w_row", [&](listing& l) { l.words(weights(1))[1] = 4; });
  planted(weights(1), "clear", [&](listing& l) {
    l.set_flag(first, release_w, false);
    l.set_flag(weights(1), clear, true);
  });
  listing held = streamed;
  uint32_t last = 0;
  for (uint32_t i = 0; i < held.program_.runs[0].count; ++i)
    if ((held.words(i)[0] & 0xff) == 5) last = i;
  held.set_flag(last, release_w, false);
  CHECK_THROWS_WITH(held.check(),
                    Catch::Contains("release_w: expected every slot of weights and positions given back"));
}

TEST_CASE("program_check program refuses weights into a slot while a to_z gemm waits for its scan",
          "[program]") {
  const machine_shape shape(tiny());
  const check_site site{"test", shape};
  stream_check check(site);
  hls::gemm_descriptor z{};
  z.load_x = z.release_x = z.to_z = true;
  z.tokens = z.tiles = z.x_tokens = z.k_words = 1;
  check.gemm(z);
  check.params({}, false);
  CHECK_THROWS_WITH(check.params({}, true), Catch::Contains("no weights into a slot"));
}

// Any entry of a list's last beat stands for it.
TEST_CASE("program_check program wants the last beat of a list used before a clear", "[program]") {
  const design_point point = point_of("block");
  operator_request lists = gemm_request(40, 64, 32);  // 64 entries in two beats
  lists.gather = true;
  const program p = program_of(generate_operator(lists), 8, point);
  const auto cleared = [&](uint32_t tokens) {  // behind a gemm that uses so many entries
    listing l(p, point);
    const uint32_t gemm = l.find(unit_opcode::gemm), store = l.find(unit_opcode::store);
    REQUIRE((l.words(gemm - 1)[1] >> 16 & 7) == 6);
    REQUIRE((l.words(gemm - 1)[1] & 0xffff) == 2);
    std::memcpy(l.words(store), l.words(gemm - 1), hls::descriptor_bytes);
    l.words(gemm)[1] = (l.words(gemm)[1] & 0xffff0000) | tokens;
    return l;
  };
  cleared(33).check();
  cleared(32).refused(cleared(32).find(unit_opcode::params, 4), "clear");
}

TEST_CASE("program_check program wants positions used before the end", "[program]") {
  const auto sparse = [] {
    return listing(operator_program(gemm_request(8, 64, 32, "none", "2:4")), tiny());
  };
  listing l = sparse();
  const uint32_t last = l.program_.runs[0].count - 1;
  const auto append = [&](listing& to, int which) {  // instead of the store
    std::memcpy(to.words(last), to.words(to.find(unit_opcode::params, which)), hls::descriptor_bytes);
  };
  REQUIRE((l.words(l.find(unit_opcode::params, 2))[1] >> 16 & 7) == 1);
  append(l, 2);
  l.refused(last, "rows");
  listing shifts = sparse();  // other memories are whole when the run ends
  append(shifts, 0);
  REQUIRE((shifts.words(last)[1] >> 16 & 7) != 1);
  shifts.check();
}

TEST_CASE("program_check program wants z from one side", "[program]") {
  constexpr int has_z = 9, z_gemm = 17;
  const auto mixed = [&](bool z) {
    listing l(layer_program(), tiny());
    const uint32_t second = l.find(unit_opcode::scan, 1);
    l.set_flag(second, z_gemm, false), l.set_flag(second, has_z, z);
    std::copy_n(l.words(second) + 8, 2, l.words(second) + 12);  // z: the words of u
    l.drop(second - 1);                                         // the gemm to z
    return l;
  };
  mixed(true).refused(mixed(true).find(unit_opcode::scan, 1), "z_gemm");
  mixed(false).check();
  listing(unfused_program(), tiny()).check();
}

// A to_z gemm may serve several scans; what it must not do is outlive them.
TEST_CASE("program_check program wants every tile of a to_z gemm taken, by one scan or several",
          "[program]") {
  layer_format format;
  format.state_pattern = nm_pattern{2, 4};
  const layer_case c = byte_mamba_layer(tiny(), 80, format);
  const auto split = [&] { return listing(make_layer_program(c.layer, c.r, {}, {}, tiny()), tiny()); };
  split().check();
  const uint32_t first = split().find(unit_opcode::scan), second = split().find(unit_opcode::scan, 1);
  REQUIRE(second == first + 1);
  listing ends = split();
  ends.program_.runs[0].count = second;
  ends.refused(first, "to_z");
  listing another = split();
  std::memcpy(another.words(second), another.words(another.find(unit_opcode::gemm, 1)),
              hls::descriptor_bytes);
  another.refused(second, "to_z");
  listing scratch = split();
  scratch.set_flag(second, 9, false), scratch.set_flag(second, 17, false);
  scratch.refused(second, "z_gemm");
}

TEST_CASE("program_check program wants parameters and states of the scan on chip", "[program]") {
  listing parameters(layer_program(), tiny());
  const uint32_t first = parameters.find(unit_opcode::scan), second = parameters.find(unit_opcode::scan, 1);
  parameters.set_flag(first, 13, false);
  parameters.refused(first, "load_params");
  listing kept(layer_program(), tiny());
  kept.set_flag(first, 16, false);
  kept.refused(second, "resume");
  listing memory(layer_program(), tiny());
  memory.set_flag(first, 14, false);
  memory.refused(first, "local");
}

// Words of a scan: 0 flags (keep 16, banked 26), 1 lane groups and first_group.
TEST_CASE("program_check program wants the scans of runs behind each other on chip", "[program]") {
  constexpr int load_params = 13, keep = 16, banked = 26;
  layer_format format;
  format.state_pattern = nm_pattern{2, 4};
  const layer_case c = byte_mamba_layer(tiny(), 80, format);
  const program p = make_layer_program(c.layer, c.r, {}, {}, tiny());
  const auto runs = [&] { return listing(p, tiny()); };
  runs().check();
  const uint32_t first = runs().find(unit_opcode::scan), second = first + 1;
  const auto count =
      static_cast<int>(state_runs_of(c.layer.branches[0].kept, 256, program_builder("test", tiny())).size());
  const uint32_t again = runs().find(unit_opcode::scan, count);  // the first run's second chunk
  const auto moved = [&](uint32_t scan, int by) {
    listing l = runs();
    l.words(scan)[1] += static_cast<uint32_t>(by) * 0x10000;
    return l;
  };
  moved(second, 2).refused(second, "first_group");       // a gap
  moved(second, -2).refused(second + 1, "first_group");  // cleared
  moved(first, 2).refused(first, "first_group");
  moved(again, 1).refused(again, "resume");
  listing unloaded = runs();
  unloaded.set_flag(second, load_params, false);
  unloaded.refused(second, "load_params");
  listing lost = runs();
  lost.set_flag(second, keep, false);
  lost.refused(again + 1, "resume");
  listing far = runs();
  far.words(second)[1] |= 0xffff0000;
  far.refused(second, "lane_groups");
  listing slots = runs();  // one tile, in the slot file: the next scan's
  REQUIRE((slots.words(first)[1] & 0xffff) <= 2);
  slots.set_flag(first, banked, false), slots.set_flag(again, banked, false);
  slots.refused(again, "resume");
}

// Scans without other descriptors, each rule with the nearest legal list.
class scan_list {
 public:
  // Of two lane groups, one tile of the machine, in the state memory.
  static hls::scan_descriptor scan(int first, int groups = 2) {
    hls::scan_descriptor d;
    d.local = d.banked = true;
    d.first_group = static_cast<uint16_t>(first), d.lane_groups = static_cast<uint16_t>(groups);
    d.passes = 1, d.num_chunks = 1, d.chunk_tokens = d.rest_tokens = 4;
    return d;
  }
  static hls::scan_descriptor kept(int first, int groups = 2) {
    hls::scan_descriptor d = scan(first, groups);
    d.load_params = d.keep = true;
    return d;
  }
  static hls::scan_descriptor resumed(int first, int groups = 2) {
    hls::scan_descriptor d = scan(first, groups);
    d.resume = true;
    return d;
  }

  // The field that is refused, with the number of its descriptor in front; empty: none.
  static std::string fault(const std::vector<hls::scan_descriptor>& list) {
    check_site site{"scans", machine_shape(tiny())};
    stream_check check(site);
    try {
      for (const hls::scan_descriptor& d : list) check.scan(d), ++site.descriptor;
    } catch (const input_error& e) {
      const std::string text = e.what();
      for (const char* field : {"first_group", "load_params", "resume"}) {
        const std::string found = std::to_string(site.descriptor) + ": " + field;
        if (text.find(found) != std::string::npos) return found;
      }
      return text;
    }
    return "";
  }
};

template <class Change>
hls::scan_descriptor with(hls::scan_descriptor d, Change change) {
  change(d);
  return d;
}

TEST_CASE("stream_check program accepts states of several scans on chip, and their parameters", "[program]") {
  using s = scan_list;
  CHECK(s::fault({s::kept(0), s::kept(2), s::resumed(2), s::resumed(0)}).empty());
  CHECK(s::fault({s::kept(0), s::kept(2, 4), s::scan(0, 6), s::resumed(2, 4)}).empty());
  CHECK(s::fault({s::kept(0), s::kept(3)}) == "1: first_group");
  CHECK(s::fault({s::kept(0), s::kept(1)}) == "1: first_group");
  CHECK(s::fault({s::kept(2)}) == "0: first_group");
  CHECK(s::fault({s::kept(0, 4), s::scan(2)}).empty());
  CHECK(s::fault({s::kept(0, 4), s::scan(3)}) == "1: load_params");
  CHECK(s::fault({s::kept(0), s::kept(2), s::kept(0), s::scan(2)}) == "3: load_params");  // cleared
  const auto passes = [](auto& d) { d.passes = 2; };
  CHECK(s::fault({with(s::kept(0), passes), s::kept(2)}) == "1: first_group");
}

TEST_CASE("stream_check program refuses states that were written over", "[program]") {
  using s = scan_list;
  const auto between = [](const hls::scan_descriptor& d) {
    return s::fault({s::kept(0), s::kept(2), d, s::resumed(2)});
  };
  CHECK(between(s::scan(0, 4)).empty());
  CHECK(between(with(s::scan(0, 4), [](auto& d) { d.num_chunks = 2; })) == "3: resume");
  CHECK(between(with(s::scan(0, 3), [](auto& d) { d.keep = true; })) == "3: resume");
  CHECK(between(with(s::scan(0, 2), [](auto& d) { d.keep = true; })).empty());
  const auto slots = [](auto& d) { d.banked = false; };
  CHECK(between(with(s::scan(2), slots)).empty());  // in the slot file
  CHECK(between(with(with(s::scan(2), slots), [](auto& d) { d.num_chunks = 2; })).empty());
  CHECK(s::fault({with(s::kept(0), slots), with(s::resumed(0), slots)}).empty());
  CHECK(s::fault({with(s::kept(0), slots), s::resumed(0)}) == "1: resume");
  CHECK(s::fault({s::kept(0), with(s::resumed(0), slots)}) == "1: resume");
  CHECK(s::fault({with(s::kept(0), slots), s::kept(2), with(s::resumed(0), slots)}) == "2: resume");
  CHECK(s::fault({s::kept(0, 4), s::resumed(0, 4)}).empty());
  CHECK(s::fault({s::kept(0, 4), s::resumed(2)}) == "1: resume");
  CHECK(s::fault({s::kept(0, 4), with(s::resumed(0), [](auto& d) { d.passes = 2; })}) == "1: resume");
}

}  // namespace
}  // namespace scansim::test
