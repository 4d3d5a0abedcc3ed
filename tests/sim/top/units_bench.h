// units_bench: units with processes in place of sequencer, dma and scan (sim/PROGRAM.md). The test
// writes a script before the run; the sequencer's process pushes one item of it per cycle, the dma's fill and
// drain what it names. Inside forked_trace, because a process elaborates SystemC once:
//   units_bench bench(point);  bench.load(...);  bench.command(...);  bench.read(...);  bench.store(...);
//   return bench.run();        outputs[0]: store tiles, entries = bytes as words, seen = cycle in which they
//   are done
#pragma once
#include <functional>

#include "sim/stream/systemc_host.h"
#include "sim/top/units.h"
#include "tests/support/stream_contract.h"

namespace scansim::test {

using byte_vector = std::vector<uint8_t>;

class units_bench : public block_process {
 public:
  explicit units_bench(const design_point& point);

  // Rows of a parameter memory, readable from `from` on.
  void parameters(hls::parameter_target target, const byte_vector& bytes, int rows, cycle_t from = 0);
  // Whole words into the scratch memory, in pieces; beat i of a piece has its handshake in cycle >= first +
  // i.
  void load(int address, const byte_vector& bytes, cycle_t first = 0);
  void index_bits(const byte_vector& bytes, cycle_t first = 0);
  void store(int address, int words, bool fence = true);
  void read(scratch_target target, scratch_job job, bool fence = false);
  void write(scratch_source source, scratch_job job);
  template <class Command>
  void command(timed_fifo<Command>& fifo, const Command& value) {
    script_.push_back([this, &fifo, value] { push(fifo, value); });
  }
  // Both FIFOs in one cycle.
  void command(const conv_command& conv, const parameter_rows& rows);
  void command(const norm_command& norm, const parameter_rows& rows);

  // The scan's side, run as a process of its own; what it notes goes to pushes[0] and outputs[1].entries.
  std::function<void()> scan;
  void note(cycle_t time) { trace_.pushes[0].push_back(time); }
  void note(const uint8_t* bytes, int64_t size);

  // Throws when a part still waits. counters: those of units, by block.event.
  stream_trace run(cycle_t more_cycles = 0);

  machine_shape shape;
  unit_channels channels;
  operand_buffer u, delta, b, c, z;
  parameter_memory set_b, set_c;
  result_buffer y;

 private:
  struct piece {
    byte_vector bytes;
    cycle_t first;
  };
  void sequence();
  void fill_load();
  void fill_index();
  void drain_store();
  void run_scan();
  void fill(operand_buffer& buffer, const std::vector<piece>& pieces) const;
  void append(std::vector<piece>& pieces, const byte_vector& bytes, cycle_t first) const;
  template <class T>
  void push(timed_fifo<T>& fifo, const T& value) {
    next_ = std::max(next_, fifo.credit_time()) + 1;
    fifo.back() = value;
    fifo.push(next_);
  }
  template <class T, class U>
  void push_both(timed_fifo<T>& one, const T& first, timed_fifo<U>& other, const U& second) {
    next_ = std::max(next_, other.credit_time());
    push(one, first);
    other.back() = second;
    other.push(next_);
  }

  systemc_host host_;
  units units_;
  std::vector<std::function<void()>> script_;
  std::vector<piece> loads_, index_pieces_;
  int64_t reads_ = 0, writes_ = 0;  // jobs in the script
  int stores_ = 0;
  cycle_t next_ = 0;  // the sequencer's
  stream_trace trace_;
};

entry_words words_of(const uint8_t* bytes, int64_t size);
// The bytes of all store tiles, one behind the other.
byte_vector stored_bytes(const stream_trace& trace);

}  // namespace scansim::test
