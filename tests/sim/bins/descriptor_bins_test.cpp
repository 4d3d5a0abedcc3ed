// Bins of descriptors and lists: each field, rule and opcode of the map has some, whatever runs hits bins of
// the model only, and the ends of what is legal are those of the rules.
#include <catch2/catch.hpp>
#include <cstring>

#include "sim/bins/list_bins.h"
#include "tests/sim/top/unit_rules.h"

namespace scansim {
namespace {

using test::descriptor_image;

bin_set all_bins() {
  bin_set all;
  for (const bin_group& group : bin_model()) all.insert(group.bins.begin(), group.bins.end());
  return all;
}

bin_set hit_by(const std::vector<descriptor_image>& list, const machine_shape& shape) {
  std::vector<uint8_t> memory(list.size() * hls::descriptor_bytes);
  std::memcpy(memory.data(), list.data(), memory.size());
  list_history history;
  bin_set hit;
  hit_list(memory, 0, static_cast<uint32_t>(list.size()), shape, history, hit);
  return hit;
}

bool of_field(const bin_set& bins, const std::string& opcode, const std::string& field) {
  const std::string begin = "descriptor_cross/" + opcode + "." + field + "=";
  const auto at = bins.lower_bound(begin);
  return at != bins.end() && at->starts_with(begin);
}

}  // namespace

TEST_CASE("descriptor_bins every field of the map has bins and every name is in its group once",
          "[leaf][sim]") {
  const bin_set fields = descriptor_bins();
  for (const map::opcode_row& row : map::opcodes)
    for (const map::descriptor_layout& layout : map::descriptor_layouts) {
      if (std::string_view(layout.name) != row.layout) continue;
      for (const map::descriptor_field& field : layout.fields) {
        CAPTURE(row.name, field.name);
        if (std::string_view(field.name) != map::opcode_field.name)
          CHECK(of_field(fields, row.name, field.name));
      }
    }
  size_t count = 0;
  for (const bin_group& group : bin_model()) {
    CHECK(!group.bins.empty());
    for (const std::string& bin : group.bins) CHECK(bin.starts_with(group.name + "/"));
    count += group.bins.size();
  }
  CHECK(all_bins().size() == count);
}

TEST_CASE("descriptor_bins min, max and what lies between are those that the rules allow", "[leaf][sim]") {
  const design_point point = load_design_point("tiny", config_directory());
  const machine_shape shape(point);
  hls::scan_descriptor d;
  d.lane_groups = 1, d.passes = 1, d.num_chunks = 1, d.chunk_tokens = 1, d.rest_tokens = 1;
  const auto hits = [&](int tokens, const char* place) {
    d.chunk_tokens = static_cast<uint16_t>(tokens);
    return hit_by({test::encoded(d)}, shape)
        .contains(std::string("descriptor_cross/scan.chunk_tokens=") + place);
  };
  const int most = point.chunk_tokens;
  CHECK((hits(1, "min") && hits(1, "1") && !hits(1, "mid") && !hits(1, "max")));
  CHECK((hits(most, "max") && !hits(most, "min") && !hits(most, "max-1")));
  CHECK((hits(most - 1, "max-1") && hits(most - 1, "mid")));
  CHECK((hits(most / 2, "mid") && !hits(most / 2, "max-1")));
  CHECK(hit_by({test::encoded(d)}, shape)
            .contains("descriptor_cross/scan reverse=0,has_h0=0,store_state=0,rest=part,tiles=1,passes=1"));
}

TEST_CASE("descriptor_bins random lists hit bins of the model", "[leaf][sim]") {
  const bin_set all = all_bins();
  test::unit_lists lists(test::small_units_point(), 5);
  lists.image();  // lists of 4-bit weights know what it holds
  bin_set hit = hit_by(lists.setup(), lists.shape);
  for (int i = 0; i < 200; ++i) {
    std::vector<descriptor_image> list;
    while (list.size() < 3) lists.add_any(list);
    hit.merge(hit_by(list, lists.shape));
  }
  for (const std::string& bin : hit) {
    CAPTURE(bin);
    CHECK(all.contains(bin));
  }
  CHECK(hit.size() > 250);
}

TEST_CASE("list_bins a broken rule hits its code and its place, and what lies behind it nothing",
          "[leaf][sim]") {
  const bin_set all = all_bins();
  test::unit_lists lists(test::small_units_point(), 6);
  lists.image();
  for (const test::rule& rule : test::unit_rules()) {
    CAPTURE(rule.name);
    const descriptor_image broken = rule.make(lists), legal = test::encoded(lists.norm(0));
    if (rule.code == csr::error_code::none) continue;
    const map::opcode_row* row = opcode_row_of(broken[0] & 0xffu);
    const bool unknown = row == nullptr || row->code == map::opcode::set;  // the machine has no sets
    const std::string name =
        std::string("illegal/") + (unknown ? "unknown" : row->name) + "." + csr::error_name(rule.code);
    const bin_set first = hit_by({broken, legal}, lists.shape);
    CHECK(first.contains(name + "@first"));
    CHECK(!first.contains("descriptor_cross/norm.fence=1"));
    CHECK(hit_by({legal, broken, legal}, lists.shape).contains(name + "@middle"));
    CHECK(hit_by({legal, broken}, lists.shape).contains(name + "@last"));
    for (const std::string& bin : first) CHECK(all.contains(bin));
  }
}

}  // namespace scansim
