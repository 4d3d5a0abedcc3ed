// The program of one gemm, step by step as planned (host/program/compile/gemm_plan.h): parts of the output
// tiles outermost, then chunks of rows, then groups of tiles. A step is
//   load a share of the next chunk's x, and the next step's residual -> gemm -> store the step before
// so that loads and stores go on beside a product; in the first chunk of a part the next step's weights
// follow it. (In front of the gemm: the scratch is written in order of the descriptors, and the fetch of the
// gemm's is not held up by them. Where weights are still to arrive in front of them, the loads follow the
// gemm.) A gather loads the rows that a chunk needs, each once; the machine's list is used where they come in
// another order or repeat. A scatter of more rows than one list stores y row by row.
#include <algorithm>
#include <map>
#include <set>

#include "host/program/base/tile_order.h"
#include "host/program/compile/gemm_descriptor.h"
#include "host/program/compile/gemm_plan.h"
#include "host/program/compile/load_queue.h"
#include "host/program/compile/operator_programs.h"
#include "host/program/compile/row_runs.h"

namespace scansim {

namespace {

using target = hls::parameter_target;

class gemm_compiler {
 public:
  gemm_compiler(const gemm_call& call, const quantised_gemm& q, const design_point& point)
      : call_(call), q_(q), builder_("gemm", point), word_(builder_.word()) {
    matrix_.weights = stored_weights(q.w, call.sparsity);
    matrix_.inner = call.inner, matrix_.pattern = call.sparsity;
    matrix_.channel = q.channels, matrix_.silu = q.epilogue.kind == hls::gemm_epilogue_kind::silu;
    if (!call.bias.empty()) matrix_.bias = q.bias;
    plan_ = plan_gemm(call, q.epilogue, matrix_.has_bias(), builder_);
  }

  program compile() {
    place_x();
    place_y();
    if (plan_.residual) place_residual();
    const std::vector<gemm_step> steps = steps_of(plan_);
    queue_x(steps.front());
    queue_.load(builder_, queue_.words());
    if (plan_.residual) load_residual(steps, 0);
    if (plan_.clears && !plan_.y_stays) store_zeros();
    for (size_t i = 0; i < steps.size(); ++i) run_step(steps, i);
    program p = builder_.finish();
    p.outputs.push_back(tiled_output("y", y_, true, builder_.word()));
    return p;
  }

 private:
  bool gathers() const { return !call_.gather.empty(); }
  bool scatters() const { return !call_.scatter.empty(); }
  bool stores_rows() const { return scatters() && !plan_.y_stays; }
  int64_t rows_of(int64_t chunk) const { return std::min(plan_.chunk, call_.rows - chunk * plan_.chunk); }
  std::span<const int64_t> chunk_of(const std::vector<int64_t>& list, int64_t chunk) const {
    return std::span(list).subspan(static_cast<size_t>(chunk * plan_.chunk),
                                   static_cast<size_t>(rows_of(chunk)));
  }

  // ---- Places ----

  // For a gather row by row, else as the machine wants a chunk.
  void place_x() {
    x_ = {call_.inner, call_.x_rows, gathers() ? 1 : plan_.chunk, 1, 0};
    x_.address = builder_.take_memory(tensor_bytes(x_, word_));
    pack_tensor<int8_t>(x_, word_, builder_.image(),
                        [&](int64_t k, int64_t t) { return q_.x[static_cast<size_t>(t * call_.inner + k)]; });
    const std::set<int64_t> distinct(call_.gather.begin(), call_.gather.end());
    builder_.count_compulsory("x",
                              gathers() ? distinct.size() * static_cast<uint64_t>(call_.inner) : q_.x.size());
    if (gathers()) builder_.count_compulsory("gather", call_.gather.size());
    if (scatters()) builder_.count_compulsory("scatter", call_.scatter.size());
    x_place_[0] = x_place_[1] = builder_.take_scratch(plan_.x_words(), "x");
    if (!plan_.x_stays) x_place_[1] = builder_.take_scratch(plan_.x_words(), "x");
  }

  void place_y() {
    y_ = {call_.columns, call_.y_rows, plan_.chunk, static_cast<int>(plan_.value_words), 0};
    if (scatters()) y_.chunk_tokens = plan_.y_stays ? call_.y_rows : 1;
    y_.address = builder_.take_memory(tensor_bytes(y_, word_));
    builder_.count_compulsory("y", static_cast<uint64_t>(call_.rows * call_.columns * plan_.value_words));
    y_place_[0] = y_place_[1] = builder_.take_scratch(plan_.y_words(), "y");
    if (!plan_.y_stays) y_place_[1] = builder_.take_scratch(plan_.y_words(), "y");
    if (!plan_.clears) return;
    zero_words_ = plan_.y_stays ? plan_.y_words() : plan_.zero_words();
    zeros_ = builder_.take_memory(static_cast<uint64_t>(zero_words_ * word_));
    if (!plan_.y_stays) zero_place_ = builder_.take_scratch(zero_words_, "y_clear");
  }

