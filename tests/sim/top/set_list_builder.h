// Puts a random list of scans with sets together, operand by operand; what set_lists.h gives comes out of it.
// With units the operands of most lists lie in the scratch: loaded in front of a scan, its y stored behind
// it. Contract: every row of every map lies in its tensor; one of build...() once.
#pragma once
#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <utility>

#include "hls/units/unit_descriptor.h"
#include "sim/set_check.h"
#include "tests/sim/top/set_lists.h"
#include "tests/support/packed_scan.h"

namespace scansim::test {

class list_builder {
 public:
  list_builder(const design_point& point, std::mt19937_64& random)
      : point_(point), shape_(point), random_(random) {}

  set_list build() {
    const bool illegal = upto(7) == 0;
    local_ = point_.has_units() && upto(3) != 0;
    brief_ = upto(2) == 0;
    const int scans = 1 + upto(2);
    for (int i = 0; i < scans; ++i) {
      if (!local_ && upto(3) == 0)
        add_single();
      else
        add_sets();
    }
    if (illegal && !brief_) break_a_rule();
    finish();
    return std::move(list_);
  }

  // One scan of two gated sets, the first of which writes nothing.
  set_list build_muted() {
    hls::scan_descriptor d;
    d.sets = 2, d.lane_groups = d.passes = 1, d.num_chunks = 1, d.has_z = true;
    d.chunk_tokens = d.rest_tokens = static_cast<uint16_t>(point_.chunk_tokens);
    b_room_ = c_room_ = 2;
    place_scan(d);
    edit_set(1, [&](hls::set_descriptor& first) {
      first.gate = first.has_list = true;
      first.positions = d.chunk_tokens, first.log2_segment = 0;
      first.addr_list = region(static_cast<uint64_t>(point_.chunk_tokens) * hls::list_entry_bytes);
      for (int i = 0; i < point_.chunk_tokens; ++i) {
        const uint32_t entry = hls::list_entry(i, i, hls::list_mute);
        std::memcpy(list_.image.data() + first.addr_list + 4 * static_cast<uint64_t>(i), &entry,
                    sizeof entry);
      }
      go(first, hls::token_map::list_a);
    });
    // The second one forward: a list of its own would be one too many.
    edit_set(2, [&](hls::set_descriptor& second) {
      second.gate = true, second.has_list = false, second.positions = d.chunk_tokens;
      go(second, hls::token_map::forward);
    });
    finish();
    return std::move(list_);
  }

  set_list build_same_row() {
    hls::scan_descriptor d;
    d.sets = d.passes = 1, d.num_chunks = 1;
    d.lane_groups = static_cast<uint16_t>(point_.interleave + 1);
    d.chunk_tokens = d.rest_tokens = static_cast<uint16_t>(point_.interleave);
    b_room_ = c_room_ = 1;
    place_scan(d);
    edit_set(1, [&](hls::set_descriptor& set) {
      set.has_list = false, set.positions = d.chunk_tokens, set.log2_segment = 0;
      go(set, hls::token_map::reverse);
    });
    finish();
    return std::move(list_);
  }

