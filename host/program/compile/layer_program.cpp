// The order of a layer's chunks and of what its directions share. A chunk's parameters are loaded in front of
// their first use, so that the weights of a projection arrive while the operators before it compute.
#include "host/program/compile/layer_program.h"

#include <fmt/format.h>

#include "host/program/base/tile_order.h"
#include "host/program/compile/gemm_descriptor.h"
#include "host/program/compile/layer_branch.h"

namespace scansim {

namespace {

class layer_compiler {
 public:
  layer_compiler(const quantised_layer& layer, const int16_matrix& r,
                 std::span<const quantised_branch_state> states, const layer_program_options& options,
                 const design_point& point)
      : layer_(layer),
        y_by_token_(options.y_by_token),
        builder_(options.fused ? "block" : "block, operator by operator", point),
        shape_(make_layer_shape(layer, r.cols(), options, builder_)),
        place_(take_places(shape_, builder_)),
        parameters_(layer, shape_, options.pattern, builder_),
        site_{layer_, shape_, place_, builder_, parameters_, options.fused} {
    check_inputs(r, states);
    if (shape_.streams_weights) builder_.stream_weights();
    place_tensors(r);
    for (size_t b = 0; b < shape_.branches; ++b) branches_.emplace_back(site_, b, states);
  }

  program compile() {
    std::vector<program_output> y;
    for (round_ = 0; round_ < shape_.rounds; ++round_) {
      run_round();
      y.push_back(tiled_output("y", of_round(out_), y_by_token_, builder_.word()));
    }
    program p = builder_.finish();
    p.outputs.push_back(joined_output(std::move(y)));
    for (const layer_branch& branch : branches_)
      for (program_output& state : branch.states()) p.outputs.push_back(std::move(state));
    return p;
  }

 private:
  void check_inputs(const int16_matrix& r, std::span<const quantised_branch_state> states) const {
    if (r.rows() != shape_.model)
      builder_.refuse("r", fmt::format("d_model = {} channels", shape_.model), fmt::format("{}", r.rows()));
    const size_t needed = shape_.branches * static_cast<size_t>(shape_.sequences);
    if (!states.empty() && states.size() != needed)
      builder_.refuse("states", fmt::format("one per sequence and branch, {}", needed),
                      fmt::format("{}", states.size()));
  }

  void place_tensors(const int16_matrix& r) {
    in_ = out_ = {shape_.model, shape_.length, shape_.chunk, 2, 0};
    const uint64_t bytes = static_cast<uint64_t>(shape_.rounds) * tensor_bytes(in_, builder_.word());
    in_.address = builder_.take_memory(bytes);
    for (round_ = 0; round_ < shape_.rounds; ++round_)
      pack_tensor<int16_t>(of_round(in_), builder_.word(), builder_.image(),
                           [&](int64_t c, int64_t t) { return r(c, round_ * shape_.length + t); });
    out_.address = builder_.take_memory(bytes);
    builder_.count_compulsory("r", 2 * static_cast<uint64_t>(r.size()));
    builder_.count_compulsory("y", 2 * static_cast<uint64_t>(r.size()));
  }

  tiled_tensor of_round(tiled_tensor tensor) const {
    tensor.address += static_cast<uint64_t>(round_) * tensor_bytes(tensor, builder_.word());
    return tensor;
  }
  uint64_t memory_of(const tiled_tensor& tensor, int64_t index) const {
    return chunk_address(of_round(tensor), index, builder_.word());
  }

  void run_round() {
    load_first();
    if (shape_.merged) {
      run_merged(step_of(0, 0));
    } else {
      for (size_t b = 0; b < shape_.branches; ++b)
        for (int64_t i = 0; i < shape_.chunks; ++i) run_chunk(b, step_of(b, i));
    }
    for (layer_branch& branch : branches_) branch.finish_round(round_);
  }