  // In the order of the product: the machine scatters y alone.
  void place_residual() {
    r_ = {call_.columns, call_.rows, plan_.chunk, 2, 0};
    r_.address = builder_.take_memory(tensor_bytes(r_, word_));
    pack_tensor<int16_t>(r_, word_, builder_.image(), [&](int64_t n, int64_t t) {
      const int64_t row = scatters() ? call_.scatter[static_cast<size_t>(t)] : t;
      return q_.residual[static_cast<size_t>(row * call_.columns + n)];
    });
    builder_.count_compulsory("residual", 2 * static_cast<uint64_t>(call_.rows * call_.columns));
    for (int64_t& place : r_place_) place = builder_.take_scratch(plan_.r_words(), "residual");
  }

  // Tiles first.. of a chunk lie together.
  uint64_t part_address(const tiled_tensor& t, int64_t chunk, int64_t first) const {
    return chunk_address(t, chunk, word_) +
           static_cast<uint64_t>(first * t.bytes * tokens_of_chunk(t, chunk) * word_);
  }

  // ---- Steps ----

  void run_step(const std::vector<gemm_step>& steps, size_t i) {
    const gemm_step& s = steps[i];
    if (s.opens) open_chunk(steps, i);
    const bool behind_weights = s.chunk == 0 && s.opens && !s.closes;
    if (!behind_weights) queue_.load(builder_, s.closes ? queue_.words() : share_);
    if (plan_.residual && i + 1 < steps.size()) load_residual(steps, i + 1);
    append_gemm(s, i);
    if (s.chunk == 0 && !s.closes) add_tiles(steps[i + 1].first, steps[i + 1].tiles);
    if (behind_weights) queue_.load(builder_, share_);
    if (plan_.y_stays) {
      if (s.closes) store_part(s);
      return;
    }
    if (i > 0) store_step(steps[i - 1]);
    if (i + 1 == steps.size()) store_step(s);
  }

  void open_chunk(const std::vector<gemm_step>& steps, size_t i) {
    const gemm_step& s = steps[i];
    if (s.chunk == 0) open_part(s);
    load_lists(s);
    const auto next = std::find_if(steps.begin() + static_cast<std::ptrdiff_t>(i) + 1, steps.end(),
                                   [](const gemm_step& step) { return step.opens; });
    if (next != steps.end() && !plan_.x_stays) queue_x(*next);
    share_ = (queue_.words() + plan_.groups - 1) / plan_.groups;
  }

  void open_part(const gemm_step& s) {
    for (const target memory : {target::weights, target::index, target::shifts, target::bias})
      builder_.clear_rows(memory);
    rows_ = add_tiles(s.first, s.tiles);
    if (plan_.clears && plan_.y_stays)
      builder_.load("y_clear", zeros_, y_place_[0],
                    std::min(plan_.part_tiles, plan_.tiles - s.part) * plan_.value_words * call_.y_rows);
  }

  // Their rows lie behind those of the tiles before.
  gemm_rows add_tiles(int64_t first, int64_t tiles) {
    std::vector<int64_t> lanes;
    append_rows(lanes, first * word_, std::min(tiles * word_, call_.columns - first * word_), word_);
    return builder_.add_gemm(pack_gemm(matrix_, lanes, builder_.point(), "gemm"));
  }

  void append_gemm(const gemm_step& s, size_t i) {
    const int64_t rows = rows_of(s.chunk), v = plan_.value_words, in_part = s.first - s.part;
    hls::gemm_descriptor d = gemm_of(part_of(rows_, in_part, s.tiles), q_.epilogue, x_place(s), rows, rows);
    d.load_x = s.opens, d.release_x = s.closes;
    if (gathers()) {
      d.gather = !gathered_.in_order;
      d.x_tokens = static_cast<uint16_t>(gathered_.places.size());
      d.x.pitch = 1, d.x_step = static_cast<uint16_t>(plan_.k_words);
    }
    d.scatter = plan_.y_stays;
    d.y = stores_rows() ? region_of(y_place(s), v)
                        : region_of(y_place(s) + in_part * v * y_pitch(s), v * y_pitch(s));
    if (stores_rows()) d.y_step = static_cast<uint16_t>(v * s.tiles);
    if (plan_.residual) d.r = region_of(r_place_[i % 2], 2 * rows);
    builder_.append(d);
  }

  int64_t x_place(const gemm_step& s) const { return x_place_[s.number_of_chunk % 2]; }
  int64_t y_place(const gemm_step& s) const { return y_place_[s.number_of_chunk % 2]; }
  int64_t y_pitch(const gemm_step& s) const { return plan_.y_stays ? call_.y_rows : rows_of(s.chunk); }

