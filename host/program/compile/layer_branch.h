// The operators of one direction of a layer on one chunk: conv -> x_proj -> dt_proj -> scan -> hadamard ->
// out_proj + residual. Parameters are loaded in front of their first use.
//   prepare    up to the scan's operands in the scratch
//   scan       one scan for every run of channels that keep the same states (state_runs.h), of every sequence
//              of the chunk; z straight from in_proj, unless it lies in the scratch
//   finish     from the scan's y to the residual stream in place
// Contract: the chunk's x (and z, or norm's result) lies in the scratch; call the three in this order, for
// the chunks in the direction's order. States and A of all runs lie behind each other on chip and stay
// there between chunks of a sequence; finish_round stores what the convolution leaves behind the last.
#pragma once
#include "host/program/compile/layer_site.h"

namespace scansim {

class layer_branch {
 public:
  // `states`: before the first token, by sequence, one per branch; empty: zero, and not read from memory.
  layer_branch(layer_site& site, size_t index, std::span<const quantised_branch_state> states);

  void convolve(const chunk_step& step);    // what is left of the chunk
  void project_bc(const chunk_step& step);  // u -> dt, B, C
  void project_dt(const chunk_step& step);  // dt -> delta
  void scan(const chunk_step& step);
  void scan(const chunk_step& step, const layer_branch& second);  // merged: as one scan of two sets
  // The convolution or the rotation of some of the tokens that are left, so that this one and `to_come` - 1
  // more shares have as many each.
  void convolve_share(const chunk_step& step, int to_come);
  void quantise_share(const chunk_step& step, int to_come);
  // What of the next chunk runs beside out_proj: `share` between pieces of it, as of program_builder::append,
  // and `before_last` in front of the last tile, which loads its x anew.
  struct beside {
    std::function<void(int)> share;
    std::function<void()> before_last;
  };
  void finish(const chunk_step& step, int64_t residual, const beside* next = nullptr);
  void finish_round(int64_t sequence);
  std::vector<program_output> states() const;  // after the last token

 private:
  // A tensor of `tiles` tiles in the scratch, from tile `first` on.
  struct chunk_tensor {
    int64_t place = 0, tiles = 0, first = 0;
  };
  // Tokens of a chunk that convolution, scan and rotation see at a time: `count` from `first` on.
  struct token_run {
    int64_t first = 0, count = 0;
  };
  std::vector<token_run> runs_of(const chunk_step& step) const;
  uint16_t history_place(int64_t token) const;
  void convolve(const chunk_step& step, const token_run& run, bool has_state);
  void convolve_next(const chunk_step& step, int64_t tokens);
  void load_history(int64_t sequence, int64_t token, int64_t sequences);
  void store_history(int64_t sequence, int64_t token, int64_t sequences);
  const quantised_branch& layer() const { return site_.layer.branches[index_]; }
  void project_z(const chunk_step& step);
  hls::scan_descriptor scan_of(size_t run, const chunk_step& step, const token_run& tokens) const;
  hls::set_descriptor set_of(const chunk_step& step) const;
  void place_states(size_t run, const chunk_step& step, int64_t token, hls::scan_descriptor& d) const;
  void quantise_y(const chunk_step& step, int64_t tokens);
  void project(const char* name, const gemm_rows& rows, const chunk_step& step, const chunk_tensor& x,
               int64_t y, const char* tensor);
  void project_out(const chunk_step& step, int64_t residual, const beside* next);

  layer_site& site_;
  size_t index_;
  bool given_state_;
  branch_parameters parameters_;
  int64_t convolved_ = 0, quantised_ = 0;  // tokens of the chunk whose x is convolved, whose y is rotated
};

}  // namespace scansim
