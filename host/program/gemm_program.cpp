// The program of one gemm. Steps are (part of the output tiles, chunk of tokens), parts outermost: a part's
// weights stay while all tokens pass. Gather and scatter need all rows of x, or of y, in the scratch at once.
#include <fmt/format.h>

#include <numeric>
#include <set>

#include "host/program/gemm_descriptor.h"
#include "host/program/operator_programs.h"
#include "host/program/tile_order.h"
#include "sim/block_check.h"

namespace scansim {

namespace {

using kind = hls::gemm_epilogue_kind;
using target = hls::parameter_target;

constexpr int64_t list_values = 256;  // of an entry of gather or scatter, u8

int output_bytes(const hls::gemm_epilogue& e) {
  return e.kind == kind::raw        ? 4
         : e.kind == kind::residual ? 2
         : e.kind == kind::silu     ? 1
                                    : e.output_bits / 8;
}

class gemm_compiler {
 public:
  gemm_compiler(const gemm_call& call, const quantised_gemm& q, const design_point& point)
      : call_(call), q_(q), builder_("gemm", point), word_(builder_.word()), v_(output_bytes(q.epilogue)) {
    matrix_.weights = stored_weights(q.w, call.sparsity);
    matrix_.inner = call.inner, matrix_.pattern = call.sparsity;
    matrix_.channel = q.channels, matrix_.silu = q.epilogue.kind == kind::silu;
    if (!call.bias.empty()) matrix_.bias = q.bias;
  }

  program compile() {
    choose_part();
    choose_chunk();
    place_tensors();
    for (int64_t first = 0; first < tiles_; first += part_tiles_) run_part(first);
    program p = builder_.finish();
    p.y = y_, p.y_by_token = true;
    return p;
  }

 private:
  bool gathers() const { return !call_.gather.empty(); }
  bool scatters() const { return !call_.scatter.empty(); }
  bool x_stays() const { return gathers() || num_chunks(x_) == 1; }  // for all parts
  bool residual() const { return q_.epilogue.kind == kind::residual; }
  // Rows of y that no entry of scatter names must be zero.
  bool clears() const {
    return scatters() && std::set<int64_t>(call_.scatter.begin(), call_.scatter.end()).size() <
                             static_cast<size_t>(call_.y_rows);
  }

  void choose_part() {
    const design_point& point = builder_.point();
    tiles_ = tiles_of(call_.columns, word_);
    k_words_ = tiles_of(call_.inner, word_);
    const int64_t beats = gemm_beats(call_.inner, call_.sparsity, point);
    part_tiles_ = tiles_;
    if (beats == 0) return;  // pack_gemm refuses the pattern
    if (beats > point.gemm_weight_rows) {
      builder_.refuse(
          "w",
          fmt::format("at most {} weight rows of one tile's K (gemm_weight_rows)", point.gemm_weight_rows),
          fmt::format("{} rows of K = {}", beats, call_.inner));
    }
    part_tiles_ = std::min<int64_t>({tiles_, point.gemm_weight_rows / beats, gemm_shift_rows});
    if (matrix_.has_bias()) part_tiles_ = std::min<int64_t>(part_tiles_, gemm_bias_rows);
  }

  // Words of the scratch for chunks of `tokens` and parts of `tiles`.
  int64_t scratch_words(int64_t tokens, int64_t tiles) const {
    const int64_t x = gathers() ? k_words_ * call_.x_rows : 2 * k_words_ * tokens;
    const int64_t y = tiles * v_ * (scatters() ? call_.y_rows : tokens);
    return x + y + (residual() && scatters() ? 2 * tiles * tokens : 0);
  }

