#include "host/energy/layer_stimulus.h"

#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "hls/units/conv1d_silu.h"
#include "hls/units/hadamard_fwht.h"
#include "hls/units/rms_norm.h"
#include "sim/switching/unit_switching.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr int candidate_count = 16, word_bits = 64, kept_of_group = 2, group_size = 4;

int log2_of(int64_t power) { return std::countr_zero(static_cast<uint64_t>(power)); }

// One beat of a lane of the gemm.
struct gemm_slot {
  std::array<int8_t, candidate_count> candidates{};
  int8_t value = 0;
  int position = 0;
};

// The weights of a channel, dense or the two largest of every four, slot by slot of a beat.
class gemm_channel_walk {
 public:
  gemm_channel_walk(const int8_matrix& w, const int8_matrix& x, int64_t channel, int depth, bool sparse)
      : w_(w), x_(x), channel_(channel), depth_(depth), sparse_(sparse) {}

  int groups() const { return depth_ / (sparse_ ? kept_of_group : group_size); }
  int64_t beats() const { return (w_.cols() + groups() * group_size - 1) / (groups() * group_size); }

  // rtl/gemm/ssm_gemm_spread.sv: slot s has group s mod groups and of it value s / groups.
  gemm_slot slot(int64_t token, int64_t beat, int s) const {
    gemm_slot made;
    const int64_t first = (beat * groups() + s % groups()) * group_size;
    const int number = s / groups();
    if (!sparse_) {
      made.candidates.fill(x_at(first + number, token));
      made.value = w_at(first + number);
      return made;
    }
    for (int c = 0; c < candidate_count; ++c)
      made.candidates[static_cast<size_t>(c)] = x_at(first + c % group_size, token);
    made.position = kept(first)[static_cast<size_t>(number)];
    made.value = w_at(first + made.position);
    return made;
  }

 private:
  int8_t x_at(int64_t k, int64_t token) const { return k < x_.rows() ? x_(k, token) : int8_t{0}; }
  int8_t w_at(int64_t k) const { return k < w_.cols() ? w_(channel_, k) : int8_t{0}; }
  std::array<int, kept_of_group> kept(int64_t first) const {
    std::array<int, group_size> order{0, 1, 2, 3};
    std::stable_sort(order.begin(), order.end(), [&](int one, int other) {
      return std::abs(int{w_at(first + one)}) > std::abs(int{w_at(first + other)});
    });
    std::sort(order.begin(), order.begin() + kept_of_group);
    return {order[0], order[1]};
  }

  const int8_matrix& w_;
  const int8_matrix& x_;
  int64_t channel_;
  int depth_;
  bool sparse_;
};

unit_stimulus drive_gemm(const unit_data& data, const design_point& point, const drive_size& size,
                         bool sparse) {
  unit_stimulus made;
  const int depth = point.gemm_depth, tree = log2_of(depth);
  std::vector<int> candidates, values, positions;
  for (int s = 0; s < depth; ++s) {
    for (int half = 0; half < 2; ++half)
      candidates.push_back(made.input("candidates_i", word_bits, (2 * s + half) * word_bits));
    values.push_back(made.input("values_i", 8, 8 * s));
    positions.push_back(made.input("positions_i", 4, 4 * s));
  }
  const int used = made.input("used_i", depth), enable = made.input("enable_i", 1),
            first = made.input("first_i", 1), acc_o = made.output("acc_o", 32);
  const int8_matrix &x = data.layer->result.record.norm, &w = data.layer->block.layer.in_proj.linear.w;
  size_t cycle = 0;
  for (int place = 0; place < size.places; ++place) {
    const gemm_channel_walk walk(w, x, place * w.rows() / size.places, depth, sparse);
    const uint64_t share = std::max<uint64_t>(1, size.beats / static_cast<uint64_t>(size.places));
    uint64_t done = 0;
    for (int64_t token = 0; token < x.cols() && done < share; ++token) {
      int32_t acc = 0;
      for (int64_t beat = 0; beat < walk.beats(); ++beat, ++cycle) {
        for (int s = 0; s < depth; ++s) {
          const gemm_slot slot = walk.slot(token, beat, s);
          for (size_t half = 0; half < 2; ++half) {
            uint64_t word = 0;
            for (size_t c = 0; c < 8; ++c)
              word |= uint64_t{static_cast<uint8_t>(slot.candidates[8 * half + c])} << (8 * c);
            made.set(cycle, candidates[2 * static_cast<size_t>(s) + half], static_cast<int64_t>(word));
          }
          made.set(cycle, values[static_cast<size_t>(s)], slot.value);
          made.set(cycle, positions[static_cast<size_t>(s)], slot.position);
          acc += slot.candidates[static_cast<size_t>(slot.position)] * slot.value;
          made.operands.push_back(
              {s, token > 0, {slot.candidates[static_cast<size_t>(slot.position)], slot.value, acc}});
        }
        made.set(cycle, used, -1);
        const auto summed = cycle + 2 + static_cast<size_t>(tree);
        made.set(summed, enable, 1), made.set(summed, first, beat == 0);
        made.expect(summed + 1, acc_o, acc);
        const bool counted = token > 0;  // the first fills the tree
        made.at(cycle).counted = counted;
        made.at(cycle).ops = counted ? static_cast<uint64_t>(depth) : 0;
        done += counted;
      }
    }
    cycle += 4 + static_cast<size_t>(tree);
  }
  return made;
}

}  // namespace

