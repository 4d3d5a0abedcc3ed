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

layer_branch::layer_branch(layer_site& site, size_t index, std::span<const quantised_branch_state> states)
    : site_(site), index_(index), given_state_(!states.empty()) {
  site_.parameters.place_scan(index, states, parameters_);
}

std::vector<program_output> layer_branch::states() const {
  const layer_shape& shape = site_.shape;
  const design_point& point = site_.builder.point();
  const std::string prefix = index_ == 0 ? "state." : "state.backward.";
  const state_order order(shape.inner, shape.states, shape.passes, point);
  std::vector<program_output> h, history;
  for (uint64_t s = 0; s < static_cast<uint64_t>(shape.sequences); ++s) {
    h.push_back(states_output(prefix + "h",
                              order.layout_at(parameters_.addr_ht + s * parameters_.state_bytes), point));
    history.push_back(history_output(prefix + "conv",
                                     parameters_.addr_history_out + s * parameters_.history_bytes,
                                     shape.inner, layer().conv.w.cols(), site_.builder.word()));
  }
  return {joined_output(std::move(h)), joined_output(std::move(history))};
}

std::vector<layer_branch::token_run> layer_branch::runs_of(const chunk_step& step) const {
  if (!site_.shape.by_sequence) return {{0, step.tokens}};
  std::vector<token_run> runs;
  for (int64_t t = 0; t < step.tokens; ++t) runs.push_back({t, 1});
  return runs;
}

void layer_branch::convolve(const chunk_step& step) {
  convolve_next(step, step.tokens - convolved_);
  convolved_ = 0;
}

void layer_branch::convolve_share(const chunk_step& step, int to_come) {
  convolve_next(step, (step.tokens - convolved_) / to_come);
}

// By sequence: the whole chunk at once.
void layer_branch::convolve_next(const chunk_step& step, int64_t tokens) {
  const layer_shape& shape = site_.shape;
  if (tokens == 0) return;
  if (!parameters_.conv_row) parameters_.conv_row = site_.parameters.add_conv(layer());
  if (shape.by_sequence) {
    for (int64_t first = 0; first < step.tokens; first += history_group) {
      const int64_t end = std::min(first + history_group, step.tokens);
      load_history(step.sequence + first, first, end - first);
      for (int64_t token = first; token < end; ++token) convolve(step, {token, 1}, given_state_);
      store_history(step.sequence + first, first, end - first);
    }
  } else {
    const bool begins = step.first && convolved_ == 0;
    if (begins) load_history(step.sequence, 0, 1);
    convolve(step, {convolved_, tokens}, given_state_ || !begins);
  }
  convolved_ += tokens;
  if (convolved_ == step.tokens) site_.spill("u", site_.place.u[index_], shape.inner_tiles * step.tokens);
}

void layer_branch::convolve(const chunk_step& step, const token_run& run, bool has_state) {
  const layer_shape& shape = site_.shape;
  const quantised_conv& conv = layer().conv;
  const int64_t pitch = shape.tile_step(step.tokens);
  const uint16_t state = history_place(shape.by_sequence ? run.first : 0);
  site_.builder.append(hls::conv_descriptor{
      .fence = true,
      .has_state = has_state,
      .store_state = true,
      .reverse = index_ == 1,
      .tokens = static_cast<uint16_t>(run.count),
      .tiles = static_cast<uint16_t>(shape.inner_tiles),
      .width = static_cast<uint8_t>(conv.w.cols()),
      .shift_out = static_cast<uint8_t>(conv.shift_out),
      .silu = true,
      .p_row = static_cast<uint16_t>(*parameters_.conv_row),
      .x = region_of(site_.place.xz + run.first * shape.token_step(shape.xz_tiles()), pitch),
      .u = region_of(site_.place.u[index_] + run.first * shape.token_step(shape.inner_tiles), pitch),
      .s = state,
      .h = state});
}

