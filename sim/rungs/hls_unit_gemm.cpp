#include "sim/rungs/hls_unit_gemm.h"

#include <fmt/format.h>

#include <algorithm>

#include "hls/gemm/gemm_nm.h"
#include "hls/scan/scan_top.h"
#include "sim/switching/operand_switching.h"
#include "sim/unit_check.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

using hls::parameter_target;

class gemm_run {
 public:
  gemm_run(const hls::gemm_descriptor& d, const machine_shape& shape, const hls_unit_params& params)
      : d_(d),
        params_(params),
        switching_(shape.switching),
        lanes_(shape.axi_bytes),
        depth_(shape.gemm_depth),
        n_(d.n),
        m_(4 << d.log2_m),
        groups_(1 << d.log2_groups),
        span_(groups_ * m_),
        values_(d.beats * groups_ * n_),
        epilogue_{static_cast<hls::gemm_epilogue_kind>(d.kind), static_cast<uint8_t>(d.wide ? 16 : 8),
                  d.shift_out} {}

  void gather(const gemm_slot& slot);
  std::vector<uint8_t> run(std::span<const uint8_t> residual, hls::unit_saturations& saturations);

 private:
  bool dense() const { return n_ == m_; }
  void load_tile(int tile);
  int32_t dot(int token, int lane) const;
  void see_products(int token) const;

  const hls::gemm_descriptor& d_;
  const hls_unit_params& params_;
  operand_switching* const switching_;  // nullptr: not counted
  const int lanes_, depth_;
  const int n_, m_, groups_, span_;  // span: bytes of x that one beat takes
  const int values_;                 // of one lane: all beats
  const hls::gemm_epilogue epilogue_;
  std::vector<int8_t> x_;  // [token][k]
  // Of the tile: [lane][beat][group][value], as hls/gemm/gemm_nm.h wants them.
  std::vector<int8_t> weights_;
  std::vector<uint8_t> positions_;
  std::vector<int32_t> bias_;
  std::vector<hls::gemm_channel> channels_;
};

// The bytes that every token's beats take, one behind the other.
void gemm_run::gather(const gemm_slot& slot) {
  const size_t word = static_cast<size_t>(lanes_), span = static_cast<size_t>(span_), parts = word / span;
  const size_t beats = d_.beats, rows = slot.bytes.size() / word;
  const std::span<const uint8_t> list =
      d_.gather ? params_.list(parameter_target::gather, d_.tokens) : std::span<const uint8_t>{};
  x_.resize(d_.tokens * beats * span);
  for (size_t token = 0; token < d_.tokens; ++token) {
    const size_t source = d_.gather ? list[token] : token;
    for (size_t beat = 0; beat < beats; ++beat) {
      const size_t row = source * d_.k_words + beat / parts;
      if (row >= rows) {
        throw tool_error(
            fmt::format("hls device: a gemm reads word {} of its input slot, {} are loaded", row, rows));
      }
      const auto from = slot.bytes.begin() + static_cast<std::ptrdiff_t>(row * word + beat % parts * span);
      std::transform(from, from + static_cast<std::ptrdiff_t>(span),
                     x_.begin() + static_cast<std::ptrdiff_t>((token * beats + beat) * span),
                     [](uint8_t byte) { return static_cast<int8_t>(byte); });
    }
  }
}

