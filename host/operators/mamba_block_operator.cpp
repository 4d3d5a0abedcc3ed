#include "host/operators/mamba_block_operator.h"

#include <fmt/format.h>

#include <cmath>

#include "host/cuda/numerics/activation_unit.h"
#include "host/operators/operator_rows.h"
#include "host/operators/operator_scales.h"
#include "host/operators/quantised_gemm.h"
#include "host/operators/scan_trials.h"
#include "host/operators/weight_storage_json.h"
#include "host/program/compile/layer_program.h"
#include "models/ref/mamba_block_ref.h"
#include "traces/sha256.h"

namespace scansim {

namespace {

// Saturated values by what saturated them, under the counters' names of the machine's blocks.
std::map<std::string, uint64_t> counters_of(const mamba_block_call& c, const model_saturations& s) {
  const uint64_t branches = c.backward ? 2 : 1;
  const auto tokens = static_cast<uint64_t>(c.all_tokens()), d = static_cast<uint64_t>(c.channels);
  return {{"outputs", tokens * static_cast<uint64_t>(c.d_model)},
          {"state_updates", branches * tokens * d * static_cast<uint64_t>(c.kept_states())},
          {"saturations_requantise", s.block.requantise},
          {"saturations_conv", s.block.conv},
          {"saturations_hadamard", s.block.hadamard},
          {"saturations_norm", s.block.norm},
          {"saturations_delta", s.scan.delta},
          {"saturations_du", s.scan.du},
          {"saturations_skip", s.scan.skip},
          {"saturations_state", s.scan.state},
          {"saturations_v", s.scan.v},
          {"saturations_y", s.scan.y},
          {"saturations_quant", s.scan.quant}};
}

struct projection_size {
  std::string name;
  int64_t outputs, inputs;
  uint64_t uses;  // products with all tokens
};

// `outputs`: of directions, or of merged ones together.
std::vector<projection_size> projections_of(const mamba_block_call& c, uint64_t outputs) {
  std::vector<projection_size> sizes = {{"in_proj", c.expanded, c.d_model, 1},
                                        {"out_proj", c.d_model, c.channels, outputs}};
  for (const std::string prefix : {"", "backward."}) {
    if (!prefix.empty() && !c.backward) break;
    sizes.push_back({prefix + "x_proj", c.projected, c.channels, 1});
    sizes.push_back({prefix + "dt_proj", c.channels, c.rank, 1});
  }
  return sizes;
}

// Bytes of the four projections, each by itself and all together under the keys of one.
nlohmann::json storage_of_projections(const mamba_block_call& c) {
  nlohmann::json sum = nlohmann::json::object(), each;
  for (const projection_size& p : projections_of(c, 1)) {
    const nlohmann::json one = to_json(storage_of_weights(p.outputs, p.inputs, c.sparsity, c.weight_bits));
    each[p.name] = one;
    for (const auto& [key, value] : one.items())
      sum[key] = key == "index_bits_per_group" ? value.get<uint64_t>()
                                               : sum.value(key, uint64_t{0}) + value.get<uint64_t>();
  }
  sum["projections"] = each;
  return sum;
}

// Sets of kept states along the channels, equal neighbours joined.
size_t sets_of(const kept_states& kept) {
  size_t sets = 0;
  for (size_t i = 0; i < kept.size(); ++i) sets += i == 0 || kept[i] != kept[i - 1];
  return sets;
}

// What the projections need: bytes as stored with a shift a row. Where all channels keep the same states, B
// and C of the others are rows that nobody reads; where they do not, an index names them, a byte each.
struct projection_bytes {
  uint64_t weights = 0, index = 0, shifts = 0;
};

projection_bytes projections_needed(const mamba_block_call& c, const quantised_layer& layer) {
  projection_bytes sum;
  const auto add = [&](int64_t outputs, int64_t inputs, uint64_t uses) {
    const weight_storage stored = storage_of_weights(outputs, inputs, c.sparsity, c.weight_bits);
    sum.index += stored.index;
    sum.weights += stored.values + stored.multipliers;
    sum.shifts += uses * static_cast<uint64_t>(outputs);
  };
  add(c.expanded, c.d_model, 1);
  add(c.d_model, c.channels, layer.outputs());
  for (const quantised_branch& branch : layer.branches) {
    const size_t sets = sets_of(branch.kept);
    add(sets == 1 ? c.rank + 2 * c.kept_states() : c.projected, c.channels, 1);
    add(c.channels, c.rank, 1);
    if (sets > 1) sum.index += sets * static_cast<uint64_t>(c.kept_states());
  }
  return sum;
}

// Every operand once, by the names of the program's tensors: the residual stream and the norm 2 bytes, biases
// of the convolution 4 and a shift, D and delta_bias 2. The state that is left belongs to a model that goes
// on; both directions together see the whole sequence, so there is none.
std::map<std::string, uint64_t> bytes_of(const mamba_block_call& c, const quantised_layer& layer,
                                         const design_point& point) {
  const auto d = static_cast<uint64_t>(c.channels), model = static_cast<uint64_t>(c.d_model);
  const auto sequences = static_cast<uint64_t>(c.batch);
  const uint64_t stream = 2 * model * static_cast<uint64_t>(c.all_tokens()), branches = layer.branches.size();
  const uint64_t elements = d * static_cast<uint64_t>(c.kept_states());
  const uint64_t h = sequences * elements * static_cast<uint64_t>(point.state_bytes());
  const uint64_t history = sequences * d * static_cast<uint64_t>(c.past), left = c.backward ? 0 : 1;
  const projection_bytes projections = projections_needed(c, layer);
  std::map<std::string, uint64_t> bytes = {{"r", stream},
                                           {"y", stream},
                                           {"norm", 2 * model},
                                           {"weights", projections.weights},
                                           {"index", projections.index},
                                           {"shifts", projections.shifts},
                                           {"conv", branches * d * static_cast<uint64_t>(c.width + 5)},
                                           {"A", branches * elements},
                                           {"db", branches * 4 * d},
                                           {"state", h * (left + !c.h0.empty())},
                                           {"conv_state", history * (left + !c.conv_state.empty())}};
  std::erase_if(bytes, [](const auto& tensor) { return tensor.second == 0; });
  return bytes;
}

}  // namespace

uint64_t projection_macs(const mamba_block_call& c, uint64_t outputs) {
  uint64_t sum = 0;
  for (const projection_size& p : projections_of(c, outputs))
    sum += p.uses * static_cast<uint64_t>(c.all_tokens() * p.outputs * values_of_row(c.sparsity, p.inputs));
  return sum;
}

std::string state_sha256(const std::vector<quantised_branch_state>& states, size_t branches) {
  std::vector<int32_t> all;
  for (size_t b = 0; b < branches; ++b) {
    for (size_t i = b; i < states.size(); i += branches)
      all.insert(all.end(), states[i].h.begin(), states[i].h.end());
    for (size_t i = b; i < states.size(); i += branches)
      all.insert(all.end(), states[i].history.data(), states[i].history.data() + states[i].history.size());
  }
  return sha256_hex(all.data(), all.size() * sizeof(int32_t));
}

mamba_block_result run_mamba_block(const quantised_mamba_block& block, const design_point& point) {
  scan_machine machine(point);
  mamba_block_result result{block.r, block.states, {}, {}, {}};
  machine.record_in(result.scans);
  run_layer(block.layer, result.states, result.r, machine, result.saturations, &result.record);
  return result;
}

operator_result mamba_block_on_hls(const mamba_block_call& call, const quantised_mamba_block& q,
                                   const design_point& point) {
  const mamba_block_result got = run_mamba_block(q, point);
  const mamba_block_call inputs = dequantise(q, call);
  const int16_matrix rows = got.r.transpose();
  operator_result r;
  r.y.assign(rows.data(), rows.data() + rows.size());
  r.value = dequantise_all<int32_t>(r.y, q.scales.frac_residual);
  r.want = mamba_block_ref(inputs).y;
  const double most = call.hadamard ? mamba_block_mse_bound : unrotated_mse_bound;
  r.whole = tensor_bound{most, to_doubles(inputs.x), to_doubles(call.x)};
  r.bound_text = fmt::format("relative MSE of y - x at most {:g}", most);
  r.scans = got.scans;
  r.units = shares_of(got.record, q.layer, q.scales.layer, q.scales.frac_residual);
  r.counters = counters_of(call, got.saturations);
  r.counters["multiplies"] = projection_macs(call, q.layer.outputs());
  r.storage = storage_of_projections(call);
  r.bytes = bytes_of(call, q.layer, point);
  r.state_sha256 = state_sha256(got.states, q.layer.branches.size());
  return r;
}

namespace {

const mamba_block_call& layer_in(const call& one) { return payload<mamba_block_call>(one); }

quantised_mamba_block layer_quantised(const mamba_block_call& c, const mamba_block_scales* stored,
                                      const design_point& point, const std::string& file) {
  return quantise_mamba_block(c, point, file, stored);
}

void layer_widths(call_scales& scales, const design_point& point) {
  for (branch_scales& branch : dynamic_cast<mamba_block_scales&>(scales).layer.branches)
    take_widths(branch.scan, point);
}

program layer_compiled(const mamba_block_call& c, const quantised_mamba_block& q,
                       const compile_options& options, const design_point& point) {
  const bool from_zero = c.h0.empty() && c.conv_state.empty();
  return make_layer_program(q.layer, q.r, from_zero ? std::span<const quantised_branch_state>{} : q.states,
                            {options.fused, options.z_first, c.sparsity, true, c.batch}, point);
}

least_work mamba_block_work(const call& one) {
  const mamba_block_call& c = layer_in(one);
  least_work work{2 * elements(c.x) + elements(c.norm) + elements(c.in_proj) + elements(c.out_proj), 0, 0};
  const auto tokens = static_cast<double>(c.all_tokens());
  const double updates = tokens * static_cast<double>(c.channels * c.states);
  const double values = tokens * static_cast<double>(c.channels);
  work.flops = tokens * 2 * (elements(c.in_proj) + elements(c.out_proj)) + 4 * elements(c.x);
  work.unit_ops = tokens + silu_unit_ops * values;  // the norm's roots, the gate
  for_each_branch(c, [&](const mamba_branch_call& b, size_t) {
    const double weights = elements(b.conv_weight) + elements(b.x_proj) + elements(b.dt_proj);
    work.elements += weights + elements(b.conv_bias) + elements(b.dt_bias) + elements(b.a) + elements(b.d) +
                     2 * (elements(c.conv_state) + elements(c.h0));
    work.flops += tokens * 2 * weights + 6 * updates;
    work.exps += updates;
    work.unit_ops += updates + (silu_unit_ops + softplus_unit_ops) * values;
  });
  return work;
}

std::vector<int> layer_fraction_bits(const quantised_mamba_block& q, const std::string& output) {
  if (output == "y") return {q.scales.frac_residual};
  if (output.ends_with("conv")) return {q.scales.layer.frac_conv_input};
  return {q.scales.layer.branches[output.find("backward") == std::string::npos ? 0 : 1].scan.frac_state};
}

// Of states, as conv_state and h0 are, over the states that are kept.
std::vector<int64_t> layer_state_shape(const call& one, const std::string& output) {
  const mamba_block_call& c = layer_in(one);
  std::vector<int64_t> shape = {c.channels, output.ends_with("conv") ? c.past : c.kept_states()};
  if (c.batch > 1) shape.insert(shape.begin(), c.batch);
  return shape;
}

}  // namespace

const operator_row mamba_block_row = {
    .kind = &mamba_block_kind,
    .ref =
        [](const call& one) {
          return std::vector<named_reals>{{"y", mamba_block_ref(layer_in(one)).y}};
        },
    .quantise = quantised_by<mamba_block_call, mamba_block_scales, layer_quantised, mamba_block_on_hls,
                             layer_compiled, layer_fraction_bits>::make,
    .work = mamba_block_work,
    .macs = [](const call& one) { return projection_macs(layer_in(one), 1); },
    .set_widths = layer_widths,
    .fusable = true,
    .state_shape = layer_state_shape,
    .share = [](const call& one) { return share_of(layer_in(one)); },
    .try_faults = [](const call& one) { return try_faults(layer_in(one)); }};

}  // namespace scansim