// Where the state of a token's sequence is in the scratch.
uint16_t layer_branch::history_place(int64_t token) const {
  const layer_shape& shape = site_.shape;
  return static_cast<uint16_t>(site_.place.history[index_] +
                               3 * shape.inner_tiles * (token % shape.histories()));
}

// The states of sequences that follow each other, the first of which is that of `token`.
void layer_branch::load_history(int64_t sequence, int64_t token, int64_t sequences) {
  if (!given_state_) return;
  const branch_parameters& p = parameters_;
  site_.builder.load("conv_state", p.addr_history_in + static_cast<uint64_t>(sequence) * p.history_bytes,
                     history_place(token), 3 * site_.shape.inner_tiles * sequences);
}

void layer_branch::store_history(int64_t sequence, int64_t token, int64_t sequences) {
  const branch_parameters& p = parameters_;
  site_.builder.store("conv_state", history_place(token),
                      p.addr_history_out + static_cast<uint64_t>(sequence) * p.history_bytes,
                      3 * site_.shape.inner_tiles * sequences);
}

void layer_branch::finish_round(int64_t sequence) {
  if (!site_.shape.by_sequence) store_history(sequence, 0, 1);
}

void layer_branch::project(const char* name, const gemm_rows& rows, const chunk_step& step,
                           const chunk_tensor& x, int64_t y, const char* tensor) {
  hls::gemm_descriptor d = gemm_of(rows, to_s8, x.place, step.tokens, step.tokens);
  site_.take_x(d, x.place, x.tiles, x.first), site_.give_y(d, y, rows.tiles);
  site_.builder.append(d, rows, weights_of(name, index_));
  site_.spill(tensor, y, rows.tiles * step.tokens);
}

// Of B and C those of every run.
void layer_branch::project_bc(const chunk_step& step) {
  const layer_shape& shape = site_.shape;
  const block_places& place = site_.place;
  project("x_proj", site_.parameters.x_proj(index_), step, {place.u[index_], shape.inner_tiles},
          place.projected[index_], "dt_bc");
  if (shape.selects(index_))
    project("select", site_.parameters.select(index_), step,
            {place.projected[index_], shape.projected_tiles(index_), shape.dt_tiles}, place.selected,
            "selected");
}

void layer_branch::project_dt(const chunk_step& step) {
  const block_places& place = site_.place;
  project("dt_proj", site_.parameters.dt_proj(index_), step,
          {place.projected[index_], site_.shape.projected_tiles(index_)}, place.delta[index_], "delta");
}

// The rows of z, tile by tile as the scans ask for them. The fence of in_proj's x was for the same words.
void layer_branch::project_z(const chunk_step& step) {
  const gemm_rows z = part_of(site_.parameters.in_proj(), site_.shape.inner_tiles, site_.shape.inner_tiles);
  hls::gemm_descriptor d = gemm_of(z, to_s8, site_.norm_of(step), step.tokens, step.tokens);
  d.fence = false, d.to_z = true;
  site_.builder.append(d, z, "in_proj");
}

void layer_branch::scan(const chunk_step& step) {
  if (!site_.shape.z_local) project_z(step);
  for (const token_run& tokens : runs_of(step))
    for (size_t run = 0; run < site_.shape.runs[index_].size(); ++run)
      site_.builder.scan(scan_of(run, step, tokens));
  site_.spill("y", site_.place.y, 2 * site_.shape.inner_tiles * step.tokens);
}

// Of the plain scan that it would be alone; u of the second set is its own.
hls::set_descriptor layer_branch::set_of(const chunk_step& step) const {
  const hls::scan_descriptor d = scan_of(0, step, {0, step.tokens});
  const auto order = static_cast<uint8_t>(d.reverse ? hls::token_map::reverse : hls::token_map::forward);
  hls::set_descriptor set;
  set.softplus = d.softplus, set.gate = true;
  set.has_h0 = d.has_h0, set.store_state = d.store_state;
  set.map_u = set.map_p = set.map_out = order;
  set.own_u = index_ > 0;
  set.positions = d.chunk_tokens;
  set.states = static_cast<uint16_t>(site_.shape.states);
  set.shifts = d.shifts;
  set.addr_u = d.addr_u, set.addr_delta = d.addr_delta, set.addr_b = d.addr_b, set.addr_c = d.addr_c;
  set.addr_a = d.addr_a, set.addr_db = d.addr_db, set.addr_h0 = d.addr_h0, set.addr_ht = d.addr_ht;
  return set;
}