unit_stimulus drive_gemm_lane(const unit_data& data, const design_point& point, const drive_size& size) {
  return drive_gemm(data, point, size, false);
}
unit_stimulus drive_gemm_lane_nm(const unit_data& data, const design_point& point, const drive_size& size) {
  return drive_gemm(data, point, size, true);
}

unit_stimulus drive_conv_lane(const unit_data& data, const design_point& point, const drive_size& size) {
  unit_stimulus made;
  const int enable = made.input("enable_i", 7), silu = made.input("silu_i", 1);
  const int shift_out = made.input("shift_out_i", 5), width_i = made.input("width_i", 2);
  const int weights = made.input("param_i", 32), bias = made.input("param_i", 32, 32);
  const int shift = made.input("param_i", 5, 64), align = made.input("param_i", 6, 69);
  const int taps_i = made.input("taps_i", 32), u = made.output("u_o", 8), sat_o = made.output("sat_o", 1);
  const branch_record& record = data.layer->result.record.branches.front();
  const quantised_conv& conv = data.layer->block.layer.branches.front().conv;
  const int width = static_cast<int>(conv.w.cols()), lanes = point.axi_bytes();
  const int64_t tokens = record.conv_input.cols() / data.layer->sequences;
  size_t cycle = 0;
  for (int place = 0; place < size.places; ++place) {
    const int lane = place * lanes / size.places;
    const uint64_t share = std::max<uint64_t>(1, size.beats / static_cast<uint64_t>(size.places)) + 8;
    uint64_t done = 0;
    for (int64_t t = 0; t < tokens && done < share; ++t)
      for (int64_t c = lane; c < record.conv_input.rows() && done < share; c += lanes, ++cycle, ++done) {
        const auto channel = static_cast<size_t>(c);
        int8_t taps[hls::max_conv_width] = {};
        for (int j = 0; j < width; ++j) {
          const int64_t at = t - (width - 1) + j;
          taps[j] = at >= 0 ? record.conv_input(c, at) : record.history(c, at + width - 1);
        }
        int64_t by_age = 0, weights_by_age = 0;
        for (int a = 0; a < width; ++a) {
          by_age |= int64_t{static_cast<uint8_t>(taps[width - 1 - a])} << (8 * a);
          weights_by_age |= int64_t{static_cast<uint8_t>(conv.w(c, width - 1 - a))} << (8 * a);
        }
        for (size_t stage = 0; stage < 7; ++stage)
          made.at(cycle + stage).in[static_cast<size_t>(enable)] |= uint64_t{1} << stage;
        made.set(cycle, silu, 1), made.set(cycle, shift_out, conv.shift_out),
            made.set(cycle, width_i, width - 1);
        made.set(cycle, weights, weights_by_age), made.set(cycle, taps_i, by_age);
        made.set(cycle, bias, conv.bias[channel]), made.set(cycle, shift, conv.channel[channel].shift);
        made.set(cycle, align, conv.channel[channel].align);
        hls::unit_saturations sat;
        const int32_t answer = hls::conv1d_silu(taps, conv.w.row(c).data(), width, conv.bias[channel],
                                                conv.channel[channel], true, conv.shift_out, sat);
        made.expect(cycle + 7, u, answer);
        made.expect(cycle + 7, sat_o, sat.conv != 0);
        made.at(cycle).counted = done >= 8, made.at(cycle).ops = done >= 8;
        const std::array<int64_t, 4> seen =
            conv_operands(taps, conv.w.row(c).data(), width, conv.bias[channel], answer);
        made.operands.push_back({0, done >= 8, {seen.begin(), seen.end()}});
      }
    cycle += 8;
  }
  return made;
}

