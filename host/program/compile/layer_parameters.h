// Everything that a layer's program has in the parameter memories and in memory beside activations: packed
// once, with the books of compulsory bytes. Contract: descriptors of the params are appended where the
// functions are called (of what all branches share, where they are first called), so call them in the order
// of use. The projections are loaded together, in that order, where in_proj() is first called; where any has
// positions, the others where one of them is: unranking these would hold up in_proj.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "host/program/compile/layer_shape.h"

namespace scansim {

// As weights of the second direction are named in a trace.
inline std::string weights_of(const char* projection, size_t branch) {
  return (branch == 0 ? "" : "backward.") + std::string(projection);
}

// What every branch has of its own beside its projections.
struct branch_parameters {
  std::optional<int> conv_row, out_shift_row;  // once they are loaded
  uint64_t addr_a = 0, addr_db = 0;
  uint64_t addr_h0 = 0, addr_ht = 0, state_bytes = 0;  // of the first sequence; of one
  uint64_t addr_history_in = 0, addr_history_out = 0, history_bytes = 0;
};

class layer_parameters {
 public:
  layer_parameters(const quantised_layer& layer, const layer_shape& shape, const nm_pattern& pattern,
                   program_builder& builder)
      : layer_(layer), shape_(shape), pattern_(pattern), builder_(builder) {}

  int norm_row();
  const gemm_rows& in_proj();  // x's tiles, then z's
  const gemm_rows& out_proj();

  int add_conv(const quantised_branch& branch);
  const gemm_rows& x_proj(size_t branch);  // dt's tiles, then B's and C's
  const gemm_rows& select(size_t branch);  // B's and C's tiles of every run, out of those of all states
  const gemm_rows& dt_proj(size_t branch);
  int add_out_shifts(const quantised_branch& branch);  // of out_proj behind a further branch
  // A, {bias, D}, the states in and out of every sequence; no descriptors. `states`: by sequence, one per
  // branch, or empty.
  void place_scan(size_t branch, std::span<const quantised_branch_state> states, branch_parameters& out);

 private:
  // Both directions together see the whole sequence: nobody goes on from their states.
  bool leaves_state() const { return shape_.branches == 1; }
  gemm_matrix matrix(const quantised_linear& linear, const std::vector<hls::gemm_channel>& channel,
                     const char* name) const;
  const gemm_rows& projection(const std::string& name);
  bool has_positions() const;
  void load_projections(bool first);
  packed_gemm pack_in_proj() const;
  packed_gemm pack_x_proj(size_t branch) const;
  packed_gemm pack_select(size_t branch) const;
  packed_gemm pack_dt_proj(size_t branch) const;
  packed_gemm pack_out_proj() const;
  void append_bc_rows(const state_run& run, int64_t first, std::vector<int64_t>& rows) const;
  void place_state(size_t branch, std::span<const quantised_branch_state> states, branch_parameters& out);
  void place_history(size_t branch, std::span<const quantised_branch_state> states, branch_parameters& out);

  const quantised_layer& layer_;
  const layer_shape& shape_;
  nm_pattern pattern_;
  program_builder& builder_;
  std::optional<int> norm_row_;
  // in_proj; x_proj, select or nothing, dt_proj of every branch; out_proj
  std::map<std::string, gemm_rows> projections_;
};

}  // namespace scansim
