#include "tests/sim/rungs/set_case.h"

#include <bit>

#include "sim/set_check.h"

namespace scansim::test {
namespace {

class set_drawer {
 public:
  set_drawer(const design_point& point, std::mt19937_64& random)
      : point_(point), shape_(point), random_(random) {}

  set_case draw() {
    draw_scan();
    list_room_ = shape_.set_list_capacity();
    for (int k = 0; k < case_.scan.sets; ++k) draw_set();
    case_.u = values(case_.tokens * case_.channels, point_.operand_bits);
    case_.z = values(case_.rest * case_.channels, point_.operand_bits);
    return case_;
  }

 private:
  int between(int low, int high) { return pick(random_, low, high); }
  bool flip() { return coin(random_); }
  uint8_t u8(int low, int high) { return static_cast<uint8_t>(between(low, high)); }

  // A share of small numbers, so that not everything saturates.
  std::vector<int32_t> values(int count, int bits) {
    std::vector<int32_t> list(size(count));
    for (int32_t& value : list)
      value = static_cast<int32_t>(static_cast<int64_t>(random_()) >> (64 - bits + between(0, bits / 2)));
    return list;
  }

  void draw_scan() {
    hls::scan_descriptor& d = case_.scan;
    d.sets = u8(1, point_.max_sets);
    d.has_z = flip();
    d.passes = u8(1, shape_.max_passes());
    d.lane_groups = u16(between(1, 3 * point_.interleave));
    d.num_chunks = 1;
    if (flip()) d.passes = 1;
    if (d.passes == 1 && flip()) d.log2_packed = u8(0, std::countr_zero(size(point_.states_per_lane)));
    d.chunk_tokens = u16(between(1, point_.chunk_tokens));
    while (d.sets * set_bc_rows(shape_, d) > shape_.set_bc_capacity()) {
      if (d.chunk_tokens > 1) {
        --d.chunk_tokens;
      } else {
        --d.sets;
      }
    }
    d.rest_tokens = u16(between(1, point_.chunk_tokens));
    // What a scan with sets does not look at.
    d.softplus = flip(), d.has_h0 = flip(), d.store_state = flip(), d.load_params = flip();
    d.first_group = u16(between(0, 60000));
    d.shifts.quant = u8(0, 15), d.shifts.v = u8(0, 30);
    d.stride_u = d.stride_bc = d.stride_y = between(-1000, 1000) * 4096;
    case_.tokens = d.chunk_tokens, case_.rest = d.rest_tokens;
    case_.channels = d.lane_groups * point_.num_lanes;
    case_.states = d.passes * (point_.states_per_lane >> d.log2_packed);
  }

  void draw_set() {
    hls::set_descriptor& d = case_.sets.emplace_back();
    d.softplus = flip(), d.gate = case_.scan.has_z && flip(), d.has_h0 = flip(), d.store_state = flip();
    d.tap_pre = between(0, 2) == 0, d.plain_drive = between(0, 2) == 0;
    d.linear_gate = d.gate && flip();
    d.states = u16(between(1, case_.states));
    draw_shifts(d.shifts);
    walk_fields w = draw_walk();
    const bool rows = std::max({w.map_u, w.map_p, w.map_out}) > 2;
    d.has_list = rows || (flip() && set_list_entries(shape_, w.positions) <= list_room_);
    if (d.has_list) list_room_ -= set_list_entries(shape_, w.positions);
    case_.lists.push_back(d.has_list ? draw_list(w) : std::vector<uint32_t>{});
    case_.walks.push_back(token_rows(w, case_.lists.back()));
    fill(w, d);
    case_.operands.push_back({.delta = values(case_.tokens * case_.channels, point_.operand_bits),
                              .b = values(case_.tokens * case_.states, point_.operand_bits),
                              .c = values(case_.tokens * case_.states, point_.operand_bits),
                              .a = values(case_.channels * case_.states, point_.operand_bits),
                              .h0 = values(case_.channels * case_.states, point_.state_bits),
                              .bias = values(case_.channels, 16),
                              .d = values(case_.channels, 16)});
  }

  // Around those of a trace; the sum over the sets has to leave the output's width now and then.
  void draw_shifts(hls::scan_shifts& s) {
    const int o = point_.operand_bits, wide = point_.state_bits - 16 + o - 8;
    s.delta = u8(o, o + 8), s.bias = u8(16, 22), s.z = u8(o, o + 8);
    s.dt2 = u8(18, 24), s.du = u8(6, 14 + o), s.skip = u8(10, 22);
    s.v = u8(4 + wide / 2, 12 + wide), s.y = u8(18, 28), s.quant = u8(0, 8);
    s.align_a = o == 8 ? u8(0, 3) : 0;
  }

