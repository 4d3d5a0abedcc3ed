#include "sim/rungs/device_run.h"

#include <chrono>
#include <new>

#include "hls/map/machine_map.h"
#include "traces/system_failure.h"

namespace scansim {

void require_machine(device& machine, const design_point& point) {
  const auto require = [&](uint32_t address, uint32_t want, const std::string& name) {
    const uint32_t found = machine.read_csr(address);
    if (found != want) {
      throw tool_error(machine.rung() + " device: CSR " + name + " reads " + std::to_string(found) +
                       ", expected " + std::to_string(want));
    }
  };
  require(csr::id, csr::id_value, "ID");
  require(csr::version, csr::version_value, "VERSION");
  require(csr::map, map::map_hash, "MAP (built from another map)");
  const auto parameters = parameter_csrs(point);
  for (size_t i = 0; i < parameters.size(); ++i) {
    require(csr::parameters + 4 * static_cast<uint32_t>(i), parameters[i], "parameter " + std::to_string(i));
  }
}

void resize_memory(device& machine, size_t bytes) {
  try {
    machine.resize_memory(bytes);
  } catch (const std::bad_alloc&) {
    throw system_failure(machine.rung() + ": cannot make a memory of " + std::to_string(bytes) + " bytes",
                         ENOMEM);
  }
}

double run_descriptors(device& machine, uint64_t address, size_t count) {
  const auto begin = std::chrono::steady_clock::now();
  machine.write_csr(csr::desc_addr_lo, static_cast<uint32_t>(address));
  machine.write_csr(csr::desc_addr_hi, static_cast<uint32_t>(address >> 32));
  machine.write_csr(csr::desc_count, static_cast<uint32_t>(count));
  machine.write_csr(csr::control, 1);
  machine.wait_done();
  const uint32_t status = machine.read_csr(csr::status);
  if ((status & csr::status_error) != 0) {
    const uint32_t code = status >> csr::status_error_code_shift & 0xffu;
    throw tool_error(machine.rung() + " device: illegal descriptor, error code " + std::to_string(code) +
                     " (" + error_name(static_cast<csr::error_code>(code)) + ")");
  }
  if ((status & csr::status_done) == 0) throw tool_error(machine.rung() + " device: not done after waiting");
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void add_counters(device& machine, counter_values& counters) {
  for (uint32_t i = 0; i < num_counters; ++i) {
    const uint64_t low = machine.read_csr(csr::counters + 8 * i);
    counters[i] += low | uint64_t{machine.read_csr(csr::counters + 8 * i + 4)} << 32;
  }
}

}  // namespace scansim
