#include "host/quantise/calibrate_scan_sets.h"

#include <algorithm>
#include <cmath>

#include "host/quantise/calibrate.h"
#include "host/quantise/clip_state.h"
#include "host/quantise/quantise.h"
#include "models/ref/selective_scan_ref.h"

namespace scansim {

namespace {

void widen(scan_absmax& all, const scan_absmax& one) {
  all.state = std::max(all.state, one.state), all.skip_v = std::max(all.skip_v, one.skip_v);
  all.y = std::max(all.y, one.y), all.dt = std::max(all.dt, one.dt), all.dt_u = std::max(all.dt_u, one.dt_u);
}

// Runs the pieces of a set one behind the other; see(piece, its outputs).
template <class See>
scan_absmax run_pieces(const scan_tensors& set, const std::vector<plain_piece>& pieces, int64_t output_rows,
                       const See& see) {
  scan_absmax all;
  std::vector<float> state;
  for (const plain_piece& piece : pieces) {
    scan_tensors scan = rows_of_piece(set, piece, output_rows);
    if (piece.start == piece_start::before) scan.h0 = state;
    scan_absmax most;
    const scan_output out = selective_scan_ref(scan, &most);
    state.assign(out.h_last.begin(), out.h_last.end());
    widen(all, most);
    see(piece, out.y);
  }
  return all;
}

// The sum of the sets seen so far, and how large it ever was.
class running_sum {
 public:
  explicit running_sum(const scan_sets_call& call)
      : call_(call), sum_(static_cast<size_t>(call.batch * call.channels * call.output_rows)) {}

  void add(const scan_set& set, const plain_piece& piece, const std::vector<double>& y) {
    auto value = y.begin();
    for (int64_t batch = 0; batch < call_.batch; ++batch)
      for (int64_t i = 0; i < set.channels; ++i)
        for (const scan_step& step : piece.steps)
          add(batch * call_.channels + set.first_channel + i, step, *value++);
  }
  double largest() const { return largest_; }

 private:
  void add(int64_t line, const scan_step& step, double value) {
    if (step.out < 0) return;
    double& sum = sum_[static_cast<size_t>(line * call_.output_rows + step.out)];
    sum += value;
    largest_ = std::max(largest_, std::fabs(sum));
  }

  const scan_sets_call& call_;
  std::vector<double> sum_;
  double largest_ = 0;
};

struct set_parts {
  scan_tensors rows;
  std::vector<plain_piece> pieces;
};

std::vector<set_parts> parts_of(const scan_sets_call& call) {
  std::vector<set_parts> parts;
  for (size_t k = 0; k < call.sets.size(); ++k)
    parts.push_back(
        {tensors_of_set(call, k), pieces_of(steps_of(call, k, "trace"), !call.sets[k].h0.empty())});
  return parts;
}

scale_limits lower(const scale_limits& limits, const scan_scales& s) {
  return {std::min(limits.frac_u, s.frac_u), std::min(limits.frac_z, s.frac_z),
          std::min(limits.frac_y, s.frac_y), std::nullopt};
}

// Of every set; the sets that share an A share its integers.
std::vector<std::optional<int>> decay_fracs(const scan_sets_call& call, const std::vector<set_parts>& parts,
                                            const hls::widths& w) {
  std::vector<std::optional<int>> fracs;
  for (const set_parts& set : parts) fracs.push_back(decay_frac(set.rows, w));
  std::optional<int> shared;
  const auto shares = [&](size_t k) { return !weights_of(call, k).a.own; };
  for (size_t k = 0; k < fracs.size(); ++k)
    if (shares(k) && fracs[k]) shared = std::min(*fracs[k], shared.value_or(*fracs[k]));
  for (size_t k = 0; k < fracs.size(); ++k)
    if (shares(k)) fracs[k] = shared;
  return fracs;
}

bool agree(const std::vector<scan_scales>& sets, const scale_limits& limits) {
  return std::all_of(sets.begin(), sets.end(), [&](const scan_scales& s) {
    return s.frac_u == limits.frac_u && s.frac_z == limits.frac_z && s.frac_y == limits.frac_y;
  });
}

// The state of a set where a few outliers would cost all others too much, judged on its longest piece.
void clip_state_of(const set_parts& set, int64_t output_rows, const hls::widths& w, scan_scales& scales) {
  const plain_piece* longest = nullptr;
  for (const plain_piece& piece : set.pieces) {
    const bool by_itself = !piece.held && piece.start != piece_start::before;
    if (by_itself && (longest == nullptr || piece.steps.size() > longest->steps.size())) longest = &piece;
  }
  if (longest == nullptr || set.rows.options.plain_drive) return;
  scan_tensors scan = rows_of_piece(set.rows, *longest, output_rows);
  // The state is the same without, and the scan that judges it is a plain one.
  scan.options.tap_pre = scan.options.linear_gate = false;
  scan_reference want;
  want.output = selective_scan_ref(dequantise(quantise(scan, scales)), nullptr, &want.terms);
  scales = clip_state(scan, scales, w, want);
}

}  // namespace

scan_sets_scales calibrate_scan_sets(const scan_sets_call& call, const hls::widths& w) {
  const std::vector<set_parts> parts = parts_of(call);
  scan_sets_scales scales;
  scale_limits limits;
  if (call.z.empty()) limits.frac_z = 0;
  const std::vector<std::optional<int>> decays = decay_fracs(call, parts, w);
  // Limits only fall, and a scan moves them by what a shift lacks: a few rounds at most.
  for (bool first = true; first || !agree(scales.sets, limits); first = false) {
    running_sum sum(call);
    std::vector<scan_scales> found;
    for (size_t k = 0; k < parts.size(); ++k) {
      const auto most_of = [&](const scan_tensors& inputs) {
        return run_pieces(inputs, parts[k].pieces, call.output_rows,
                          [](const plain_piece&, const std::vector<double>&) {});
      };
      scale_limits of_set = limits;
      of_set.frac_a = decays[k];
      scan_scales& s = found.emplace_back(calibrate_parts(parts[k].rows, w, of_set, most_of));
      if (parts[k].rows.z.empty()) s.frac_z = limits.frac_z;  // of no gate, so any
      if (first)
        run_pieces(
            parts[k].rows, parts[k].pieces, call.output_rows,
            [&](const plain_piece& piece, const std::vector<double>& y) { sum.add(call.sets[k], piece, y); });
    }
    scales.sets = std::move(found);
    for (const scan_scales& s : scales.sets) limits = lower(limits, s);
    if (first) limits.frac_y = std::min(limits.frac_y, output_frac(sum.largest(), w.output_bits));
  }
  for (size_t k = 0; k < parts.size(); ++k) clip_state_of(parts[k], call.output_rows, w, scales.sets[k]);
  return scales;
}

}  // namespace scansim
