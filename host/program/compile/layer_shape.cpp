#include "host/program/compile/layer_shape.h"

#include <fmt/format.h>

#include "host/program/base/tile_order.h"
#include "host/program/base/unit_rows.h"
#include "sim/stream/machine_shape.h"

namespace scansim {

namespace {

std::string text(int64_t value) { return fmt::format("{}", value); }

void check_layer(const quantised_layer& layer, int64_t tokens, int64_t sequences, const program_builder& b) {
  if (tokens < 1) b.refuse("r", "at least one token", text(tokens));
  if (sequences < 1 || tokens % sequences != 0)
    b.refuse("r", fmt::format("tokens of {} sequences of equal length", sequences), text(tokens));
  if (layer.branches.empty() || layer.branches.size() > 2)
    b.refuse("branches", "one or two", text(static_cast<int64_t>(layer.branches.size())));
  for (const quantised_branch& branch : layer.branches) {
    const auto groups = static_cast<int64_t>(std::max<size_t>(1, branch.kept.size()));
    if (branch.scan.shape.groups != groups)
      b.refuse("scan", fmt::format("B and C of {} groups, one for every set of kept states", groups),
               text(branch.scan.shape.groups));
    if (branch.scan.shape.states != layer.branches[0].scan.shape.states)
      b.refuse("scan", "equally many states in both directions", text(branch.scan.shape.states));
    const scan_scales& s = branch.scan.scales;
    if (s.operand_bits != b.point().operand_bits || s.output_bits != b.point().output_bits ||
        s.state_bits != b.point().state_bits)
      b.refuse("scan scales", "the bits of the design point",
               fmt::format("operands {}, state {}, output {}", s.operand_bits, s.state_bits, s.output_bits));
  }
}

// The fewest passes whose states fill half a word or whole words.
int whole_passes(int64_t states, const design_point& point) {
  const auto legal = [&](int passes) {
    const int64_t n = int64_t{passes} * point.states_per_lane;
    return 2 * n == point.axi_bytes() || n % point.axi_bytes() == 0;
  };
  int passes = point.passes(static_cast<int>(states));
  while (!legal(passes)) ++passes;
  return passes;
}

int passes_of(int64_t states, const program_builder& b) {
  const design_point& point = b.point();
  const int passes = whole_passes(states, point);
  if (passes * point.states_per_lane > point.max_states)
    b.refuse("A", fmt::format("at most {} states (max_states) in whole words", point.max_states),
             text(states));
  return passes;
}

// Of the largest branch.
int64_t most_tiles(const layer_shape& s, int64_t (layer_shape::*tiles)(size_t) const) {
  int64_t most = 0;
  for (size_t b = 0; b < s.branches; ++b) most = std::max(most, (s.*tiles)(b));
  return most;
}

int64_t words_per_token(const layer_shape& s) {
  const int64_t residual = 2 * s.model_tiles * (s.residuals() + (s.has_source() ? 1 : 0));
  const int64_t branch = s.inner_tiles + most_tiles(s, &layer_shape::projected_tiles) + s.inner_tiles;
  return residual + s.norms() * s.model_tiles + s.xz_tiles() + s.beside() * branch +
         most_tiles(s, &layer_shape::selected_tiles) + 2 * s.inner_tiles + s.inner_tiles;
}

bool fits(layer_shape& s, const design_point& point) {
  s.chunks = (s.length + s.chunk - 1) / s.chunk;
  const int64_t histories = s.history_words() * static_cast<int64_t>(s.branches);
  const int64_t selected_from = most_tiles(s, &layer_shape::selected_tiles) > 0 ? s.all_bc_tiles : 0;
  const int64_t x_words = std::max({s.model_tiles, s.inner_tiles, s.dt_tiles, selected_from});
  return words_per_token(s) * s.chunk + histories <= point.scratch_words &&
         x_words * s.chunk <= point.gemm_x_words;
}

bool choose_chunk(layer_shape& s, const design_point& point) {
  s.chunk = std::min<int64_t>(s.length, point.chunk_tokens);
  for (int64_t next = point.chunk_tokens; s.chunk > 1 && !fits(s, point); next /= 2)
    s.chunk = std::min(s.chunk, next / 2);
  return fits(s, point);
}

// Rows of the weight memory that all projections take.
int64_t weight_rows(const layer_shape& s, const layer_program_options& options, const design_point& point) {
  const auto rows = [&](int64_t tiles, int64_t inner) {
    return tiles * gemm_beats(inner, options.pattern, point);
  };
  int64_t all = rows(2 * s.inner_tiles, s.model) + rows(s.model_tiles, s.inner);
  for (size_t b = 0; b < s.branches; ++b) {
    all += rows(s.projected_tiles(b), s.inner) + rows(s.inner_tiles, s.rank);
    if (s.selects(b)) all += s.selected_tiles(b) * gemm_beats(2 * s.all_states, selection_pattern, point);
  }
  return all;
}

// Pieces whose further descriptors, 4 a piece but 3, are a hundredth of the residual stream of a chunk.
int pieces_of(const layer_shape& s) {
  constexpr int64_t share = 100, most = 8;
  const int64_t descriptors = 4 * s.model * s.chunk / (share * hls::descriptor_bytes);
  return static_cast<int>(std::clamp<int64_t>((descriptors + 3) / 4, 1, most));
}

// Of one direction; resident only where it pays: enough chunks, which need not be smaller for it, and
// products in pieces.
void choose_overlap(layer_shape& s, const layer_program_options& options, const design_point& point) {
  if (!options.fused || s.branches > 1) return;
  if (s.streams_weights) s.overlap = chunk_overlap::streamed;
  if (s.streams_weights || options.z_first || s.by_sequence) return;
  layer_shape plain = s, resident = s;
  resident.overlap = chunk_overlap::resident;
  choose_chunk(plain, point);
  const bool fits = choose_chunk(resident, point);
  resident.pieces = pieces_of(resident);
  if (fits && resident.chunk == plain.chunk && resident.chunks > 2 && resident.pieces > 1) s = resident;
}

// Both directions of a layer of one chunk read the z of one product; with more chunks each makes its own.
void choose_chunks(layer_shape& s, const layer_program_options& options, const program_builder& b) {
  choose_overlap(s, options, b.point());
  // A load of weights waits for a product; one of z would wait for the scan, whose transfers are behind the
  // load.
  const bool must_wait = !options.fused || options.z_first || s.streams_weights || s.by_sequence;
  s.z_local = must_wait || (s.branches > 1 && !s.merged);
  bool fits = choose_chunk(s, b.point());
  if (!must_wait && s.z_local && (!fits || s.chunks > 1)) {
    s.z_local = false;
    fits = choose_chunk(s, b.point());
  }
  if (s.merged && (!fits || s.chunks > 1))
    b.refuse("merged", "all tokens of both directions in the scratch at a time", text(s.length));
  if (!fits)
    b.refuse("d_inner",
             fmt::format("tensors of one token in scratch_words {} and gemm_x_words {}",
                         b.point().scratch_words, b.point().gemm_x_words),
             text(s.inner));
}

// B and C of a scan in words.
void place_bc(layer_shape& s, const design_point& point) {
  const int64_t padded = int64_t{s.passes} * point.states_per_lane;
  s.bc_shared = 2 * padded == point.axi_bytes();
  s.bc_tiles = s.bc_shared ? 1 : 2 * padded / point.axi_bytes();
}

}  // namespace

bool directions_merge(const layer_sizes& sizes, int64_t tokens, const design_point& point) {
  if (point.max_sets < 2 || !point.has_units() || tokens < 2 || tokens > point.chunk_tokens) return false;
  if (sizes.states > point.max_states) return false;
  const int64_t word = point.axi_bytes();
  layer_shape s;
  s.merged = s.z_local = true;  // z in the scratch: the most that it can take
  s.branches = 2, s.runs.resize(2, std::vector<state_run>(1));
  s.model_tiles = tiles_of(sizes.model, word), s.inner_tiles = tiles_of(sizes.inner, word);
  s.dt_tiles = tiles_of(sizes.rank, word), s.passes = whole_passes(sizes.states, point);
  if (s.passes * point.states_per_lane > point.max_states) return false;
  place_bc(s, point);
  s.length = s.chunk = tokens;
  return fits(s, point);
}

layer_shape make_layer_shape(const quantised_layer& layer, int64_t tokens,
                             const layer_program_options& options, const program_builder& b) {
  check_layer(layer, tokens, options.sequences, b);
  layer_shape s;
  s.sequences = options.sequences, s.by_sequence = s.sequences > 1 && tokens == s.sequences;
  s.rounds = s.by_sequence ? 1 : s.sequences, s.length = tokens / s.rounds;
  s.model = layer.in_proj.linear.w.cols(), s.inner = layer.in_proj.linear.w.rows() / 2;
  s.rank = layer.branches[0].dt_proj.linear.w.cols(), s.states = layer.branches[0].scan.shape.states;
  s.all_states = (layer.branches[0].x_proj.linear.w.rows() - s.rank) / 2;
  s.branches = layer.branches.size(), s.merged = layer.merged;
  s.model_tiles = checked_tiles(b, "d_model", s.model);
  s.inner_tiles = checked_tiles(b, "d_inner", s.inner);
  s.dt_tiles = tiles_of(s.rank, b.word());
  s.passes = passes_of(s.states, b);
  place_bc(s, b.point());
  s.all_bc_tiles = tiles_of(2 * s.all_states, b.word());
  for (const quantised_branch& branch : layer.branches)
    s.runs.push_back(state_runs_of(branch.kept, s.inner, b));
  const int64_t rows = s.inner_tiles * b.point().interleave * s.passes,
                most = machine_shape(b.point()).state_rows;
  if (rows > most)
    b.refuse("d_inner", fmt::format("at most {} rows of states (state_capacity)", most), text(rows));
  s.streams_weights = weight_rows(s, options, b.point()) > b.point().gemm_weight_rows;
  choose_chunks(s, options, b);
  return s;
}

block_places take_places(const layer_shape& s, program_builder& b) {
  const auto take = [&](int64_t words, const char* field) { return b.take_scratch(words * s.chunk, field); };
  block_places p;
  p.r[0] = take(2 * s.model_tiles * s.residuals(), "r");
  for (int64_t i = 1; i < s.residuals(); ++i) p.r[i] = p.r[0] + i * 2 * s.model_tiles * s.chunk;
  if (s.has_source()) p.source = take(2 * s.model_tiles, "r");
  for (int64_t i = 0; i < s.norms(); ++i) p.norm[i] = take(s.model_tiles, "norm");
  p.xz = take(s.xz_tiles(), "in_proj");
  // Of every branch, or one place for all.
  const auto take_each = [&](std::vector<int64_t>& places, int64_t tiles, const char* field) {
    for (size_t branch = 0; branch < s.branches; ++branch)
      places.push_back(branch == 0 || s.merged ? take(tiles, field) : places[0]);
  };
  take_each(p.u, s.inner_tiles, "u");
  take_each(p.projected, most_tiles(s, &layer_shape::projected_tiles), "x_proj");
  if (const int64_t tiles = most_tiles(s, &layer_shape::selected_tiles); tiles > 0)
    p.selected = take(tiles, "B and C");
  take_each(p.delta, s.inner_tiles, "delta");
  p.y = take(2 * s.inner_tiles, "y");
  p.quantised = take(s.inner_tiles, "out_proj");
  for (size_t i = 0; i < s.branches; ++i)
    p.history.push_back(b.take_scratch(s.history_words(), "conv_state"));
  return p;
}

}  // namespace scansim
