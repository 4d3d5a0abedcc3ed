#include "host/network/timed_programs.h"

#include <algorithm>
#include <stdexcept>

#include "host/network/layer_shell.h"
#include "host/network/machine_rotation.h"
#include "host/operators/quantised_gemm.h"
#include "host/program/base/pack_gemm.h"
#include "host/program/compile/operator_programs.h"
#include "host/program/scan/scan_program.h"
#include "host/program/scan/scan_sets_program.h"
#include "host/program/scan/sets_fit.h"

namespace scansim {
namespace {

size_t size_of(int64_t a, int64_t b) { return static_cast<size_t>(a) * static_cast<size_t>(b); }

program gemm_of(const operator_shape& s, const design_point& point) {
  gemm_call call;
  call.rows = call.x_rows = call.y_rows = s.rows;
  call.inner = s.inner, call.columns = s.columns;
  quantised_gemm q;
  using kind = hls::gemm_epilogue_kind;
  q.epilogue.kind = call.epilogue = s.residual ? kind::residual : s.silu ? kind::silu : kind::none;
  q.epilogue.output_bits = static_cast<uint8_t>(s.y_bits);
  q.x.resize(size_of(s.rows, s.inner));
  q.w.w = int8_matrix::Zero(s.columns, s.inner);
  q.channels.resize(static_cast<size_t>(s.columns));
  q.bias.resize(static_cast<size_t>(s.columns));
  if (s.residual) q.residual.resize(size_of(s.rows, s.columns));
  return make_gemm_program(call, q, point);
}

program conv_of(const operator_shape& s, const design_point& point) {
  conv1d_operands conv;
  conv.channels = s.channels, conv.length = s.tokens, conv.width = s.width, conv.silu = s.silu;
  conv.x.resize(size_of(s.channels, s.tokens)), conv.w.resize(size_of(s.channels, s.width));
  if (s.stateful) conv.state.resize(size_of(s.channels, s.width - 1));
  conv.bias.resize(static_cast<size_t>(s.channels)), conv.channel.resize(static_cast<size_t>(s.channels));
  return make_conv1d_program(conv, point);
}

program norm_of(const operator_shape& s, const design_point& point) {
  rms_norm_operands norm;
  norm.rows = s.rows, norm.size = s.channels;
  norm.x.resize(size_of(s.rows, s.channels)), norm.w.resize(static_cast<size_t>(s.channels));
  return make_rms_norm_program(norm, point);
}

program rotation_of(const operator_shape& s, const design_point& point) {
  hadamard_operands h;
  h.rows = s.rows, h.size = s.channels;
  const auto size = machine_rotation(s.channels, point);
  h.rotates = size.has_value();
  if (size) h.m = size->m, h.log2 = size->log2;
  h.x.resize(size_of(s.rows, s.channels));
  return make_hadamard_program(h, point);
}

// Of a larger table as many rows as a program is made for.
program embedding_of(const operator_shape& s, const design_point& point) {
  embedding_operands e;
  const int64_t vocabulary = std::clamp<int64_t>(most_table_values / s.channels, 1, s.columns);
  e.size = s.channels, e.w.resize(size_of(vocabulary, s.channels));
  e.ids = spread_ids(s.rows, vocabulary);
  return make_embedding_program(e, point);
}

program scan_of(const operator_shape& s, const design_point& point) {
  scan_form form;
  form.shape = {
      .batch = s.sequences, .channels = s.channels, .states = s.states, .groups = 1, .length = s.tokens};
  form.options = {.delta_softplus = true, .reverse = s.reverse, .decode = s.stateful && s.tokens == 1};
  form.has_z = s.gate, form.has_d = form.has_delta_bias = true, form.has_h0 = s.stateful;
  return make_timed_scan_program(form, point);
}

// A call of these sets in integers, as `compare` would compile it. Weights that a set has of its own differ
// from those of every other set, as its values would: what is equal is read once.
struct timed_sets {
  scan_sets_call call;
  quantised_scan_sets sets;
};

set_tensors constant_weights(const operator_shape& s, float value) {
  const auto rows = size_of(s.sequences * s.channels, s.tokens);
  const auto of_states = size_of(s.sequences * s.states, s.tokens);
  return {.states = s.states,
          .groups = 1,
          .delta = std::vector<float>(rows, value),
          .a = std::vector<float>(size_of(s.channels, s.states), -value),
          .b = std::vector<float>(of_states, value),
          .c = std::vector<float>(of_states, value),
          .d = std::vector<float>(static_cast<size_t>(s.channels), value),
          .delta_bias = std::vector<float>(static_cast<size_t>(s.channels), value)};
}

// Those that are named in `own`, or those that are not.
set_tensors some_weights(set_tensors all, const std::string& own, bool named) {
  const auto keep = [&](const char* name, std::vector<float>& values) {
    if ((" " + own + " ").find(std::string(" ") + name + " ") == std::string::npos ? named : !named)
      values.clear();
  };
  keep("delta", all.delta), keep("A", all.a), keep("B", all.b), keep("C", all.c), keep("D", all.d);
  keep("delta_bias", all.delta_bias);
  return all;
}

timed_sets sets_of(const operator_shape& s, const design_point& point) {
  timed_sets made;
  scan_sets_call& call = made.call;
  call.batch = s.sequences, call.channels = s.channels, call.length = call.output_rows = s.tokens;
  call.height = s.grid_rows, call.width = s.grid_columns;
  call.u.assign(size_of(s.sequences * s.channels, s.tokens), 1.0F);
  if (s.gate) call.z = call.u;
  call.shared = some_weights(constant_weights(s, 1), s.own, false);
  call.sets = parse_sets(s.sets, "network", "sets");
  for (size_t k = 0; k < call.sets.size(); ++k) {
    call.sets[k].own = some_weights(constant_weights(s, static_cast<float>(2 + k)), s.own, true);
    if (!s.gate) call.sets[k].gate = set_gate::none;
    call.sets[k].final_state = false;  // as of the named calls
  }
  call.derive();
  scan_sets_scales scales;
  const scan_scales whole{
      .operand_bits = point.operand_bits, .state_bits = point.state_bits, .output_bits = point.output_bits};
  scales.sets.assign(call.sets.size(), whole);
  made.sets = quantise_scan_sets(call, scales, widths_of(point));
  return made;
}

program scan_sets_of(const operator_shape& s, const design_point& point) {
  const timed_sets made = sets_of(s, point);
  return make_scan_sets_program(made.call, made.sets, point);
}

int64_t groups_of(int64_t all, int64_t most) { return (all + most - 1) / most; }

// `all` in `groups` equal parts of whole words, and what is left.
template <class Set>
std::vector<operator_slice> cut(const operator_shape& shape, int64_t all, int64_t groups, int64_t word,
                                Set set) {
  if (groups <= 1) return {{shape, 1}};
  const int64_t each = (groups_of(all, groups) + word - 1) / word * word;
  std::vector<operator_slice> slices;
  operator_shape part = shape;
  set(part, each);
  if (all >= each) slices.push_back({part, static_cast<uint64_t>(all / each)});
  set(part, all % each);
  if (all % each > 0) slices.push_back({part, 1});
  return slices;
}

// What a product has on chip at a time, so that slices end where its own parts do.
int64_t resident_columns(int64_t inner, const design_point& point) {
  return point.axi_bytes() * std::max(1, point.gemm_weight_rows / gemm_beats(inner, {}, point));
}

std::vector<operator_slice> cut_gemm(const operator_shape& shape, const design_point& point) {
  std::vector<operator_slice> slices;
  const int64_t row_groups = groups_of(shape.rows * std::max(shape.inner, shape.columns), most_gemm_values);
  for (const operator_slice& rows : cut(shape, shape.rows, row_groups, point.chunk_tokens,
                                        [](operator_shape&s, int64_t n) { s.rows = n; })) {
    const int64_t a_column = rows.shape.rows * shape.inner;
    const int64_t groups = std::max(groups_of(a_column * shape.columns, most_macs),
                                    groups_of(shape.inner * shape.columns, most_weights));
    for (operator_slice columns : cut(rows.shape, shape.columns, groups, resident_columns(shape.inner, point),
                                      [](operator_shape&s, int64_t n) { s.columns = n; })) {
      columns.times *= rows.times;
      slices.push_back(columns);
    }
  }
  return slices;
}

// Sequences of one length in parts of at most `most` values: some sequences at a time, or parts of one. The
// first part of a sequence starts from zero, the others from the state that the one before left.
std::vector<operator_slice> cut_sequences(const operator_shape& shape, int64_t together, int64_t most,
                                          const design_point& point) {
  const int64_t each = shape.tokens * shape.channels;
  const int64_t at_once = std::clamp<int64_t>(most / each, 1, together);
  std::vector<operator_slice> slices;
  for (const operator_slice& part : cut(shape, shape.sequences, groups_of(shape.sequences, at_once), 1,
                                        [](operator_shape&s, int64_t n) { s.sequences = n; })) {
    std::vector<operator_slice> parts =
        cut(part.shape, shape.tokens, groups_of(each, most), point.chunk_tokens,
            [](operator_shape& s, int64_t n) { s.tokens = n; });
    if (parts.size() + parts[0].times > 2 && !shape.stateful) {
      const operator_slice first{parts[0].shape, 1};
      parts[0].times -= 1;
      for (operator_slice& later : parts) later.shape.stateful = true;
      parts.insert(parts.begin(), first);
    }
    for (operator_slice& one : parts) {
      one.times *= part.times;
      if (one.times > 0) slices.push_back(one);
    }
  }
  return slices;
}

// Some sequences at a time, or some channels of one.
std::vector<operator_slice> cut_sets(const operator_shape& shape, const design_point& point) {
  const auto sets = static_cast<int64_t>(parse_sets(shape.sets, "network", "sets").size());
  const int64_t each = shape.tokens * shape.channels * sets;
  const int64_t at_once = std::clamp<int64_t>(most_set_values / each, 1, shape.sequences);
  std::vector<operator_slice> slices;
  for (const operator_slice& part : cut(shape, shape.sequences, groups_of(shape.sequences, at_once), 1,
                                        [](operator_shape&s, int64_t n) { s.sequences = n; }))
    for (operator_slice channels :
         cut(part.shape, shape.channels, groups_of(each, most_set_values), point.tile_channels(),
             [](operator_shape&s, int64_t n) { s.channels = n; })) {
      channels.times *= part.times;
      slices.push_back(channels);
    }
  return slices;
}

}  // namespace

std::string why_plain_scans(const operator_shape& shape, const design_point& point) {
  return fit_sets(sets_of(slices_of(shape, point).front().shape, point).sets, point).why_not;
}

std::vector<operator_slice> slices_of(const operator_shape& shape, const design_point& point) {
  switch (shape.kind) {
    case operation::gemm:
      return cut_gemm(shape, point);
    case operation::conv1d:
      return cut_sequences(shape, 1, most_rows_values, point);
    case operation::rms_norm:
    case operation::rotation:
    case operation::embedding:
      return cut(shape, shape.rows, groups_of(shape.rows * shape.channels, most_rows_values),
                 point.chunk_tokens, [](operator_shape& s, int64_t n) { s.rows = n; });
    case operation::mamba_layer: {
      if (shape.tokens == 1) return {{shape, 1}};  // a step of a batch: its sequences share the weights
      operator_shape one = shape;
      one.sequences = 1;
      return {{one, static_cast<uint64_t>(shape.sequences)}};
    }
    case operation::scan:
      return cut_sequences(shape, shape.sequences, most_scan_values, point);
    case operation::scan_sets:
      return cut_sets(shape, point);
    case operation::missing:
      break;
  }
  return {{shape, 1}};
}

std::vector<int64_t> spread_ids(int64_t rows, int64_t vocabulary) {
  std::vector<int64_t> ids;
  double at = 0;
  for (int64_t t = 0; t < rows; ++t) {
    at += 0.6180339887498949;
    at -= at >= 1 ? 1 : 0;
    ids.push_back(static_cast<int64_t>(at * static_cast<double>(vocabulary)));
  }
  return ids;
}

program make_timed_program(const operator_shape& shape, const design_point& point) {
  switch (shape.kind) {
    case operation::gemm:
      return gemm_of(shape, point);
    case operation::conv1d:
      return conv_of(shape, point);
    case operation::rms_norm:
      return norm_of(shape, point);
    case operation::rotation:
      return rotation_of(shape, point);
    case operation::embedding:
      return embedding_of(shape, point);
    case operation::scan:
      return scan_of(shape, point);
    case operation::scan_sets:
      return scan_sets_of(shape, point);
    case operation::mamba_layer:
      return timed_layer_of(shape, point);
    case operation::missing:
      break;
  }
  throw std::logic_error("a missing operator has no program");
}

}  // namespace scansim
