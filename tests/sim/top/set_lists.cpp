#include "tests/sim/top/set_list_builder.h"

namespace scansim::test {

std::vector<broken_list> broken_set_lists(const design_point& point) {
  using descriptors = std::vector<list_descriptor>;
  const auto positions_0 = [](list_descriptor& d) { d[1] &= 0xffff0000; };
  const auto gated = [](list_descriptor& d) { d[0] |= 1u << 9; };
  const auto linear_alone = [](list_descriptor& d) { d[0] = (d[0] & ~(1u << 9)) | 1u << 29; };
  const auto no_map = [](list_descriptor& d) {
    d[0] = (d[0] & ~(7u << 14)) | 5u << 14 | 1u << 12;
  };  // the first code of none, with a list, so that no other rule refuses it
  const auto no_states = [](list_descriptor& d) { d[12] &= ~0x1ffu; };
  const auto packed_too_far = [&](list_descriptor& d) {
    d[7] |= static_cast<uint32_t>(std::countr_zero(static_cast<unsigned>(point.states_per_lane)) + 1) << 16;
  };
  const auto packed = [](list_descriptor& d) { d[7] |= 1u << 16; };
  const auto two_passes = [](list_descriptor& d) { d[2] = (d[2] & ~0xffu) | 2; };
  const auto beyond_half = [&](list_descriptor& d) {
    d[12] = (d[12] & ~0x1ffu) | (static_cast<uint32_t>(point.states_per_lane) / 2 + 1);
  };
  const auto chunks_2 = [](list_descriptor& d) { d[3] = 2; };
  const auto broken = [&](int scans, auto change) {
    std::mt19937_64 random(1);
    return list_builder(point, random).build_broken(scans, change);
  };
  std::vector<broken_list> lists;
  lists.push_back({"a record in front", broken(1, [](descriptors& d) { d.erase(d.begin()); })});
  lists.push_back({"a record too many", broken(1, [](descriptors& d) { d.push_back(d.back()); })});
  lists.push_back({"no positions, in the middle", broken(1, [&](descriptors& d) { positions_0(d[1]); })});
  lists.push_back({"a gate where the scan has no z", broken(1, [&](descriptors& d) { gated(d[1]); })});
  lists.push_back({"a linear gate without a gate", broken(1, [&](descriptors& d) { linear_alone(d[1]); })});
  lists.push_back({"a map that there is not", broken(1, [&](descriptors& d) { no_map(d[2]); })});
  const std::pair<const char*, uint32_t> shared[] = {
      {"delta", 1u << 16}, {"B", 1u << 17}, {"C", 1u << 18}, {"parameters", 1u << 19}};
  for (const auto& [what, flag] : shared)
    lists.push_back(
        {what, broken(1, [flag = flag](descriptors& d) { d[1][7] |= flag; })});  // of no set before
  lists.push_back({"no states", broken(1, [&](descriptors& d) { no_states(d[1]); })});
  lists.push_back(
      {"more tokens a row than it has values", broken(1, [&](descriptors& d) { packed_too_far(d[0]); })});
  lists.push_back({"more states than a packed row has",
                   broken(1, [&](descriptors& d) { packed(d[0]), beyond_half(d[1]); })});
  lists.push_back(
      {"packed rows of two passes", broken(1, [&](descriptors& d) { packed(d[0]), two_passes(d[0]); })});
  lists.push_back({"no positions, last", broken(1, [&](descriptors& d) { positions_0(d[2]); })});
  lists.push_back({"chunks, first", broken(1, [&](descriptors& d) { chunks_2(d[0]); })});
  lists.push_back({"chunks, in the middle", broken(2, [&](descriptors& d) { chunks_2(d[3]); })});
  lists.push_back({"records missing at the end", broken(2, [](descriptors& d) { d.resize(4); })});
  lists.push_back(
      {"a scan where a record is due", broken(2, [](descriptors& d) { d.erase(d.begin() + 2); })});
  return lists;
}

std::vector<broken_list> broken_local_lists(const design_point& point) {
  const auto broken = [&](uint32_t opcode, auto change) {
    std::mt19937_64 random(1);
    return list_builder(point, random).build_broken_local([&](std::vector<list_descriptor>& list) {
      size_t last = list.size() - 1;
      while ((list[last][0] & 0xff) != opcode) --last;
      uint32_t words[hls::descriptor_words];
      std::copy(list[last].begin(), list[last].end(), words);
      change(words);
      std::copy(std::begin(words), std::end(words), list[last].begin());
    });
  };
  const uint64_t outside = machine_shape(point).scratch_bytes();
  const auto record = [&](auto change) {
    return broken(hls::descriptor_opcode_set, [&](uint32_t(&words)[hls::descriptor_words]) {
      hls::set_descriptor set = hls::decode_set(words);
      change(set);
      hls::encode_descriptor(set, words);
    });
  };
  std::vector<broken_list> lists;
  lists.push_back({"u of its own", record([&](auto& set) { set.own_u = true, set.addr_u = outside; })});
  lists.push_back({"delta", record([&](auto& set) { set.same_delta = false, set.addr_delta = outside; })});
  lists.push_back({"B", record([&](auto& set) { set.same_b = false, set.addr_b = outside; })});
  lists.push_back({"C", record([&](auto& set) { set.same_c = false, set.addr_c = outside; })});
  lists.push_back(
      {"packed rows", broken(hls::descriptor_opcode_scan, [](auto& words) { words[7] |= 1u << 16; })});
  return lists;
}

set_list muted_set_list(const design_point& point) {
  std::mt19937_64 random(1);
  return list_builder(point, random).build_muted();
}

set_list cut_short_list(const design_point& point, bool of_b) {
  std::mt19937_64 random(1);
  return list_builder(point, random).build_cut_short(of_b);
}

set_list sets_before_units(const design_point& point, std::mt19937_64& random) {
  return list_builder(point, random).build_before_units();
}

set_list ungated_set_list(const design_point& point) {
  std::mt19937_64 random(1);
  return list_builder(point, random).build_ungated();
}

set_list same_row_list(const design_point& point) {
  std::mt19937_64 random(1);
  return list_builder(point, random).build_same_row();
}

set_list random_set_list(const design_point& point, std::mt19937_64& random) {
  return list_builder(point, random).build();
}

}  // namespace scansim::test
