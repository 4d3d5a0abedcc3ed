#include "host/program/base/program_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "host/program/base/fences.h"
#include "host/program/check/parameter_memory_shape.h"
#include "sim/rungs/hls_unit_events.h"
#include "sim/unit_sizes.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

constexpr int64_t most_beats = 65535;  // of one params descriptor

size_t index_of(hls::parameter_target memory) { return static_cast<size_t>(memory); }

int64_t weight_rows(std::span<const packed_gemm> packed) {
  int64_t rows = 0;
  for (const packed_gemm& p : packed) rows += int64_t{p.tiles} * p.beats;
  return rows;
}

bool same_format(const packed_gemm& a, const packed_gemm& b) {
  return a.w4 == b.w4 && a.n == b.n && a.log2_m == b.log2_m && a.log2_groups == b.log2_groups &&
         a.index_bits == b.index_bits;
}

// f(gemms of one format that follow each other, the first one's number)
template <class Function>
void for_each_format(std::span<const packed_gemm> packed, Function f) {
  for (size_t first = 0, end = 0; first < packed.size(); first = end) {
    while (end < packed.size() && same_format(packed[first], packed[end])) ++end;
    f(packed.subspan(first, end - first), first);
  }
}

}  // namespace

program_builder::program_builder(std::string name, const design_point& point)
    : name_(std::move(name)),
      point_(point),
      regions_(point.region_skew_pages),
      scratch_(point.scratch_words) {
  if (!point.has_units()) {
    throw input_error(name_, "design point", "one with units (gemm_depth > 0)", point.name);
  }
  clear_.fill(true);
}

void program_builder::refuse(const std::string& field, const std::string& expected,
                             const std::string& found) const {
  throw input_error(name_, field, expected, found);
}

uint64_t program_builder::take_memory(uint64_t bytes) {
  const uint64_t at = regions_.take(bytes);
  image_.resize(regions_.end(), 0);
  return at;
}

int64_t program_builder::take_scratch(int64_t words, const std::string& field) {
  const std::optional<int64_t> at = scratch_.take(words);
  if (!at) {
    refuse(field, fmt::format("a place in scratch_words = {}", point_.scratch_words),
           fmt::format("{} words more", words));
  }
  return *at;
}

tensor_traffic& program_builder::traffic(const std::string& tensor) {
  for (tensor_traffic& t : traffic_)
    if (t.tensor == tensor) return t;
  return traffic_.emplace_back(tensor_traffic{.tensor = tensor});
}

void program_builder::count_read(const std::string& tensor, uint64_t address, uint64_t bytes) {
  traffic(tensor).read_bytes += bytes;
  transfers_.push_back({address, false, tensor});
}

void program_builder::count_written(const std::string& tensor, uint64_t address, uint64_t bytes) {
  traffic(tensor).written_bytes += bytes;
  transfers_.push_back({address, true, tensor});
}

void program_builder::load(const std::string& tensor, uint64_t dram, int64_t scratch, int64_t words,
                           bool drain) {
  append(hls::transfer_descriptor{.drain = drain,
                                  .words = static_cast<uint16_t>(words),
                                  .scratch = static_cast<uint16_t>(scratch),
                                  .dram = dram});
  count_read(tensor, dram, static_cast<uint64_t>(words * word()));
}

void program_builder::store(const std::string& tensor, int64_t scratch, uint64_t dram, int64_t words) {
  append(hls::transfer_descriptor{.store = true,
                                  .fence = true,
                                  .words = static_cast<uint16_t>(words),
                                  .scratch = static_cast<uint16_t>(scratch),
                                  .dram = dram});
  count_written(tensor, dram, static_cast<uint64_t>(words * word()));
}

