#include "host/quantise/run_layer.h"

#include <algorithm>

#include "hls/gemm/requantise.h"
#include "hls/scan/add_output.h"
#include "hls/units/conv1d_silu.h"
#include "hls/units/hadamard_fwht.h"
#include "hls/units/rms_norm.h"

namespace scansim {

namespace {

int8_matrix convolve(const quantised_conv& conv, const Eigen::Ref<const int8_matrix>& x, int8_matrix& history,
                     hls::unit_saturations& saturations) {
  const auto width = static_cast<int>(conv.w.cols());
  int8_matrix padded(x.rows(), x.cols() + width - 1);
  padded << history, x;
  int8_matrix u(x.rows(), x.cols());
  for (int64_t c = 0; c < x.rows(); ++c) {
    const auto at = static_cast<size_t>(c);
    for (int64_t t = 0; t < x.cols(); ++t) {
      u(c, t) = static_cast<int8_t>(hls::conv1d_silu(padded.row(c).data() + t, conv.w.row(c).data(), width,
                                                     conv.bias[at], conv.channel[at], true, conv.shift_out,
                                                     saturations));
    }
  }
  history = padded.rightCols(width - 1);
  return u;
}

// (features, tokens of all sequences) as (sequence, feature, token)
std::vector<int16_t> by_sequence(const int8_matrix& values, int64_t sequences) {
  const int64_t length = values.cols() / sequences;
  std::vector<int16_t> flat;
  flat.reserve(static_cast<size_t>(values.size()));
  for (int64_t s = 0; s < sequences; ++s)
    for (int64_t i = 0; i < values.rows(); ++i)
      flat.insert(flat.end(), values.row(i).data() + s * length, values.row(i).data() + (s + 1) * length);
  return flat;
}

// The tokens of every sequence from the last to the first.
template <class Matrix>
Matrix turned(const Matrix& values, int64_t sequences) {
  const int64_t length = values.cols() / sequences;
  Matrix out(values.rows(), values.cols());
  for (int64_t s = 0; s < sequences; ++s)
    out.middleCols(s * length, length) = values.middleCols(s * length, length).rowwise().reverse();
  return out;
}

uint64_t counter(const program_result& result, const char* block, const char* event) {
  return result.counters[counter_index(block, event)];
}

// The scan's inputs of one call, s8 (features, tokens).
struct scan_inputs {
  int8_matrix u, delta, b, c, z;
};

// All sequences in one call; h is the state of each, one behind the other.
int16_matrix run_scan(const quantised_branch& branch, const scan_inputs& in, int64_t sequences,
                      std::vector<int32_t>& h, scan_machine& machine, hls::saturation_counts& saturations) {
  quantised_scan call = branch.scan;
  const int64_t channels = in.u.rows(), length = in.u.cols() / sequences;
  const scan_shape whole{sequences, channels, in.b.rows(), 1, length};
  call.shape.batch = sequences, call.shape.length = length;
  call.u = by_sequence(in.u, sequences), call.delta = by_sequence(in.delta, sequences);
  call.z = by_sequence(in.z, sequences);
  call.b = by_sequence(in.b, sequences), call.c = by_sequence(in.c, sequences);
  if (!branch.kept.empty()) {
    call.b = compact_shared(call.b, whole, branch.kept);
    call.c = compact_shared(call.c, whole, branch.kept);
  }
  call.h0 = h;
  const program_result result = machine.run(call);
  h = result.output("h_last");
  add_saturations(result, saturations);
  int16_matrix y(channels, sequences * length);
  const std::vector<int32_t>& values = result.output("y");
  for (int64_t s = 0; s < sequences; ++s)
    y.middleCols(s * length, length) =
        Eigen::Map<const int32_matrix>(values.data() + s * channels * length, channels, length)
            .cast<int16_t>();
  return y;
}

// y s16 (D, tokens) -> s8
int8_matrix quantise_output(const quantised_output& output, const int16_matrix& y,
                            hls::unit_saturations& saturations) {
  int32_matrix rows = y.transpose().cast<int32_t>();
  for (int64_t t = 0; t < rows.rows(); ++t) {
    int32_t* row = rows.row(t).data();
    if (output.hadamard)
      hls::hadamard_fwht(row, row, output.m, output.log2, output.shift, 8, saturations);
    else
      hls::requantise_values(row, static_cast<int>(rows.cols()), output.shift, 8, saturations);
  }
  return rows.transpose().cast<int8_t>();
}

// The states of one branch among those of all: sequence by sequence, one per branch.
struct sequence_states {
  std::span<quantised_branch_state> all;
  size_t branch, branches;

