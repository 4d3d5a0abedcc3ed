#include "host/program/compile/layer_branch.h"

#include "host/program/base/state_order.h"
#include "host/program/base/unit_rows.h"
#include "host/program/compile/gemm_descriptor.h"
#include "host/program/scan/scan_outputs.h"
#include "host/quantise/make_shifts.h"

namespace scansim {

namespace {

constexpr hls::gemm_epilogue to_s8{};
constexpr hls::gemm_epilogue to_residual{.kind = hls::gemm_epilogue_kind::residual};

}  // namespace

layer_branch::layer_branch(layer_site& site, size_t index, const quantised_branch_state* state)
    : site_(site), index_(index), given_state_(state != nullptr) {
  site_.parameters.place_scan(layer(), state, parameters_);
}

std::vector<program_output> layer_branch::states() const {
  const layer_shape& shape = site_.shape;
  const design_point& point = site_.builder.point();
  const std::string prefix = index_ == 0 ? "state." : "state.backward.";
  const state_order order(shape.inner, shape.states, shape.passes, point);
  return {states_output(prefix + "h", order.layout_at(parameters_.addr_ht), point),
          history_output(prefix + "conv", parameters_.addr_history_out, shape.inner, layer().conv.w.cols(),
                         site_.builder.word())};
}

hls::scratch_region layer_branch::rows_of(int64_t place, const chunk_step& step, int64_t words) const {
  return region_of(place, words * step.tokens);
}

void layer_branch::convolve(const chunk_step& step) {
  const layer_shape& shape = site_.shape;
  const quantised_conv& conv = layer().conv;
  branch_parameters& p = parameters_;
  const auto state = static_cast<uint16_t>(site_.place.history[index_]);
  if (step.first) {
    p.conv_row = site_.parameters.add_conv(layer());
    if (given_state_) site_.builder.load("conv_state", p.addr_history_in, state, 3 * shape.inner_tiles);
  }
  site_.builder.append(hls::conv_descriptor{.fence = true,
                                            .has_state = !step.first || given_state_,
                                            .store_state = true,
                                            .reverse = index_ == 1,
                                            .tokens = static_cast<uint16_t>(step.tokens),
                                            .tiles = static_cast<uint16_t>(shape.inner_tiles),
                                            .width = static_cast<uint8_t>(conv.w.cols()),
                                            .shift_out = static_cast<uint8_t>(conv.shift_out),
                                            .silu = true,
                                            .p_row = static_cast<uint16_t>(p.conv_row),
                                            .x = rows_of(site_.place.xz, step),
                                            .u = rows_of(site_.place.u, step),
                                            .s = state,
                                            .h = state});
  site_.spill("u", site_.place.u, shape.inner_tiles * step.tokens);
}

// u -> dt, B, C; of these B and C of every run; dt -> delta
void layer_branch::project(const chunk_step& step) {
  const layer_shape& shape = site_.shape;
  const block_places& place = site_.place;
  const auto product = [&](const char* name, const gemm_rows& rows, int64_t x, int64_t y,
                           const char* tensor) {
    hls::gemm_descriptor d = gemm_of(rows, to_s8, x, step.tokens, step.tokens);
    d.y = rows_of(y, step);
    site_.builder.append(d, rows, weights_of(name, index_));
    site_.spill(tensor, y, rows.tiles * step.tokens);
  };
  product("x_proj", site_.parameters.x_proj(index_), place.u, place.projected, "dt_bc");
  if (shape.selects(index_)) {
    product("select", site_.parameters.select(index_), place.projected + shape.dt_tiles * step.tokens,
            place.selected, "selected");
  }
  product("dt_proj", site_.parameters.dt_proj(index_), place.projected, place.delta, "delta");
}

// The rows of z, tile by tile as the scans ask for them. The fence of in_proj's x was for the same words.
void layer_branch::project_z(const chunk_step& step) {
  const gemm_rows z = part_of(site_.parameters.in_proj(), site_.shape.inner_tiles, site_.shape.inner_tiles);
  hls::gemm_descriptor d = gemm_of(z, to_s8, site_.place.norm, step.tokens, step.tokens);
  d.fence = false, d.to_z = true;
  site_.builder.append(d, z, "in_proj");
}

void layer_branch::scan(const chunk_step& step) {
  if (!site_.shape.z_local) project_z(step);
  for (size_t run = 0; run < site_.shape.runs[index_].size(); ++run) site_.builder.scan(scan_of(run, step));
  site_.spill("y", site_.place.y, 2 * site_.shape.inner_tiles * step.tokens);
}

hls::scan_descriptor layer_branch::scan_of(size_t run, const chunk_step& step) const {
  const layer_shape& shape = site_.shape;
  const block_places& place = site_.place;
  const design_point& point = site_.builder.point();
  const quantised_scan& call = layer().scan;
  const int64_t t = step.tokens, tile = shape.runs[index_][run].first_tile;
  const auto bytes = [&](int64_t words) { return static_cast<uint64_t>(words * site_.builder.word()); };
  hls::scan_descriptor d;
  d.local = d.has_z = d.fence = true;
  d.softplus = call.options.delta_softplus;
  d.reverse = index_ == 1;
  d.z_gemm = !shape.z_local;
  d.banked = shape.selects(index_);  // several scans between its own: the slot file is theirs
  d.lane_groups = static_cast<uint16_t>(shape.runs[index_][run].tiles * point.interleave);
  d.first_group = static_cast<uint16_t>(tile * point.interleave);
  d.passes = static_cast<uint8_t>(shape.passes);
  d.num_chunks = 1;
  d.chunk_tokens = d.rest_tokens = static_cast<uint16_t>(t);
  d.shifts = make_shifts(call.scales, widths_of(point), {true, d.softplus, !call.delta_bias.empty()});
  d.addr_u = bytes(place.u + tile * t), d.addr_delta = bytes(place.delta + tile * t);
  d.addr_y = bytes(place.y + 2 * tile * t);
  if (shape.z_local) d.addr_z = bytes(place.xz + (shape.inner_tiles + tile) * t);
  const int64_t bc = shape.selects(index_) ? place.selected + static_cast<int64_t>(run) * shape.bc_tiles * t
                                           : place.projected + shape.dt_tiles * t;
  d.addr_b = bytes(bc);
  d.addr_c = shape.bc_shared ? d.addr_b : bytes(bc + shape.bc_tiles / 2 * t);
  place_states(run, step, d);
  return d;
}

// A, {bias, D} and the states of the run's tiles in memory, and which of them come from or go there: between
// chunks all of them stay on chip.
void layer_branch::place_states(size_t run, const chunk_step& step, hls::scan_descriptor& d) const {
  const layer_shape& shape = site_.shape;
  const design_point& point = site_.builder.point();
  const branch_parameters& p = parameters_;
  const auto channels = static_cast<uint64_t>(shape.runs[index_][run].first_tile * site_.builder.word());
  const uint64_t elements = channels * static_cast<uint64_t>(shape.passes * point.states_per_lane);
  const uint64_t state_bytes = elements * static_cast<uint64_t>(point.state_bytes());
  d.load_params = step.first;
  d.resume = !step.first;
  d.keep = !step.last;
  d.has_h0 = step.first && given_state_;
  d.store_state = step.last;
  d.addr_a = p.addr_a + elements, d.addr_db = p.addr_db + 4 * channels;
  d.addr_h0 = p.addr_h0 + state_bytes;
  d.addr_ht = p.addr_ht + state_bytes;
}

void layer_branch::quantise_share(const chunk_step& step, int to_come) {
  const int64_t left = step.tokens - quantised_;
  quantise_y(step, (left + to_come) / (to_come + 1));
}

void layer_branch::finish(const chunk_step& step, int64_t residual) {
  quantise_y(step, step.tokens - quantised_);
  quantised_ = 0;
  project_out(step, residual);
}

// Of the next tokens of the chunk.
void layer_branch::quantise_y(const chunk_step& step, int64_t tokens) {
  if (tokens == 0) return;
  const quantised_output& output = layer().output;
  hls::hadamard_descriptor d = output.hadamard
                                   ? make_hadamard(site_.builder, output.m, output.log2, output.shift)
                                   : make_requantise(site_.builder, site_.shape.inner, output.shift);
  if (d.tiles != site_.shape.inner_tiles)
    site_.builder.refuse("output", fmt::format("a rotation of d_inner = {} channels", site_.shape.inner),
                         fmt::format("{}", output.m << output.log2));
  d.fence = true, d.tokens = static_cast<uint16_t>(tokens);
  d.x = rows_of(site_.place.y, step, 2), d.y = rows_of(site_.place.quantised, step);
  d.x.address = static_cast<uint16_t>(d.x.address + 2 * quantised_);
  d.y.address = static_cast<uint16_t>(d.y.address + quantised_);
  site_.builder.append(d);
  quantised_ += tokens;
  if (quantised_ == step.tokens)
    site_.spill("y_s8", site_.place.quantised, site_.shape.inner_tiles * step.tokens);
}

// In place: r is residual and result.
void layer_branch::project_out(const chunk_step& step, int64_t residual) {
  gemm_rows rows = site_.parameters.out_proj();
  if (step.first)
    parameters_.out_shift_row = index_ == 0 ? rows.shift_row : site_.parameters.add_out_shifts(layer());
  rows.shift_row = parameters_.out_shift_row;
  hls::gemm_descriptor d = gemm_of(rows, to_residual, site_.place.quantised, step.tokens, step.tokens);
  d.y = d.r = rows_of(residual, step, 2);
  site_.builder.append(d, rows, "out_proj");
}

void layer_branch::store_history() {
  site_.builder.store("conv_state", site_.place.history[index_], parameters_.addr_history_out,
                      3 * site_.shape.inner_tiles);
}

}  // namespace scansim