  // Scans of sets in the scratch, behind each of which another unit is asked for something, while they run.
  set_list build_before_units() {
    local_ = true;
    load_unit_rows();
    const auto tokens = static_cast<uint16_t>(1 + upto(3));
    const hls::scratch_region x = top(0), y = top(16);
    const auto both = [&](auto d) {
      d.fence = true, d.tokens = tokens, d.tiles = 1, d.x = x;
      return d;
    };
    hls::gemm_descriptor gemm = both(hls::gemm_descriptor{});
    gemm.load_x = gemm.release_x = true, gemm.beats = gemm.k_words = 1, gemm.n = 4, gemm.y = y;
    gemm.x_tokens = tokens;
    hls::conv_descriptor conv = both(hls::conv_descriptor{});
    conv.width = 4, conv.u = y;
    hls::norm_descriptor norm = both(hls::norm_descriptor{});
    norm.eps_sum = 1, norm.y = y;
    hls::hadamard_descriptor hadamard = both(hls::hadamard_descriptor{});
    hadamard.pass = true, hadamard.y = y;
    const std::vector<std::function<void()>> units = {[&] { push(transfer(false, y.address)); },
                                                      [&] { push(transfer(true, x.address)); },
                                                      [&] { push(shift_rows()); },
                                                      [&] { push(gemm); },
                                                      [&] { push(conv); },
                                                      [&] { push(norm); },
                                                      [&] { push(hadamard); }};
    for (const auto& unit : units) {
      behind_ = unit;
      hls::scan_descriptor d;
      d.sets = 2, d.passes = 1, d.num_chunks = 1;
      make_local(d);
      d.chunk_tokens = d.rest_tokens = static_cast<uint16_t>(point_.chunk_tokens);
      b_room_ = c_room_ = 2;
      place_scan(d);
    }
    finish();
    return std::move(list_);
  }

  // Many short tiles whose z nobody reads: a tile may be over before its z is asked for.
  set_list build_ungated() {
    hls::scan_descriptor d;
    d.sets = d.passes = 1, d.num_chunks = 1, d.has_z = true;
    d.lane_groups = static_cast<uint16_t>(8 * point_.interleave + 1);
    d.chunk_tokens = d.rest_tokens = static_cast<uint16_t>(std::min(4, point_.chunk_tokens));
    b_room_ = c_room_ = 1;
    place_scan(d);
    edit_set(1, [](hls::set_descriptor& set) {
      set.gate = set.linear_gate = set.has_list = false, set.positions = 1, set.log2_segment = 0;
      go(set, hls::token_map::forward);
    });
    finish();
    return std::move(list_);
  }

  // Two scans of two sets each, the first of which ends with one position of all rows of a B, or else of a C,
  // of its own: the second is there before the rest of them.
  set_list build_cut_short(bool of_b) {
    for (const bool cut : {true, false}) {
      hls::scan_descriptor d;
      d.sets = 2, d.lane_groups = 1, d.num_chunks = 1;
      d.passes = static_cast<uint8_t>(shape_.max_passes());
      d.chunk_tokens = d.rest_tokens = static_cast<uint16_t>(point_.chunk_tokens);
      b_room_ = c_room_ = shape_.set_bc_capacity() / set_bc_rows(shape_, d);
      const size_t first = list_.descriptors.size();
      place_scan(d);
      for (const bool last : {false, true})
        edit_set(first + 1 + last, [&](hls::set_descriptor& set) {
          set.has_list = set.has_h0 = set.store_state = set.own_u = false, set.log2_segment = 0;
          set.positions = cut && last ? 1 : d.chunk_tokens;
          set.same_delta = set.same_params = last;
          set.same_b = last && !of_b, set.same_c = last && of_b;
          go(set, hls::token_map::forward);
        });
    }
    finish();
    return std::move(list_);
  }

  // One scan of two sets in the scratch, and `change` at its records or it.
  template <class Change>
  set_list build_broken_local(Change change) {
    hls::scan_descriptor d;
    d.sets = 2, d.passes = 1, d.num_chunks = 1, d.chunk_tokens = d.rest_tokens = 3;
    local_ = true, brief_ = true;
    make_local(d);
    b_room_ = c_room_ = 2;
    place_scan(d);
    list_.illegal = true;
    change(list_.descriptors);
    finish();
    return std::move(list_);
  }

  // So many scans of two sets each, and `change` at the descriptors.
  template <class Change>
  set_list build_broken(int scans, Change change) {
    for (int i = 0; i < scans; ++i) {
      hls::scan_descriptor d;
      d.sets = 2, d.lane_groups = d.passes = 1, d.num_chunks = 1, d.chunk_tokens = d.rest_tokens = 3;
      b_room_ = c_room_ = 2;
      place_scan(d);
    }
    list_.illegal = true;
    change(list_.descriptors);
    finish();
    return std::move(list_);
  }

