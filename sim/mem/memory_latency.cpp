#include "sim/mem/memory_latency.h"

#include <algorithm>
#include <cmath>

#include "sim/mem/memory_parameter_file.h"
#include "sim/mem/time_state.h"

namespace scansim {

latency_parameters read_latency_parameters(const std::string& directory, const memory_settings& set) {
  memory_parameter_file file(directory, "latency", set);
  latency_parameters parameters;
  parameters.read_latency_cycles = file.integer("read_latency_cycles", 1, 1000000);
  parameters.write_latency_cycles = file.integer("write_latency_cycles", 1, 1000000);
  parameters.milli_bytes_per_cycle = std::llround(file.number("bytes_per_cycle", 0.001, 4096) * 1000);
  parameters.read_queue_bursts = file.integer("read_queue_bursts", 1, 4096);
  parameters.write_queue_bursts = file.integer("write_queue_bursts", 1, 4096);
  file.finish();
  return parameters;
}

memory_latency::memory_latency(int axi_bytes, const latency_parameters& parameters)
    : memory_in_order(axi_bytes, parameters.read_queue_bursts, parameters.write_queue_bursts),
      parameters_(parameters),
      beat_units_(std::int64_t{1000} * axi_bytes) {}

std::int64_t memory_latency::start(cycle_t accept) const {
  return std::max((accept + 1) * parameters_.milli_bytes_per_cycle, free_units_);
}

// The cycle in which the transfer that ends at `end` ends: a transfer that fills cycle c exactly ends at c
// + 1.
cycle_t memory_latency::last_cycle(std::int64_t end) const {
  const std::int64_t per_cycle = parameters_.milli_bytes_per_cycle;
  return (end + per_cycle - 1) / per_cycle - 1;
}

bool memory_latency::append_state(time_state& to) const {
  append_queues(to);
  to.add_time(free_units_ / parameters_.milli_bytes_per_cycle);
  to.add_value(free_units_ % parameters_.milli_bytes_per_cycle);
  return true;
}

void memory_latency::serve_read(const burst&, cycle_t accept, std::span<cycle_t> earliest) {
  free_units_ = start(accept);
  for (cycle_t& beat : earliest) {
    free_units_ += beat_units_;
    beat = last_cycle(free_units_) + parameters_.read_latency_cycles - 1;
  }
}

cycle_t memory_latency::serve_write(const burst& command, cycle_t accept, cycle_t) {
  free_units_ = start(accept) + command.beats * beat_units_;
  return last_cycle(free_units_) + parameters_.write_latency_cycles;
}

}  // namespace scansim
