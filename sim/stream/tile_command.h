// What the sequencer tells the other blocks: one tile_command per tile to delta_softplus, scan_serial and
// gate_silu, one dma_job per piece of memory to the dma (sim/README.md, sections 1 and 4). Plain data, filled
// in place in a timed_fifo.
#pragma once
#include "hls/scan/scan_descriptor.h"

namespace scansim {

struct tile_command {
  hls::scan_shifts shifts;
  bool softplus, has_z, reverse;
  bool read_h0;             // has_h0, in the first chunk processed
  bool clear_state;         // first chunk processed: the state starts from h0 or zero
  bool last_chunk;          // of those processed
  bool store_state;         // of the descriptor; the state leaves in the last chunk
  bool single;              // one tile per chunk and not banked: its state never leaves the slot file
  bool last_tile_of_chunk;  // its last beat releases B and C
  int tokens;               // TK
  int groups;               // K
  int first_group;          // lane group of k = 0, on chip
  int passes;               // P
};

// In the order in which a tile's jobs are pushed; then those of the units (sim/PROGRAM.md). Writes: ht,
// y, store.
enum class job_kind : uint8_t { descriptor, db, b, c, u, delta, a, h0, z, ht, y, params, index, load, store };

struct dma_job {
  job_kind kind;
  uint64_t address;
  int64_t beats;
  int rows = 0;        // of A or db, else 0
  uint8_t memory = 0;  // of params: hls::parameter_target
  bool w4 = false;     // of params: weights of 4 bits
  bool drain = false;  // read: wait until every write response is in
};

using descriptor_image = uint32_t[hls::descriptor_words];

struct fetched_descriptor {
  descriptor_image words;
};

}  // namespace scansim