void program_builder::scan(const hls::scan_descriptor& d, const char* before, const char* behind) {
  append(d);
  const auto channels = static_cast<uint64_t>(d.lane_groups) * static_cast<uint64_t>(point_.num_lanes);
  const uint64_t states = channels * d.passes * static_cast<uint64_t>(point_.states_per_lane);
  const uint64_t state_bytes = states * static_cast<uint64_t>(point_.state_bytes());
  if (d.load_params) count_read("A", d.addr_a, states), count_read("db", d.addr_db, 4 * channels);
  if (d.has_h0 && !d.resume) count_read(before, d.addr_h0, state_bytes);
  if (d.store_state && !d.keep) count_written(behind, d.addr_ht, state_bytes);
}

void program_builder::scan(const set_scan& sets) {
  append(sets.descriptor);
  const auto channels = static_cast<uint64_t>(sets.descriptor.lane_groups * point_.num_lanes);
  const uint64_t states = channels * static_cast<uint64_t>(sets.descriptor.passes * point_.states_per_lane);
  const uint64_t state_bytes = states * static_cast<uint64_t>(point_.state_bytes());
  for (const hls::set_descriptor& set : sets.sets) {
    append(set);
    count_read("A", set.addr_a, states), count_read("db", set.addr_db, 4 * channels);
    if (set.has_h0) count_read("state", set.addr_h0, state_bytes);
    if (set.store_state) count_written("state", set.addr_ht, state_bytes);
  }
}

uint64_t program_builder::take_memory(std::span<const uint8_t> bytes) {
  const uint64_t at = take_memory(bytes.size());
  std::memcpy(image_.data() + at, bytes.data(), bytes.size());
  return at;
}

void program_builder::require_rows(hls::parameter_target memory, int64_t rows) {
  const parameter_memory_shape m = parameter_memory_of(memory, machine_shape(point_));
  const int64_t used = rows_[index_of(memory)];
  if (used + rows > m.rows) {
    refuse(m.name, fmt::format("at most {} rows of this memory in the machine", m.rows),
           fmt::format("{}", used + rows));
  }
}

int program_builder::take_rows(hls::parameter_target memory, int64_t rows) {
  require_rows(memory, rows);
  int& used = rows_[index_of(memory)];
  return std::exchange(used, used + static_cast<int>(rows));
}

void program_builder::clear_rows(hls::parameter_target memory) {
  rows_[index_of(memory)] = 0;
  clear_[index_of(memory)] = true;
}

void program_builder::append_params(hls::params_descriptor d, const std::string& tensor) {
  d.clear = std::exchange(clear_[index_of(d.memory)], false);
  append(d);
  count_read(tensor, d.dram, uint64_t{d.beats} * static_cast<uint64_t>(word()));
}

int program_builder::add_rows(hls::parameter_target memory, const std::string& tensor,
                              std::span<const uint8_t> bytes) {
  const int row_beats = std::max(1, parameter_memory_of(memory, machine_shape(point_)).row_beats);
  const bool list = memory == hls::parameter_target::gather || memory == hls::parameter_target::scatter;
  const int64_t beats = static_cast<int64_t>(bytes.size()) / word();
  const int64_t rows = list ? beats * word() : beats / row_beats;
  const int first = take_rows(memory, rows);
  const uint64_t address = take_memory(bytes);
  const int64_t most = most_beats / row_beats * row_beats;
  for (int64_t at = 0; at < beats; at += most) {
    append_params({.memory = memory,
                   .beats = static_cast<uint16_t>(std::min(most, beats - at)),
                   .dram = address + static_cast<uint64_t>(at * word())},
                  tensor);
  }
  return first;
}

int program_builder::add_weights(std::span<const packed_gemm> packed) {
  constexpr auto memory = hls::parameter_target::weights;
  std::vector<uint8_t> bytes;
  for (const packed_gemm& p : packed) bytes.insert(bytes.end(), p.weights.begin(), p.weights.end());
  if (!packed.front().w4) return add_rows(memory, "weights", bytes);
  // Whole groups (pack_gemm.h) in one descriptor: they are fewer beats than s8 rows.
  const int first = take_rows(memory, weight_rows(packed));
  append_params({.w4 = true,
                 .memory = memory,
                 .beats = static_cast<uint16_t>(static_cast<int64_t>(bytes.size()) / word()),
                 .dram = take_memory(std::span<const uint8_t>(bytes))},
                "weights");
  return first;
}