  // ---- Loads ----

  void queue_x(const gemm_step& s) {
    if (!gathers()) {
      queue_.add(chunk_address(x_, s.chunk, word_), x_place(s), plan_.k_words * rows_of(s.chunk));
      return;
    }
    for (const row_run& run : runs_of(gather_rows(chunk_of(call_.gather, s.chunk)).places))
      queue_.add(chunk_address(x_, run.row, word_), x_place(s) + run.place * plan_.k_words,
                 run.count * plan_.k_words);
  }

  void load_residual(const std::vector<gemm_step>& steps, size_t i) {
    const gemm_step& s = steps[i];
    builder_.load("residual", part_address(r_, s.chunk, s.first), r_place_[i % 2],
                  2 * s.tiles * rows_of(s.chunk));
  }

  // A memory holds one list; one that is there already stays.
  void load_lists(const gemm_step& s) {
    if (gathers()) {
      gathered_ = gather_rows(chunk_of(call_.gather, s.chunk));
      if (!gathered_.in_order) load_list(target::gather, "gather", gathered_.list, loaded_gather_);
    }
    if (!plan_.y_stays) return;
    std::vector<uint8_t> list;
    for (const int64_t row : call_.scatter) list.push_back(static_cast<uint8_t>(row));
    load_list(target::scatter, "scatter", list, loaded_scatter_);
  }

  void load_list(target memory, const char* name, std::vector<uint8_t> list, std::vector<uint8_t>& loaded) {
    if (list == loaded) return;
    loaded = list;
    list.resize(static_cast<size_t>(tiles_of(static_cast<int64_t>(list.size()), word_) * word_), 0);
    builder_.clear_rows(memory);
    builder_.add_rows(memory, name, list);
  }

  // ---- Stores ----

  void store_part(const gemm_step& s) {
    const int64_t tiles = s.first + s.tiles - s.part;
    builder_.store("y", y_place_[0], part_address(y_, 0, s.part), tiles * plan_.value_words * call_.y_rows);
  }

  void store_step(const gemm_step& s) {
    const int64_t v = plan_.value_words, rows = rows_of(s.chunk);
    if (!scatters()) {
      builder_.store("y", y_place(s) + (s.first - s.part) * v * rows, part_address(y_, s.chunk, s.first),
                     s.tiles * v * rows);
      return;
    }
    const int64_t words = v * s.tiles;  // of a row
    for (const row_run& run : runs_of(stored_rows(s))) {
      const int64_t together = s.tiles == plan_.tiles ? run.count : 1;
      for (int64_t i = 0; i < run.count; i += together)
        builder_.store("y", y_place(s) + (run.place + i) * words, part_address(y_, run.row + i, s.first),
                       together * words);
    }
  }

  // Row of y -> row of the chunk; scatter names no row twice.
  std::map<int64_t, int64_t> stored_rows(const gemm_step& s) const {
    std::map<int64_t, int64_t> places;
    const std::span<const int64_t> rows = chunk_of(call_.scatter, s.chunk);
    for (size_t t = 0; t < rows.size(); ++t) places[rows[t]] = static_cast<int64_t>(t);
    return places;
  }

  void store_zeros() {
    builder_.load("y_clear", zeros_, zero_place_, zero_words_);
    std::map<int64_t, int64_t> unnamed;
    const std::set<int64_t> named(call_.scatter.begin(), call_.scatter.end());
    for (int64_t row = 0; row < call_.y_rows; ++row)
      if (!named.contains(row)) unnamed[row] = row;
    for (const row_run& run : runs_of(unnamed)) {
      for (int64_t i = 0; i < run.count; i += plan_.zero_rows)
        builder_.store("y", zero_place_, chunk_address(y_, run.row + i, word_),
                       std::min(plan_.zero_rows, run.count - i) * plan_.value_words * plan_.tiles);
    }
  }

  const gemm_call& call_;
  const quantised_gemm& q_;
  program_builder builder_;
  int64_t word_;
  gemm_matrix matrix_;
  gemm_plan plan_;
  gemm_rows rows_;  // of the part
  tiled_tensor x_, r_, y_;
  int64_t x_place_[2] = {}, y_place_[2] = {}, r_place_[2] = {}, zero_place_ = 0;
  uint64_t zeros_ = 0;
  int64_t zero_words_ = 0;
  load_queue queue_{"x"};   // of the next chunk's x
  int64_t share_ = 0;       // of it, per step
  gathered_rows gathered_;  // of the chunk
  std::vector<uint8_t> loaded_gather_, loaded_scatter_;
};

}  // namespace

program make_gemm_program(const gemm_call& call, const quantised_gemm& q, const design_point& point) {
  return gemm_compiler(call, q, point).compile();
}

}  // namespace scansim
