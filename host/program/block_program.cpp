// The order of a layer's descriptors. A chunk's parameters are loaded in front of their first use, so that
// the weights of a projection arrive while the operators before it compute.
#include "host/program/block_program.h"

#include <fmt/format.h>

#include "host/driver/calibrate.h"
#include "host/program/block_parameters.h"
#include "host/program/gemm_descriptor.h"
#include "host/program/tile_order.h"
#include "host/program/unit_rows.h"

namespace scansim {

namespace {

constexpr hls::gemm_epilogue to_s8{};
constexpr hls::gemm_epilogue to_residual{.kind = hls::gemm_epilogue_kind::residual};

class block_compiler {
 public:
  block_compiler(const quantised_layer& layer, const int16_matrix& r,
                 std::span<const quantised_branch_state> states, const block_program_options& options,
                 const design_point& point)
      : layer_(layer),
        states_(states),
        fused_(options.fused),
        builder_(fused_ ? "block" : "block, operator by operator", point),
        shape_(make_block_shape(layer, r.cols(), fused_, builder_)),
        place_(take_places(shape_, builder_)),
        parameters_(layer, shape_, options.pattern, builder_),
        branch_(shape_.branches) {
    check_inputs(r);
    place_tensors(r);
  }

  program compile() {
    load_r(0);
    for (int64_t chunk = 0; chunk < shape_.chunks; ++chunk) run_chunk(chunk);
    for (size_t b = 0; b < shape_.branches; ++b)
      builder_.store("conv_state", place_.history[b], branch_[b].addr_history_out, 3 * shape_.inner_tiles);
    program p = builder_.finish();
    p.y = out_;
    for (size_t b = 0; b < shape_.branches; ++b) p.states.push_back(state_of(b));
    return p;
  }

 private:
  void check_inputs(const int16_matrix& r) const {
    if (r.rows() != shape_.model)
      builder_.refuse("r", fmt::format("d_model = {} channels", shape_.model), fmt::format("{}", r.rows()));
    if (!states_.empty() && states_.size() != shape_.branches)
      builder_.refuse("states", fmt::format("one per branch, {}", shape_.branches),
                      fmt::format("{}", states_.size()));
  }

  void place_tensors(const int16_matrix& r) {
    in_ = out_ = {shape_.model, shape_.length, shape_.chunk, 2, 0};
    in_.address = builder_.take_memory(tensor_bytes(in_, builder_.word()));
    pack_tensor<int16_t>(in_, builder_.word(), builder_.image(),
                         [&](int64_t c, int64_t t) { return r(c, t); });
    out_.address = builder_.take_memory(tensor_bytes(out_, builder_.word()));
    builder_.count_compulsory("r", 2 * static_cast<uint64_t>(r.size()));
    builder_.count_compulsory("y", 2 * static_cast<uint64_t>(r.size()));
    for (size_t b = 0; b < shape_.branches; ++b)
      parameters_.place_scan(layer_.branches[b], states_.empty() ? nullptr : &states_[b], branch_[b]);
  }

  state_region state_of(size_t b) const {
    return {.channels = shape_.inner,
            .states = shape_.states,
            .passes = shape_.passes,
            .width = static_cast<int>(layer_.branches[b].conv.w.cols()),
            .addr_h = branch_[b].addr_ht,
            .addr_history = branch_[b].addr_history_out};
  }

  void load_r(int64_t chunk) {
    builder_.load("r", chunk_address(in_, chunk, builder_.word()), place_.r[chunk % 2],
                  2 * shape_.model_tiles * shape_.tokens(chunk));
  }

  // Not fused: the tensor's way through memory.
  void spill(const char* tensor, int64_t place, int64_t words) {
    if (fused_) return;
    const std::string name = fmt::format("spill.{}", tensor);
    auto [at, fresh] = spills_.try_emplace(tensor, 0);
    if (fresh) at->second = builder_.take_memory(static_cast<uint64_t>(words * builder_.word()));
    builder_.store(name, place, at->second, words);
    builder_.load(name, at->second, place, words, true);
  }