int program_builder::add_ranks(std::span<const packed_gemm> packed) {
  constexpr auto memory = hls::parameter_target::index;
  const packed_gemm& format = packed.front();
  const int64_t rows = weight_rows(packed);
  const int first = take_rows(memory, rows);
  std::vector<uint16_t> all;
  for (const packed_gemm& p : packed) all.insert(all.end(), p.ranks.begin(), p.ranks.end());
  const int64_t granules = format.index_bits * (int64_t{1} << format.log2_groups);  // of W bits, 8 in a beat
  const int64_t row_ranks = word() << format.log2_groups;
  const int64_t most_rows = std::min<int64_t>(most_beats, 8 * most_beats / granules);
  for (int64_t row = 0; row < rows; row += most_rows) {
    const int64_t count = std::min(most_rows, rows - row);
    const std::span<const uint16_t> ranks(all.data() + row * row_ranks,
                                          static_cast<size_t>(count * row_ranks));
    const std::vector<uint8_t> bytes = pack_ranks(ranks, format.index_bits, point_.axi_bytes());
    const uint64_t address = take_memory(std::span<const uint8_t>(bytes));
    append_params({.memory = memory,
                   .beats = static_cast<uint16_t>(static_cast<int64_t>(bytes.size()) / word()),
                   .n = static_cast<uint8_t>(format.n),
                   .log2_m = static_cast<uint8_t>(format.log2_m),
                   .log2_groups = static_cast<uint8_t>(format.log2_groups),
                   .index_bits = static_cast<uint8_t>(format.index_bits),
                   .rows = static_cast<uint16_t>(count),
                   .dram = address},
                  "index");
  }
  return first;
}

gemm_rows program_builder::shape_of(const packed_gemm& packed) {
  return {.tiles = packed.tiles,
          .beats = packed.beats,
          .k_words = packed.k_words,
          .n = packed.n,
          .log2_m = packed.log2_m,
          .log2_groups = packed.log2_groups,
          .has_bias = packed.has_bias};
}

void program_builder::count_gemm(const packed_gemm& packed) {
  count_compulsory("weights", packed.weight_bytes);
  count_compulsory("shifts", packed.rows);
  if (packed.has_bias) count_compulsory("bias", 4 * packed.rows);
  if (packed.index_bits != 0) count_compulsory("index", packed.index_bytes);
}

std::vector<gemm_rows> program_builder::add_gemms(std::span<const packed_gemm> packed) {
  std::vector<gemm_rows> rows;
  for (const packed_gemm& p : packed) rows.push_back(shape_of(p)), count_gemm(p);
  const auto channel_rows = [&](hls::parameter_target memory, const char* tensor, auto bytes_of,
                                auto row_of) {
    std::vector<uint8_t> bytes;
    for (const packed_gemm& p : packed) bytes.insert(bytes.end(), bytes_of(p).begin(), bytes_of(p).end());
    if (bytes.empty()) return;
    int next = add_rows(memory, tensor, bytes);
    for (size_t i = 0; i < packed.size(); ++i)
      if (!bytes_of(packed[i]).empty()) row_of(rows[i]) = std::exchange(next, next + packed[i].tiles);
  };
  using target = hls::parameter_target;
  channel_rows(
      target::shifts, "shifts", [](const packed_gemm& p) -> const auto& { return p.shifts; },
      [](gemm_rows& r) -> int& { return r.shift_row; });
  channel_rows(
      target::bias, "bias", [](const packed_gemm& p) -> const auto& { return p.bias; },
      [](gemm_rows& r) -> int& { return r.bias_row; });
  for_each_format(packed, [&](std::span<const packed_gemm> same, size_t first) {
    if (streams_weights_) {
      for (size_t i = 0; i < same.size(); ++i) place_streamed(same[i], rows[first + i]);
      return;
    }
    int pos_row = same.front().index_bits != 0 ? add_ranks(same) : 0, w_row = add_weights(same);
    for (size_t i = 0; i < same.size(); ++i) {
      const int count = same[i].tiles * same[i].beats;
      rows[first + i].w_row = std::exchange(w_row, w_row + count);
      if (same[i].index_bits != 0) rows[first + i].pos_row = std::exchange(pos_row, pos_row + count);
    }
  });
  return rows;
}