  static void fill(const walk_fields& w, hls::set_descriptor& d) {
    d.positions = u16(w.positions), d.snake = w.snake;
    d.map_u = static_cast<uint8_t>(w.map_u), d.map_p = static_cast<uint8_t>(w.map_p);
    d.map_out = static_cast<uint8_t>(w.map_out), d.log2_segment = static_cast<uint8_t>(w.log2_segment);
    d.first_segment = u16(w.first_segment), d.base = u16(w.base), d.n0 = u16(w.n0), d.n1 = u16(w.n1);
    d.s0 = static_cast<int16_t>(w.s0), d.s1 = static_cast<int16_t>(w.s1), d.s2 = static_cast<int16_t>(w.s2);
  }

  // Rows that every map of that code may have.
  int limit(const walk_fields& w, int low, int high) const {
    int rows = 4096;
    const auto of = [&](int map, int has) {
      if (map >= low && map <= high) rows = std::min(rows, has);
    };
    of(w.map_u, case_.tokens), of(w.map_p, case_.tokens), of(w.map_out, case_.rest);
    return rows;
  }

  walk_fields draw_walk() {
    walk_fields w;
    const bool lists = list_room_ >= shape_.axi_bytes / hls::list_entry_bytes;
    const int most = lists ? 4 : 2;
    w.map_u = between(0, most), w.map_p = flip() ? w.map_u : between(0, most), w.map_out = between(0, most);
    w.positions = std::min(limit(w, 0, 1), between(1, 3 * point_.chunk_tokens));
    if (std::max({w.map_u, w.map_p, w.map_out}) > 2)
      w.positions = std::min(w.positions, static_cast<int>(list_room_));
    if (flip()) w.positions = between(1, w.positions);
    w.log2_segment = flip() ? 0 : between(1, 3), w.first_segment = between(0, 6);
    draw_affine(w, limit(w, 2, 2));
    return w;
  }

  // Lines, planes and their steps so that no row is outside; steps of 0 come back to the same rows.
  void draw_affine(walk_fields& w, int rows) {
    w.snake = flip();
    w.n0 = between(1, 6), w.n1 = between(1, 4);
    const int planes = (w.positions + w.n0 * w.n1 - 1) / (w.n0 * w.n1);
    int room = rows - 1, lowest = 0;
    const auto step = [&](int count) {
      const int most = count > 1 ? room / (count - 1) : 3;
      const int size = between(0, most) * (flip() ? 1 : -1), reach = size * (count - 1);
      room -= std::abs(reach), lowest += std::min(reach, 0);
      return size;
    };
    w.s1 = step(w.n1), w.s0 = step(w.n0), w.s2 = step(planes);
    w.base = between(0, room) - lowest;
  }

  std::vector<uint32_t> draw_list(const walk_fields& w) {
    const int a = limit(w, 3, 3), b = limit(w, 4, 4);
    std::vector<uint32_t> list(size(w.positions));
    for (uint32_t& entry : list) {
      const uint32_t tags = between(0, 2) == 0 ? static_cast<uint32_t>(between(0, 7)) << 24 : 0;
      entry = static_cast<uint32_t>(between(0, a - 1) | between(0, b - 1) << 12) | tags;
      if (flip()) entry |= static_cast<uint32_t>(between(0, 31)) << 27;  // bits that mean nothing
    }
    return list;
  }

  const design_point& point_;
  const machine_shape shape_;
  std::mt19937_64& random_;
  int64_t list_room_ = 0;
  set_case case_;
};

// A region as it grows: values, and jobs of whole beats.
class region {
 public:
  region(device_bench& bench, std::mt19937_64& random) : bench_(bench), random_(random) {}

  void put(int64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i)
      bytes_.push_back(static_cast<uint8_t>(static_cast<uint64_t>(value) >> (8 * i)));
  }
  void end_job() {
    while (bytes_.size() % size(bench_.word()) != 0) bytes_.push_back(static_cast<uint8_t>(random_()));
    ends_.push_back(bytes_.size());
  }
  // The jobs are added to `jobs`.
  uint64_t place(std::vector<memory_job>& jobs) {
    const uint64_t at = bench_.place(bytes_);
    uint64_t begin = 0;
    for (const uint64_t end : ends_) {
      jobs.push_back({at + begin, end - begin});
      begin = end;
    }
    return at;
  }

 private:
  device_bench& bench_;
  std::mt19937_64& random_;
  std::vector<uint8_t> bytes_;
  std::vector<uint64_t> ends_;
};

class case_placer {
 public:
  case_placer(set_case& c, device_bench& bench, std::mt19937_64& random)
      : case_(c), bench_(bench), random_(random), point_(bench.point) {}

  placed_case place() {
    hls::scan_descriptor& d = case_.scan;
    d.addr_u = rows(case_.u, case_.tokens, point_.operand_bytes(), placed_.reads);
    if (d.has_z) d.addr_z = rows(case_.z, case_.rest, point_.operand_bytes(), placed_.reads);
    const std::vector<int32_t> noise = random_values(case_.rest * case_.channels, 8, random_);
    d.addr_y = rows(noise, case_.rest, point_.output_bytes(), placed_.writes);
    for (size_t k = 0; k < case_.sets.size(); ++k)
      place_set(case_.sets[k], case_.operands[k], case_.lists[k]);
    return placed_;
  }