  // The i-th chunk of a direction; the second direction begins with the last tokens.
  chunk_step step_of(size_t b, int64_t i) const {
    const int64_t index = b == 0 ? i : shape_.chunks - 1 - i;
    const int64_t sequence = shape_.by_sequence ? index * shape_.chunk : round_;
    return {index, shape_.tokens(index), sequence, i == 0, i + 1 == shape_.chunks};
  }
  // The chunk with which one direction ends and the next begins stays in the scratch, residual, x and z.
  bool is_there(size_t b, const chunk_step& step) const { return b > 0 && step.first; }
  bool stays(size_t b, const chunk_step& step) const { return b + 1 < shape_.branches && step.last; }

  int64_t residual(const chunk_step& step) const { return place_.r[step.index % shape_.residuals()]; }
  // What norm reads: behind the first direction the residual stream has changed.
  int64_t original(size_t b, const chunk_step& step) const { return b == 0 ? residual(step) : place_.source; }
  int64_t residual_words(int64_t tokens) const { return 2 * shape_.model_tiles * tokens; }

  void run_chunk(size_t b, const chunk_step& step) {
    layer_branch& branch = branches_[b];
    if (shape_.overlap == chunk_overlap::resident) return run_resident(branch, step);
    if (shape_.overlap == chunk_overlap::streamed) {
      run_streamed(branch, step);
    } else {
      if (!is_there(b, step)) {
        normalise(original(b, step), step);
        project_in(step, 0, shape_.xz_tiles());
      }
      branch.convolve(step);
      branch.project_bc(step), branch.project_dt(step);
      load_next(b, step);
      branch.scan(step);
      branch.finish(step, residual(step));
    }
    if (!stays(b, step)) store_residual(b, step);
  }

  // The convolution of the second direction beside the projections of the first; both scans beside z.
  void run_merged(const chunk_step& step) {
    layer_branch &first = branches_[0], &second = branches_[1];
    normalise(residual(step), step);
    project_in(step, 0, shape_.xz_tiles());
    first.convolve(step), second.convolve(step);
    for (layer_branch* one : {&first, &second}) one->project_bc(step), one->project_dt(step);
    first.scan(step, second);
    first.finish(step, residual(step));
    builder_.store("y", residual(step), memory_of(out_, step.index), residual_words(step.tokens));
  }

  // x, convolution, z; of the next chunk norm; B, C, dt; scan; x of the next chunk and the rotation between
  // its pieces; out_proj.
  void run_streamed(layer_branch& branch, const chunk_step& step) {
    const int64_t tiles = shape_.inner_tiles;
    if (step.first) {
      normalise(residual(step), step);
      project_in(step, 0, tiles);
    }
    branch.convolve(step);
    project_in(step, tiles, tiles);
    load_next(0, step);
    if (!step.last) normalise(residual(after(step)), after(step));
    branch.project_bc(step), branch.project_dt(step);
    branch.scan(step);
    project_next(branch, step);
    branch.finish(step, residual(step));
  }

  // dt; of the next chunk norm; z into the scan; x of the next chunk and the rotation between its pieces;
  // out_proj and between its pieces the next chunk's convolution, its B and C in front of the last tile.
  // Stores of the chunk before and loads of the one behind the next stand where nothing behind them has to
  // wait.
  void run_resident(layer_branch& branch, const chunk_step& step) {
    if (step.first) {
      normalise(residual(step), step);
      project_in(step, 0, shape_.inner_tiles);
      branch.convolve(step);
      branch.project_bc(step);
    }
    branch.project_dt(step);
    if (!step.first) store_residual(0, step_of(0, step.index - 1));
    if (step.last) {
      branch.scan(step);
      branch.finish(step, residual(step));
      return store_residual(0, step);
    }
    const chunk_step next = after(step);
    normalise(residual(next), next);
    branch.scan(step);
    if (!next.last) load_original(next.index + 1, residual(after(next)));
    project_next(branch, step);
    const layer_branch::beside beside{[&](int to_come) { branch.convolve_share(next, to_come); },
                                      [&] { branch.convolve(next), branch.project_bc(next); }};
    branch.finish(step, residual(step), &beside);
  }

