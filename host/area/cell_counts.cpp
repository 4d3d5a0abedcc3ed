#include "host/area/cell_counts.h"

namespace scansim {

namespace {

struct cell_kind {
  uint64_t cell_counts::*counter;
  uint64_t units;  // of the resource that one cell takes
};

const std::map<std::string, cell_kind>& cell_kinds() {
  using c = cell_counts;
  static const std::map<std::string, cell_kind> kinds = {
      {"LUT1", {&c::lut, 1}},          {"LUT2", {&c::lut, 1}},         {"LUT3", {&c::lut, 1}},
      {"LUT4", {&c::lut, 1}},          {"LUT5", {&c::lut, 1}},         {"LUT6", {&c::lut, 1}},
      {"INV", {&c::lut, 1}},           {"RAM32X1S", {&c::lutram, 1}},  {"RAM64X1S", {&c::lutram, 1}},
      {"RAM128X1S", {&c::lutram, 2}},  {"RAM256X1S", {&c::lutram, 4}}, {"RAM512X1S", {&c::lutram, 8}},
      {"RAM32X1D", {&c::lutram, 2}},   {"RAM64X1D", {&c::lutram, 2}},  {"RAM128X1D", {&c::lutram, 4}},
      {"RAM256X1D", {&c::lutram, 8}},  {"RAM32M", {&c::lutram, 4}},    {"RAM64M", {&c::lutram, 4}},
      {"RAM32M16", {&c::lutram, 8}},   {"RAM64M8", {&c::lutram, 8}},   {"RAM32X16DR8", {&c::lutram, 8}},
      {"RAM64X8SW", {&c::lutram, 8}},  {"SRL16E", {&c::srl, 1}},       {"SRLC16E", {&c::srl, 1}},
      {"SRLC32E", {&c::srl, 1}},       {"FDRE", {&c::ff, 1}},          {"FDSE", {&c::ff, 1}},
      {"FDCE", {&c::ff, 1}},           {"FDPE", {&c::ff, 1}},          {"FDRE_1", {&c::ff, 1}},
      {"FDSE_1", {&c::ff, 1}},         {"FDCE_1", {&c::ff, 1}},        {"FDPE_1", {&c::ff, 1}},
      {"LDCE", {&c::latch, 1}},        {"LDPE", {&c::latch, 1}},       {"DSP48E2", {&c::dsp, 1}},
      {"RAMB36E2", {&c::ramb36, 1}},   {"RAMB18E2", {&c::ramb18, 1}},  {"URAM288", {&c::uram, 1}},
      {"URAM288_BASE", {&c::uram, 1}}, {"CARRY4", {&c::carry, 1}},     {"CARRY8", {&c::carry, 1}},
      {"MUXF7", {&c::mux, 1}},         {"MUXF8", {&c::mux, 1}},        {"MUXF9", {&c::mux, 1}},
  };
  return kinds;
}

}  // namespace

void cell_counts::add_cell(const std::string& type, uint64_t count) {
  const auto kind = cell_kinds().find(type);
  if (kind == cell_kinds().end()) {
    other[type] += count;
  } else {
    this->*kind->second.counter += count * kind->second.units;
  }
}

void cell_counts::add(const cell_counts& counts, uint64_t times) {
  for (uint64_t cell_counts::*counter :
       {&cell_counts::lut, &cell_counts::lutram, &cell_counts::srl, &cell_counts::ff, &cell_counts::latch,
        &cell_counts::dsp, &cell_counts::ramb36, &cell_counts::ramb18, &cell_counts::uram,
        &cell_counts::carry, &cell_counts::mux}) {
    this->*counter += times * counts.*counter;
  }
  for (const auto& [type, count] : counts.other) other[type] += times * count;
}

}  // namespace scansim