  void run_chunk(int64_t chunk) {
    chunk_ = chunk, t_ = shape_.tokens(chunk), first_ = chunk == 0, last_ = chunk + 1 == shape_.chunks;
    normalise();
    project_in();
    for (size_t b = 0; b < shape_.branches; ++b) run_branch(b);
    builder_.store("y", r_place(), chunk_address(out_, chunk, builder_.word()), 2 * shape_.model_tiles * t_);
  }

  int64_t r_place() const { return place_.r[chunk_ % 2]; }
  hls::scratch_region tile_rows(int64_t place, int64_t words = 1) const {
    return region_of(place, words * t_);
  }

  void normalise() {
    if (first_) norm_row_ = parameters_.add_norm();
    builder_.append(hls::norm_descriptor{.fence = true,
                                         .tokens = static_cast<uint16_t>(t_),
                                         .tiles = static_cast<uint16_t>(shape_.model_tiles),
                                         .shift = static_cast<int8_t>(layer_.norm.shift),
                                         .eps_sum = layer_.norm.eps_sum,
                                         .w_row = static_cast<uint16_t>(norm_row_),
                                         .x = tile_rows(r_place(), 2),
                                         .y = tile_rows(place_.norm)});
    spill("norm", place_.norm, shape_.model_tiles * t_);
  }

  // x and, where it lies in the scratch, z behind it.
  void project_in() {
    if (first_) in_proj_ = parameters_.add_in_proj();
    const int64_t tiles = shape_.inner_tiles * (shape_.z_local ? 2 : 1);
    hls::gemm_descriptor d = gemm_of(part_of(in_proj_, 0, tiles), to_s8, place_.norm, t_, t_);
    d.y = tile_rows(place_.xz);
    builder_.append(d);
    spill("xz", place_.xz, tiles * t_);
  }

  void run_branch(size_t b) {
    convolve(b);
    project(b);
    if (b == 0 && !last_) load_r(chunk_ + 1);
    scan(b);
    quantise_y(b);
    project_out(b);
  }

  void convolve(size_t b) {
    const quantised_conv& conv = layer_.branches[b].conv;
    branch_parameters& p = branch_[b];
    const auto state = static_cast<uint16_t>(place_.history[b]);
    if (first_) {
      p.conv_row = parameters_.add_conv(layer_.branches[b]);
      if (!states_.empty()) builder_.load("conv_state", p.addr_history_in, state, 3 * shape_.inner_tiles);
    }
    builder_.append(hls::conv_descriptor{.fence = true,
                                         .has_state = !first_ || !states_.empty(),
                                         .store_state = true,
                                         .reverse = b == 1,
                                         .tokens = static_cast<uint16_t>(t_),
                                         .tiles = static_cast<uint16_t>(shape_.inner_tiles),
                                         .width = static_cast<uint8_t>(conv.w.cols()),
                                         .shift_out = static_cast<uint8_t>(conv.shift_out),
                                         .silu = true,
                                         .p_row = static_cast<uint16_t>(p.conv_row),
                                         .x = tile_rows(place_.xz),
                                         .u = tile_rows(place_.u),
                                         .s = state,
                                         .h = state});
    spill("u", place_.u, shape_.inner_tiles * t_);
  }

  // u -> dt, B, C; dt -> delta
  void project(size_t b) {
    branch_parameters& p = branch_[b];
    if (first_) p.x_proj = parameters_.add_x_proj(layer_.branches[b]);
    hls::gemm_descriptor x = gemm_of(p.x_proj, to_s8, place_.u, t_, t_);
    x.y = tile_rows(place_.projected);
    builder_.append(x);
    spill("dt_bc", place_.projected, shape_.dt_bc_tiles() * t_);
    if (first_) p.dt_proj = parameters_.add_dt_proj(layer_.branches[b]);
    hls::gemm_descriptor dt = gemm_of(p.dt_proj, to_s8, place_.projected, t_, t_);
    dt.y = tile_rows(place_.delta);
    builder_.append(dt);
    spill("delta", place_.delta, shape_.inner_tiles * t_);
  }

  // The rows of z, tile by tile as the scan asks for them. The fence of in_proj's x was for the same words.
  void project_z() {
    hls::gemm_descriptor d =
        gemm_of(part_of(in_proj_, shape_.inner_tiles, shape_.inner_tiles), to_s8, place_.norm, t_, t_);
    d.fence = false, d.to_z = true;
    builder_.append(d);
  }

