// What the sequencer tells the other blocks: one tile_command per tile (with sets: per tile and set) to
// scan_tokens, delta_softplus, scan_serial and gate_silu, one dma_job per piece of memory to the dma
// (sim/README.md, sections 1 and 4). Plain data, filled in place in a timed_fifo.
#pragma once
#include "hls/scan/scan_descriptor.h"
#include "hls/scan/scan_tokens.h"

namespace scansim {

struct tile_command {
  hls::token_walk walk;
  hls::scan_shifts shifts;
  bool softplus, has_z;     // has_z: gated
  bool read_h0;             // has_h0, in the first chunk processed
  bool clear_state;         // first chunk processed: the state starts from h0 or zero
  bool last_chunk;          // of those processed
  bool store_state;         // of the descriptor; the state leaves in the last chunk
  bool single;              // one tile per chunk and not banked: its state never leaves the slot file
  bool last_tile_of_chunk;  // its last beat releases B and C
  int groups;               // K
  int first_group;          // lane group of k = 0, on chip
  int passes;               // P
  int out_rows;             // rows of z and y of the tile
  // Sets (sim/SETS.md); of a scan without any: the first and the last.
  bool of_set;               // A and db of the tile in slots, B and C behind those of the sets before
  bool first_set, last_set;  // opens y; releases z, completes y
  bool release_z;            // with the last set: the tile has z
  bool release_u, release_delta, release_params;  // no set of the tile behind it reads them again
  int b_base, c_base, list_base;                  // rows of B, of C, entries of lists before
  int states;                                     // that live, of all passes
  int log2_packed;                                // hls/scan/state_packing.h
  bool tap_pre;                                   // a*h is read out, before the drive
  bool plain_drive, linear_gate;                  // u*B; with has_z: z in the place of silu(z)
};

// In the order in which a tile's jobs are pushed; then those of the units (sim/PROGRAM.md). Writes: ht,
// y, store.
enum class job_kind : uint8_t {
  descriptor,
  list,
  db,
  b,
  c,
  u,
  delta,
  a,
  h0,
  z,
  ht,
  y,
  params,
  index,
  load,
  store
};

struct dma_job {
  job_kind kind;
  uint64_t address;
  int64_t beats;
  int rows = 0;          // of A or db, with sets of B, C or a list, else 0
  bool of_set = false;   // A, db: to a slot; B, C: behind those of the sets before
  uint8_t memory = 0;    // of params: hls::parameter_target
  bool w4 = false;       // of params: weights of 4 bits
  bool to_slot = false;  // of params: the weight memory is slots
  bool drain = false;    // read: wait until every write response is in
};

using descriptor_image = uint32_t[hls::descriptor_words];

struct fetched_descriptor {
  descriptor_image words;
};

}  // namespace scansim
