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

  void convolve(const chunk_step& step);
  void project(const chunk_step& step);  // u -> dt, B, C, delta
  void scan(const chunk_step& step);
  // The rotation of some of the tokens that are left, so that `to_come` more shares and finish have as many
  // each.
  void quantise_share(const chunk_step& step, int to_come);
  void finish(const chunk_step& step, int64_t residual);
  void finish_round(int64_t sequence);
  std::vector<program_output> states() const;  // after the last token

 private:
  // Tokens of a chunk that convolution, scan and rotation see at a time: `count` from `first` on.
  struct token_run {
    int64_t first = 0, count = 0;
  };
  std::vector<token_run> runs_of(const chunk_step& step) const;
  uint16_t history_place(int64_t token) const;
  void convolve(const chunk_step& step, const token_run& run, bool has_state);
  void load_history(int64_t sequence, int64_t token, int64_t sequences);
  void store_history(int64_t sequence, int64_t token, int64_t sequences);
  const quantised_branch& layer() const { return site_.layer.branches[index_]; }
  hls::scratch_region rows_of(int64_t place, const chunk_step& step, int64_t words = 1) const;
  void project_z(const chunk_step& step);
  hls::scan_descriptor scan_of(size_t run, const chunk_step& step, const token_run& tokens) const;
  void place_states(size_t run, const chunk_step& step, int64_t token, hls::scan_descriptor& d) const;
  void quantise_y(const chunk_step& step, int64_t tokens);
  void project_out(const chunk_step& step, int64_t residual);

  layer_site& site_;
  size_t index_;
  bool given_state_;
  branch_parameters parameters_;
  int64_t quantised_ = 0;  // tokens of the chunk whose y is rotated
};

}  // namespace scansim