unit_stimulus drive_norm_lane(const unit_data& data, const design_point& point, const drive_size& size) {
  unit_stimulus made;
  const int x_i = made.input("x_i", 16), w_i = made.input("w_i", 16), r_i = made.input("r_i", 17);
  const int amount_i = made.input("amount_i", 6), y_o = made.output("y_o", 8),
            sat_o = made.output("sat_o", 1);
  const quantised_norm& norm = data.layer->block.layer.norm;
  const int16_matrix& r = data.layer->result.record.r;
  const int lanes = point.axi_bytes() / 2;
  size_t cycle = 0;
  for (int place = 0; place < size.places; ++place) {
    const int lane = place * lanes / size.places;
    const uint64_t share = std::max<uint64_t>(1, size.beats / static_cast<uint64_t>(size.places)) + 8;
    uint64_t done = 0;
    for (int64_t t = 0; t < r.cols() && done < share; ++t) {
      std::vector<int16_t> row(static_cast<size_t>(r.rows()));
      for (int64_t i = 0; i < r.rows(); ++i) row[static_cast<size_t>(i)] = r(i, t);
      const hls::norm_scale scale =
          hls::rms_norm_scale(hls::rms_norm_sum(row.data(), static_cast<int>(row.size()), norm.eps_sum));
      const int amount = hls::rms_norm_shift(norm.shift, scale.k);
      for (size_t i = static_cast<size_t>(lane); i < row.size() && done < share;
           i += static_cast<size_t>(lanes), ++cycle, ++done) {
        made.set(cycle, x_i, row[i]), made.set(cycle, w_i, norm.w[i]), made.set(cycle, r_i, scale.r);
        made.set(cycle, amount_i, amount);
        bool clipped = false;
        const int8_t answer = hls::rms_norm_value(row[i], norm.w[i], scale.r, amount, clipped);
        made.expect(cycle + 3, y_o, answer);
        made.expect(cycle + 3, sat_o, clipped);
        made.at(cycle).counted = done >= 8, made.at(cycle).ops = done >= 8;
        made.operands.push_back({0, done >= 8, {row[i], norm.w[i], scale.r, answer}});
      }
    }
    cycle += 4;
  }
  return made;
}

unit_stimulus drive_hadamard_stage(const unit_data& data, const design_point& point, const drive_size& size) {
  const quantised_output& output = data.layer->block.layer.branches.front().output;
  if (!output.hadamard || output.m != 1)
    throw input_error(data.trace_path, "hadamard", "a rotation by a power of two",
                      output.hadamard ? "another order" : "none");
  constexpr int in_bits = 22;
  unit_stimulus made;
  const int lanes = point.axi_bytes() / 2, levels = log2_of(lanes);
  const int pass = made.input("pass_i", 1);
  std::vector<int> values, sums;
  for (int l = 0; l < lanes; ++l) {
    values.push_back(made.input("data_i", in_bits, l * in_bits));
    sums.push_back(made.output("data_o", in_bits + levels, l * (in_bits + levels)));
  }
  const int16_matrix& y = data.layer->result.record.branches.front().y;
  uint64_t done = 0;
  size_t cycle = 0;
  for (int64_t t = 0; t < y.cols() && done < size.beats; ++t)
    for (int64_t first = 0; first + lanes <= y.rows() && done < size.beats; first += lanes, ++cycle) {
      std::vector<int32_t> beat(static_cast<size_t>(lanes));
      for (int l = 0; l < lanes; ++l) beat[static_cast<size_t>(l)] = y(first + l, t);
      made.set(cycle, pass, 0);
      for (size_t l = 0; l < beat.size(); ++l) made.set(cycle, values[l], beat[l]);
      hls::hadamard_butterflies(beat.data(), lanes, levels);
      for (size_t l = 0; l < beat.size(); ++l)
        made.expect(cycle + static_cast<size_t>(levels) - 1, sums[l], beat[l]);
      const bool counted = cycle >= 4;
      made.at(cycle).counted = counted;
      made.at(cycle).ops = counted ? static_cast<uint64_t>(lanes * levels) : 0;
      for (size_t l = 0; l < beat.size(); ++l)
        made.operands.push_back(
            {static_cast<int>(l), counted, {y(first + static_cast<int64_t>(l), t), beat[l]}});
      done += counted;
    }
  return made;
}

}  // namespace scansim
