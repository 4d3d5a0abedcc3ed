#include "host/cuda/scan/quamba_scan_twin.h"

#include <algorithm>
#include <array>
#include <vector>

#include "host/cuda/numerics/storage_types.h"
#include "host/cuda/scan/quamba_scan_step.h"

namespace scansim {
namespace {

constexpr int lanes = quamba_scan_lanes;
using lane_values = std::array<float, lanes>;

// Rows of states as the lanes take them: (tokens in scan order, slots, lanes), absent states 0.
std::vector<lane_values> by_token(const int8_t* rows, const scan_sizes& sizes, bool reverse) {
  const int slots = (sizes.states + lanes - 1) / lanes;
  std::vector<lane_values> values(size_t(sizes.length) * slots, lane_values{});
  for (int n = 0; n < sizes.states; ++n)
    for (int position = 0; position < sizes.length; ++position) {
      const int64_t token = reverse ? sizes.length - 1 - position : position;
      values[size_t(position) * slots + n / lanes][n % lanes] =
          static_cast<float>(rows[int64_t{n} * sizes.length + token]);
    }
  return values;
}

template <exp_method way>
struct channel_scan {
  const quamba_scan_call& call;
  const std::vector<lane_values>&b, &c;
  std::vector<lane_values> a, h;  // per slot

  channel_scan(const quamba_scan_call& call_, int batch, int channel, const std::vector<lane_values>& b_,
               const std::vector<lane_values>& c_)
      : call(call_), b(b_), c(c_) {
    const int states = call.sizes.states;
    a.assign(size_t((states + lanes - 1) / lanes), lane_values{});
    h = a;
    for (int n = 0; n < states; ++n) {
      a[n / lanes][n % lanes] =
          quamba_a<way>(float_of_int8(call.a_log[int64_t{channel} * states + n]), call.scales);
      if (!call.h0) continue;
      const int64_t index = (int64_t{batch} * call.sizes.channels + channel) * states + n;
      h[n / lanes][n % lanes] = dequantise_int8(call.h0[index], call.scales.h0);
    }
  }

  // Advances every state by one token; sum_n q_C h in the contract's order.
  float step(int position, const quamba_token& token) {
    lane_values partial{};
    for (size_t slot = 0; slot < a.size(); ++slot) {
      const size_t at = size_t(position) * a.size() + slot;
      for (int lane = 0; lane < lanes; ++lane)
        h[slot][lane] = quamba_next_state<way>(h[slot][lane], a[slot][lane], b[at][lane], token);
      for (int lane = 0; lane < lanes; ++lane)
        partial[lane] = fma_rn(c[at][lane], h[slot][lane], partial[lane]);
    }
    for (int distance = lanes / 2; distance > 0; distance /= 2)
      for (int lane = 0; lane < distance; ++lane)
        partial[lane] = add_rn(partial[lane], partial[lane + distance]);
    return partial[0];
  }
};

template <exp_method way>
inline void quamba_channel(const quamba_scan_call& call, int batch, int channel, channel_scan<way>& scan) {
  const quamba_scan_scales& scales = call.scales;
  const float d = call.d ? dequantise_int8(call.d[channel], scales.d) : 0.0f;
  const float bias = call.delta_bias ? dequantise_int8(call.delta_bias[channel], scales.delta_bias) : 0.0f;
  const int64_t row = (int64_t{batch} * call.sizes.channels + channel) * call.sizes.length;
  for (int position = 0; position < call.sizes.length; ++position) {
    const int64_t index = row + (call.reverse ? call.sizes.length - 1 - position : position);
    const quamba_token token =
        quamba_token_of<way>(call.u[index], call.delta[index], bias, scales, call.delta_softplus);
    float y = quamba_readout(scan.step(position, token), d, token.u, scales);
    if (call.z) y = quamba_gate<way>(y, call.z[index], scales);
    quamba_store_y(call, index, y);
  }
}

// The same loop compiled with vector and fused multiply-add instructions, where the processor has them: the
// same bits, since std::fma is one rounding either way, several times faster.
#if defined(__x86_64__) && defined(__GNUC__)
template <exp_method way>
__attribute__((flatten, target("avx2,fma"))) void quamba_channel_avx2(const quamba_scan_call& call, int batch,
                                                                      int channel, channel_scan<way>& scan) {
  quamba_channel<way>(call, batch, channel, scan);
}
template <exp_method way>
const auto scan_one_channel = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")
                                  ? quamba_channel_avx2<way>
                                  : quamba_channel<way>;
#else
template <exp_method way>
const auto scan_one_channel = quamba_channel<way>;
#endif

template <exp_method way>
void scan_all(const quamba_scan_call& call, float* h_last_float) {
  const scan_sizes& sizes = call.sizes;
  const int channels_per_group = sizes.channels / sizes.groups;
  const float inverse = div_rn(1.0f, call.scales.h_last);
  for (int batch = 0; batch < sizes.batch; ++batch)
    for (int group = 0; group < sizes.groups; ++group) {
      const int64_t group_row = (int64_t{batch} * sizes.groups + group) * sizes.states * sizes.length;
      const std::vector<lane_values> b = by_token(call.b + group_row, sizes, call.reverse);
      const std::vector<lane_values> c = by_token(call.c + group_row, sizes, call.reverse);
      for (int channel = group * channels_per_group; channel < (group + 1) * channels_per_group; ++channel) {
        channel_scan<way> scan(call, batch, channel, b, c);
        scan_one_channel<way>(call, batch, channel, scan);
        const int64_t state_row = (int64_t{batch} * sizes.channels + channel) * sizes.states;
        for (int n = 0; n < sizes.states; ++n) {
          const float h = scan.h[n / lanes][n % lanes];
          if (h_last_float) h_last_float[state_row + n] = h;
          if (call.h_last) call.h_last[state_row + n] = quantise_round_away(h, inverse);
        }
      }
    }
}

}  // namespace

void quamba_scan_twin(const quamba_scan_call& call, float* h_last_float) {
  if (call.exps == exp_method::unit) return scan_all<exp_method::unit>(call, h_last_float);
  scan_all<exp_method::polynomial>(call, h_last_float);
}

}  // namespace scansim
