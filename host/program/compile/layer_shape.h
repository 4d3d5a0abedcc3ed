// Sizes of a layer's program: tiles, passes, tokens of a chunk, and the places of its tensors in the scratch.
// Contract: make_layer_shape refuses (input_error) what the machine cannot hold.
#pragma once
#include "host/program/base/program_builder.h"
#include "host/program/compile/layer_program.h"
#include "host/program/compile/state_runs.h"

namespace scansim {

inline constexpr int64_t history_group = 4;  // sequences

// Of a layer of one direction the gemm has work while convolution, scan and rotation end: x of the next chunk
// is projected in front of out_proj of this one, the rotation token by token between the pieces of that
// product.
//   streamed   weights come piece by piece; z behind the convolution, to the scratch
//   resident   z straight into the scan; the next chunk's convolution runs beside out_proj
enum class chunk_overlap { none, streamed, resident };

struct layer_shape {
  int64_t model = 0, inner = 0, rank = 0;
  int64_t sequences = 1;
  // Sequences of one token each: the chunks go through all of them, and a chunk's tensors between in_proj and
  // the rotation lie token by token in the scratch, so that each sequence's tiles are together.
  bool by_sequence = false;
  int64_t rounds = 1;                  // in which the chunks are gone through: else one a sequence
  int64_t length = 0;                  // tokens of a round
  int64_t states = 0, all_states = 0;  // kept; of x_proj
  int64_t model_tiles = 0, inner_tiles = 0, dt_tiles = 0;
  int64_t bc_tiles = 0;      // B and C of a scan together
  int64_t all_bc_tiles = 0;  // of all states, B's values and then C's without a gap
  int passes = 0;
  bool bc_shared = false;  // B and C of a scan are the halves of one tile
  bool z_local = false;    // z in the scratch
  bool merged = false;     // two directions: one scan of two sets, one output; of one chunk
  chunk_overlap overlap = chunk_overlap::none;
  int pieces = 1;  // of a product beside which something runs, with resident overlap
  // What norm makes of two chunks at a time: the next one's is there before the z of this one is projected.
  int64_t norms() const { return overlap == chunk_overlap::resident ? 2 : 1; }
  // Words from tile to tile and from token to token of such a tensor of `tiles` tiles, one word each.
  int64_t tile_step(int64_t tokens) const { return by_sequence ? 1 : tokens; }
  int64_t token_step(int64_t tiles) const { return by_sequence ? tiles : 1; }
  bool streams_weights = false;  // of the projections: more than the weight memory, once for every chunk
  size_t branches = 1;
  std::vector<std::vector<state_run>> runs;  // by branch
  int64_t chunk = 0, chunks = 0;             // tokens

  // Several runs: x_proj gives B and C of all states, and a gemm selects those of every run.
  bool selects(size_t branch) const { return runs[branch].size() > 1; }
  int64_t projected_tiles(size_t branch) const {
    return dt_tiles + (selects(branch) ? all_bc_tiles : bc_tiles);
  }
  int64_t selected_tiles(size_t branch) const {
    return selects(branch) ? bc_tiles * static_cast<int64_t>(runs[branch].size()) : 0;
  }
  // Chunks whose residual streams are in the scratch at a time: with several chunks the next one's is under
  // way, and with resident overlap the one's behind it, while that of the one before is stored.
  int64_t residuals() const { return std::min<int64_t>(chunks, overlap == chunk_overlap::resident ? 3 : 2); }
  // A second direction needs both what the first left and what it began with.
  bool has_source() const { return chunks > 1 && branches > 1; }
  // Directions whose tensors between in_proj and the scan are in the scratch at a time.
  int64_t beside() const { return merged ? static_cast<int64_t>(branches) : 1; }
  int64_t tokens(int64_t index) const { return std::min(chunk, length - index * chunk); }
  int64_t xz_tiles() const { return inner_tiles * (z_local ? 2 : 1); }
  // The convolution's states of a direction that are in the scratch at a time. Those of several sequences are
  // moved together, while the convolution works on the group before.
  int64_t histories() const { return by_sequence ? std::min(chunk, 2 * history_group) : 1; }
  int64_t history_words() const { return 3 * inner_tiles * histories(); }
};

// Words in the scratch, by tensor.
struct block_places {
  int64_t r[3] = {};     // by chunk, in turn
  int64_t source = 0;    // the second direction's input of norm, where it comes back from memory
  int64_t norm[2] = {};  // by chunk, where two are there at a time
  int64_t xz = 0, selected = 0, y = 0, quantised = 0;
  std::vector<int64_t> u, projected, delta, history;  // by branch
};

// Of the product that picks states: of every 16 values one, the widest pattern, so that a beat looks at as
// many as it can.
inline constexpr nm_pattern selection_pattern{1, 16};

// `tokens` of all sequences.
layer_shape make_layer_shape(const quantised_layer& layer, int64_t tokens,
                             const layer_program_options& options, const program_builder& builder);
block_places take_places(const layer_shape& shape, program_builder& builder);

}  // namespace scansim
