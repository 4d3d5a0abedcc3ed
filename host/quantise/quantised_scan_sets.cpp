#include "host/quantise/quantised_scan_sets.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/quantise/make_shifts.h"
#include "host/quantise/quantise.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

void require_common(const char* name, int scan_scales::*frac, const scan_sets_scales& scales, size_t k) {
  const int want = scales.sets.front().*frac, found = scales.sets[k].*frac;
  if (found == want) return;
  throw input_error("scales", fmt::format("sets[{}].{}", k, name), fmt::format("{} as of every set", want),
                    fmt::format("{}", found));
}

}  // namespace

quantised_scan_sets quantise_scan_sets(const scan_sets_call& call, const scan_sets_scales& scales,
                                       const hls::widths& w) {
  quantised_scan_sets q;
  q.batch = call.batch, q.channels = call.channels, q.output_rows = call.output_rows;
  q.output_bits = scales.sets.front().output_bits;
  for (size_t k = 0; k < call.sets.size(); ++k) {
    require_common("frac_u", &scan_scales::frac_u, scales, k);
    require_common("frac_z", &scan_scales::frac_z, scales, k);
    require_common("frac_y", &scan_scales::frac_y, scales, k);
    const scan_tensors rows = tensors_of_set(call, k);
    make_shifts(scales.sets[k], w, shift_form_of(rows));  // refuses what a machine cannot state
    quantised_set& set = q.sets.emplace_back();
    set.rows = quantise(rows, scales.sets[k]);
    set.steps = steps_of(call, k, "trace");
    set.pieces = pieces_of(set.steps, !call.sets[k].h0.empty());
    set.first_channel = call.sets[k].first_channel;
    set.final_state = call.sets[k].final_state;
  }
  return q;
}

scan_sets_call dequantise(const scan_sets_call& call, const quantised_scan_sets& q) {
  scan_sets_call exact = call;
  exact.shared = {};
  exact.expect_y.clear();
  const auto place = [&](std::vector<float>& whole, const std::vector<float>& part, int64_t first,
                         int64_t count, int64_t rows) {
    for (int64_t batch = 0; batch < call.batch && !part.empty(); ++batch)
      std::copy_n(part.begin() + batch * count * rows, count * rows,
                  whole.begin() + (batch * call.channels + first) * rows);
  };
  for (size_t k = 0; k < q.sets.size(); ++k) {
    scan_tensors t = dequantise(q.sets[k].rows);
    scan_set& set = exact.sets[k];
    place(exact.u, t.u, set.first_channel, set.channels, call.length);
    place(exact.z, t.z, set.first_channel, set.channels, call.output_rows);
    set.h0 = std::move(t.h0);
    give_own_weights(set, std::move(t));
    set.expect_h_last.clear();
  }
  return exact;
}

}  // namespace scansim