  int64_t count() const { return static_cast<int64_t>(all.size() / branches); }
  quantised_branch_state& of(int64_t sequence) const {
    return all[static_cast<size_t>(sequence) * branches + branch];
  }
};

int8_matrix convolve_all(const quantised_conv& conv, const int8_matrix& x, const sequence_states& states,
                         hls::unit_saturations& saturations) {
  const int64_t length = x.cols() / states.count();
  int8_matrix u(x.rows(), x.cols());
  for (int64_t s = 0; s < states.count(); ++s)
    u.middleCols(s * length, length) =
        convolve(conv, x.middleCols(s * length, length), states.of(s).history, saturations);
  return u;
}

int16_matrix scan_all(const quantised_branch& branch, const scan_inputs& in, const sequence_states& states,
                      scan_machine& machine, hls::saturation_counts& saturations) {
  std::vector<int32_t> h;
  for (int64_t s = 0; s < states.count(); ++s)
    h.insert(h.end(), states.of(s).h.begin(), states.of(s).h.end());
  const int16_matrix y = run_scan(branch, in, states.count(), h, machine, saturations);
  auto from = h.begin();
  for (int64_t s = 0; s < states.count(); ++s) {
    std::vector<int32_t>& to = states.of(s).h;
    std::copy_n(from, to.size(), to.begin());
    from += static_cast<std::ptrdiff_t>(to.size());
  }
  return y;
}

int8_matrix histories_of(const sequence_states& states) {
  const int64_t past = states.of(0).history.cols();
  int8_matrix all(states.of(0).history.rows(), states.count() * past);
  for (int64_t s = 0; s < states.count(); ++s) all.middleCols(s * past, past) = states.of(s).history;
  return all;
}

// y of one branch; x and z in its scan order.
int16_matrix run_branch(const quantised_branch& branch, const int8_matrix& x, const int8_matrix& z,
                        const sequence_states& sequences, scan_machine& machine,
                        model_saturations& saturations, branch_record* record) {
  hls::unit_saturations& block = saturations.block;
  const int64_t rank = branch.dt_proj.linear.w.cols();
  const int64_t states = (branch.x_proj.linear.w.rows() - rank) / 2;
  scan_inputs in;
  in.z = z;
  if (record != nullptr) record->history = histories_of(sequences);
  in.u = convolve_all(branch.conv, x, sequences, block);
  const int32_matrix projected = multiply(branch.x_proj.linear, in.u);
  const int8_matrix dt = finish_s8(branch.x_proj, projected, 0, rank, block);
  in.b = finish_s8(branch.x_proj, projected, rank, states, block);
  in.c = finish_s8(branch.x_proj, projected, rank + states, states, block);
  in.delta = finish_s8(branch.dt_proj, multiply(branch.dt_proj.linear, dt), 0, x.rows(), block);
  const int16_matrix y = scan_all(branch, in, sequences, machine, saturations.scan);
  if (record == nullptr) return y;
  record->conv_input = x, record->u = in.u, record->dt = dt, record->b = in.b, record->c = in.c;
  record->delta = in.delta, record->y = y;
  return y;
}

// What y adds to the residual stream, in its order of tokens.
void run_output(const quantised_linear& out_proj, const quantised_branch& branch, const int16_matrix& y,
                Eigen::Ref<int16_matrix> r, hls::unit_saturations& block, layer_record* record) {
  const int8_matrix out = quantise_output(branch.output, y, block);
  if (record != nullptr) record->outputs.push_back({y, out, r, {}});
  add_residual(branch.out_channel, multiply(out_proj, out), r, block);
  if (record != nullptr) record->outputs.back().r_out = r;
}

// As the second of two sets adds to the first (hls/scan/add_output.h).
int16_matrix sum_of(const int16_matrix& one, const int16_matrix& other, uint64_t& saturations) {
  int16_matrix sum = one;
  for (int64_t i = 0; i < sum.size(); ++i) {
    const int32_t added = hls::add_output(one.data()[i], other.data()[i], 16);
    saturations += added != one.data()[i] + other.data()[i];
    sum.data()[i] = static_cast<int16_t>(added);
  }
  return sum;
}

}  // namespace

void add(const model_saturations& from, model_saturations& to) {
  to.block.requantise += from.block.requantise, to.block.conv += from.block.conv;
  to.block.hadamard += from.block.hadamard, to.block.norm += from.block.norm;
  to.scan.delta += from.scan.delta, to.scan.du += from.scan.du, to.scan.skip += from.scan.skip;
  to.scan.state += from.scan.state, to.scan.v += from.scan.v, to.scan.y += from.scan.y;
  to.scan.quant += from.scan.quant;
}

quantised_branch_state zero_state(const quantised_branch& branch) {
  const scan_shape& shape = branch.scan.shape;
  return {.h = std::vector<int32_t>(static_cast<size_t>(shape.channels * shape.states), 0),
          .history = int8_matrix::Zero(shape.channels, branch.conv.w.cols() - 1)};
}

int8_matrix finish_s8(const quantised_projection& p, const int32_matrix& acc, int64_t first, int64_t count,
                      hls::unit_saturations& saturations) {
  int8_matrix y(count, acc.cols());
  for (int64_t n = 0; n < count; ++n) {
    const int shift = p.channel[static_cast<size_t>(first + n)].shift;
    for (int64_t t = 0; t < acc.cols(); ++t)
      y(n, t) = static_cast<int8_t>(hls::requantise(acc(first + n, t), shift, 8, saturations));
  }
  return y;
}

void add_saturations(const program_result& result, hls::saturation_counts& sum) {
  sum.delta += counter(result, "delta_softplus", "saturations_delta");
  sum.du += counter(result, "delta_softplus", "saturations_du");
  sum.skip += counter(result, "delta_softplus", "saturations_skip");
  sum.state += counter(result, "scan_serial", "saturations_state");
  sum.v += counter(result, "gate_silu", "saturations_v");
  sum.y += counter(result, "gate_silu", "saturations_y");
  sum.quant += counter(result, "gate_silu", "saturations_quant");
}

int8_matrix normalise(const quantised_norm& norm, const int16_matrix& r, hls::unit_saturations& saturations) {
  const int16_matrix rows = r.transpose();
  int8_matrix y(rows.rows(), rows.cols());
  for (int64_t t = 0; t < rows.rows(); ++t) {
    hls::rms_norm(rows.row(t).data(), norm.w.data(), static_cast<int>(rows.cols()), norm.eps_sum, norm.shift,
                  y.row(t).data(), saturations);
  }
  return y.transpose();
}

void add_residual(const std::vector<hls::gemm_channel>& channel, const int32_matrix& acc,
                  Eigen::Ref<int16_matrix> r, hls::unit_saturations& saturations) {
  const hls::gemm_epilogue epilogue{.kind = hls::gemm_epilogue_kind::residual};
  for (int64_t n = 0; n < acc.rows(); ++n) {
    for (int64_t t = 0; t < acc.cols(); ++t) {
      r(n, t) = static_cast<int16_t>(
          hls::gemm_finish(acc(n, t), 0, channel[static_cast<size_t>(n)], epilogue, r(n, t), saturations));
    }
  }
}

void run_layer(const quantised_layer& layer, std::span<quantised_branch_state> states, int16_matrix& r,
               scan_machine& machine, model_saturations& saturations, layer_record* record) {
  const int64_t inner = layer.in_proj.linear.w.rows() / 2;
  const int8_matrix norm = normalise(layer.norm, r, saturations.block);
  const int32_matrix xz = multiply(layer.in_proj.linear, norm);
  int8_matrix z = finish_s8(layer.in_proj, xz, inner, inner, saturations.block);
  int8_matrix x = finish_s8(layer.in_proj, xz, 0, inner, saturations.block);
  if (record != nullptr) *record = {r, norm, x, z, std::vector<branch_record>(layer.branches.size()), {}};
  const size_t branches = layer.branches.size();
  int16_matrix sum;
  for (size_t b = 0; b < branches; ++b) {
    const sequence_states sequences{states, b, branches};
    const int16_matrix y = run_branch(layer.branches[b], x, z, sequences, machine, saturations,
                                      record == nullptr ? nullptr : &record->branches[b]);
    if (!layer.merged) run_output(layer.out_proj, layer.branches[b], y, r, saturations.block, record);
    if (branches == 1) return;
    const int64_t count = sequences.count();
    if (layer.merged) sum = b == 0 ? y : sum_of(sum, turned(y, count), saturations.scan.y);
    // The next branch scans from the other end; after two, the tokens are in order again.
    x = turned(x, count), z = turned(z, count);
    if (!layer.merged) r = turned(r, count);
  }
  if (layer.merged) run_output(layer.out_proj, layer.branches[0], sum, r, saturations.block, record);
}

}  // namespace scansim