void layer_branch::scan(const chunk_step& step, const layer_branch& second) {
  if (!site_.shape.z_local) project_z(step);
  set_scan both{scan_of(0, step, {0, step.tokens}), {set_of(step), second.set_of(step)}};
  hls::scan_descriptor& d = both.descriptor;
  d.sets = 2;
  d.reverse = d.resume = d.keep = d.banked = d.load_params = d.has_h0 = d.store_state = d.softplus = false;
  d.addr_delta = d.addr_b = d.addr_c = 0;  // of every set
  site_.builder.scan(both);
  site_.spill("y", site_.place.y, 2 * site_.shape.inner_tiles * step.tokens);
}

hls::scan_descriptor layer_branch::scan_of(size_t run, const chunk_step& step,
                                           const token_run& tokens) const {
  const layer_shape& shape = site_.shape;
  const block_places& place = site_.place;
  const design_point& point = site_.builder.point();
  const quantised_scan& call = layer().scan;
  const int64_t t = tokens.count, tile = shape.runs[index_][run].first_tile;
  // Of tile `first` of these tokens, in a tensor of `tiles` tiles of `words` words.
  const auto address = [&](int64_t at, int64_t tiles, int64_t first, int64_t words = 1) {
    return static_cast<uint64_t>((at + words * (tokens.first * tiles + first * t)) * site_.builder.word());
  };
  hls::scan_descriptor d;
  d.local = d.has_z = d.fence = true;
  d.softplus = call.options.delta_softplus;
  d.reverse = index_ == 1;
  d.z_gemm = !shape.z_local;
  d.banked = shape.selects(index_);  // several scans between its own: the slot file is theirs
  d.lane_groups = static_cast<uint16_t>(shape.runs[index_][run].tiles * point.interleave);
  d.first_group = static_cast<uint16_t>(tile * point.interleave);
  d.passes = static_cast<uint8_t>(shape.passes);
  d.states = static_cast<uint16_t>(shape.states);
  d.num_chunks = 1;
  d.chunk_tokens = d.rest_tokens = static_cast<uint16_t>(t);
  d.shifts = make_shifts(call.scales, widths_of(point), {true, d.softplus, !call.delta_bias.empty()});
  const int64_t inner = shape.inner_tiles;
  d.addr_u = address(place.u[index_], inner, tile), d.addr_delta = address(place.delta[index_], inner, tile);
  d.addr_y = address(place.y, inner, tile, 2);
  if (shape.z_local) d.addr_z = address(place.xz, shape.xz_tiles(), inner + tile);
  const auto of_bc = [&](int64_t first) {
    if (!shape.selects(index_))
      return address(place.projected[index_], shape.projected_tiles(index_), shape.dt_tiles + first);
    return address(place.selected, shape.selected_tiles(index_),
                   static_cast<int64_t>(run) * shape.bc_tiles + first);
  };
  d.addr_b = of_bc(0);
  d.addr_c = shape.bc_shared ? d.addr_b : of_bc(shape.bc_tiles / 2);
  place_states(run, step, tokens.first, d);
  return d;
}