 private:
  // change(set) of the record that is descriptor `at`.
  template <class Change>
  void edit_set(size_t at, Change change) {
    uint32_t words[hls::descriptor_words];
    std::copy(list_.descriptors[at].begin(), list_.descriptors[at].end(), words);
    hls::set_descriptor set = hls::decode_set(words);
    change(set);
    hls::encode_descriptor(set, words);
    std::copy(std::begin(words), std::end(words), list_.descriptors[at].begin());
  }
  static void go(hls::set_descriptor& set, hls::token_map map) {
    set.map_u = set.map_p = set.map_out = static_cast<uint8_t>(map);
  }

  int upto(int most) { return std::uniform_int_distribution<int>(0, most)(random_); }
  bool coin() { return upto(1) == 1; }

  uint64_t region(uint64_t bytes) {
    list_.image.resize((list_.image.size() + 4095) / 4096 * 4096);
    const uint64_t first = list_.image.size();
    list_.image.resize(first + bytes);
    return first;
  }
  uint64_t random_region(uint64_t bytes) {
    const uint64_t first = region(bytes);
    for (uint64_t i = first; i < first + bytes; ++i) list_.image[i] = static_cast<uint8_t>(random_());
    return first;
  }
  // Random bytes that a scan reads: where they lie. In the scratch they are `words`, at least as many as
  // their bytes, loaded in front of the scan.
  uint64_t operands(uint64_t bytes, uint64_t words = 0) {
    if (!local_) return random_region(bytes);
    const auto beat = static_cast<uint64_t>(shape_.axi_bytes);
    words = std::max(words, (bytes + beat - 1) / beat);
    loads_.push_back({.words = static_cast<uint16_t>(words),
                      .scratch = static_cast<uint16_t>(scratch_),
                      .dram = random_region(words * beat)});
    return beat * std::exchange(scratch_, scratch_ + words);
  }
  uint64_t bc_operands(const hls::scan_descriptor& d) {
    const auto rows = static_cast<uint64_t>(set_bc_rows(shape_, d) * shape_.bc_row());
    return operands(rows, d.chunk_tokens);
  }

  // f(lane groups) for every tile.
  template <class Function>
  void each_tile(int lane_groups, Function f) {
    for (int group = 0; group < lane_groups; group += point_.interleave)
      f(std::min(point_.interleave, lane_groups - group));
  }
  uint64_t tiles_bytes(int lane_groups, int64_t bytes_of_group) {
    uint64_t bytes = 0;
    each_tile(lane_groups, [&](int groups) {
      bytes += static_cast<uint64_t>(shape_.whole_beats(groups * bytes_of_group));
    });
    return bytes;
  }
  void add_results(uint64_t first, int lane_groups, int64_t bytes_of_group) {
    each_tile(lane_groups, [&](int groups) {
      list_.results.push_back({first, static_cast<uint64_t>(groups * bytes_of_group)});
      first += static_cast<uint64_t>(shape_.whole_beats(groups * bytes_of_group));
    });
  }

  // The last words of the scratch, which no scan here reaches.
  hls::scratch_region top(int word) const {
    return {static_cast<uint16_t>(point_.scratch_words - 32 + word), 8};
  }
  hls::transfer_descriptor transfer(bool store, uint16_t scratch) {
    const auto bytes = static_cast<uint64_t>(16 * shape_.axi_bytes);
    return {.store = store,
            .fence = store,
            .words = 16,
            .scratch = scratch,
            .dram = store ? region(bytes) : random_region(bytes)};
  }
  hls::params_descriptor rows_of(hls::parameter_target memory, int beats, bool clear) {
    return {.clear = clear,
            .memory = memory,
            .beats = static_cast<uint16_t>(beats),
            .dram = random_region(static_cast<uint64_t>(beats * shape_.axi_bytes))};
  }
  hls::params_descriptor shift_rows(bool clear = false) {
    return rows_of(hls::parameter_target::shifts, 1, clear);
  }
  // What the first operators of any unit need.
  void load_unit_rows() {
    push(shift_rows(true));
    push(rows_of(hls::parameter_target::weights, shape_.gemm_depth, true));
    push(rows_of(hls::parameter_target::conv, 16, true));
    push(rows_of(hls::parameter_target::norm, 2, true));
    push(transfer(false, top(0).address));
  }

