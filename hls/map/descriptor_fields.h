// Reading and writing the fields of a descriptor by the tables of hls/map/descriptor_map.h.
//   field_of<map::gemm_fields>("w_row")   the row of that name; an unknown name does not compile
//   get_field, put_field                  its value in the words; a value wider than its place is cut
//   encode_fields, decode_fields          a whole struct, whose Layout names each member's field once
// Contract: constant time, no allocation; signed members extend the sign. A Layout is a struct with `fields`
// (its table) and a static each(descriptor, visit) that calls visit("name", member) for every field but the
// opcode.
#pragma once
#include <string_view>
#include <type_traits>

#include "hls/map/descriptor_map.h"

namespace scansim::map {

using descriptor_image = uint32_t[descriptor_words];

void no_field_of_that_name();  // not constant: its call ends a compilation

template <const auto& Fields>
struct field_of {
  descriptor_field at{};

  consteval field_of(const char* name) {  // NOLINT: a name is a field
    for (const descriptor_field& field : Fields)
      if (std::string_view(field.name) == name) at = field;
    if (at.bits == 0) no_field_of_that_name();
  }
};

constexpr uint64_t get_field(const descriptor_image& words, const descriptor_field& field) {
  uint64_t value = words[field.word] >> field.lsb;
  for (int done = 32 - field.lsb, word = field.word + 1; done < field.bits; done += 32, ++word)
    value |= uint64_t{words[word]} << done;
  return field.bits == 64 ? value : value & ((uint64_t{1} << field.bits) - 1);
}

constexpr void put_field(descriptor_image& words, const descriptor_field& field, uint64_t value) {
  int word = field.word, lsb = field.lsb;
  for (int left = field.bits; left > 0; ++word, lsb = 0) {
    const int here = left < 32 - lsb ? left : 32 - lsb;
    const uint32_t mask = here == 32 ? ~0u : ((1u << here) - 1u) << lsb;
    words[word] = (words[word] & ~mask) | (static_cast<uint32_t>(value << lsb) & mask);
    value >>= here;
    left -= here;
  }
}

constexpr uint32_t opcode_of(const descriptor_image& words) {
  return static_cast<uint32_t>(get_field(words, opcode_field));
}

// A member's value out of a field's bits.
template <class Member>
constexpr Member member_value(uint64_t bits, int width) {
  if constexpr (std::is_same_v<Member, bool>) {
    return bits != 0;
  } else if constexpr (std::is_signed_v<Member>) {
    const uint64_t sign = uint64_t{1} << (width - 1);
    return static_cast<Member>((bits ^ sign) - sign);
  } else {
    return static_cast<Member>(bits);
  }
}

template <class Layout, class Descriptor>
constexpr void encode_fields(const Descriptor& d, opcode code, descriptor_image& words) {
  for (uint32_t& word : words) word = 0;
  put_field(words, opcode_field, static_cast<uint64_t>(code));
  Layout::each(d, [&](field_of<Layout::fields> field, const auto& member) {
    put_field(words, field.at, static_cast<uint64_t>(member) - static_cast<uint64_t>(field.at.less));
  });
}

template <class Layout, class Descriptor>
constexpr void decode_fields(const descriptor_image& words, Descriptor& d) {
  Layout::each(d, [&](field_of<Layout::fields> field, auto& member) {
    using member_type = std::remove_reference_t<decltype(member)>;
    member = member_value<member_type>(get_field(words, field.at) + static_cast<uint64_t>(field.at.less),
                                       field.at.bits);
  });
}

// No two fields of a table share a bit, and all lie inside.
constexpr bool fields_apart(std::span<const descriptor_field> fields) {
  for (size_t i = 0; i < fields.size(); ++i) {
    const int first = fields[i].first_bit(), end = first + fields[i].bits;
    if (fields[i].lsb < 0 || fields[i].lsb > 31 || fields[i].bits < 1 || fields[i].bits > 64) return false;
    if (first < 0 || end > 32 * descriptor_words) return false;
    for (size_t k = 0; k < i; ++k)
      if (first < fields[k].first_bit() + fields[k].bits && fields[k].first_bit() < end) return false;
  }
  return true;
}
constexpr bool layouts_apart() {
  for (const descriptor_layout& layout : descriptor_layouts)
    if (!fields_apart(layout.fields)) return false;
  return true;
}
static_assert(layouts_apart(), "fields of a descriptor overlap");

}  // namespace scansim::map