  void choose_chunk() {
    const design_point& point = builder_.point();
    chunk_ = std::min<int64_t>(point.chunk_tokens, list_values);
    if (gathers()) {
      const int64_t most = std::min<int64_t>(chunk_, point.gemm_x_words / k_words_);
      if (call_.x_rows > most)
        builder_.refuse("gather", fmt::format("at most {} rows of x (chunk_tokens, gemm_x_words)", most),
                        fmt::format("{}", call_.x_rows));
    } else {
      while (chunk_ > 0 && chunk_ * k_words_ > point.gemm_x_words) chunk_ /= 2;
      if (chunk_ == 0)
        builder_.refuse("x", fmt::format("at most {} words of K (gemm_x_words)", point.gemm_x_words),
                        fmt::format("{} words", k_words_));
    }
    if (scatters() && call_.y_rows > list_values)
      builder_.refuse("scatter", fmt::format("at most {} rows of y", list_values),
                      fmt::format("{}", call_.y_rows));
    while (chunk_ > 1 && scratch_words(chunk_, 1) > point.scratch_words) chunk_ /= 2;
    // One list: y stays in the scratch until all of it is scattered.
    if (scatters() && call_.rows > chunk_)
      builder_.refuse("scatter", fmt::format("at most {} rows of the product, one list", chunk_),
                      fmt::format("{}", call_.rows));
    while (part_tiles_ > 1 && scratch_words(chunk_, part_tiles_) > point.scratch_words) --part_tiles_;
  }

  void place_tensors() {
    const auto rows = [&](int64_t n) { return static_cast<size_t>(n * call_.inner); };
    x_ = {call_.inner, call_.x_rows, gathers() ? call_.x_rows : chunk_, 1, 0};
    x_.address = builder_.take_memory(tensor_bytes(x_, word_));
    pack_tensor<int8_t>(x_, word_, builder_.image(),
                        [&](int64_t k, int64_t t) { return q_.x[rows(t) + static_cast<size_t>(k)]; });
    const std::set<int64_t> distinct(call_.gather.begin(), call_.gather.end());
    builder_.count_compulsory("x",
                              gathers() ? distinct.size() * static_cast<uint64_t>(call_.inner) : q_.x.size());
    if (residual()) place_residual();
    y_ = {call_.columns, call_.y_rows, scatters() ? call_.y_rows : chunk_, static_cast<int>(v_), 0};
    y_.address = builder_.take_memory(tensor_bytes(y_, word_));
    builder_.count_compulsory("y", static_cast<uint64_t>(call_.rows * call_.columns * v_));
    if (clears())
      zeros_ = builder_.take_memory(static_cast<uint64_t>(part_tiles_ * v_ * call_.y_rows * word_));

    x_place_[0] = builder_.take_scratch(k_words_ * x_.chunk_tokens, "x");
    x_place_[1] = x_stays() ? x_place_[0] : builder_.take_scratch(k_words_ * x_.chunk_tokens, "x");
    y_place_ = builder_.take_scratch(part_tiles_ * v_ * y_.chunk_tokens, "y");
    r_place_ =
        residual() && scatters() ? builder_.take_scratch(2 * part_tiles_ * chunk_, "residual") : y_place_;
  }

  // In the order of the product: the machine scatters y alone.
  void place_residual() {
    r_ = {call_.columns, call_.rows, chunk_, 2, 0};
    r_.address = builder_.take_memory(tensor_bytes(r_, word_));
    pack_tensor<int16_t>(r_, word_, builder_.image(), [&](int64_t n, int64_t t) {
      const int64_t row = scatters() ? call_.scatter[static_cast<size_t>(t)] : t;
      return q_.residual[static_cast<size_t>(row * call_.columns + n)];
    });
    builder_.count_compulsory("residual", 2 * static_cast<uint64_t>(call_.rows * call_.columns));
  }

  // Tiles first..first + tiles - 1 of a chunk lie together.
  uint64_t part_address(const tiled_tensor& t, int64_t chunk, int64_t first) const {
    return chunk_address(t, chunk, word_) +
           static_cast<uint64_t>(first * t.bytes * tokens_of_chunk(t, chunk) * word_);
  }

  void load_x(int64_t chunk) {
    if (x_stays() && std::exchange(x_loaded_, true)) return;
    builder_.load("x", chunk_address(x_, chunk, word_), x_place_[chunk % 2],
                  k_words_ * tokens_of_chunk(x_, chunk));
  }

