// gemm_feed: parameter memories and the x buffer -> operands of gemm_nm (sim/PROGRAM.md, section 5). For
// tile, for token, for beat, one issue per cycle:
//   issue = max(issue before + 1, command, x word, weight row, position row, credit of the operands;
//               first beat of a tile: shift row, bias row, credit of the tile; of a token: gather list)
//   operands, and the tile's command and parameters, visible to gemm_nm at issue + 2
// Turns memory rows (slot order) into what a beat holds here (storage order).
#pragma once

#include "hls/units/unit_descriptor.h"
#include "sim/gemm/gemm_streams.h"
#include "sim/mem/tile_buffer.h"
#include "sim/stream/block_process.h"
#include "sim/stream/machine_shape.h"
#include "sim/stream/timed_fifo.h"
#include "sim/top/unit_channels.h"

namespace scansim {

class gemm_feed : public block_process {
 public:
  struct ports {
    timed_fifo<hls::gemm_descriptor>& commands;
    operand_buffer& x_words;
    parameter_memory& weights;
    unit_channels::row_slots& weight_slots;
    parameter_memory& positions;
    unit_channels::row_slots& position_slots;
    parameter_memory& shifts;
    parameter_memory& bias;
    parameter_memory& gather;
    timed_fifo<gemm_command>& tiles;
    timed_fifo<gemm_parameters>& p;
    timed_fifo<gemm_x_beat>& x;
    timed_fifo<gemm_w_beat>& w;
  };
  static constexpr int latency_cycles = 2;

  gemm_feed(std::string name, const machine_shape& shape, const ports& connected);

  void begin();

 private:
  struct place {
    int tile, token, beat;
  };
  void process();
  cycle_t run_command(const hls::gemm_descriptor& d, cycle_t visible);
  // What a command reads: x, and weights and positions in slots (else nullptr).
  struct open_slots {
    const operand_slot& x;
    const operand_slot *weights, *positions;
  };
  void run_beat(const hls::gemm_descriptor& d, const open_slots& slots, const place& at, cycle_t visible);
  static cycle_t row_time(const operand_slot* slot, parameter_memory& memory, int row);
  static const uint8_t* row_of(const operand_slot* slot, const parameter_memory& memory, int row);
  cycle_t tile_time(const hls::gemm_descriptor& d, int tile);
  int x_row(const hls::gemm_descriptor& d, const place& at) const;
  int log2_beats_of_word(const hls::gemm_descriptor& d) const;
  void fill_x(const hls::gemm_descriptor& d, const operand_slot& slot, int row, int beat);
  void fill_w(const hls::gemm_descriptor& d, const open_slots& slots, int offset);
  void fill_parameters(const hls::gemm_descriptor& d, int tile);

  machine_shape shape_;
  ports ports_;
  cycle_t next_ = 0;  // earliest issue
};

}  // namespace scansim
