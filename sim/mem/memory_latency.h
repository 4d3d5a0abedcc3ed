// A pipe of fixed latency and fixed bandwidth, shared by reads and writes in command order:
//   start = max(accept + 1, end of the command before), end = start + beats * axi_bytes / bytes_per_cycle
//   beat[i] = ceil(start + (i + 1) * axi_bytes / bytes_per_cycle) - 2 + read_latency_cycles
//   B >= ceil(end) - 1 + write_latency_cycles
// in exact fractions of a cycle: bytes_per_cycle is held in thousandths. Parameters: parameters/latency.yaml.
// Choose it for quick bandwidth and latency sweeps; it knows no rows, banks or turnarounds (memory_dram.h
// does). A write takes its share of the pipe when its AW is served, whenever its W beats come.
#pragma once
#include "sim/mem/memory_in_order.h"

namespace scansim {

struct latency_parameters {
  int read_latency_cycles = 1;  // first beat of a lone narrow-enough read: accept + read_latency_cycles, >= 1
  int write_latency_cycles = 1;  // from the end of a write's share of the pipe to B, >= 1
  std::int64_t milli_bytes_per_cycle = 16000;
  int read_queue_bursts = 16;  // AXI bursts in flight
  int write_queue_bursts = 16;
};

// Reads parameters/latency.yaml in `directory`; throws input_error.
latency_parameters read_latency_parameters(const std::string& directory, const memory_settings& set = {});

class memory_latency final : public memory_in_order {
 public:
  memory_latency(int axi_bytes, const latency_parameters& parameters);

  bool append_state(time_state& to) const override;

 private:
  void serve_read(const burst& command, cycle_t accept, std::span<cycle_t> earliest) override;
  cycle_t serve_write(const burst& command, cycle_t accept, cycle_t first_data) override;
  std::int64_t start(cycle_t accept) const;
  cycle_t last_cycle(std::int64_t end) const;

  latency_parameters parameters_;
  std::int64_t beat_units_;  // of one beat; a unit is 1 / milli_bytes_per_cycle cycles
  std::int64_t free_units_ = 0;
};

}  // namespace scansim