  hls::scan_shifts random_shifts() {
    const auto between = [&](int low, int high) { return static_cast<uint8_t>(low + upto(high - low)); };
    const int wide = point_.operand_bits - 8;
    return {between(8, 14 + wide), between(14, 22), between(8, 14 + wide), between(15, 22),
            between(6, 14 + wide), between(12, 24), between(4, 12 + wide), between(14, 24 + wide),
            between(4, 9),         between(0, 3)};
  }

  template <class Descriptor>
  void push(const Descriptor& d) {
    uint32_t words[hls::descriptor_words];
    hls::encode_descriptor(d, words);
    list_descriptor& to = list_.descriptors.emplace_back();
    std::copy(std::begin(words), std::end(words), to.begin());
  }

  void add_single() {
    scan_sizes sizes;
    sizes.channels = 1 + upto(3 * point_.num_lanes), sizes.states = 1 + upto(point_.max_states - 1);
    sizes.chunk_tokens = 1 + upto(point_.chunk_tokens - 1), sizes.tokens = 1 + upto(2 * point_.chunk_tokens);
    hls::scan_descriptor flags;
    flags.softplus = coin(), flags.has_z = coin(), flags.has_h0 = coin(), flags.store_state = coin();
    flags.reverse = coin(), flags.load_params = true;
    const int groups = (sizes.channels + point_.num_lanes - 1) / point_.num_lanes;
    const int passes = (sizes.states + point_.states_per_lane - 1) / point_.states_per_lane;
    if (groups * passes > shape_.state_rows) return;
    packed_scan scan = make_packed_scan(point_, sizes, flags, random_);
    append_scan(scan, point_, list_.image);
    push(scan.descriptor);
  }

  void add_sets() {
    hls::scan_descriptor d;
    d.sets = static_cast<uint8_t>(1 + upto(point_.max_sets - 1));
    d.lane_groups = static_cast<uint16_t>(1 + upto(2 * point_.interleave));
    d.passes = static_cast<uint8_t>(1 + upto(shape_.max_passes() - 1));
    if (brief_) d.sets = static_cast<uint8_t>(point_.max_sets), d.lane_groups = 1, d.passes = 1;
    if (local_) make_local(d);
    d.num_chunks = 1;
    d.chunk_tokens = static_cast<uint16_t>(1 + upto(point_.chunk_tokens - 1));
    d.rest_tokens = static_cast<uint16_t>(coin() ? d.chunk_tokens : 1 + upto(point_.chunk_tokens - 1));
    d.has_z = coin();
    if (!local_ && d.passes == 1 && coin()) d.log2_packed = static_cast<uint8_t>(upto(most_packed()));
    b_room_ = c_room_ = shape_.set_bc_capacity() / set_bc_rows(shape_, d);
    place_scan(d);
  }

  // Whole tiles; rows of B that are half a word or whole words.
  void make_local(hls::scan_descriptor& d) {
    d.local = d.fence = true;
    d.lane_groups = static_cast<uint16_t>(point_.interleave * (1 + upto(brief_ ? 0 : 2)));
    const auto legal = [&] {
      const int states = d.passes * point_.states_per_lane;
      return 2 * states == shape_.axi_bytes || states % shape_.axi_bytes == 0;
    };
    while (!legal()) d.passes = static_cast<uint8_t>(1 + upto(shape_.max_passes() - 1));
  }

