// The machine's map: everything that the languages and the pages must agree on, as tables.
//   descriptor_map.h   opcodes, fields of every descriptor
//   csr_map.h          registers, error codes
//   counter_map.h      counters with block, event and class
//   parameter_map.h    parameters of a design point
//   port_map.h         ports, modes, targets, command queues
//   depth_map.h        fixed depths and sizes
// map_rtl writes rtl/top/ssm_map_pkg.sv and the marked tables of the specifications from them, and a test
// holds both. map_hash is FNV-1a over names and numbers of all tables (not over meanings and ranges): the
// register MAP, so that a driver finds a machine that was built from other tables.
#pragma once
#include "hls/map/counter_map.h"
#include "hls/map/csr_map.h"
#include "hls/map/depth_map.h"
#include "hls/map/descriptor_map.h"
#include "hls/map/parameter_map.h"
#include "hls/map/port_map.h"

namespace scansim::map {

class table_hash {
 public:
  constexpr void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<uint8_t>(c));
    add_byte(0);
  }
  constexpr void add(uint32_t value) {
    for (int i = 0; i < 4; ++i) add_byte(static_cast<uint8_t>(value >> (8 * i)));
  }
  template <class Names>
  constexpr void add_names(const Names& names) {
    for (const char* name : names) add(std::string_view(name));
    add(static_cast<uint32_t>(std::size(names)));
  }
  constexpr uint32_t value() const { return hash_; }

 private:
  constexpr void add_byte(uint8_t byte) { hash_ = (hash_ ^ byte) * 16777619u; }

  uint32_t hash_ = 2166136261u;
};

constexpr uint32_t hash_of_tables() {
  table_hash hash;
  for (const opcode_row& row : opcodes) {
    hash.add(row.name), hash.add(static_cast<uint32_t>(row.code)), hash.add(row.layout);
  }
  for (const descriptor_layout& layout : descriptor_layouts) {
    hash.add(layout.name);
    for (const descriptor_field& field : layout.fields) {
      hash.add(field.name);
      for (const int number : {field.word, field.lsb, field.bits, field.less})
        hash.add(static_cast<uint32_t>(number));
    }
  }
  for (const counter_name& row : counter_names) {
    hash.add(row.block), hash.add(row.event), hash.add(static_cast<uint32_t>(row.kind));
  }
  for (const csr::csr_row& row : csr::csrs) hash.add(row.name), hash.add(row.address);
  for (const csr::error_row& row : csr::errors) hash.add(row.name), hash.add(static_cast<uint32_t>(row.code));
  for (const parameter_row& row : parameters) {
    hash.add(row.key), hash.add(row.rtl_parameter), hash.add(uint32_t{row.has_csr});
  }
  for (const depth_row& row : depths) hash.add(row.name), hash.add(static_cast<uint32_t>(row.value));
  hash.add_names(parameter_targets), hash.add_names(scratch_sources), hash.add_names(scratch_targets);
  hash.add_names(scratch_modes), hash.add_names(read_targets), hash.add_names(read_targets_behind_params);
  hash.add_names(write_sources), hash.add_names(unit_commands);
  return hash.value();
}
inline constexpr uint32_t map_hash = hash_of_tables();

}  // namespace scansim::map
