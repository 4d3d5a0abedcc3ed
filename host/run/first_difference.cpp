#include "host/run/first_difference.h"

#include "sim/mem/port_log.h"
#include "sim/rungs/stream_log.h"

namespace scansim {
namespace {

struct logged_run {
  port_run port;
  stream_run streams;
};

logged_run run_again(operator_case& call, const rung& row, const machine_setting& setting, bool with_streams,
                     run_observer& observer) {
  const program& made = call.compiled(setting.options);
  port_log log;
  stream_log streams;
  port_run run{row.name, {}, {}, {}};
  {
    const auto hold = row.waves ? observer.hold() : nullptr;
    device_options options{.memory_model = setting.memory_model, .seed = setting.seed};
    options.waves_ready = setting.waves != nullptr && setting.waves->wanted();
    options.port_log = log.descriptor();
    options.build = setting.rtl_build;
    if (with_streams) options.stream_log = streams.descriptor();
    const auto machine = row.make(setting.point, options, observer.callback());
    observer.begin_step(std::string(row.name) + " again, for the first difference");
    for (const program_start& start : run_program(*machine, made, setting.point).starts)
      run.first_cycles.push_back(start.first_cycle);
    if (row.outputs == rung_outputs::integer)
      run.memory.assign(machine->memory().begin(), machine->memory().end());
  }
  run.events = log.events();
  stream_records recorded = with_streams ? streams.records(run.first_cycles.size()) : stream_records{};
  stream_run beats{row.name, std::move(recorded), run.first_cycles};
  return {std::move(run), std::move(beats)};
}

}  // namespace

first_differences find_first_differences(operator_case& call, const rung& above, const rung& below,
                                         const machine_setting& setting, run_observer& observer) {
  if (above.time != rung_time::cycles && below.time != rung_time::cycles) return {};
  const bool with_streams =
      above.streams && below.streams && setting.waves != nullptr && setting.waves->wanted();
  const logged_run one = run_again(call, above, setting, with_streams, observer);
  const logged_run other = run_again(call, below, setting, with_streams, observer);
  first_differences found;
  if (!one.port.events.empty() || !other.port.events.empty())
    found.port = compare_ports(one.port, other.port, static_cast<uint64_t>(setting.point.axi_bytes()));
  if (with_streams) found.streams = compare_streams(one.streams, other.streams, machine_shape(setting.point));
  return found;
}

}  // namespace scansim