operator_product& program_builder::product(const std::string& name) {
  const auto found = std::find_if(products_.begin(), products_.end(),
                                  [&](const operator_product& one) { return one.name == name; });
  return found != products_.end() ? *found : products_.emplace_back(operator_product{name});
}

void program_builder::place_streamed(const packed_gemm& packed, gemm_rows& rows) {
  rows.streams = true, rows.w4 = packed.w4, rows.index_bits = packed.index_bits;
  rows.weights = take_memory(std::span<const uint8_t>(packed.weights));
  placed_weights_ += packed.weights.size();
  streamed_beats_ = std::max(streamed_beats_, rows.beats);
  rows.tile_bytes = packed.weights.size() / static_cast<uint64_t>(packed.tiles);
  if (packed.index_bits != 0) streamed_ranks_[rows.weights] = packed.ranks;
}

int program_builder::slot_tiles(const gemm_rows& rows) const {
  const int slot = weight_slot_rows(machine_shape(point_));
  if (streamed_beats_ > slot)  // all are placed before the first is used: what fits the longest fits the call
    refuse("w",
           fmt::format("at most {} weight rows of one tile's K (half of gemm_weight_rows, as weights stream)",
                       slot),
           fmt::format("{} rows; gemm_weight_rows = {} would do", streamed_beats_,
                       std::bit_ceil(2 * static_cast<unsigned>(streamed_beats_))));
  const int pieces = (rows.tiles + slot / rows.beats - 1) / (slot / rows.beats);
  return (rows.tiles + pieces - 1) / pieces;
}

// A piece's ranks are a stream of bits of its own, the same in every chunk.
std::pair<uint64_t, uint64_t> program_builder::ranks_of(const gemm_rows& rows, int first, int tiles) {
  const uint64_t weights = rows.weights + rows.tile_bytes * static_cast<uint64_t>(first);
  const auto [known, fresh] = packed_ranks_.try_emplace({weights, tiles});
  if (!fresh) return known->second;
  const auto gemm = std::prev(streamed_ranks_.upper_bound(weights));
  const uint64_t skipped = (weights - gemm->first) / rows.tile_bytes;
  const uint64_t tile_ranks = static_cast<uint64_t>(rows.beats) * static_cast<uint64_t>(word())
                              << rows.log2_groups;
  const std::span<const uint16_t> ranks(gemm->second.data() + skipped * tile_ranks,
                                        tile_ranks * static_cast<uint64_t>(tiles));
  const std::vector<uint8_t> bytes = pack_ranks(ranks, rows.index_bits, point_.axi_bytes());
  return known->second = {take_memory(std::span<const uint8_t>(bytes)), bytes.size()};
}

