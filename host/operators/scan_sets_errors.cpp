#include "host/operators/scan_sets_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "host/operators/scan_sets_trials.h"
#include "host/quantise/quantise.h"
#include "host/quantise/scan_alone.h"
#include "models/ref/relative_mse.h"
#include "models/ref/selective_scan_ref.h"

namespace scansim {

namespace {

// Integers of h_last.k.
const std::vector<int32_t>& states_of_set(const std::vector<named_integers>& hls, size_t k) {
  const std::string name = fmt::format("h_last.{}", k);
  return std::find_if(hls.begin(), hls.end(), [&](const named_integers& one) { return one.name == name; })
      ->values;
}

// Readouts of pieces, one behind the other.
struct readouts {
  std::vector<double> got, want;
};

void add_readouts(const quantised_set& set, const quantised_scan_sets& sets, const hls::widths& widths,
                  readouts& all) {
  for (size_t i = 0; i < set.pieces.size(); ++i) {
    // Nor does a plain scan read out before the drive, or know a plain one.
    const bool no_plain_scan = set.rows.options.tap_pre || set.rows.options.plain_drive;
    if (set.pieces[i].start == piece_start::before || no_plain_scan) continue;
    const quantised_scan scan = set.piece(i, sets.output_rows);
    scan_terms terms;
    selective_scan_ref(dequantise(scan), nullptr, &terms);
    const std::vector<double> got = scan_alone_on_hls(scan, widths, terms.readout);
    all.got.insert(all.got.end(), got.begin(), got.end());
    all.want.insert(all.want.end(), terms.readout.begin(), terms.readout.end());
  }
}

// The bounds of all sets, put together where their outputs are, in the order in which those are added: a sum
// that comes near the end of its format may be cut off there, whatever is added behind it.
class summed_limits {
 public:
  summed_limits(const quantised_scan_sets& sets, const hls::widths& widths)
      : sets_(sets),
        widths_(widths),
        limit_(std::ldexp(1.0, sets.output_bits - 1 - sets.sets.front().rows.scales.frac_y)) {
    const auto count = static_cast<size_t>(sets.batch * sets.channels * sets.output_rows);
    y_.values.resize(count), y_.errors.resize(count);
  }

  // The bounds of the set's last states.
  bounded_values add(const quantised_set& set) {
    bounded_values state;
    for (size_t i = 0; i < set.pieces.size(); ++i) {
      const bool goes_on = set.pieces[i].start == piece_start::before;
      scan_error_limits limits =
          limits_of(set.piece(i, sets_.output_rows), widths_, goes_on ? &state : nullptr);
      state = std::move(limits.h_last);
      add(set, set.pieces[i], limits.y);
    }
    return state;
  }
  const std::vector<double>& errors() const { return y_.errors; }

 private:
  void add(const quantised_set& set, const plain_piece& piece, const bounded_values& y) {
    size_t i = 0;
    for (int64_t batch = 0; batch < sets_.batch; ++batch)
      for (int64_t c = 0; c < set.rows.shape.channels; ++c) {
        const int64_t line = batch * sets_.channels + set.first_channel + c;
        for (const scan_step& step : piece.steps) {
          if (step.out >= 0)
            add(static_cast<size_t>(line * sets_.output_rows + step.out), y.values[i], y.errors[i]);
          ++i;
        }
      }
  }
  void add(size_t at, double value, double error) {
    y_.values[at] += value, y_.errors[at] += error;
    if (std::fabs(y_.values[at]) + y_.errors[at] >= limit_)
      y_.errors[at] = std::numeric_limits<double>::infinity();
  }

  const quantised_scan_sets& sets_;
  hls::widths widths_;
  double limit_;
  bounded_values y_;
};

scan_bounds bounds_of(const quantised_scan_sets& sets, const hls::widths& widths,
                      const std::vector<double>& y, const std::vector<named_integers>& hls,
                      const scan_sets_output& want) {
  scan_bounds bounds;
  summed_limits limits(sets, widths);
  uint64_t index = 0;
  for (size_t k = 0; k < sets.sets.size(); ++k) {
    const bounded_values states = limits.add(sets.sets[k]);
    if (!sets.sets[k].final_state) continue;
    const std::vector<double> got = dequantise(states_of_set(hls, k), sets.sets[k].rows.scales.frac_state);
    for (size_t i = 0; i < got.size(); ++i, ++index)
      bounds.h_last.add(index, std::fabs(got[i] - want.h_last[k][i]), states.errors[i]);
  }
  for (size_t i = 0; i < y.size(); ++i) bounds.y.add(i, std::fabs(y[i] - want.y[i]), limits.errors()[i]);
  return bounds;
}

}  // namespace

bool scan_sets_errors::straight() const { return slope_kept(line) && mean_kept(line); }

scan_sets_errors errors_of(const scan_sets_call& exact, const quantised_scan_sets& sets,
                           const hls::widths& widths, const std::vector<named_integers>& hls,
                           const scan_sets_output& want) {
  const int frac_y = sets.sets.front().rows.scales.frac_y;
  const std::vector<double> y = dequantise(hls.front().values, frac_y);
  scan_sets_errors errors;
  errors.y = relative_mse(y, want.y);
  errors.gain = gain_of_part(share_of(exact), y, want.y);
  errors.line = error_line_of(y, want.y, static_cast<size_t>(sets.output_rows));
  errors.line.mean = std::ldexp(errors.line.mean, frac_y);
  errors.line.mean_spread = std::ldexp(errors.line.mean_spread, frac_y);
  readouts read;
  for (size_t k = 0; k < sets.sets.size(); ++k) {
    const quantised_set& set = sets.sets[k];
    add_readouts(set, sets, widths, read);
    if (set.final_state)
      errors.part.h_last =
          std::max(errors.part.h_last, h_last_error(states_of_set(hls, k), want.h_last[k], set.rows.scales));
  }
  errors.part.scan = read.got.empty() ? 0 : relative_mse(read.got, read.want);
  errors.bounds = bounds_of(sets, widths, y, hls, want);
  return errors;
}

}  // namespace scansim
