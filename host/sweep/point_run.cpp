#include "host/sweep/point_run.h"

#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "host/run/named_counters.h"
#include "host/sweep/network_workload.h"
#include "host/sweep/operator_workload.h"
#include "sim/rungs/analytic_device.h"

namespace scansim {
namespace {

void run_call(const sweep_point& at, const sweep_workload& workload, uint64_t memory_seed, point_row& row) {
  const design_point& point = at.design;
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
}

}  // namespace

point_row run_point(const sweep_point& at, const std::string& key, const sweep_workload& workload,
                    uint64_t memory_seed) {
  point_row row;
  row.key = key, row.point = at.id;
  fill_row(row, [&] {
    if (workload.network)
      run_network_workload(*workload.network, at.design, memory_seed, row);
    else
      run_call(at, workload, memory_seed, row);
  });
  return row;
}

}  // namespace scansim