  void load_list(target memory, const char* name, const std::vector<int64_t>& list, int64_t first,
                 int64_t count) {
    std::vector<uint8_t> entries(static_cast<size_t>(tiles_of(count, word_) * word_), 0);
    for (int64_t i = 0; i < count; ++i)
      entries[static_cast<size_t>(i)] = static_cast<uint8_t>(list[static_cast<size_t>(first + i)]);
    builder_.clear_rows(memory);
    builder_.add_rows(memory, name, entries);
  }

  void load_weights(int64_t first, int64_t tiles) {
    std::vector<int64_t> lanes;
    append_rows(lanes, first * word_, std::min(tiles * word_, call_.columns - first * word_), word_);
    for (const target memory : {target::weights, target::index, target::shifts, target::bias})
      builder_.clear_rows(memory);
    rows_ = builder_.add_gemm(pack_gemm(matrix_, lanes, builder_.point(), "gemm"));
  }

  void run_part(int64_t first) {
    const int64_t tiles = std::min(part_tiles_, tiles_ - first);
    load_weights(first, tiles);
    if (clears()) builder_.load("y_clear", zeros_, y_place_, tiles * v_ * call_.y_rows);
    const int64_t chunks = (call_.rows + chunk_ - 1) / chunk_;
    load_x(0);
    for (int64_t chunk = 0; chunk < chunks; ++chunk) {
      const int64_t tokens = std::min(chunk_, call_.rows - chunk * chunk_);
      load_lists(first, chunk, tokens);
      if (residual()) builder_.load("residual", part_address(r_, chunk, first), r_place_, 2 * tiles * tokens);
      run_chunk(chunk, tokens);
      if (!gathers() && chunk + 1 < chunks) load_x(chunk + 1);
      if (!scatters()) builder_.store("y", y_place_, part_address(y_, chunk, first), tiles * v_ * tokens);
    }
    if (scatters()) builder_.store("y", y_place_, part_address(y_, 0, first), tiles * v_ * call_.y_rows);
  }

  // A memory holds one list; with one chunk it stays for all parts.
  void load_lists(int64_t first, int64_t chunk, int64_t tokens) {
    if (first > 0 && call_.rows <= chunk_) return;
    if (gathers()) load_list(target::gather, "gather", call_.gather, chunk * chunk_, tokens);
    if (scatters()) load_list(target::scatter, "scatter", call_.scatter, chunk * chunk_, tokens);
    if (first > 0) return;
    if (gathers()) builder_.count_compulsory("gather", static_cast<uint64_t>(tokens));
    if (scatters()) builder_.count_compulsory("scatter", static_cast<uint64_t>(tokens));
  }

  void run_chunk(int64_t chunk, int64_t tokens) {
    const int64_t x_tokens = gathers() ? call_.x_rows : tokens;
    const int64_t x = x_place_[gathers() ? 0 : chunk % 2];
    hls::gemm_descriptor d = gemm_of(rows_, q_.epilogue, x, x_tokens, tokens);
    d.gather = gathers(), d.scatter = scatters();
    d.y = region_of(y_place_, v_ * (scatters() ? call_.y_rows : tokens));
    if (residual()) d.r = region_of(r_place_, 2 * tokens);
    builder_.append(d);
  }

  const gemm_call& call_;
  const quantised_gemm& q_;
  program_builder builder_;
  int64_t word_, v_;  // v_: words of y per tile and token, bytes of an element
  gemm_matrix matrix_;
  gemm_rows rows_;
  int64_t tiles_ = 0, part_tiles_ = 0, k_words_ = 0, chunk_ = 0;
  tiled_tensor x_, r_, y_;
  uint64_t zeros_ = 0;
  int64_t x_place_[2] = {}, y_place_ = 0, r_place_ = 0;
  bool x_loaded_ = false;
};

}  // namespace

program make_gemm_program(const gemm_call& call, const quantised_gemm& q, const design_point& point) {
  return gemm_compiler(call, q, point).compile();
}

}  // namespace scansim
