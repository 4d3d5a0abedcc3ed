// Random legal descriptors of the units.
#include "tests/sim/top/unit_lists.h"

#include <numeric>

#include "hls/gemm/weight_w4.h"

namespace scansim::test {

namespace {

using hls::parameter_target;

constexpr int list_entries = 256;
// 1 of 8, two groups in a beat: every rank of 3 bits is legal, ranks straddle beats and the last beat is not
// full.
constexpr int index_n = 1, index_log2_m = 1, index_log2_groups = 1, index_bits = 3;
int index_rows(const machine_shape& shape) { return shape.gemm_weight_rows - 1; }

// Bytes of one value or row of a memory hold fields with fewer legal values than bits.
uint8_t legal_byte(parameter_target memory, size_t at, const machine_shape& shape, uint8_t byte) {
  switch (memory) {
    case parameter_target::shifts:
      return byte % 16;
    case parameter_target::bias:  // bias s32, align
      return at % 8 < 2 ? byte : at % 8 == 4 ? static_cast<uint8_t>(8 + byte % 24) : 0;
    case parameter_target::conv:  // taps, bias s32, shift, align
      if (at % 16 < 6) return byte;
      if (at % 16 == 8) return byte % 16;
      return at % 16 == 9 ? static_cast<uint8_t>(8 + byte % 24) : 0;
    case parameter_target::gather:
      return byte % static_cast<uint8_t>(shape.chunk_tokens);
    case parameter_target::scatter:  // every token once
      return static_cast<uint8_t>(at % static_cast<size_t>(shape.chunk_tokens));
    default:
      return byte;
  }
}

}  // namespace

int unit_lists::words_of(parameter_target memory) const {
  switch (memory) {
    case parameter_target::weights:
      return shape.gemm_weight_rows * shape.gemm_depth;
    case parameter_target::index:
      return (index_rows(shape) * (1 << index_log2_groups) * index_bits + 7) / 8;
    case parameter_target::shifts:
      return gemm_shift_rows;
    case parameter_target::bias:
      return gemm_bias_rows * 8;
    case parameter_target::conv:
      return conv_parameter_rows(shape) * 16;
    case parameter_target::norm:
      return norm_weight_rows(shape);
    default:
      return list_entries / shape.axi_bytes;
  }
}

uint64_t unit_lists::address_of(parameter_target memory) const {
  uint64_t address = unit_memory::parameters;
  for (int m = 0; m < static_cast<int>(memory); ++m)
    address += static_cast<uint64_t>(words_of(static_cast<parameter_target>(m)) * shape.axi_bytes);
  return address;
}

// A beat of multipliers and half as many beats per row as of s8.
int unit_lists::w4_beats(size_t groups) const {
  const auto end = w4_rows_.begin() + static_cast<std::ptrdiff_t>(groups);
  return static_cast<int>(groups) + std::accumulate(w4_rows_.begin(), end, 0) * shape.gemm_depth / 2;
}

std::vector<uint8_t> unit_lists::image() {
  std::vector<uint8_t> bytes = random_bytes(unit_memory::bytes, random_);
  for (int m = 0; m < hls::num_parameter_targets; ++m) {
    const auto memory = static_cast<parameter_target>(m);
    const size_t first = address_of(memory), count = size(words_of(memory) * shape.axi_bytes);
    for (size_t i = 0; i < count; ++i) bytes[first + i] = legal_byte(memory, i, shape, bytes[first + i]);
  }
  w4_rows_.clear();
  for (int rows = shape.gemm_weight_rows; rows > 0; rows -= w4_rows_.back()) {
    uint8_t* group = bytes.data() + w4_address() + w4_beats(w4_rows_.size()) * shape.axi_bytes;
    w4_rows_.push_back(std::min(rows, upto(coin() ? 4 : 12)));
    hls::set_w4_rows(group, w4_rows_.back());
  }
  return bytes;
}

std::vector<descriptor_image> unit_lists::setup() {
  std::vector<descriptor_image> list;
  for (int m = 0; m < hls::num_parameter_targets; ++m)
    list.push_back(encoded(params(static_cast<parameter_target>(m))));
  list.push_back(
      encoded(hls::transfer_descriptor{.words = u16(shape.scratch_words), .dram = unit_memory::loads}));
  return list;
}

// Of descriptors that read only what stood there before the list.
uint8_t unit_lists::newer() {
  return static_cast<uint8_t>(coin() ? upto(6) : coin() ? 0 : hls::most_newer_writes);
}

uint16_t unit_lists::source() { return u16(pick(random_, 0, shape.scratch_words / 4)); }

hls::transfer_descriptor unit_lists::load(int slot) {
  hls::transfer_descriptor d;
  d.drain = coin();
  d.words = u16(upto(150));
  d.scratch = coin() ? u16(shape.scratch_words - d.words) : target(slot);
  d.dram = unit_memory::loads + u64(shape.axi_bytes * pick(random_, 0, 1000));
  return d;
}

hls::transfer_descriptor unit_lists::store(int slot) {
  hls::transfer_descriptor d;
  d.store = d.fence = true;
  d.words = u16(upto(150));
  d.scratch = coin() && slot > 0 ? target(pick(random_, 0, slot - 1)) : source();
  if (d.scratch < shape.scratch_words / 2) d.newer = newer();
  d.dram = unit_memory::stores + unit_memory::store_bytes * u64(slot);
  return d;
}

hls::params_descriptor unit_lists::params(parameter_target memory) {
  hls::params_descriptor d;
  d.clear = true;
  d.memory = memory;
  d.beats = u16(words_of(memory));
  d.n = index_n, d.log2_m = index_log2_m, d.log2_groups = index_log2_groups, d.index_bits = index_bits;
  d.rows = u16(index_rows(shape));
  d.dram = address_of(memory);
  return d;
}

std::vector<hls::params_descriptor> unit_lists::w4_weights() {
  const auto groups = static_cast<size_t>(upto(static_cast<int>(w4_rows_.size())));
  hls::params_descriptor first = params(parameter_target::weights), rest = first;
  first.w4 = true, first.dram = w4_address(), first.beats = u16(w4_beats(groups));
  if (groups == w4_rows_.size()) return {first};
  const auto after = w4_rows_.begin() + static_cast<std::ptrdiff_t>(groups);
  rest.clear = false;
  if (coin()) {
    rest.w4 = true, rest.dram = first.dram + u64(first.beats * shape.axi_bytes);
    rest.beats = u16(w4_beats(w4_rows_.size()) - first.beats);
  } else {
    rest.beats = u16(std::accumulate(after, w4_rows_.end(), 0) * shape.gemm_depth);
  }
  return {first, rest};
}

unit_lists::slot_load unit_lists::weight_slot() {
  hls::params_descriptor d = params(parameter_target::weights);
  d.clear = false, d.slots = coin();  // without clear it means nothing
  const int most = weight_slot_rows(shape);
  if (coin() && w4_rows_.front() <= most) {
    d.w4 = true, d.dram = w4_address(), d.beats = u16(w4_beats(1));
    return {d, w4_rows_.front()};
  }
  const int rows = upto(most), first = pick(random_, 0, shape.gemm_weight_rows - rows);
  d.beats = u16(rows * shape.gemm_depth);
  d.dram += u64(first * shape.gemm_depth * shape.axi_bytes);
  return {d, rows};
}

hls::params_descriptor unit_lists::position_slot(int rows) {
  hls::params_descriptor d = params(parameter_target::index);
  d.clear = false, d.slots = coin();
  d.rows = u16(rows), d.beats = u16((rows * (1 << index_log2_groups) * index_bits + 7) / 8);
  return d;
}

hls::gemm_descriptor unit_lists::gemm(int slot) {
  hls::gemm_descriptor d;
  const bool dense = coin();
  d.fence = d.load_x = d.release_x = true;
  d.newer = newer();
  d.gather = coin(), d.scatter = coin();
  d.x_tokens = u16(d.gather ? shape.chunk_tokens : upto(shape.chunk_tokens));
  d.tokens = u16(d.gather || d.scatter ? shape.chunk_tokens : upto(d.x_tokens));
  if (!d.gather) d.x_tokens = std::max(d.x_tokens, d.tokens);
  d.k_words = u16(upto(shape.gemm_x_words / d.x_tokens));
  d.n = dense ? 4 : index_n;
  d.log2_m = dense ? 0 : index_log2_m;
  d.log2_groups = dense ? 0 : index_log2_groups;
  const int rows = index_rows(shape);
  const int beats_of_word = dense ? shape.axi_bytes / 4 : 1;
  d.beats = u16(upto(std::min(d.k_words * beats_of_word, rows)));
  d.tiles = u16(upto(std::min(4, rows / d.beats)));
  d.kind = static_cast<uint8_t>(pick(random_, 0, 3));
  d.wide = coin(), d.has_bias = coin();
  d.shift_out = static_cast<uint8_t>(upto(8));
  d.w_row = d.pos_row = u16(coin() ? rows - d.tiles * d.beats : 0);
  d.shift_row = u16(gemm_shift_rows - d.tiles);
  d.bias_row = u16(gemm_bias_rows - d.tiles);
  d.x = {source(), u16(upto(12))}, d.x_step = u16(upto(12));
  d.r = {source(), u16(upto(20))}, d.r_step = u16(upto(20));
  d.y = {target(slot), u16(gemm_row_words(d) * shape.chunk_tokens)};
  d.y_step = u16(gemm_row_words(d));
  if (!d.scatter && coin())
    std::swap(d.y.pitch, d.y_step), d.y_step = u16(gemm_row_words(d) * d.tiles);  // rows
  return d;
}

hls::gemm_descriptor unit_lists::index_used(int slot) {
  hls::gemm_descriptor d = gemm(slot);
  d.n = index_n, d.log2_m = index_log2_m, d.log2_groups = index_log2_groups;
  d.beats = 1, d.tiles = u16(upto(4));
  d.w_row = d.pos_row = u16(index_rows(shape) - d.tiles);
  d.shift_row = u16(gemm_shift_rows - d.tiles), d.bias_row = u16(gemm_bias_rows - d.tiles);
  return d;
}

hls::conv_descriptor unit_lists::conv(int slot) {
  hls::conv_descriptor d;
  d.fence = true, d.newer = newer();
  d.has_state = coin(), d.store_state = coin(), d.reverse = coin(), d.silu = coin();
  d.tokens = u16(upto(shape.chunk_tokens)), d.tiles = u16(upto(shape.channel_words));
  d.width = static_cast<uint8_t>(pick(random_, 2, 4));
  d.shift_out = static_cast<uint8_t>(upto(8));
  d.p_row = u16(coin() ? conv_parameter_rows(shape) - d.tiles : 0);
  d.x = {source(), u16(upto(20))};
  d.u = {target(slot), u16(shape.chunk_tokens)};
  d.s = source();
  d.h = u16(target(slot) + shape.scratch_words / 16);
  return d;
}

hls::norm_descriptor unit_lists::norm(int slot) {
  hls::norm_descriptor d;
  d.fence = true, d.newer = newer();
  d.tokens = u16(upto(shape.chunk_tokens)), d.tiles = u16(upto(shape.channel_words));
  d.shift = static_cast<int8_t>(pick(random_, -6, 24));
  d.eps_sum = u64(upto(1 << 20));
  d.w_row = u16(coin() ? norm_weight_rows(shape) - 2 * d.tiles : 0);
  d.x = {source(), u16(upto(20))};
  d.y = {target(slot), u16(shape.chunk_tokens)};
  return d;
}

hls::hadamard_descriptor unit_lists::hadamard(int slot) {
  hls::hadamard_descriptor d;
  d.fence = true, d.newer = newer();
  d.tokens = u16(upto(shape.chunk_tokens));
  d.order = coin() ? 1 : 0;
  d.log2_beats = d.order == 1 ? 0 : static_cast<uint8_t>(upto(4));
  d.tiles = u16(d.order == 1 ? 6 : (1 << d.log2_beats) / 2);
  d.pass = pick(random_, 0, 3) == 0;
  if (d.pass) {
    d.order = d.log2_beats = 0;
    d.tiles = u16(upto(shape.channel_words));
  }
  d.shift = static_cast<uint8_t>(upto(12));
  d.wide = coin();
  d.x = {source(), u16(upto(20))};
  d.y = {target(slot), u16(2 * shape.chunk_tokens)};
  return d;
}

// One or two chunks of one or two tiles of W channels, everything in the scratch.
hls::scan_descriptor unit_lists::scan(int slot) {
  hls::scan_descriptor d;
  const auto bytes = [&](uint16_t words) { return u64(words * shape.axi_bytes); };
  d.softplus = coin(), d.has_z = coin(), d.has_h0 = coin(), d.store_state = coin();
  d.load_params = d.local = d.fence = true;
  d.newer = newer();
  d.keep = coin();
  const int tiles = upto(2);
  d.lane_groups = u16(tiles * shape.interleave);
  d.passes = static_cast<uint8_t>(pick(random_, 1, 2));
  if (coin()) d.states = u16(upto(shape.states));
  d.num_chunks = static_cast<uint32_t>(upto(2));
  d.chunk_tokens = u16(shape.chunk_tokens), d.rest_tokens = u16(upto(shape.chunk_tokens));
  d.shifts = {.delta = 16, .bias = 16, .z = 12, .dt2 = 10, .du = 8, .skip = 8, .v = 10, .y = 10, .quant = 0};
  d.addr_u = bytes(source()), d.addr_delta = bytes(source()), d.addr_z = bytes(source());
  d.addr_b = bytes(source()), d.addr_c = bytes(source());
  d.addr_a = unit_memory::loads, d.addr_db = unit_memory::loads + 0x4000;
  d.addr_h0 = unit_memory::loads + 0x6000;
  d.addr_ht =
      unit_memory::stores + unit_memory::store_bytes * u64(slot) + 0xc00;  // behind what a store writes
  d.addr_y = bytes(target(slot));
  d.stride_u = tiles * shape.chunk_tokens * shape.axi_bytes;
  d.stride_bc = 2 * shape.chunk_tokens * shape.axi_bytes, d.stride_y = 2 * d.stride_u;
  return d;
}

// With an operator behind it that needs its rows while they arrive. Nothing tells the clear of a memory from
// the beats of an earlier job for it that are still to come: once per list.
void unit_lists::add_params(std::vector<descriptor_image>& list) {
  const auto slot = static_cast<int>(list.size());
  const auto memory = static_cast<parameter_target>(random_() % hls::num_parameter_targets);
  const unsigned bit = 1u << static_cast<unsigned>(memory);
  if ((loaded_ & bit) != 0 || slot > 2) return list.push_back(encoded(load(slot)));
  loaded_ |= bit;
  const bool w4 = memory == parameter_target::weights && coin();
  for (const hls::params_descriptor& d : w4 ? w4_weights() : std::vector{params(memory)})
    list.push_back(encoded(d));
  if (memory == parameter_target::conv) return list.push_back(encoded(conv(slot + 1)));
  if (memory == parameter_target::norm) return list.push_back(encoded(norm(slot + 1)));
  hls::gemm_descriptor d = memory == parameter_target::index ? index_used(slot + 1) : gemm(slot + 1);
  d.has_bias = d.has_bias || memory == parameter_target::bias;
  list.push_back(encoded(d));
}

// Sometimes two that share their x.
void unit_lists::add_gemm(std::vector<descriptor_image>& list) {
  hls::gemm_descriptor d = gemm(static_cast<int>(list.size()));
  d.release_x = list.size() > 2 || coin();
  list.push_back(encoded(d));
  if (d.release_x) return;
  d.load_x = false, d.release_x = true;
  d.y.address = target(static_cast<int>(list.size()));
  list.push_back(encoded(d));
}

// The second goes on from the state of the first.
void unit_lists::add_resumed(std::vector<descriptor_image>& list) {
  const auto slot = static_cast<int>(list.size());
  hls::scan_descriptor d = scan(slot);
  d.keep = true;
  list.push_back(encoded(d));
  d.resume = true;
  d.keep = d.load_params = coin();
  d.num_chunks = static_cast<uint32_t>(upto(2));
  d.addr_y = scan(slot + 1).addr_y;
  list.push_back(encoded(d));
}

// Two or three scans behind each other on chip; one that must not disturb what they kept (in the slot file,
// or through all rows in one chunk); then each goes on, the last first or the first first.
void unit_lists::add_banked(std::vector<descriptor_image>& list) {
  hls::scan_descriptor next = scan(0);
  int left = shape.state_rows / (next.passes * shape.interleave);  // tiles
  std::vector<hls::scan_descriptor> kept;
  for (int i = 0; i < 3 && left > 0; ++i) {
    hls::scan_descriptor d = scan(i);
    if (d.lane_groups > left * shape.interleave) d.lane_groups = u16(shape.interleave);
    d.first_group = next.first_group, d.passes = next.passes;
    d.keep = d.banked = true;
    next.first_group = u16(next.first_group + d.lane_groups), left -= d.lane_groups / shape.interleave;
    list.push_back(encoded(d)), kept.push_back(d);
  }
  hls::scan_descriptor between = scan(3);
  between.load_params = between.keep = false, between.passes = next.passes;
  between.lane_groups = coin() ? u16(shape.interleave) : next.first_group;
  if (between.lane_groups > shape.interleave) between.num_chunks = 1;
  if (coin()) list.push_back(encoded(between));
  if (coin()) std::reverse(kept.begin(), kept.end());
  for (hls::scan_descriptor& d : kept) {
    d.resume = true, d.load_params = false, d.keep = coin();
    d.num_chunks = static_cast<uint32_t>(upto(2));
    d.reverse = coin();
    list.push_back(encoded(d));
  }
}

// One chunk whose z comes out of a product.
void unit_lists::add_gated(std::vector<descriptor_image>& list) {
  hls::scan_descriptor d = scan(1);
  d.has_z = d.z_gemm = true;
  d.num_chunks = 1;
  hls::gemm_descriptor z = index_used(0);
  z.to_z = true, z.scatter = z.gather = z.wide = false;
  z.kind = static_cast<uint8_t>(coin() ? hls::gemm_epilogue_kind::silu : hls::gemm_epilogue_kind::none);
  z.tiles = u16(d.lane_groups / shape.interleave);
  z.tokens = d.rest_tokens, z.x_tokens = u16(shape.chunk_tokens);
  z.k_words = u16(upto(shape.gemm_x_words / shape.chunk_tokens));
  z.w_row = z.pos_row = u16(index_rows(shape) - z.tiles);
  z.shift_row = u16(gemm_shift_rows - z.tiles), z.bias_row = u16(gemm_bias_rows - z.tiles);
  list.push_back(encoded(z));
  list.push_back(encoded(d));
}

// A run fills the z buffer from one side.
void unit_lists::add_scan(std::vector<descriptor_image>& list) {
  if (list.empty() && coin()) {
    z_of_gemm_ = true;
    return add_gated(list);
  }
  if (!z_of_gemm_ && list.empty() && coin()) return add_banked(list);
  if (!z_of_gemm_ && list.size() < 3 && coin()) return add_resumed(list);
  hls::scan_descriptor d = scan(static_cast<int>(list.size()));
  d.has_z = d.has_z && !z_of_gemm_;
  list.push_back(encoded(d));
}

void unit_lists::add_any(std::vector<descriptor_image>& list) {
  const auto slot = static_cast<int>(list.size());
  if (slot == 0) {
    loaded_ = 0;
    z_of_gemm_ = false;
  }
  switch (random_() % 8) {
    case 0:
      return list.push_back(encoded(load(slot)));
    case 1:
      return list.push_back(encoded(store(slot)));
    case 2:
      return add_params(list);
    case 3:
      return add_gemm(list);
    case 4:
      return list.push_back(encoded(conv(slot)));
    case 5:
      return list.push_back(encoded(norm(slot)));
    case 6:
      return list.push_back(encoded(hadamard(slot)));
    default:
      return add_scan(list);
  }
}

}  // namespace scansim::test