  int most_packed() const { return std::countr_zero(static_cast<unsigned>(point_.states_per_lane)); }

  void place_scan(hls::scan_descriptor d) {
    scratch_ = 0;
    d.addr_u = operands(tiles_bytes(d.lane_groups, d.chunk_tokens * shape_.operand_row()));
    d.addr_z = operands(tiles_bytes(d.lane_groups, d.rest_tokens * shape_.operand_row()));
    const uint64_t y_bytes = tiles_bytes(d.lane_groups, d.rest_tokens * shape_.output_row());
    const uint64_t y = region(y_bytes), words = y_bytes / static_cast<uint64_t>(shape_.axi_bytes);
    d.addr_y =
        local_ ? std::exchange(scratch_, scratch_ + words) * static_cast<uint64_t>(shape_.axi_bytes) : y;
    add_results(y, d.lane_groups, d.rest_tokens * shape_.output_row());
    const size_t at = list_.descriptors.size();
    push(d);
    int64_t entries = 0;
    for (int k = 0; k < d.sets; ++k) add_record(d, entries);
    if (!local_) return;
    load_in_front(at);
    if (behind_) behind_();
    push(hls::transfer_descriptor{.store = true,
                                  .fence = true,
                                  .words = static_cast<uint16_t>(words),
                                  .scratch = static_cast<uint16_t>(scratch_of(d.addr_y)),
                                  .dram = y});
  }

  uint64_t scratch_of(uint64_t address) const { return address / static_cast<uint64_t>(shape_.axi_bytes); }

  // The loads of the scan's operands, in front of the scan, whose descriptor has number `at`.
  void load_in_front(size_t at) {
    const std::vector<list_descriptor> scan(list_.descriptors.begin() + static_cast<std::ptrdiff_t>(at),
                                            list_.descriptors.end());
    list_.descriptors.resize(at);
    for (const hls::transfer_descriptor& load : loads_) push(load);
    loads_.clear();
    list_.descriptors.insert(list_.descriptors.end(), scan.begin(), scan.end());
  }

  void add_record(const hls::scan_descriptor& d, int64_t& entries) {
    hls::set_descriptor s;
    s.softplus = coin(), s.gate = d.has_z && coin(), s.has_h0 = upto(2) == 0, s.store_state = coin();
    s.shifts = random_shifts(), s.tap_pre = upto(2) == 0, s.plain_drive = upto(2) == 0;
    s.linear_gate = s.gate && coin();
    s.states = static_cast<uint16_t>(1 + upto(d.passes * (point_.states_per_lane >> d.log2_packed) - 1));
    if (brief_) s.has_h0 = upto(5) != 0;
    choose_walk(d, s, entries);
    const bool first = hls::descriptor_opcode_set != (list_.descriptors.back()[0] & 0xff);
    s.same_delta = !first && upto(2) == 0, s.same_params = !first && upto(2) == 0;
    s.same_b = !first && (upto(2) == 0 || b_room_ == 0), s.same_c = !first && (upto(2) == 0 || c_room_ == 0);
    b_room_ -= !s.same_b, c_room_ -= !s.same_c;
    const uint64_t rows = tiles_bytes(d.lane_groups, d.chunk_tokens * shape_.operand_row());
    s.own_u = upto(2) == 0;
    if (s.own_u) s.addr_u = operands(rows);
    s.addr_delta = operands(rows);
    s.addr_b = bc_operands(d), s.addr_c = bc_operands(d);
    s.addr_a = random_region(tiles_bytes(d.lane_groups, d.passes * shape_.a_row()));
    s.addr_db = random_region(tiles_bytes(d.lane_groups, shape_.db_row()));
    s.addr_h0 = random_states(d);
    s.addr_ht = region(tiles_bytes(d.lane_groups, d.passes * shape_.state_row()));
    if (s.store_state) add_results(s.addr_ht, d.lane_groups, d.passes * shape_.state_row());
    push(s);
  }