  uint64_t byte_address(int64_t place) const { return static_cast<uint64_t>(place * builder_.word()); }

  void scan(size_t b) {
    if (!shape_.z_local) project_z();
    const quantised_scan& call = layer_.branches[b].scan;
    hls::scan_descriptor d;
    d.local = d.fence = d.has_z = true;
    d.softplus = call.options.delta_softplus;
    d.reverse = b == 1;
    d.z_gemm = !shape_.z_local;
    d.load_params = first_;
    d.has_h0 = first_ && !states_.empty(), d.resume = !first_;
    d.store_state = last_, d.keep = !last_;
    d.lane_groups = static_cast<uint16_t>(shape_.inner_tiles * builder_.point().interleave);
    d.passes = static_cast<uint8_t>(shape_.passes);
    d.num_chunks = 1;
    d.chunk_tokens = d.rest_tokens = static_cast<uint16_t>(t_);
    d.shifts = make_shifts(call.scales, widths_of(builder_.point()), true);
    d.addr_u = byte_address(place_.u), d.addr_delta = byte_address(place_.delta);
    d.addr_y = byte_address(place_.y);
    if (shape_.z_local) d.addr_z = byte_address(place_.xz + shape_.inner_tiles * t_);
    d.addr_b = byte_address(place_.projected + shape_.dt_tiles * t_);
    d.addr_c = shape_.bc_shared ? d.addr_b : d.addr_b + byte_address(shape_.bc_tiles / 2 * t_);
    const branch_parameters& p = branch_[b];
    d.addr_a = p.addr_a, d.addr_db = p.addr_db, d.addr_h0 = p.addr_h0, d.addr_ht = p.addr_ht;
    builder_.scan(d);
    spill("y", place_.y, 2 * shape_.inner_tiles * t_);
  }

  void quantise_y(size_t b) {
    const quantised_output& output = layer_.branches[b].output;
    hls::hadamard_descriptor d = output.hadamard
                                     ? make_hadamard(builder_, output.m, output.log2, output.shift)
                                     : make_requantise(builder_, shape_.inner, output.shift);
    if (d.tiles != shape_.inner_tiles)
      builder_.refuse("output", fmt::format("a rotation of d_inner = {} channels", shape_.inner),
                      fmt::format("{}", output.m << output.log2));
    d.fence = true, d.tokens = static_cast<uint16_t>(t_);
    d.x = tile_rows(place_.y, 2), d.y = tile_rows(place_.quantised);
    builder_.append(d);
    spill("y_s8", place_.quantised, shape_.inner_tiles * t_);
  }

  // In place: r is residual and result.
  void project_out(size_t b) {
    if (first_ && b == 0) {
      out_proj_ = parameters_.add_out_proj();
      branch_[0].out_shift_row = out_proj_.shift_row;
    }
    if (first_ && b > 0) branch_[b].out_shift_row = parameters_.add_out_shifts(layer_.branches[b]);
    gemm_rows rows = out_proj_;
    rows.shift_row = branch_[b].out_shift_row;
    hls::gemm_descriptor d = gemm_of(rows, to_residual, place_.quantised, t_, t_);
    d.y = d.r = tile_rows(r_place(), 2);
    builder_.append(d);
  }

  const quantised_layer& layer_;
  std::span<const quantised_branch_state> states_;
  bool fused_;
  program_builder builder_;
  block_shape shape_;
  block_places place_;
  block_parameters parameters_;
  std::vector<branch_parameters> branch_;
  tiled_tensor in_, out_;
  std::map<std::string, uint64_t> spills_;
  int norm_row_ = 0;
  gemm_rows in_proj_, out_proj_;
  int64_t chunk_ = 0, t_ = 0;
  bool first_ = true, last_ = false;
};

}  // namespace

program make_block_program(const quantised_layer& layer, const int16_matrix& r,
                           std::span<const quantised_branch_state> states,
                           const block_program_options& options, const design_point& point) {
  return block_compiler(layer, r, states, options, point).compile();
}

}  // namespace scansim
