#include "host/program/program_driver.h"

#include <algorithm>
#include <stdexcept>

#include "host/program/check/program_check.h"
#include "traces/sha256.h"

namespace scansim {

const std::vector<int32_t>& program_result::output(const std::string& name) const {
  for (const named_integers& tensor : outputs)
    if (tensor.name == name) return tensor.values;
  throw std::out_of_range("no output " + name);
}

namespace {

// A device counts the same names in every run.
void add_memory_events(const device& machine, memory_counters& sum) {
  const memory_counters events = machine.memory_events();
  if (sum.empty()) sum.resize(events.size());
  for (size_t i = 0; i < events.size(); ++i) sum.at(i) = {events[i].first, sum[i].second + events[i].second};
}

void add_switching(const device& machine, std::vector<switching_count>& sum) {
  const std::vector<switching_count> counts = machine.switching();
  if (sum.empty())
    sum = counts;
  else
    for (size_t i = 0; i < counts.size(); ++i) sum.at(i).count += counts[i].count;
}

}  // namespace

program_result run_program(device& machine, const program& p, const design_point& point) {
  check_program(point, p);
  require_machine(machine, point);
  resize_memory(machine, memory_bytes(p));
  std::copy(p.image.begin(), p.image.end(), machine.memory().begin());
  program_result result;
  result.library = machine.library();
  for (const descriptor_run& run : p.runs) {
    const uint64_t first_cycle = result.counters[counter_index("machine", "cycles")];
    result.wall_s += run_descriptors(machine, run.address, run.count);
    result.starts.push_back({first_cycle, machine.wave_time()});
    add_counters(machine, result.counters);
    add_memory_events(machine, result.memory);
    add_switching(machine, result.switching);
    if (const auto part = machine.simulated()) {
      if (!result.simulated) result.simulated.emplace();
      result.simulated->chunks += part->chunks, result.simulated->of += part->of;
    }
  }
  for (const program_output& output : p.outputs)
    result.outputs.push_back({output.name, output.order->read(machine.memory())});
  return result;
}

std::string state_sha256(const program& p, const program_result& result) {
  std::vector<int32_t> states;
  for (const named_integers& tensor : result.outputs)
    if (tensor.name != "y") states.insert(states.end(), tensor.values.begin(), tensor.values.end());
  if (states.empty()) return "";
  if (p.state_checksum_bytes == 4) return sha256_hex(states.data(), states.size() * sizeof(int32_t));
  const std::vector<int8_t> bytes(states.begin(), states.end());
  return sha256_hex(bytes.data(), bytes.size());
}

}  // namespace scansim
