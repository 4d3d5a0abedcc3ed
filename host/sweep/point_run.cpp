#include "host/sweep/point_run.h"

#include <ctime>

#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "host/run/named_counters.h"
#include "host/sweep/network_workload.h"
#include "host/sweep/operator_workload.h"
#include "sim/rungs/analytic_device.h"
#include "traces/input_error.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

point_row run_point(const sweep_point& at, const std::string& key, const sweep_workload& workload,
                    uint64_t memory_seed) {
  const design_point& point = at.design;
  point_row row;
  row.key = key;
  const double start = cpu_seconds();
  try {
    if (workload.network) {
      run_network_workload(*workload.network, point, memory_seed, row);
      row.cpu_s = cpu_seconds() - start;
      return row;
    }
    const program built = workload.call
                              ? make_operator_workload(with_settings(*workload.call, at.parameters), point)
                              : make_timed_scan_program(workload.form, point);
    const auto machine =
        make_analytic_device(point, {.memory_model = point.memory, .seed = memory_seed, .wave_path = ""}, {});
    const program_result result = run_program(*machine, built, point);
    row.simulated = machine->simulated();
    row.cycles = result.counters[counter_index("machine", "cycles")];
    row.counters = named_counters(result.counters, point, find_rung(sweep_rung)->counters);
    const auto dram = costed_dram_events(result.memory);
    if (!dram.empty()) row.counters[dram_block] = dram;
    row.compulsory_bytes = compulsory_bytes(built);
  } catch (const input_error& refusal) {
    row.status = row_status::refused;
    row.message = one_line(refusal.what());
  } catch (const std::exception& failure) {
    row.status = row_status::failed;
    row.message = one_line(failure.what());
  }
  row.cpu_s = cpu_seconds() - start;
  return row;
}

}  // namespace scansim
