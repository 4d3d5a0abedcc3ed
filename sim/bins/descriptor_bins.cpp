#include "sim/bins/descriptor_bins.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/unit_check.h"

namespace scansim {
namespace {

using map::descriptor_field;

enum class field_kind : uint8_t { flag, value, sign, address, number };

constexpr int listed_bits = 3, address_bits = 64;
constexpr uint64_t low_addresses = uint64_t{1} << 32;

template <class Member>
field_kind kind_of(const descriptor_field& field) {
  if (std::is_same_v<Member, bool>) return field_kind::flag;
  if (std::is_signed_v<Member>) return field_kind::sign;
  if (field.bits == address_bits) return field_kind::address;
  return field.bits <= listed_bits ? field_kind::value : field_kind::number;
}

template <class Layout, class Descriptor, class Visit>
void each_field_of(Visit visit) {
  Descriptor d;
  Layout::each(d, [&](map::field_of<Layout::fields> field, auto& member) {
    visit(field.at, kind_of<std::remove_cvref_t<decltype(member)>>(field.at));
  });
}

// visit(field, kind) for every field of the opcode's layout.
template <class Visit>
void each_field(map::opcode code, Visit visit) {
  using map::opcode;
  switch (code) {
    case opcode::scan:
      return each_field_of<hls::scan_layout, hls::scan_descriptor>(visit);
    case opcode::load:
    case opcode::store:
      return each_field_of<hls::transfer_layout, hls::transfer_descriptor>(visit);
    case opcode::params:
      return each_field_of<hls::params_layout, hls::params_descriptor>(visit);
    case opcode::gemm:
      return each_field_of<hls::gemm_layout, hls::gemm_descriptor>(visit);
    case opcode::conv:
      return each_field_of<hls::conv_layout, hls::conv_descriptor>(visit);
    case opcode::norm:
      return each_field_of<hls::norm_layout, hls::norm_descriptor>(visit);
    case opcode::hadamard:
      return each_field_of<hls::hadamard_layout, hls::hadamard_descriptor>(visit);
    case opcode::set:
      return each_field_of<hls::set_layout, hls::set_descriptor>(visit);
  }
}

std::string in_cross(const std::string& name) { return "descriptor_cross/" + name; }

// Numbers and addresses of a record, and how many a scan has, are legal by what stands around them: their
// ends are those of random lists, and here is one bin each.
bool is_of_context(const map::opcode_row& row, const descriptor_field& field, field_kind kind) {
  if (row.code == map::opcode::set) return kind == field_kind::number || kind == field_kind::address;
  return row.code == map::opcode::scan && std::string_view(field.name) == "sets";
}

// The last map of tokens is not the last code of its field.
bool is_legal(const map::opcode_row& row, const descriptor_field& field, const std::string& value) {
  return row.code != map::opcode::set || field.bits != listed_bits || std::stoi(value) < hls::num_token_maps;
}

std::string field_bin(const map::opcode_row& row, const descriptor_field& field, const std::string& what) {
  return in_cross(fmt::format("{}.{}={}", row.name, field.name, what));
}

std::vector<std::string> values_of(const descriptor_field& field, field_kind kind) {
  switch (kind) {
    case field_kind::sign:
      return {"negative", "zero", "positive"};
    case field_kind::address:
      return {"low", "high"};
    case field_kind::number:
      return {"min", "1", "mid", "max-1", "max"};
    case field_kind::flag:
    case field_kind::value:
      break;
  }
  std::vector<std::string> values;
  for (int64_t stored = 0; stored < int64_t{1} << field.bits; ++stored)
    values.push_back(std::to_string(stored + field.less));
  return values;
}

// Where the value of a field lies in what is legal beside the others of its descriptor.
std::vector<std::string> places_of(const descriptor_bits& words, const descriptor_field& field,
                                   const machine_shape& shape) {
  const uint64_t stored = map::get_field(words, field), top = (uint64_t{1} << field.bits) - 1;
  const auto legal = [&](uint64_t value) {
    descriptor_bits changed;
    std::copy(std::begin(words), std::end(words), std::begin(changed));
    map::put_field(changed, field, value);
    return error_of_descriptor(changed, shape) == csr::error_code::none;
  };
  const bool less = stored > 0 && legal(stored - 1), more = stored < top && legal(stored + 1);
  std::vector<std::string> places;
  if (!less) places.emplace_back("min");
  if (stored + static_cast<uint64_t>(field.less) == 1) places.emplace_back("1");
  if (less && more) places.emplace_back("mid");
  if (more && (stored + 1 == top || !legal(stored + 2))) places.emplace_back("max-1");
  if (!more) places.emplace_back("max");
  return places;
}

std::vector<std::string> hit_values(const descriptor_bits& words, const descriptor_field& field,
                                    field_kind kind, const machine_shape& shape) {
  const uint64_t stored = map::get_field(words, field);
  switch (kind) {
    case field_kind::sign:
      if (stored == 0) return {"zero"};
      return {stored >> (field.bits - 1) != 0 ? "negative" : "positive"};
    case field_kind::address:
      return {stored < low_addresses ? "low" : "high"};
    case field_kind::number:
      return places_of(words, field, shape);
    case field_kind::flag:
    case field_kind::value:
      break;
  }
  return {std::to_string(stored + static_cast<uint64_t>(field.less))};
}

// A combination: axes with the names of their values.
struct cross_axis {
  std::string name;
  std::vector<std::string> values;
};

struct bin_cross {
  std::string opcode;
  std::vector<cross_axis> axes;