 private:
  void place_set(hls::set_descriptor& s, const set_operands& of, const std::vector<uint32_t>& list) {
    s.addr_delta = rows(of.delta, case_.tokens, point_.operand_bytes(), placed_.reads);
    s.addr_b = vectors(of.b), s.addr_c = vectors(of.c);
    s.addr_a =
        case_.scan.log2_packed > 0 ? packed_rates(of.a) : states(of.a, point_.operand_bytes(), placed_.reads);
    s.addr_db = parameters(of);
    if (s.has_h0) s.addr_h0 = states(of.h0, point_.state_bytes(), placed_.reads);
    if (s.store_state) s.addr_ht = states(of.h0, point_.state_bytes(), placed_.writes);
    if (!list.empty()) s.addr_list = entries(list);
  }

  // f(first channel, channels) of every tile.
  template <class Function>
  void each_tile(Function f) const {
    const int width = point_.interleave * point_.num_lanes;
    for (int c = 0; c < case_.channels; c += width) f(c, std::min(width, case_.channels - c));
  }

  // [tile][row][channel of the tile]
  uint64_t rows(const std::vector<int32_t>& of, int count, int bytes, std::vector<memory_job>& jobs) {
    region out(bench_, random_);
    each_tile([&](int first, int channels) {
      for (int t = 0; t < count; ++t)
        for (int c = first; c < first + channels; ++c) out.put(of[size(t * case_.channels + c)], bytes);
      out.end_job();
    });
    return out.place(jobs);
  }

  // [row][state], where packed up to the end of a row of states_per_lane values
  uint64_t vectors(const std::vector<int32_t>& of) {
    region out(bench_, random_);
    for (const int32_t value : of) out.put(value, point_.operand_bytes());
    for (size_t i = of.size(); i % size(point_.states_per_lane) != 0; ++i)
      out.put(static_cast<int32_t>(random_() % 100), point_.operand_bytes());
    out.end_job();
    return out.place(placed_.reads);
  }

  // [tile][row of lane groups][lane][lane group of the row][state]
  uint64_t packed_rates(const std::vector<int32_t>& of) {
    region out(bench_, random_);
    const int lanes = point_.num_lanes, in_row = std::min(1 << case_.scan.log2_packed, point_.interleave);
    each_tile([&](int first, int channels) {
      for (int row = first; row < first + channels; row += in_row * lanes)
        for (int lane = 0; lane < lanes; ++lane)
          for (int group = 0; group < in_row; ++group) {
            const int c = row + group * lanes + lane;
            for (int n = 0; n < case_.states; ++n)
              out.put(c < first + channels ? of[size(c * case_.states + n)] : 99, point_.operand_bytes());
          }
      out.end_job();
    });
    return out.place(placed_.reads);
  }

  // [tile][lane group][pass][lane][state of the pass]
  uint64_t states(const std::vector<int32_t>& of, int bytes, std::vector<memory_job>& jobs) {
    region out(bench_, random_);
    const int lanes = point_.num_lanes, s = point_.states_per_lane;
    each_tile([&](int first, int channels) {
      for (int group = first; group < first + channels; group += lanes)
        for (int p = 0; p < case_.scan.passes; ++p)
          for (int c = group; c < group + lanes; ++c)
            for (int n = p * s; n < (p + 1) * s; ++n)
              out.put(n < case_.states ? of[size(c * case_.states + n)] : 0, bytes);
      out.end_job();
    });
    return out.place(jobs);
  }

  uint64_t parameters(const set_operands& of) {
    region out(bench_, random_);
    each_tile([&](int first, int channels) {
      for (int c = first; c < first + channels; ++c) out.put(of.bias[size(c)], 2), out.put(of.d[size(c)], 2);
      out.end_job();
    });
    return out.place(placed_.reads);
  }

  uint64_t entries(const std::vector<uint32_t>& list) {
    region out(bench_, random_);
    for (const uint32_t entry : list) out.put(entry, 4);
    out.end_job();
    return out.place(placed_.reads);
  }

  set_case& case_;
  device_bench& bench_;
  std::mt19937_64& random_;
  const design_point& point_;
  placed_case placed_;
};

}  // namespace

design_point with_sets(design_point point, int max_sets) {
  point.max_sets = max_sets;
  const auto one_fits = [&] {
    const machine_shape shape(point);
    hls::scan_descriptor longest;
    longest.chunk_tokens = 1, longest.passes = static_cast<uint8_t>(shape.max_passes());
    return set_bc_rows(shape, longest) <= shape.set_bc_capacity();
  };
  while (!one_fits()) point.chunk_tokens *= 2;
  const int slots = point.tile_buffers * point.tile_channels() * point.max_states;
  point.state_capacity = std::max(point.state_capacity, static_cast<int>(std::bit_ceil(size(slots))));
  return point;
}

set_case random_set_case(const design_point& point, std::mt19937_64& random) {
  return set_drawer(point, random).draw();
}

placed_case place_case(set_case& c, device_bench& bench, std::mt19937_64& random) {
  return case_placer(c, bench, random).place();
}

}  // namespace scansim::test
