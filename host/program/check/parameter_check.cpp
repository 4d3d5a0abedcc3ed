#include "host/program/check/parameter_check.h"

#include <fmt/format.h>

#include "hls/gemm/nm_format.h"
#include "host/program/check/parameter_memory_shape.h"
#include "sim/unit_sizes.h"
#include "sim/weight_groups.h"

namespace scansim {

namespace {

using target = hls::parameter_target;

}  // namespace

void parameter_check::clear(const hls::params_descriptor& d) {
  // The machine would wait for the writes that still read the list; the books here know one list.
  if (d.memory == target::scatter && scattered_)
    site_.refuse("clear", "one scatter list, loaded before the gemm that uses it", "another");
  loaded_rows& rows = rows_of(d.memory);
  if (!rows.over)
    site_.refuse(
        "clear",
        fmt::format("the last row of descriptor {} used before, so that its beats are in", rows.loader),
        fmt::format("row {} of memory {} not used", rows.count - 1,
                    parameter_memory_of(d.memory, site_.shape).name));
  rows.count = 0;
  if (has_slots(d.memory)) {
    memory_slots& slots = slots_of(d.memory);
    if (!slots.open.empty())
      site_.refuse("clear", "every slot of the memory given back (release_w)",
                   fmt::format("{} in use", slots.open.size()));
    slots.on = d.slots;
  }
  if (d.memory == target::index) positions_.clear();
  if (d.memory == target::gather) lists_[0].clear();
  if (d.memory == target::scatter) lists_[1].clear();
}

bool parameter_check::fills_slot(const hls::params_descriptor& d) const {
  if (!has_slots(d.memory)) return false;
  return d.clear ? d.slots : slots_[d.memory == target::index ? 1 : 0].on;
}

void parameter_check::load_slot(const hls::params_descriptor& d, int rows) {
  memory_slots& slots = slots_of(d.memory);
  site_.require(rows <= weight_slot_rows(site_.shape), "beats",
                fmt::format("at most {} rows in a slot of memory {}", weight_slot_rows(site_.shape),
                            parameter_memory_of(d.memory, site_.shape).name),
                rows);
  if (slots.open.size() == weight_slot_count)
    site_.refuse("memory", "a slot that a gemm before it gives back (release_w)",
                 fmt::format("{} in use", slots.open.size()));
  slots.open.push_back({rows, {d.n, d.log2_m, d.log2_groups}});
}

void parameter_check::load(const hls::params_descriptor& d, const memory_check& memory) {
  const parameter_memory_shape m = parameter_memory_of(d.memory, site_.shape);
  const uint64_t bytes = uint64_t{d.beats} * static_cast<uint64_t>(site_.shape.axi_bytes);
  memory.read("address", d.dram, bytes);
  if (d.clear) clear(d);
  loaded_rows& rows = rows_of(d.memory);
  const int before = rows.count;
  if (d.memory == target::index) {
    check_index(d);
    if (!fills_slot(d)) positions_.insert(positions_.end(), d.rows, {d.n, d.log2_m, d.log2_groups});
    rows.count += d.rows;
  } else if (d.memory == target::gather || d.memory == target::scatter) {
    load_list(d, lists_[d.memory == target::scatter ? 1 : 0], memory);
    rows.count += d.beats * site_.shape.axi_bytes;
  } else if (d.w4) {
    rows.count += w4_rows(d, memory);
  } else {
    site_.require(d.beats % m.row_beats == 0, "beats", fmt::format("whole rows of {} beats", m.row_beats),
                  d.beats);
    rows.count += d.beats / m.row_beats;
  }
  if (fills_slot(d)) {
    load_slot(d, rows.count - before);
    rows.count = 0;
    return;
  }
  rows.over = false, rows.loader = site_.descriptor;
  site_.require(rows.count <= m.rows, "beats", fmt::format("at most {} rows in memory {}", m.rows, m.name),
                rows.count);
}

void parameter_check::check_index(const hls::params_descriptor& d) const {
  const int m = 4 << d.log2_m;
  site_.require(d.n < m, "n", "fewer than M, the positions of a dense row are implied", d.n);
  const int bits = hls::nm_index_bits(d.n, m);
  site_.require(d.index_bits == bits, "index bits", fmt::format("{} for {}:{}", bits, d.n, m), d.index_bits);
  const int64_t granules = (int64_t{d.rows} << d.log2_groups) * bits;
  site_.require(d.beats == (granules + 7) / 8, "beats",
                fmt::format("{} for {} rows", (granules + 7) / 8, d.rows), d.beats);
}

std::span<const uint8_t> parameter_check::constant(const hls::params_descriptor& d,
                                                   const memory_check& memory, const char* what) const {
  const uint64_t bytes = uint64_t{d.beats} * static_cast<uint64_t>(site_.shape.axi_bytes);
  if (memory.rewritten(d.dram, bytes))
    site_.refuse("address", fmt::format("{} that the program does not write", what), "one that it does");
  return image_.subspan(d.dram, bytes);
}

void parameter_check::load_list(const hls::params_descriptor& d, std::vector<uint8_t>& list,
                                const memory_check& memory) {
  const std::span<const uint8_t> entries = constant(d, memory, "a list");
  list.insert(list.end(), entries.begin(), entries.end());
}

int parameter_check::w4_rows(const hls::params_descriptor& d, const memory_check& memory) const {
  int rows = 0;
  const weight_group_shape shape{site_.shape.axi_bytes, site_.shape.gemm_depth};
  const bool whole = for_each_w4_row(constant(d, memory, "a stream of 4-bit weights"), shape,
                                     [&](const uint8_t*, const uint8_t*, int64_t) { ++rows; });
  site_.require(whole, "beats", "whole groups of 4-bit weights", d.beats);
  return rows;
}

void parameter_check::use_rows(target memory, const char* field, int first, int rows) {
  loaded_rows& loaded = rows_of(memory);
  if (first + rows > loaded.count) {
    site_.refuse(field,
                 fmt::format("loaded rows: {} of memory {}", loaded.count,
                             parameter_memory_of(memory, site_.shape).name),
                 fmt::format("rows {} to {}", first, first + rows - 1));
  }
  loaded.over |= first + rows == loaded.count;
}

// Entries arrive by beats: any of the last one will do.
void parameter_check::use_list(target memory, const char* field, int tokens, int most) {
  const std::vector<uint8_t>& list = lists_[memory == target::scatter ? 1 : 0];
  const auto entries = static_cast<int>(list.size());
  site_.require(tokens <= entries, field, "an entry for every token", entries);
  for (int t = 0; t < tokens; ++t)
    site_.require(list[static_cast<size_t>(t)] < most, field, fmt::format("entries below {}", most),
                  list[static_cast<size_t>(t)]);
  rows_of(memory).over |= tokens > entries - site_.shape.axi_bytes;
}

void parameter_check::use(const hls::gemm_descriptor& d) {
  const int rows = d.tiles * d.beats;
  if (slots_of(target::weights).on)
    use_slot(target::weights, "w_row", d.w_row, d);
  else
    use_rows(target::weights, "w_row", d.w_row, rows);
  use_rows(target::shifts, "shift_row", d.shift_row, d.tiles);
  if (d.has_bias) use_rows(target::bias, "bias_row", d.bias_row, d.tiles);
  if (d.n < 4 << d.log2_m) use_positions(d);
  if (d.gather) use_list(target::gather, "gather", d.tokens, d.x_tokens);
  if (d.scatter) use_list(target::scatter, "scatter", d.tokens, gemm_list_entries);
  scattered_ |= d.scatter;
}

parameter_check::row_slot parameter_check::use_slot(target memory, const char* field, int first,
                                                    const hls::gemm_descriptor& d) {
  memory_slots& slots = slots_of(memory);
  if (slots.open.empty()) site_.refuse(field, "a slot of rows, loaded before", "none");
  const row_slot slot = slots.open.front();
  const int end = first + d.tiles * d.beats;
  site_.require(end <= slot.rows, field, fmt::format("rows of the slot, {}", slot.rows), end - 1);
  if (!d.release_w) return slot;
  // Then all of them are in.
  site_.require(end == slot.rows, "release_w",
                fmt::format("with the last row of its slot, {}", slot.rows - 1), end - 1);
  slots.open.pop_front();
  return slot;
}

void parameter_check::use_positions(const hls::gemm_descriptor& d) {
  if (slots_of(target::index).on)
    return require_pattern(d, use_slot(target::index, "pos_row", d.pos_row, d).pattern, d.pos_row);
  use_rows(target::index, "pos_row", d.pos_row, d.tiles * d.beats);
  for (int row = d.pos_row; row < d.pos_row + d.tiles * d.beats; ++row)
    require_pattern(d, positions_[static_cast<size_t>(row)], row);
}

void parameter_check::require_pattern(const hls::gemm_descriptor& d, const position_row& p, int row) const {
  if (p.n != d.n || p.log2_m != d.log2_m || p.log2_groups != d.log2_groups)
    site_.refuse("pos_row",
                 fmt::format("positions of {}:{} in {} groups", d.n, 4 << d.log2_m, 1 << d.log2_groups),
                 fmt::format("{}:{} in {} groups, row {}", p.n, 4 << p.log2_m, 1 << p.log2_groups, row));
}

void parameter_check::use(const hls::conv_descriptor& d) {
  use_rows(target::conv, "p_row", d.p_row, d.tiles);
}

void parameter_check::use(const hls::norm_descriptor& d) {
  use_rows(target::norm, "w_row", d.w_row, 2 * d.tiles);
}

void parameter_check::end() const {
  for (const memory_slots& slots : slots_)
    if (!slots.open.empty())
      site_.refuse("release_w", "every slot of weights and positions given back",
                   fmt::format("{} in use", slots.open.size()));
  const loaded_rows& positions = rows_[static_cast<size_t>(target::index)];
  if (!positions.over)
    site_.refuse_at(positions.loader, "rows", "positions used by a gemm behind it, the last row too",
                    fmt::format("row {} not used", positions.count - 1));
}

}  // namespace scansim
