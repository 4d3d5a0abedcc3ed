#include "sim/bins/list_bins.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "sim/set_check.h"

namespace scansim {
namespace {

constexpr std::array<const char*, 3> list_places = {"first", "middle", "last"};
constexpr std::array<const char*, 3> fences = {"none", "all", "newer"};
constexpr std::array<const char*, 3> ends = {"reset", "done", "error"};  // of list_history::end
constexpr uint32_t long_list = 255;
constexpr std::array<const char*, 5> counts = {"0", "1", "2", "many", "255"};

std::string illegal_bin(const std::string& opcode, const char* error, const char* place) {
  return fmt::format("illegal/{}.{}@{}", opcode, error, place);
}
// A record that is illegal or not due, or what stands where one is due.
std::string set_illegal_bin(const char* place) { return illegal_bin("set", "sets", place); }
std::string count_bin(const char* count) { return fmt::format("list/count={}", count); }
std::string pair_bin(const char* one, const char* next) { return fmt::format("list/{} > {}", one, next); }
std::string fence_bin(const char* opcode, const char* fence) {
  return fmt::format("list/{}.fence={}", opcode, fence);
}
std::string start_bin(const char* end) { return fmt::format("list/start after {}", end); }

// Of the opcode's layout, nullptr: it has no such field.
const map::descriptor_field* field_named(const map::opcode_row& row, std::string_view name) {
  for (const map::descriptor_layout& layout : map::descriptor_layouts) {
    if (std::string_view(layout.name) != row.layout) continue;
    for (const map::descriptor_field& field : layout.fields)
      if (field.name == name) return &field;
  }
  return nullptr;
}

const char* count_class(uint32_t count) {
  if (count <= 2) return counts[count];
  return count == long_list ? counts[4] : counts[3];
}

const char* place_of_index(uint32_t index, uint32_t count) {
  if (index == 0) return list_places[0];
  return index + 1 < count ? list_places[1] : list_places[2];
}

void hit_fence(const map::opcode_row& row, const descriptor_bits& words, bin_set& hit) {
  if (field_named(row, map::fence_field.name) == nullptr) return;
  const bool fence = map::get_field(words, map::fence_field) != 0;
  const bool newer = map::get_field(words, map::newer_field) != 0;
  hit.insert(fence_bin(row.name, fences[fence ? (newer ? 2 : 1) : 0]));
}

// A record stands behind a scan or another record.
bool may_follow(map::opcode one, map::opcode next) {
  using map::opcode;
  return next != opcode::set || one == opcode::scan || one == opcode::set;
}

// The error of a descriptor behind those before it in its list; takes a scan's records.
csr::error_code error_in_list(const descriptor_bits& words, const machine_shape& shape, scan_place place,
                              uint32_t behind, set_record_check& records) {
  using csr::error_code;
  const bool record = shape.max_sets > 0 && map::opcode_of(words) == hls::descriptor_opcode_set;
  if (record) return records.take(hls::decode_set(words), shape);
  if (records.due() > 0) return error_code::sets;
  const error_code error = error_of_descriptor(words, shape, place);
  if (error != error_code::none || map::opcode_of(words) != hls::descriptor_opcode_scan) return error;
  const hls::scan_descriptor d = hls::decode_descriptor(words);
  if (d.sets == 0) return error;
  if (check_scan_of_sets(d, shape, behind) != error_code::none) return error_code::sets;
  records.begin(d, shape);
  return error;
}

// What stays behind a descriptor: where scans have their operands, whose weights are on chip.
void keep(const descriptor_bits& words, scan_place& place, list_history& history) {
  const auto code = static_cast<map::opcode>(map::opcode_of(words));
  if (code == map::opcode::scan) place = place_of(hls::decode_descriptor(words));
  if (code != map::opcode::params) return;
  if (map::get_field(words, map::field_of<map::params_fields>("memory").at) ==
      static_cast<uint64_t>(map::parameter_target::weights))
    history.w4 = map::get_field(words, map::field_of<map::params_fields>("w4").at) != 0;
}

}  // namespace

bin_set illegal_bins() {
  bin_set bins;
  for (const char* place : list_places) {
    bins.insert(set_illegal_bin(place));
    for (const map::opcode_row& row : map::opcodes)
      for (const csr::error_row& error : csr::errors) {
        if (row.code == map::opcode::set) continue;
        const char* rule = row.code == map::opcode::scan ? error.scan : error.units;
        if (*rule != '\0') bins.insert(illegal_bin(row.name, error.name, place));
      }
    bins.insert(illegal_bin("unknown", csr::error_name(csr::error_code::opcode), place));
  }
  return bins;
}

bin_set list_bins() {
  bin_set bins;
  for (const char* count : counts) bins.insert(count_bin(count));
  for (const char* end : ends) bins.insert(start_bin(end));
  for (const map::opcode_row& one : map::opcodes) {
    for (const map::opcode_row& next : map::opcodes)
      if (may_follow(one.code, next.code)) bins.insert(pair_bin(one.name, next.name));
    if (field_named(one, map::fence_field.name) == nullptr) continue;
    for (const char* fence : fences) bins.insert(fence_bin(one.name, fence));
  }
  return bins;
}

void hit_list(std::span<const uint8_t> memory, uint64_t address, uint32_t count, const machine_shape& shape,
              list_history& history, bin_set& hit) {
  hit.insert(count_bin(count_class(count)));
  hit.insert(start_bin(ends[static_cast<size_t>(history.last)]));
  history.last = list_history::end::done;
  const uint32_t runs = std::max(count, 1u);  // 0 is taken as 1
  scan_place place = scan_place::none;
  set_record_check records;
  const map::opcode_row* before = nullptr;
  for (uint32_t n = 0; n < runs; ++n) {
    const uint64_t at = address + uint64_t{n} * hls::descriptor_bytes;
    if (at > memory.size() || memory.size() - at < hls::descriptor_bytes) return;
    descriptor_bits words;
    std::memcpy(words, memory.data() + at, hls::descriptor_bytes);
    const map::opcode_row* row = opcode_row_of(map::opcode_of(words));
    const csr::error_code error = error_in_list(words, shape, place, runs - n - 1, records);
    if (error != csr::error_code::none) {
      const bool of_scan = row != nullptr && row->code == map::opcode::scan;
      const bool known = row != nullptr && row->code != map::opcode::set;
      hit.insert(
          error == csr::error_code::sets && !of_scan
              ? set_illegal_bin(place_of_index(n, runs))
              : illegal_bin(known ? row->name : "unknown", csr::error_name(error), place_of_index(n, runs)));
      history.last = list_history::end::error;
      return;
    }
    hit_descriptor(words, shape, history.w4, hit);
    hit_fence(*row, words, hit);
    if (before != nullptr) hit.insert(pair_bin(before->name, row->name));
    before = row;
    keep(words, place, history);
  }
}

}  // namespace scansim