  // Sign-extended to the bytes of a state.
  uint64_t random_states(const hls::scan_descriptor& d) {
    const uint64_t bytes = tiles_bytes(d.lane_groups, d.passes * shape_.state_row());
    const uint64_t first = region(bytes);
    const int bits = shape_.widths.state_bits, size = shape_.state_bytes;
    for (uint64_t at = first; at + static_cast<uint64_t>(size) <= first + bytes;
         at += static_cast<uint64_t>(size)) {
      const auto value = static_cast<int32_t>(static_cast<uint32_t>(random_())) >> (32 - bits);
      std::memcpy(list_.image.data() + at, &value, static_cast<size_t>(size));
    }
    return first;
  }

  void choose_walk(const hls::scan_descriptor& d, hls::set_descriptor& s, int64_t& entries) {
    const int rows = d.chunk_tokens, out = d.rest_tokens;
    const int64_t room = shape_.set_list_capacity() - entries;
    s.positions = static_cast<uint16_t>(1 + upto(2 * point_.chunk_tokens - 1));
    if (coin()) s.positions = static_cast<uint16_t>(std::min(rows, out));
    if (brief_ && upto(4) != 0) s.positions = static_cast<uint16_t>(1 + upto(5) / 5);
    if (coin()) {
      s.log2_segment = static_cast<uint8_t>(1 + upto(4));
      s.first_segment = static_cast<uint16_t>(upto(8));
    }
    const int least = std::min(rows, out);
    choose_affine(least, s);
    const bool fits = s.positions <= least;
    s.has_list = coin() && set_list_entries(shape_, s.positions) <= room;
    const auto map = [&] {
      std::vector<uint8_t> codes = {2};
      if (fits) codes.insert(codes.end(), {0, 1});
      if (s.has_list) codes.insert(codes.end(), {3, 4});
      return codes[static_cast<size_t>(upto(static_cast<int>(codes.size()) - 1))];
    };
    s.map_u = map(), s.map_p = map(), s.map_out = map();
    if (!s.has_list) return;
    entries += set_list_entries(shape_, s.positions);
    const uint32_t tags = static_cast<uint32_t>(upto(7));  // kinds of tags in this list
    s.addr_list =
        region(static_cast<uint64_t>(set_list_entries(shape_, s.positions)) * hls::list_entry_bytes);
    for (int i = 0; i < s.positions; ++i) {
      uint32_t set = 0;
      for (const uint32_t tag : {hls::list_reset, hls::list_hold, hls::list_mute})
        if (upto(4) == 0) set |= tag & tags << 24;
      const uint32_t entry = hls::list_entry(upto(least - 1), upto(least - 1), set);
      std::memcpy(list_.image.data() + s.addr_list + 4 * static_cast<uint64_t>(i), &entry, sizeof entry);
    }
  }

  // Any affine walk whose rows are all there; at worst one row for ever.
  void choose_affine(int rows, hls::set_descriptor& s) {
    for (int attempt = 0; attempt < 20; ++attempt) {
      s.base = static_cast<uint16_t>(upto(rows - 1));
      s.n0 = static_cast<uint16_t>(1 + upto(7)), s.n1 = static_cast<uint16_t>(1 + upto(7));
      s.s0 = static_cast<int16_t>(upto(4) - 2), s.s1 = static_cast<int16_t>(upto(8) - 4);
      s.s2 = static_cast<int16_t>(upto(16) - 8);
      s.snake = coin();
      hls::token_walk walk = s.walk();
      walk.u = hls::token_map::affine;
      hls::token_stream stream(walk);
      bool inside = true;
      for (int i = 0; i < s.positions; ++i) inside &= stream.next(0).row_u < rows;
      if (inside) return;
    }
    s.s0 = s.s1 = s.s2 = 0;
  }

