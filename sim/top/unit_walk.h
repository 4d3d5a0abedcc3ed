// unit_walk: what a descriptor of the units (opcode 2..8) pushes, item by item in the order of
// sim/PROGRAM.md, section 3: its command, its scratch jobs (section 4), its DMA jobs; load, store and index
// in pieces of 64 words. Contract: the descriptor is legal (sim/unit_check.h); the sink does the waiting and
// gives scratch jobs their fence and count.
#pragma once
#include "hls/units/unit_descriptor.h"
#include "sim/stream/machine_shape.h"
#include "sim/stream/scratch_job.h"
#include "sim/stream/tile_command.h"

namespace scansim {

class block_sink {
 public:
  virtual ~block_sink() = default;
  virtual void command(const hls::gemm_descriptor& d) = 0;
  virtual void command(const hls::conv_descriptor& d) = 0;
  virtual void command(const hls::norm_descriptor& d) = 0;
  virtual void command(const hls::hadamard_descriptor& d) = 0;
  virtual void command(const hls::params_descriptor& index) = 0;
  virtual void read(const scratch_job& job) = 0;
  virtual void write(const scratch_job& job) = 0;
  virtual void dma(const dma_job& job) = 0;
};

void walk_unit_descriptor(const uint32_t (&words)[hls::descriptor_words], const machine_shape& shape,
                          block_sink& sink);

}  // namespace scansim