  std::string name(const std::vector<size_t>& at) const {
    std::string text;
    for (size_t i = 0; i < axes.size(); ++i)
      text += fmt::format("{}{}={}", i == 0 ? "" : ",", axes[i].name, axes[i].values[at[i]]);
    return in_cross(opcode + " " + text);
  }

  void add_all(bin_set& bins) const {
    std::vector<size_t> at(axes.size(), 0);
    for (size_t axis = 0; axis < axes.size();) {
      bins.insert(name(at));
      for (axis = 0; axis < axes.size() && ++at[axis] == axes[axis].values.size(); ++axis) at[axis] = 0;
    }
  }
};

const std::vector<std::string> coin = {"0", "1"};

bin_cross scan_cross() {
  return {"scan",
          {{"reverse", coin},
           {"has_h0", coin},
           {"store_state", coin},
           {"rest", {"full", "part"}},
           {"tiles", {"1", "2", "many"}},
           {"passes", {"1", "many"}}}};
}
bin_cross load_cross() {
  return {"scan", {{"load_params", coin}, {"first_group", {"0", "behind"}}, {"banked", coin}}};
}
bin_cross resume_cross() { return {"scan", {{"resume", coin}, {"keep", coin}}}; }
bin_cross gemm_cross() {
  std::vector<std::string> kinds;
  for (int kind = 0; kind < 1 << map::field_of<map::gemm_fields>("kind").at.bits; ++kind)
    kinds.push_back(std::to_string(kind));
  return {"gemm",
          {{"gather", coin},
           {"scatter", coin},
           {"pattern", {"dense", "N:M"}},
           {"weights", {"int8", "w4"}},
           {"kind", kinds}}};
}

size_t one_two_many(int count) { return static_cast<size_t>(std::min(count, 3) - 1); }

void hit_scan(const hls::scan_descriptor& d, const machine_shape& shape, bin_set& hit) {
  const int tiles = (d.lane_groups + shape.interleave - 1) / shape.interleave;
  hit.insert(scan_cross().name(
      {d.reverse, d.has_h0, d.store_state, d.rest_tokens<d.chunk_tokens, one_two_many(tiles), d.passes> 1}));
  hit.insert(load_cross().name({d.load_params, d.first_group > 0, d.banked}));
  hit.insert(resume_cross().name({d.resume, d.keep}));
}

void hit_gemm(const hls::gemm_descriptor& d, bool w4, bin_set& hit) {
  hit.insert(gemm_cross().name({d.gather, d.scatter, d.n < 4 << d.log2_m, w4, d.kind}));
}

}  // namespace

bin_set descriptor_bins() {
  bin_set bins;
  for (const map::opcode_row& row : map::opcodes)
    each_field(row.code, [&](const descriptor_field& field, field_kind kind) {
      if (is_of_context(row, field, kind)) {
        bins.insert(field_bin(row, field, "any"));
        return;
      }
      for (const std::string& value : values_of(field, kind))
        if (kind == field_kind::sign || is_legal(row, field, value))
          bins.insert(field_bin(row, field, value));
    });
  for (const bin_cross& cross : {scan_cross(), load_cross(), resume_cross(), gemm_cross()})
    cross.add_all(bins);
  return bins;
}

csr::error_code error_of_descriptor(const descriptor_bits& words, const machine_shape& shape,
                                    scan_place run) {
  const uint32_t code = map::opcode_of(words);
  if (shape.has_units() && code != hls::descriptor_opcode_scan) return check_unit_descriptor(words, shape);
  return check_descriptor(code, hls::decode_descriptor(words), shape, run);
}

const map::opcode_row* opcode_row_of(uint32_t code) {
  for (const map::opcode_row& row : map::opcodes)
    if (static_cast<uint32_t>(row.code) == code) return &row;
  return nullptr;
}

void hit_descriptor(const descriptor_bits& words, const machine_shape& shape, bool w4, bin_set& hit) {
  const map::opcode_row* row = opcode_row_of(map::opcode_of(words));
  if (row == nullptr) return;
  each_field(row->code, [&](const descriptor_field& field, field_kind kind) {
    if (is_of_context(*row, field, kind)) {
      hit.insert(field_bin(*row, field, "any"));
      return;
    }
    for (const std::string& value : hit_values(words, field, kind, shape))
      hit.insert(field_bin(*row, field, value));
  });
  if (row->code == map::opcode::scan) hit_scan(hls::decode_descriptor(words), shape, hit);
  if (row->code == map::opcode::gemm) hit_gemm(hls::decode_gemm(words), w4, hit);
}

}  // namespace scansim