  // An operand behind the scratch.
  void break_a_place(hls::set_descriptor& s) {
    const uint64_t outside = shape_.scratch_bytes() << upto(20);
    switch (upto(3)) {
      case 0:
        s.own_u = true, s.addr_u = outside;
        break;
      case 1:
        s.same_delta = false, s.addr_delta = outside;
        break;
      case 2:
        s.same_b = false, s.addr_b = outside;
        break;
      default:
        s.same_c = false, s.addr_c = outside;
        break;
    }
  }

  void break_a_rule() {
    list_.illegal = true;
    const auto opcode = [&](size_t i) { return list_.descriptors[i][0] & 0xff; };
    const auto any = [&] {
      return static_cast<size_t>(upto(static_cast<int>(list_.descriptors.size()) - 1));
    };
    size_t at = any();
    while (opcode(at) != hls::descriptor_opcode_scan && opcode(at) != hls::descriptor_opcode_set) at = any();
    list_descriptor& words = list_.descriptors[at];
    uint32_t raw[hls::descriptor_words];
    std::copy(words.begin(), words.end(), raw);
    if (opcode(at) == hls::descriptor_opcode_set) {
      hls::set_descriptor s = hls::decode_set(raw);
      switch (upto(local_ ? 7 : 6)) {
        case 7:
          break_a_place(s);
          break;
        case 6:
          s.states = coin() ? 0 : static_cast<uint16_t>(point_.max_states + 1);
          break;
        case 0:
          s.map_u = static_cast<uint8_t>(5 + upto(2));
          break;
        case 1:
          s.positions = 0;
          break;
        case 2:
          s.map_p = 2, s.n1 = 0;
          break;
        case 3:
          s.map_out = 3, s.has_list = false;
          break;
        case 4:
          if (s.same_b || at == 0 || opcode(at - 1) == hls::descriptor_opcode_set) s.positions = 0;
          s.same_c = true;
          break;
        default: {
          list_.descriptors.erase(list_.descriptors.begin() + static_cast<std::ptrdiff_t>(at));
          return;
        }
      }
      hls::encode_descriptor(s, raw);
    } else {
      hls::scan_descriptor d = hls::decode_descriptor(raw);
      if (d.sets == 0) {
        d.sets = static_cast<uint8_t>(point_.max_sets + 1);
      } else {
        switch (upto(4)) {
          case 4:
            d.log2_packed = static_cast<uint8_t>(local_ ? 1 : std::min(7, most_packed() + 1));
            break;
          case 0:
            d.reverse = true;
            break;
          case 1:
            d.num_chunks = 2;
            break;
          case 2:
            d.sets = 0, d.load_params = true;  // a plain scan without them would wait for ever
            break;
          default:
            d.lane_groups = 0;
            break;
        }
      }
      hls::encode_descriptor(d, raw);
    }
    std::copy(std::begin(raw), std::end(raw), words.begin());
  }

  void finish() {
    const uint64_t bytes = list_.descriptors.size() * hls::descriptor_bytes;
    list_.address = region(bytes);
    std::memcpy(list_.image.data() + list_.address, list_.descriptors.data(), bytes);
    region(4096);  // what the last beats of a region may reach
  }

  const design_point& point_;
  machine_shape shape_;
  std::mt19937_64& random_;
  set_list list_;
  bool local_ = false;                           // operands in the scratch
  uint64_t scratch_ = 0;                         // words of a scan
  std::function<void()> behind_;                 // pushes what stands behind the records of a scan
  std::vector<hls::transfer_descriptor> loads_;  // of a scan
  bool brief_ = false;                           // tiles of a beat or two, one behind the other, most with h0
  int64_t b_room_ = 0, c_room_ = 0;              // sets whose B and C there is a place for
};

}  // namespace scansim::test
