#include "sim/rungs/hls_unit_params.h"

#include <fmt/format.h>

#include "hls/gemm/nm_format.h"
#include "sim/unit_check.h"
#include "sim/weight_groups.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr const char* memory_names[hls::num_parameter_targets] = {
    "weights", "positions", "shifts", "bias", "conv", "norm weights", "gather list", "scatter list"};

const char* name_of(hls::parameter_target target) { return memory_names[static_cast<size_t>(target)]; }

// `count` bits from bit `first` upwards, low bit first.
uint32_t bits_at(std::span<const uint8_t> bytes, size_t first, int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; ++i) {
    const size_t bit = first + static_cast<size_t>(i);
    value |= (bytes[bit / 8] >> bit % 8 & 1u) << i;
  }
  return value;
}

}  // namespace

hls_unit_params::hls_unit_params(const machine_shape& shape)
    : lanes_(shape.axi_bytes), depth_(shape.gemm_depth) {
  const auto size = [](int value) { return static_cast<size_t>(value); };
  const size_t word = size(shape.axi_bytes), weight_rows = size(shape.gemm_weight_rows);
  memories_ = {memory{word * size(depth_), weight_rows, {}},
               {word * size(depth_), weight_rows, {}},
               {word, gemm_shift_rows, {}},
               {8 * word, gemm_bias_rows, {}},
               {16 * word, size(conv_parameter_rows(shape)), {}},
               {word, size(norm_weight_rows(shape)), {}},
               {1, gemm_list_entries, {}},
               {1, gemm_list_entries, {}}};
}

void hls_unit_params::load(const hls::params_descriptor& d, std::span<const uint8_t> beats,
                           counter_values& counters) {
  if (d.clear) clear(d);
  if (d.memory == hls::parameter_target::index) {
    append_positions(d, beats, counters);
  } else if (d.w4) {
    append_expanded_rows(beats, counters);
  } else {
    append(d.memory, beats);
  }
}

void hls_unit_params::clear(const hls::params_descriptor& d) {
  memory& m = memories_[static_cast<size_t>(d.memory)];
  m.bytes.clear(), m.slots.clear();
  m.in_slots = d.slots;
}

void hls_unit_params::fill_slot(memory& m, std::span<const uint8_t> rows) {
  if (rows.size() > m.row_bytes * m.rows / weight_slot_count)
    throw tool_error(
        fmt::format("hls device: params loads more than {} rows into a slot", m.rows / weight_slot_count));
  if (m.slots.size() == weight_slot_count)
    throw tool_error("hls device: params finds both slots taken; the machine would wait for a gemm");
  m.slots.emplace_back(rows.begin(), rows.end());
}

void hls_unit_params::release_slots(bool positions) {
  for (const auto target : {hls::parameter_target::weights, hls::parameter_target::index}) {
    memory& m = memories_[static_cast<size_t>(target)];
    if (m.in_slots && (positions || target == hls::parameter_target::weights)) m.slots.pop_front();
  }
}

void hls_unit_params::append(hls::parameter_target target, std::span<const uint8_t> bytes) {
  memory& m = memories_[static_cast<size_t>(target)];
  if (m.in_slots) return fill_slot(m, bytes);
  if (m.bytes.size() + bytes.size() > m.row_bytes * m.rows) {
    throw tool_error(fmt::format("hls device: params loads more than {} rows into the memory of {}", m.rows,
                                 name_of(target)));
  }
  m.bytes.insert(m.bytes.end(), bytes.begin(), bytes.end());
}

void hls_unit_params::append_expanded_rows(std::span<const uint8_t> beats, counter_values& counters) {
  const weight_group_shape shape{lanes_, depth_};
  std::vector<uint8_t> rows;
  for_each_w4_row(beats, shape, [&](const uint8_t* multipliers, const uint8_t* nibbles, int64_t) {
    append_expanded(multipliers, nibbles, shape, rows);
  });
  append(hls::parameter_target::weights, rows);
  counters[counter_index("weight_load", "expansions")] += rows.size();
}

// Ranks lie bit behind bit: rank beats of `lanes` ranks, group by group, row by row.
void hls_unit_params::append_positions(const hls::params_descriptor& d, std::span<const uint8_t> beats,
                                       counter_values& counters) {
  const size_t lanes = static_cast<size_t>(lanes_), depth = static_cast<size_t>(depth_);
  const size_t groups = size_t{1} << d.log2_groups, rank_beats = size_t{d.rows} * groups;
  const size_t needed = (rank_beats * d.index_bits + 7) / 8;  // a beat is 8 granules of `lanes` bits
  if (d.beats != needed) {
    throw tool_error(fmt::format("hls device: params reads {} beats of index bits for {} rows, which take {}",
                                 d.beats, d.rows, needed));
  }
  std::vector<uint8_t> rows(d.rows * lanes * depth, 0);
  for (size_t beat = 0; beat < rank_beats; ++beat) {
    const size_t row = beat / groups, group = beat % groups;
    for (size_t lane = 0; lane < lanes; ++lane) {
      uint8_t positions[hls::max_nm_group] = {};
      hls::nm_unrank(bits_at(beats, (beat * lanes + lane) * d.index_bits, d.index_bits), d.n, 4 << d.log2_m,
                     positions);
      for (size_t i = 0; i < d.n; ++i) rows[(row * lanes + lane) * depth + i * groups + group] = positions[i];
    }
  }
  append(hls::parameter_target::index, rows);
  counters[counter_index("index_unrank", "unranks")] += rank_beats * lanes;
  counters[counter_index("index_unrank", "index_bits")] += rank_beats * lanes * d.index_bits;
}

std::span<const uint8_t> hls_unit_params::row(hls::parameter_target target, int row) const {
  const memory& m = memories_[static_cast<size_t>(target)];
  if (m.in_slots && m.slots.empty())
    throw tool_error(fmt::format("hls device: a gemm finds no slot of {}; the machine would wait for ever",
                                 name_of(target)));
  const std::vector<uint8_t>& bytes = m.in_slots ? m.slots.front() : m.bytes;
  const size_t first = static_cast<size_t>(row) * m.row_bytes;
  if (first + m.row_bytes > bytes.size()) {
    throw tool_error(
        fmt::format("hls device: row {} of the memory of {} is not loaded; the machine would wait "
                    "for ever",
                    row, name_of(target)));
  }
  return std::span(bytes).subspan(first, m.row_bytes);
}

std::span<const uint8_t> hls_unit_params::list(hls::parameter_target target, int entries) const {
  const memory& m = memories_[static_cast<size_t>(target)];
  if (static_cast<size_t>(entries) > m.bytes.size()) {
    throw tool_error(
        fmt::format("hls device: the {} has {} entries, {} are used; the machine would wait for "
                    "ever",
                    name_of(target), m.bytes.size(), entries));
  }
  return std::span(m.bytes).first(static_cast<size_t>(entries));
}

}  // namespace scansim