// A, {bias, D} and the states of the run's tiles in memory, and which of them come from or go there: between
// chunks all of them stay on chip, and so do A and {bias, D} between sequences of one direction.
void layer_branch::place_states(size_t run, const chunk_step& step, int64_t token,
                                hls::scan_descriptor& d) const {
  const layer_shape& shape = site_.shape;
  const design_point& point = site_.builder.point();
  const branch_parameters& p = parameters_;
  const auto channels = static_cast<uint64_t>(shape.runs[index_][run].first_tile * site_.builder.word());
  const uint64_t elements = channels * static_cast<uint64_t>(shape.passes * point.states_per_lane);
  const uint64_t state_bytes = elements * static_cast<uint64_t>(point.state_bytes());
  const bool begins = step.first || shape.by_sequence, ends = step.last || shape.by_sequence;
  const int64_t sequence = step.sequence + (shape.by_sequence ? token : 0);
  d.load_params = step.first && token == 0 && (sequence == 0 || shape.branches > 1);
  d.resume = !begins;
  d.keep = !ends;
  d.has_h0 = begins && given_state_;
  d.store_state = ends;
  d.addr_a = p.addr_a + elements, d.addr_db = p.addr_db + 4 * channels;
  const uint64_t of_sequence = static_cast<uint64_t>(sequence) * p.state_bytes + state_bytes;
  d.addr_h0 = p.addr_h0 + of_sequence;
  d.addr_ht = p.addr_ht + of_sequence;
}

void layer_branch::quantise_share(const chunk_step& step, int to_come) {
  quantise_y(step, (step.tokens - quantised_) / to_come);
}

void layer_branch::finish(const chunk_step& step, int64_t residual, const beside* next) {
  quantise_y(step, step.tokens - quantised_);
  quantised_ = 0;
  project_out(step, residual, next);
}

// Of the next tokens of the chunk, as many at a time as lie tile by tile.
void layer_branch::quantise_y(const chunk_step& step, int64_t tokens) {
  if (site_.shape.by_sequence && tokens > 1) {
    for (int64_t i = 0; i < tokens; ++i) quantise_y(step, 1);
    return;
  }
  if (tokens == 0) return;
  const quantised_output& output = layer().output;
  hls::hadamard_descriptor d = output.hadamard
                                   ? make_hadamard(site_.builder, output.m, output.log2, output.shift)
                                   : make_requantise(site_.builder, site_.shape.inner, output.shift);
  if (d.tiles != site_.shape.inner_tiles)
    site_.builder.refuse("output", fmt::format("a rotation of d_inner = {} channels", site_.shape.inner),
                         fmt::format("{}", output.m << output.log2));
  d.fence = true, d.tokens = static_cast<uint16_t>(tokens);
  const layer_shape& shape = site_.shape;
  d.x = region_of(site_.place.y + 2 * quantised_ * shape.token_step(shape.inner_tiles),
                  2 * shape.tile_step(step.tokens));
  d.y = region_of(site_.place.quantised + quantised_, step.tokens);
  site_.builder.append(d);
  quantised_ += tokens;
  if (quantised_ == step.tokens)
    site_.spill("y_s8", site_.place.quantised, site_.shape.inner_tiles * step.tokens);
}

// In place: r is residual and result.
void layer_branch::project_out(const chunk_step& step, int64_t residual, const beside* next) {
  gemm_rows rows = site_.parameters.out_proj();
  std::optional<int>& shifts = parameters_.out_shift_row;
  if (!shifts) shifts = index_ == 0 ? rows.shift_row : site_.parameters.add_out_shifts(layer());
  rows.shift_row = *shifts;
  const auto product = [&](int64_t first, int64_t tiles, const std::function<void(int)>& between) {
    const gemm_rows part = part_of(rows, first, tiles);
    hls::gemm_descriptor d = gemm_of(part, to_residual, site_.place.quantised, step.tokens, step.tokens);
    d.y = d.r = region_of(residual + first * 2 * step.tokens, 2 * step.tokens);
    site_.builder.append(d, part, "out_proj", between, between ? site_.shape.pieces : 1);
  };
  const int last = next != nullptr ? rows.tiles - 1 : 0;
  if (last > 0) product(0, last, next->share);
  if (next != nullptr) next->before_last();
  product(last, rows.tiles - last, {});
}

}  // namespace scansim
