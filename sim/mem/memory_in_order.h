// The part every memory model shares: one queue of reads, one of writes, in-order data and responses.
//   AR/AW: accept = max(model, last beat (or service) of the command `depth` commands before + 1)
//   R:     beat[i] = max(earliest[i] of the model, previous beat + 1) + stall
//   W:     beat    = max(valid, accept of its AW, previous W beat + 1) + stall
//   B:     resp    = max(last W + 1, service of its AW, previous B + 1) + stall
// A model supplies accept, earliest, service and stalls. The state of the W and B channels is only ever read
// by the W and B channels, which is what keeps addresses independent of the time of W beats
// (memory_timing.h). A model whose commands may pass each other is not expressible here.
#pragma once
#include <deque>

#include "sim/mem/memory_timing.h"

namespace scansim {

// Bounds the commands in flight: the n-th may be accepted in the cycle after the (n - depth)-th has finished.
class memory_queue {
 public:
  explicit memory_queue(int depth) : finished_(static_cast<std::size_t>(depth), -1) {}  // depth 0: unbounded
  cycle_t earliest(cycle_t valid) const;
  void push(cycle_t finish);
  void append_to(time_state& to) const;

 private:
  std::vector<cycle_t> finished_;
  std::size_t next_ = 0;
};

enum class axi_channel { ar, r, aw, w, b };

class memory_in_order : public memory_timing {
 public:
  memory_in_order(int axi_bytes, int read_depth, int write_depth);

  cycle_t read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) final;
  cycle_t write_address(const burst& command, cycle_t valid) final;
  cycle_t write_data(cycle_t valid) final;
  cycle_t write_response(cycle_t last_data) final;
  memory_counters counters() const override;

 protected:
  // What every model has; one whose cycles depend on no more than that and its own times appends both.
  void append_queues(time_state& to) const;

  // Fills the cycle from which each beat could be transferred were the R channel free; each > accept.
  virtual void serve_read(const burst& command, cycle_t accept, std::span<cycle_t> earliest) = 0;
  // The cycle from which B could be given were W done and the B channel free. first_data is the cycle of the
  // burst's first W beat if the master never waits; the others follow one per cycle.
  virtual cycle_t serve_write(const burst& command, cycle_t accept, cycle_t first_data) = 0;
  // Extra cycles of the index-th handshake of a channel, counted from 0. Must depend on nothing else.
  virtual cycle_t stall(axi_channel, std::uint64_t /*index*/) const { return 0; }

  int axi_bytes() const { return axi_bytes_; }

 private:
  struct open_write {
    cycle_t accept = 0;
    cycle_t service = 0;
    int beats_left = 0;
  };

  void take_command(const burst& command, cycle_t valid);

  int axi_bytes_;
  memory_queue reads_in_flight_;
  memory_queue writes_in_flight_;
  cycle_t last_valid_ = INT64_MIN;
  cycle_t last_r_ = -1;
  cycle_t last_w_ = -1;
  cycle_t last_b_ = -1;
  cycle_t nominal_w_free_ =
      0;  // when W would be free did the master never wait: a function of AW accepts only
  std::uint64_t ar_count_ = 0, r_count_ = 0, aw_count_ = 0, w_count_ = 0, b_count_ = 0;
  std::deque<open_write> writes_;  // AW given, B not yet asked
  std::size_t data_write_ = 0;     // index in writes_ of the next W beat's burst
};

}  // namespace scansim
