// Rows of a table to the residual stream: a row lies in memory as one token's tiles, is loaded by its
// address, and the rotation's unit, which rotates nothing and shifts by nothing, moves it among the tiles of
// its chunk.
//   chunk of tokens: load each row; pass each row; store the chunk
// The rows of the next chunk are loaded while those of this one are moved. Ids are addresses of descriptors,
// so what they cost is that of the descriptors, two a token.
#include <algorithm>
#include <set>

#include "host/program/base/program_builder.h"
#include "host/program/base/tile_order.h"
#include "host/program/base/unit_rows.h"
#include "host/program/compile/gemm_descriptor.h"
#include "host/program/compile/operator_programs.h"

namespace scansim {

namespace {

constexpr int value_bytes = 2;

class embedding_compiler {
 public:
  embedding_compiler(const embedding_operands& e, const design_point& point)
      : e_(e),
        builder_("embedding", point),
        pass_(make_requantise(builder_, e.size, 0)),
        row_words_(value_bytes * tiles_of(e.size, builder_.word())) {
    const auto tokens = static_cast<int64_t>(e.ids.size());
    int64_t chunk = point.chunk_tokens;
    while (chunk > 1 && 3 * row_words_ * chunk > point.scratch_words) chunk /= 2;
    table_ = {e.size, static_cast<int64_t>(e.w.size()) / e.size, 1, value_bytes, 0};
    table_.address = builder_.take_memory(tensor_bytes(table_, builder_.word()));
    pack_tensor<int16_t>(table_, builder_.word(), builder_.image(),
                         [&](int64_t c, int64_t t) { return e.w[static_cast<size_t>(t * e.size + c)]; });
    y_ = {e.size, tokens, chunk, value_bytes, 0};
    y_.address = builder_.take_memory(tensor_bytes(y_, builder_.word()));
    for (int64_t& place : rows_place_) place = builder_.take_scratch(row_words_ * chunk, "w");
    y_place_ = builder_.take_scratch(row_words_ * chunk, "y");
    const std::set<int64_t> rows(e.ids.begin(), e.ids.end());
    builder_.count_compulsory("w", value_bytes * rows.size() * static_cast<uint64_t>(e.size));
    builder_.count_compulsory("y", static_cast<uint64_t>(value_bytes * tokens * e.size));
  }

  program compile() {
    const int64_t chunks = num_chunks(y_);
    load(0);
    for (int64_t chunk = 0; chunk < chunks; ++chunk) {
      if (chunk + 1 < chunks) load(chunk + 1);
      move(chunk);
      builder_.store("y", y_place_, chunk_address(y_, chunk, builder_.word()),
                     row_words_ * tokens_of_chunk(y_, chunk));
    }
    program p = builder_.finish();
    p.outputs.push_back(tiled_output("y", y_, true, builder_.word()));
    return p;
  }

 private:
  int64_t place_of(int64_t chunk, int64_t token) const { return rows_place_[chunk % 2] + row_words_ * token; }

  void load(int64_t chunk) {
    for (int64_t t = 0; t < tokens_of_chunk(y_, chunk); ++t) {
      const int64_t row = e_.ids[static_cast<size_t>(chunk * y_.chunk_tokens + t)];
      builder_.load("w", chunk_address(table_, row, builder_.word()), place_of(chunk, t), row_words_);
    }
  }

  void move(int64_t chunk) {
    const int64_t tokens = tokens_of_chunk(y_, chunk);
    pass_.fence = pass_.wide = true, pass_.tokens = 1;
    for (int64_t t = 0; t < tokens; ++t) {
      pass_.x = region_of(place_of(chunk, t), value_bytes);
      pass_.y = region_of(y_place_ + value_bytes * t, value_bytes * tokens);
      builder_.append(pass_);
    }
  }

  const embedding_operands& e_;
  program_builder builder_;
  hls::hadamard_descriptor pass_;
  int64_t row_words_;
  tiled_tensor table_, y_;
  int64_t rows_place_[2] = {}, y_place_ = 0;
};

}  // namespace

program make_embedding_program(const embedding_operands& operands, const design_point& point) {
  return embedding_compiler(operands, point).compile();
}

}  // namespace scansim
