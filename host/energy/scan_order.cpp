#include "host/energy/scan_order.h"

#include <algorithm>

#include "host/program/scan/scan_layout.h"
#include "host/quantise/make_shifts.h"
#include "models/configs/widths.h"

namespace scansim {
namespace {

size_t place(int64_t index) { return static_cast<size_t>(index); }

}  // namespace

std::vector<scan_row> rows_of_lane(const quantised_scan& scan, const design_point& point, int lane,
                                   uint64_t rows) {
  std::vector<scan_row> list;
  const int64_t length = scan.shape.length, chunk = make_layout(scan, point).chunk_tokens;
  const int64_t groups = (scan.shape.channels + point.num_lanes - 1) / point.num_lanes;
  for (int64_t begin = 0; begin < length; begin += chunk) {
    const int64_t end = std::min(begin + chunk, length);
    for (int64_t first_group = 0; first_group < groups; first_group += point.interleave) {
      const int64_t in_tile = std::min<int64_t>(point.interleave, groups - first_group);
      for (int64_t t = begin; t < end; ++t)
        for (int64_t k = 0; k < in_tile; ++k) {
          if (list.size() >= rows) return list;
          const int64_t token = scan.options.reverse ? length - 1 - t : t;
          list.push_back({(first_group + k) * point.num_lanes + lane, token, static_cast<int>(k), t == begin,
                          t + 1 == end});
        }
    }
  }
  return list;
}

scan_values::scan_values(const quantised_scan& scan, const design_point& point)
    : scan_(scan),
      widths_(widths_of(point)),
      shifts_(make_shifts(scan.scales, widths_, shift_form_of(scan))),
      passes_(static_cast<int>((scan.shape.states + point.states_per_lane - 1) / point.states_per_lane)),
      states_(passes_ * point.states_per_lane) {}

int32_t scan_values::h0(int64_t channel, int64_t state) const {
  const bool there = channel < scan_.shape.channels && state < scan_.shape.states && !scan_.h0.empty();
  return there ? scan_.h0[place(channel * scan_.shape.states + state)] : 0;
}

scan_values::row_values scan_values::next(const scan_row& row) {
  const scan_shape& shape = scan_.shape;
  row_values made;
  const bool there = row.channel < shape.channels;
  if (there) {
    const size_t at = place(row.channel * shape.length + row.token);
    made.operands = {scan_.delta[at], scan_.u[at], scan_.z.empty() ? 0 : scan_.z[at],
                     scan_.delta_bias.empty() ? 0 : scan_.delta_bias[place(row.channel)],
                     scan_.d.empty() ? 0 : scan_.d[place(row.channel)]};
  }
  const scan_operands& in = made.operands;
  made.dt = hls::delta_softplus(in.delta, in.u, in.bias, in.d, scan_.options.delta_softplus, shifts_, widths_,
                                made.saturations);
  const auto [known, fresh] = h_.try_emplace(row.channel);
  std::vector<int32_t>& h = known->second;
  if (fresh)
    for (int n = 0; n < states_; ++n) h.push_back(h0(row.channel, n));
  const hls::scan_constants constants(widths_, shifts_.align_a);
  const int64_t group = there ? row.channel / (shape.channels / shape.groups) : 0;
  for (int n = 0; n < states_; ++n) {
    step& one = made.steps.emplace_back();
    if (n < shape.states) {
      if (there) one.a = scan_.a[place(row.channel * shape.states + n)];
      const size_t at = place((group * shape.states + n) * shape.length + row.token);
      one.b = scan_.b[at], one.c = scan_.c[at];
    }
    const int64_t rate = -std::min(one.a, 0);
    const int64_t exponent = (int64_t{made.dt.dt2} * rate + (int64_t{1} << constants.exponent_shift) - 1) >>
                             constants.exponent_shift;
    one.exponent = static_cast<uint32_t>(std::min<int64_t>(exponent, hls::exponent_beyond));
    one.before = h[place(n)];
    const auto a = static_cast<int16_t>(one.a), b = static_cast<int16_t>(one.b),
               c = static_cast<int16_t>(one.c);
    uint64_t clipped = 0;
    one.product = hls::scan_step<int16_t, int32_t, int64_t>(1, made.dt.dt2, made.dt.du, &a, &b, &c,
                                                            &h[place(n)], constants, clipped);
    one.after = h[place(n)], one.saturated = clipped != 0;
    made.acc += one.product;
  }
  return made;
}

}  // namespace scansim