// The loads stand right in front of their gemm. They are on their way while the gemm before computes, behind
// the one before that, which gives its slot back; and the fetch of their gemm's descriptor is in front of the
// weights, not behind them.
void program_builder::stream_rows_of(const gemm_rows& rows, int first, int tiles) {
  const auto add = [&](hls::params_descriptor d, uint64_t bytes, const char* tensor) {
    d.beats = static_cast<uint16_t>(bytes / static_cast<uint64_t>(word()));
    d.slots = true;
    append_params(d, tensor);
  };
  streamed_weights_ += rows.tile_bytes * static_cast<uint64_t>(tiles);
  if (rows.index_bits != 0) {
    const auto [address, bytes] = ranks_of(rows, first, tiles);
    add({.memory = hls::parameter_target::index,
         .n = static_cast<uint8_t>(rows.n),
         .log2_m = static_cast<uint8_t>(rows.log2_m),
         .log2_groups = static_cast<uint8_t>(rows.log2_groups),
         .index_bits = static_cast<uint8_t>(rows.index_bits),
         .rows = static_cast<uint16_t>(tiles * rows.beats),
         .dram = address},
        bytes, "index");
  }
  add({.w4 = rows.w4,
       .memory = hls::parameter_target::weights,
       .dram = rows.weights + rows.tile_bytes * static_cast<uint64_t>(first)},
      rows.tile_bytes * static_cast<uint64_t>(tiles), "weights");
}

void program_builder::append(const hls::gemm_descriptor& d, const gemm_rows& rows, const std::string& name,
                             const std::function<void(int)>& between, int pieces) {
  if (!rows.streams && pieces == 1) return append_product(d, name);
  const int most = rows.streams ? slot_tiles(rows) : (rows.tiles + pieces - 1) / pieces;
  const bool residual = d.kind == static_cast<uint8_t>(hls::gemm_epilogue_kind::residual);
  for (int first = 0; first < rows.tiles; first += most) {
    const int tiles = std::min(most, rows.tiles - first);
    hls::gemm_descriptor piece = d;
    piece.tiles = static_cast<uint16_t>(tiles);
    piece.load_x = d.load_x && first == 0, piece.release_x = d.release_x && first + tiles == rows.tiles;
    piece.fence = d.fence && (piece.load_x || residual);
    piece.shift_row = static_cast<uint16_t>(d.shift_row + first);
    piece.bias_row = static_cast<uint16_t>(d.bias_row + first);
    piece.y.address = static_cast<uint16_t>(d.y.address + first * d.y.pitch);
    piece.r.address = static_cast<uint16_t>(d.r.address + first * d.r.pitch);
    if (rows.streams) {
      piece.release_w = true, piece.w_row = piece.pos_row = 0;
      stream_rows_of(rows, first, tiles);
    } else {
      piece.w_row = static_cast<uint16_t>(d.w_row + first * rows.beats);
      piece.pos_row = static_cast<uint16_t>(d.pos_row + first * rows.beats);
    }
    append_product(piece, name);
    if (between && first + tiles < rows.tiles) between((rows.tiles - first - tiles + most - 1) / most);
  }
}

void program_builder::append_product(const hls::gemm_descriptor& d, const std::string& name) {
  append(d);
  counter_values events{};
  count_unit_events(d, machine_shape(point_), events);
  product(name).macs += events[counter_index("gemm_nm", "macs")];
  product(name).mac_slots += events[counter_index("gemm_nm", "mac_slots")];
}

void program_builder::count_weights(const std::string& name, const packed_gemm& packed) {
  product(name).weight_bytes += packed.weight_bytes + packed.index_bytes;
}

program program_builder::finish() {
  tighten_fences(descriptors_, machine_shape(point_));
  program p;
  p.name = name_;
  const size_t bytes = descriptors_.size() * sizeof(uint32_t);
  const uint64_t address = take_memory(bytes);
  std::memcpy(image_.data() + address, descriptors_.data(), bytes);
  p.runs.push_back({address, static_cast<uint32_t>(descriptors_.size() / hls::descriptor_words)});
  traffic("descriptors").read_bytes += bytes;
  p.image = std::move(image_);
  p.traffic = std::move(traffic_);
  p.products = std::move(products_);
  p.transfers = std::move(transfers_);
  if (placed_weights_ > 0)
    p.weight_passes = static_cast<double>(streamed_weights_) / static_cast<double>(placed_weights_);
  return p;
}

}  // namespace scansim
