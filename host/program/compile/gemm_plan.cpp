#include "host/program/compile/gemm_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>

#include "host/program/base/tile_order.h"
#include "host/program/compile/gemm_descriptor.h"
#include "sim/unit_check.h"

namespace scansim {

namespace {

using kind = hls::gemm_epilogue_kind;

constexpr int64_t list_values = 256;  // of an entry of gather or scatter, u8
// Words of a load that fit the queue of scratch jobs, beside two products: then no product waits for them.
constexpr int64_t queued_words = (scratch_queue_depth - 2) * piece_words;
constexpr int64_t most_zero_rows = 16;
constexpr int64_t fewest_rows = 8;  // of a chunk, before tiles are cut instead

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

class planner {
 public:
  planner(const gemm_call& call, bool has_bias, const program_builder& builder, gemm_plan plan)
      : call_(call), has_bias_(has_bias), builder_(builder), point_(builder.point()), plan_(plan) {}

  gemm_plan plan() {
    choose_parts();
    plan_.y_stays = !call_.scatter.empty() && one_list();
    choose_chunk();
    return plan_;
  }

 private:
  void choose_parts() {
    const int64_t beats = gemm_beats(call_.inner, call_.sparsity, point_);
    plan_.part_tiles = plan_.tiles;
    if (beats == 0) return;  // pack_gemm refuses the pattern
    if (beats > point_.gemm_weight_rows) {
      builder_.refuse(
          "w",
          fmt::format("at most {} weight rows of one tile's K (gemm_weight_rows)", point_.gemm_weight_rows),
          fmt::format("{} rows of K = {}; gemm_weight_rows = {} would do", beats, call_.inner,
                      std::bit_ceil(static_cast<uint64_t>(beats))));
    }
    plan_.part_tiles = std::min<int64_t>({plan_.tiles, point_.gemm_weight_rows / beats, gemm_shift_rows});
    if (has_bias_) plan_.part_tiles = std::min<int64_t>(plan_.part_tiles, gemm_bias_rows);
  }

  int64_t most_rows() const {
    return std::min<int64_t>({point_.chunk_tokens, list_values, point_.gemm_x_words / plan_.k_words});
  }

  // All rows of the product are one chunk, and y is not too large for the list and the scratch.
  bool one_list() {
    gemm_plan whole = plan_;
    whole.y_stays = true, whole.y_rows = call_.y_rows;
    set_chunk(whole, call_.rows);
    return call_.rows <= most_rows() && call_.y_rows <= list_values && fits(whole);
  }

  void set_chunk(gemm_plan& plan, int64_t most) const {
    plan.chunks = ceil_div(call_.rows, std::max<int64_t>(1, most));
    plan.chunk = ceil_div(call_.rows, plan.chunks);
    plan.x_stays = plan.chunks == 1;
    const int64_t wanted = std::max<int64_t>(2, ceil_div(plan.k_words * plan.chunk, queued_words));
    const bool whole_rows = !call_.scatter.empty() && !plan.y_stays;
    plan.group_tiles = whole_rows ? plan.part_tiles : ceil_div(plan.part_tiles, wanted);
    plan.groups = ceil_div(plan.part_tiles, plan.group_tiles);
  }

  bool fits(const gemm_plan& p) const {
    const int64_t words = (p.x_stays ? 1 : 2) * p.x_words() + (p.y_stays ? 1 : 2) * p.y_words() +
                          2 * p.r_words() + p.zero_words();
    return words <= point_.scratch_words;
  }

  // Fewer rows at a time cost descriptors, fewer tiles cost another pass over x.
  void choose_chunk() {
    if (most_rows() == 0)
      builder_.refuse("x", fmt::format("at most {} words of K (gemm_x_words)", point_.gemm_x_words),
                      fmt::format("{} words", plan_.k_words));
    plan_.y_rows = call_.y_rows;
    plan_.clears = unnamed_rows() > 0;
    if (!plan_.y_stays) plan_.zero_rows = std::min(most_zero_rows, unnamed_rows());
    int64_t most = most_rows();
    set_chunk(plan_, most);
    while (!fits(plan_) && most > fewest_rows) set_chunk(plan_, most /= 2);
    while (!fits(plan_) && plan_.part_tiles > 1) --plan_.part_tiles, set_chunk(plan_, most);
    while (!fits(plan_) && most > 1) set_chunk(plan_, most /= 2);
    if (!fits(plan_))
      builder_.refuse("x", fmt::format("two rows in scratch_words = {}", point_.scratch_words),
                      fmt::format("{} words of one", plan_.x_words() + plan_.y_words()));
  }

  int64_t unnamed_rows() const {
    if (call_.scatter.empty()) return 0;
    return call_.y_rows -
           static_cast<int64_t>(std::set<int64_t>(call_.scatter.begin(), call_.scatter.end()).size());
  }

  const gemm_call& call_;
  bool has_bias_;
  const program_builder& builder_;
  const design_point& point_;
  gemm_plan plan_;
};

}  // namespace

std::vector<gemm_step> steps_of(const gemm_plan& plan) {
  std::vector<gemm_step> steps;
  int64_t number = 0;
  for (int64_t part = 0; part < plan.tiles; part += plan.part_tiles) {
    const int64_t end = std::min(part + plan.part_tiles, plan.tiles);
    for (int64_t chunk = 0; chunk < plan.chunks; ++chunk, ++number)
      for (int64_t first = part; first < end; first += plan.group_tiles)
        steps.push_back({chunk, number, first, std::min(plan.group_tiles, end - first), part, first == part,
                         first + plan.group_tiles >= end});
  }
  return steps;
}

gemm_plan plan_gemm(const gemm_call& call, const hls::gemm_epilogue& epilogue, bool has_bias,
                    const program_builder& builder) {
  gemm_plan plan;
  plan.tiles = tiles_of(call.columns, builder.word()), plan.k_words = tiles_of(call.inner, builder.word());
  plan.value_words = gemm_row_words(gemm_of({}, epilogue, 0, 0, 0)),
  plan.residual = epilogue.kind == kind::residual;
  return planner(call, has_bias, builder, plan).plan();
}

}  // namespace scansim
