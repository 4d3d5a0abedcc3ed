// How a gemm is cut to fit a machine: parts of the output tiles whose weights are resident together, chunks
// of rows, and within a chunk groups of tiles, one gemm descriptor each. While one step computes, a share of
// the next chunk's x is loaded and the step before is stored, so x, y and the residual have two places each.
// Contract: everything fits scratch, slots and parameter memories. Errors: input_error naming the field of
// the design point that is too small.
#pragma once
#include "host/program/base/program_builder.h"
#include "traces/calls/gemm.h"

namespace scansim {

struct gemm_plan {
  int64_t tiles = 0, k_words = 0;       // of the whole product
  int64_t value_words = 1;              // V: words of y per tile and row, bytes of an element
  int64_t part_tiles = 0;               // resident together
  int64_t chunk = 0, chunks = 0;        // rows of the product
  int64_t groups = 0, group_tiles = 0;  // steps of a chunk, tiles of a step
  int64_t y_rows = 0;
  bool x_stays = false;  // one chunk: loaded once for all parts
  bool residual = false;
  // With a scatter list: y stays in the scratch until all rows are there, the machine's list places them.
  // Without: rows of y are stored one by one.
  bool y_stays = false;
  bool clears = false;    // rows of y where no row of the product lands are zero
  int64_t zero_rows = 0;  // stored at once, if y does not stay

  int64_t x_words() const { return k_words * chunk; }
  int64_t y_words() const { return value_words * part_tiles * (y_stays ? y_rows : chunk); }
  int64_t r_words() const { return residual ? 2 * group_tiles * chunk : 0; }
  int64_t zero_words() const { return value_words * tiles * zero_rows; }
};

struct gemm_step {
  int64_t chunk, number_of_chunk;  // of the product; of all passes over it
  int64_t first, tiles;            // of the product
  int64_t part;                    // first tile of the resident ones
  bool opens, closes;              // the chunk
};

// Parts outermost, then chunks, then groups of tiles.
std::vector<gemm_step> steps_of(const gemm_plan& plan);

gemm_plan plan_gemm(const gemm_call& call, const hls::gemm_epilogue& epilogue, bool has_bias,
                    const program_builder& builder);

}  // namespace scansim
