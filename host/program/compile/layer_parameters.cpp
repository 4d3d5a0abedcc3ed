#include "host/program/compile/layer_parameters.h"

#include <fmt/format.h>

#include "host/program/base/state_order.h"
#include "host/program/base/unit_rows.h"
#include "traces/nm_prune.h"

namespace scansim {

namespace {

using target = hls::parameter_target;

void append_padding(std::vector<int64_t>& rows, int64_t lanes) {
  while (static_cast<int64_t>(rows.size()) % lanes != 0) rows.push_back(-1);
}

std::string name_of(const char* projection, size_t branch) {
  return fmt::format("{}.{}", projection, branch);
}

}  // namespace

gemm_matrix layer_parameters::matrix(const quantised_linear& linear,
                                     const std::vector<hls::gemm_channel>& channel, const char* name) const {
  const std::span<const int8_t> w(linear.w.data(), static_cast<size_t>(linear.w.size()));
  if (!pattern_.dense())
    check_nm<int8_t>(w, linear.w.rows(), linear.w.cols(), pattern_, nm_side::inputs, "block", name);
  gemm_matrix m;
  m.weights = stored_weights(linear, pattern_);
  m.inner = linear.w.cols(), m.pattern = pattern_, m.channel = channel;
  return m;
}

int layer_parameters::norm_row() {
  if (norm_row_) return *norm_row_;
  builder_.count_compulsory("norm", 2 * layer_.norm.w.size());
  norm_row_ = builder_.add_rows(target::norm, "norm", pack_norm_rows(layer_.norm.w, builder_.word()));
  return *norm_row_;
}

const gemm_rows& layer_parameters::in_proj() { return projection("in_proj"); }
const gemm_rows& layer_parameters::x_proj(size_t branch) { return projection(name_of("x_proj", branch)); }
const gemm_rows& layer_parameters::select(size_t branch) { return projection(name_of("select", branch)); }
const gemm_rows& layer_parameters::dt_proj(size_t branch) { return projection(name_of("dt_proj", branch)); }
const gemm_rows& layer_parameters::out_proj() { return projection("out_proj"); }

const gemm_rows& layer_parameters::projection(const std::string& name) {
  if (projections_.empty()) load_projections(true);
  if (!projections_.contains(name)) load_projections(false);
  return projections_.at(name);
}

bool layer_parameters::has_positions() const {
  bool selects = false;
  for (size_t b = 0; b < shape_.branches; ++b) selects = selects || shape_.selects(b);
  return selects || !pattern_.dense();
}

void layer_parameters::load_projections(bool first) {
  std::vector<std::string> names;
  std::vector<packed_gemm> packed;
  const auto add = [&](const std::string& name, packed_gemm p, const std::string& weights) {
    builder_.count_weights(weights, p);
    names.push_back(name), packed.push_back(std::move(p));
  };
  if (first) add("in_proj", pack_in_proj(), "in_proj");
  if (!first || !has_positions()) {
    for (size_t b = 0; b < shape_.branches; ++b) {
      add(name_of("x_proj", b), pack_x_proj(b), weights_of("x_proj", b));
      if (shape_.selects(b)) add(name_of("select", b), pack_select(b), weights_of("select", b));
      add(name_of("dt_proj", b), pack_dt_proj(b), weights_of("dt_proj", b));
    }
    add("out_proj", pack_out_proj(), "out_proj");
  }
  const std::vector<gemm_rows> rows = builder_.add_gemms(packed);
  for (size_t i = 0; i < names.size(); ++i) projections_[names[i]] = rows[i];
}

packed_gemm layer_parameters::pack_in_proj() const {
  std::vector<int64_t> rows;
  append_rows(rows, 0, shape_.inner, builder_.word());
  append_rows(rows, shape_.inner, shape_.inner, builder_.word());
  const gemm_matrix m = matrix(layer_.in_proj.linear, layer_.in_proj.channel, "in_proj");
  return pack_gemm(m, rows, builder_.point(), "in_proj");
}

int layer_parameters::add_conv(const quantised_branch& branch) {
  const quantised_conv& conv = branch.conv;
  builder_.count_compulsory("conv", conv.channel.size() * static_cast<uint64_t>(conv.w.cols() + 5));
  const std::span<const int8_t> w(conv.w.data(), static_cast<size_t>(conv.w.size()));
  return builder_.add_rows(target::conv, "conv",
                           pack_conv_rows({w, conv.w.cols(), conv.bias, conv.channel}, builder_.word()));
}

// B's rows of a run, then C's, where the rows of all states' B begin at `first`.
void layer_parameters::append_bc_rows(const state_run& run, int64_t first, std::vector<int64_t>& rows) const {
  const int64_t lanes = shape_.bc_shared ? builder_.word() / 2 : builder_.word();
  const int64_t padded = int64_t{shape_.passes} * builder_.point().states_per_lane;
  for (const int64_t matrix : {first, first + shape_.all_states}) {
    for (int64_t n = 0; n < shape_.states; ++n)
      rows.push_back(matrix + (run.kept.empty() ? n : run.kept[static_cast<size_t>(n)]));
    append_padding(rows, lanes);
    rows.insert(rows.end(), static_cast<size_t>(padded - tiles_of(shape_.states, lanes) * lanes), -1);
  }
}

packed_gemm layer_parameters::pack_x_proj(size_t index) const {
  const quantised_branch& branch = layer_.branches[index];
  std::vector<int64_t> rows;
  append_rows(rows, 0, shape_.rank, builder_.word());
  if (shape_.selects(index)) {
    append_rows(rows, shape_.rank, 2 * shape_.all_states, builder_.word());
  } else {
    append_bc_rows(shape_.runs[index][0], shape_.rank, rows);
  }
  const gemm_matrix m = matrix(branch.x_proj.linear, branch.x_proj.channel, "x_proj");
  return pack_gemm(m, rows, builder_.point(), "x_proj");
}

// The identity, of which every run takes its rows: a product with ones, not shifted, is the value itself.
packed_gemm layer_parameters::pack_select(size_t index) const {
  const int64_t values = 2 * shape_.all_states;
  quantised_linear identity;
  identity.w = int8_matrix::Identity(values, values);
  gemm_matrix m;
  m.weights = stored_weights(identity, selection_pattern);
  m.inner = values, m.pattern = selection_pattern, m.channel.resize(static_cast<size_t>(values));
  std::vector<int64_t> rows;
  for (const state_run& run : shape_.runs[index]) append_bc_rows(run, 0, rows);
  packed_gemm packed = pack_gemm(m, rows, builder_.point(), "select");
  // Any machine has to know which states are kept, a byte each; not our matrix.
  packed.weight_bytes = packed.rows = 0;
  packed.index_bytes = shape_.runs[index].size() * static_cast<uint64_t>(shape_.states);
  return packed;
}

packed_gemm layer_parameters::pack_dt_proj(size_t index) const {
  const quantised_branch& branch = layer_.branches[index];
  std::vector<int64_t> rows;
  append_rows(rows, 0, shape_.inner, builder_.word());
  const gemm_matrix m = matrix(branch.dt_proj.linear, branch.dt_proj.channel, "dt_proj");
  return pack_gemm(m, rows, builder_.point(), "dt_proj");
}

packed_gemm layer_parameters::pack_out_proj() const {
  std::vector<int64_t> rows;
  append_rows(rows, 0, shape_.model, builder_.word());
  const gemm_matrix m = matrix(layer_.out_proj, layer_.branches[0].out_channel, "out_proj");
  return pack_gemm(m, rows, builder_.point(), "out_proj");
}

int layer_parameters::add_out_shifts(const quantised_branch& branch) {
  std::vector<uint8_t> shifts(static_cast<size_t>(shape_.model_tiles * builder_.word()), 0);
  for (size_t n = 0; n < branch.out_channel.size(); ++n) shifts[n] = branch.out_channel[n].shift;
  builder_.count_compulsory("shifts", branch.out_channel.size());
  return builder_.add_rows(target::shifts, "shifts", shifts);
}

void layer_parameters::place_scan(size_t index, std::span<const quantised_branch_state> states,
                                  branch_parameters& out) {
  const quantised_branch& branch = layer_.branches[index];
  const design_point& point = builder_.point();
  const state_order order(shape_.inner, shape_.states, shape_.passes, point);
  const auto elements = static_cast<uint64_t>(shape_.inner * shape_.states);
  out.addr_a = builder_.take_memory(order.elements(point));
  order.pack<int8_t>(branch.scan.a.data(), point, builder_.image().data() + out.addr_a);
  builder_.count_compulsory("A", elements);

  out.addr_db = builder_.take_memory(static_cast<uint64_t>(4 * shape_.inner_tiles * builder_.word()));
  const auto put = [&](const std::vector<int16_t>& values, uint64_t offset) {
    for (size_t c = 0; c < values.size(); ++c)
      std::memcpy(builder_.image().data() + out.addr_db + 4 * c + offset, &values[c], sizeof values[c]);
  };
  put(branch.scan.delta_bias, 0), put(branch.scan.d, 2);
  builder_.count_compulsory("db", 2 * (branch.scan.delta_bias.size() + branch.scan.d.size()));

  place_state(index, states, out);
  place_history(index, states, out);
}

void layer_parameters::place_state(size_t index, std::span<const quantised_branch_state> states,
                                   branch_parameters& out) {
  const design_point& point = builder_.point();
  const auto sequences = static_cast<uint64_t>(shape_.sequences);
  const state_order order(shape_.inner, shape_.states, shape_.passes, point);
  const uint64_t bytes =
      sequences * static_cast<uint64_t>(shape_.inner * shape_.states * point.state_bytes());
  out.state_bytes = 2 * order.elements(point);
  out.addr_ht = builder_.take_memory(sequences * out.state_bytes);
  if (leaves_state()) builder_.count_compulsory("state", bytes);
  if (states.empty()) return;
  out.addr_h0 = builder_.take_memory(sequences * out.state_bytes);
  for (uint64_t s = 0; s < sequences; ++s)
    order.pack<int16_t>(states[s * shape_.branches + index].h.data(), point,
                        builder_.image().data() + out.addr_h0 + s * out.state_bytes);
  builder_.count_compulsory("state", bytes);
}

void layer_parameters::place_history(size_t index, std::span<const quantised_branch_state> states,
                                     branch_parameters& out) {
  const auto sequences = static_cast<uint64_t>(shape_.sequences);
  const int64_t width = layer_.branches[index].conv.w.cols();
  const auto values = static_cast<uint64_t>(shape_.inner * (width - 1));
  out.history_bytes = history_bytes(shape_.inner, builder_.word());
  out.addr_history_out = builder_.take_memory(sequences * out.history_bytes);
  if (leaves_state()) builder_.count_compulsory("conv_state", sequences * values);
  if (states.empty()) return;
  out.addr_history_in = builder_.take_memory(sequences * out.history_bytes);
  for (uint64_t s = 0; s < sequences; ++s) {
    const std::span<const int8_t> history(states[s * shape_.branches + index].history.data(), values);
    pack_history(history, shape_.inner, width, builder_.word(),
                 builder_.image().subspan(out.addr_history_in + s * out.history_bytes));
  }
  builder_.count_compulsory("conv_state", sequences * values);
}

}  // namespace scansim