// From slots (value · groups + group) to groups.
void gemm_run::load_tile(int tile) {
  const size_t lanes = static_cast<size_t>(lanes_), depth = static_cast<size_t>(depth_);
  const size_t n = static_cast<size_t>(n_), groups = static_cast<size_t>(groups_);
  weights_.resize(lanes * static_cast<size_t>(values_));
  positions_.resize(dense() ? 0 : weights_.size());
  for (int beat = 0; beat < d_.beats; ++beat) {
    const int row = tile * d_.beats + beat;
    const std::span<const uint8_t> w = params_.row(parameter_target::weights, d_.w_row + row);
    const std::span<const uint8_t> p =
        dense() ? std::span<const uint8_t>{} : params_.row(parameter_target::index, d_.pos_row + row);
    for (size_t lane = 0; lane < lanes; ++lane) {
      size_t to = (lane * d_.beats + static_cast<size_t>(beat)) * groups * n;
      for (size_t group = 0; group < groups; ++group) {
        for (size_t i = 0; i < n; ++i, ++to) {
          const size_t slot = lane * depth + i * groups + group;
          weights_[to] = static_cast<int8_t>(w[slot]);
          if (!dense()) positions_[to] = static_cast<uint8_t>(p[slot] & (m_ - 1));
        }
      }
    }
  }
  const std::span<const uint8_t> shifts = params_.row(parameter_target::shifts, d_.shift_row + tile);
  bias_.assign(lanes, 0);
  channels_.assign(lanes, {});
  for (size_t lane = 0; lane < lanes; ++lane) channels_[lane].shift = shifts[lane] & 31u;
  if (!d_.has_bias) return;
  const std::span<const uint8_t> bias = params_.row(parameter_target::bias, d_.bias_row + tile);
  for (size_t lane = 0; lane < lanes; ++lane) {
    bias_[lane] = hls::load_signed(bias.data() + 8 * lane, 4);
    channels_[lane].align = bias[8 * lane + 4] & 63u;
  }
}

int32_t gemm_run::dot(int token, int lane) const {
  const int8_t* x = x_.data() + std::ptrdiff_t{token} * d_.beats * span_;
  const std::ptrdiff_t first = std::ptrdiff_t{lane} * values_;
  return dense()
             ? hls::dot_dense(x, weights_.data() + first, values_)
             : hls::dot_nm(x, weights_.data() + first, positions_.data() + first, d_.beats * groups_, n_, m_);
}

// Beat by beat, as the slots of the lanes take them.
void gemm_run::see_products(int token) const {
  std::vector<int32_t> sums(static_cast<size_t>(lanes_));
  for (int beat = 0; beat < d_.beats; ++beat)
    for (int lane = 0; lane < lanes_; ++lane)
      for (int slot = 0; slot < n_ * groups_; ++slot) {
        const int group = slot % groups_, i = slot / groups_;
        const auto at = static_cast<size_t>(((lane * d_.beats + beat) * groups_ + group) * n_ + i);
        const int k = (token * d_.beats + beat) * span_ + group * m_ + (dense() ? i : positions_[at]);
        const int8_t x = x_[static_cast<size_t>(k)], w = weights_[at];
        const int32_t sum = sums[static_cast<size_t>(lane)] += x * w;
        switching_->see(switching_unit::gemm_nm, lane * depth_ + slot, {x, w, sum});
      }
}

std::vector<uint8_t> gemm_run::run(std::span<const uint8_t> residual, hls::unit_saturations& saturations) {
  const int bytes = gemm_row_words(d_);  // of a value: V words hold a row of W values
  std::vector<uint8_t> y(size_t{d_.tiles} * d_.tokens * static_cast<size_t>(lanes_ * bytes));
  size_t row = 0;  // value index of the row's first lane
  for (int tile = 0; tile < d_.tiles; ++tile) {
    load_tile(tile);
    for (int token = 0; token < d_.tokens; ++token, row += static_cast<size_t>(lanes_)) {
      if (switching_ != nullptr) see_products(token);
      for (int lane = 0; lane < lanes_; ++lane) {
        const size_t l = static_cast<size_t>(lane), value = row + l;
        const int32_t r = residual.empty() ? 0 : hls::load_signed(residual.data() + 2 * value, 2);
        const int32_t out =
            hls::gemm_finish(dot(token, lane), bias_[l], channels_[l], epilogue_, r, saturations);
        hls::store_signed(y.data() + value * static_cast<size_t>(bytes), out, bytes);
      }
    }
  }
  return y;
}

}  // namespace

std::vector<uint8_t> run_gemm(const hls::gemm_descriptor& d, const machine_shape& shape,
                              const hls_unit_params& params, const gemm_slot& x,
                              std::span<const uint8_t> residual, hls::unit_saturations& saturations) {
  gemm_run run(d, shape, params);
  run.gather(x);
  return run.run(residual, saturations);
}

}  // namespace scansim