  chunk_step after(const chunk_step& step) const { return step_of(0, step.index + 1); }

  void project_next(layer_branch& branch, const chunk_step& step) {
    if (step.last) return;
    project_in(after(step), 0, shape_.inner_tiles,
               [&](int to_come) { branch.quantise_share(step, to_come); });
  }

  // The first two chunks lie together in memory and in the scratch.
  void load_first() {
    const int64_t tokens = shape_.tokens(0) + (shape_.chunks > 1 ? shape_.tokens(1) : 0);
    builder_.load("r", memory_of(in_, 0), place_.r[0], residual_words(tokens));
  }

  void load_original(int64_t index, int64_t place) {
    builder_.load("r", memory_of(in_, index), place, residual_words(shape_.tokens(index)));
  }

  // The next chunk's residual stream: in the second direction what the first made of it, and once more what
  // it was, out of which x and z are made again; both of them would be more bytes.
  void load_next(size_t b, const chunk_step& step) {
    if (step.last || (b == 0 && step.index == 0)) return;
    const int64_t index = b == 0 ? step.index + 1 : step.index - 1;
    const chunk_step next{.index = index, .tokens = shape_.tokens(index)};
    load_original(index, original(b, next));
    if (b == 0) return;
    builder_.load("spill.residual", memory_of(out_, index), residual(next), residual_words(next.tokens),
                  true);
  }

  void store_residual(size_t b, const chunk_step& step) {
    builder_.store(b + 1 < shape_.branches ? "spill.residual" : "y", residual(step),
                   memory_of(out_, step.index), residual_words(step.tokens));
  }

  void normalise(int64_t place, const chunk_step& step) {
    const int64_t tokens = step.tokens;
    builder_.append(hls::norm_descriptor{.fence = true,
                                         .tokens = static_cast<uint16_t>(tokens),
                                         .tiles = static_cast<uint16_t>(shape_.model_tiles),
                                         .shift = static_cast<int8_t>(layer_.norm.shift),
                                         .eps_sum = layer_.norm.eps_sum,
                                         .w_row = static_cast<uint16_t>(parameters_.norm_row()),
                                         .x = region_of(place, 2 * tokens),
                                         .y = region_of(site_.norm_of(step), tokens)});
    site_.spill("norm", site_.norm_of(step), shape_.model_tiles * tokens);
  }

  // Tiles of x and, where it lies in the scratch, z behind them.
  void project_in(const chunk_step& step, int64_t first, int64_t tiles,
                  const std::function<void(int)>& between = {}) {
    const int64_t tokens = step.tokens;
    const gemm_rows rows = part_of(parameters_.in_proj(), first, tiles);
    hls::gemm_descriptor d = gemm_of(rows, {}, site_.norm_of(step), tokens, tokens);
    site_.give_y(d, place_.xz, shape_.xz_tiles(), first);
    builder_.append(d, rows, "in_proj", between, between ? shape_.pieces : 1);
    site_.spill("xz", place_.xz + first * tokens, tiles * tokens);
  }

  const quantised_layer& layer_;
  bool y_by_token_;
  program_builder builder_;
  layer_shape shape_;
  block_places place_;
  layer_parameters parameters_;
  layer_site site_;
  std::vector<layer_branch> branches_;
  tiled_tensor in_, out_;
  int64_t round_ = 0;
};

}  // namespace

program make_layer_program(const quantised_layer& layer, const int16_matrix& r,
                           std::span<const quantised_branch_state> states,
                           const layer_program_options& options, const design_point& point) {
  return layer_compiler(layer, r, states, options, point).compile();
}

}  // namespace scansim
