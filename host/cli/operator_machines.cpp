#include "host/cli/operator_machines.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "host/cli/interruption.h"
#include "host/cli/rung_runner.h"
#include "host/operators/operator_expectation.h"
#include "host/report/text_table.h"
#include "models/configs/data_directory.h"
#include "models/energy/energy_report.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

// "block.event: above 3, here 4", the first in CSR order.
std::optional<std::string> counter_difference_text(const counter_values& want, const counter_values& got,
                                                   bool events_only) {
  for (size_t i = 0; i < num_counters; ++i) {
    const counter_name& name = counter_names[i];
    if (want[i] != got[i] && (!events_only || !is_time_counter(name.event)))
      return fmt::format("{}.{}: {} above, {} here", name.block, name.event, want[i], got[i]);
  }
  return std::nullopt;
}

std::optional<std::string> y_difference_text(const call& one, const std::vector<int32_t>& want,
                                             const std::vector<int32_t>& got) {
  size_t first = want.size(), count = 0;
  for (size_t i = 0; i < want.size(); ++i)
    if (want[i] != got[i]) first = std::min(first, i), ++count;
  if (count == 0) return std::nullopt;
  return fmt::format("y: {} elements differ, first at {}: {} above, {} here", count,
                     "y" + place_in_y(one, static_cast<int64_t>(first)), want[first], got[first]);
}

bool same_states(const program_result& want, const program_result& got) {
  const auto is_state = [](const named_integers& tensor) { return tensor.name != "y"; };
  return std::ranges::equal(want.outputs | std::views::filter(is_state),
                            got.outputs | std::views::filter(is_state));
}

uint64_t counter_of(const rung_result& rung, const char* block, const char* event) {
  const auto found = rung.counters.find(block);
  if (found == rung.counters.end()) return 0;
  const auto value = found->second.find(event);
  return value == found->second.end() ? 0 : value->second;
}

}  // namespace

operator_machines::operator_machines(const trace& trace, const compile_options& options,
                                     const design_point& point)
    : trace_(trace),
      point_(point),
      program_(make_operator_program(*trace.call_, options, point, trace.path)) {}

std::optional<std::string> operator_machines::start_from(const operator_result& hls) {
  above_ = "hls";
  above_result_ = run_program(*make_hls_device(point_), program_, point_);
  if (auto difference = y_difference_text(*trace_.call_, hls.y, above_result_.output("y")))
    return "program on the hls device: " + *difference;
  if (hls.state_sha256 != state_sha256(program_, above_result_))
    return "program on the hls device: the final state differs";
  return std::nullopt;
}

rung_result operator_machines::run(const std::string& rung, const device_options& options,
                                   progress_display& progress) {
  rung_result entry;
  entry.rung = rung;
  program_result result;
  {
    std::optional<interruption_guard> guard;  // only rtl asks now and then, and leaves something to clean up
    if (rung == "rtl") guard.emplace();
    const wave_file waves(rung == "rtl" ? options.wave_path : "");
    const auto machine = make_rung_device(
        rung, point_, {options.memory_model, options.seed, waves.partial_path()}, progress.callback());
    progress.begin_step(rung);
    result = run_program(*machine, program_, point_);
  }
  throw_if_interrupted();
  entry.counters = named_counters(result.counters, point_);
  const std::vector<int32_t>& y = result.output("y");
  entry.output_sha256 = sha256_hex(y.data(), y.size() * sizeof(int32_t));
  entry.state_sha256 = state_sha256(program_, result);
  entry.wall_s = result.wall_s;
  entry.cycles = result.counters[counter_index("machine", "cycles")];
  entry.energy =
      estimate_energy(entry.counters, point_, load_cost_table(point_.technology, energy_directory()));
  compare(entry, result);
  above_ = rung;
  above_result_ = std::move(result);
  return entry;
}

void operator_machines::compare(rung_result& entry, const program_result& result) const {
  if (above_.empty()) return;
  const bool timed = above_ != "hls";
  entry.compared_with = above_;
  const auto y = y_difference_text(*trace_.call_, above_result_.output("y"), result.output("y"));
  const auto counter = counter_difference_text(above_result_.counters, result.counters, !timed);
  const bool states = same_states(above_result_, result);
  entry.agree = !y && !counter && states;
  if (entry.agree) {
    entry.finding = timed ? "every bit, cycle and counter equal" : "every bit and event equal";
    return;
  }
  entry.finding = y ? *y : !states ? "the final state differs" : *counter;
  if (y && counter) entry.finding += "; " + *counter;
}

nlohmann::json traffic_json(const program& p) {
  nlohmann::json tensors;
  for (const tensor_traffic& t : p.traffic)
    tensors[t.tensor] = {{"bytes_read", t.read_bytes},
                         {"bytes_written", t.written_bytes},
                         {"compulsory_bytes", t.compulsory_bytes}};
  return {{"bytes_read", read_bytes(p)},
          {"bytes_written", written_bytes(p)},
          {"compulsory_bytes", compulsory_bytes(p)},
          {"tensors", tensors}};
}

std::string traffic_text(const program& p) {
  text_table table({"<bytes by tensor", "read", "written", "compulsory"});
  for (const tensor_traffic& t : p.traffic)
    table.add_row({t.tensor, std::to_string(t.read_bytes), std::to_string(t.written_bytes),
                   std::to_string(t.compulsory_bytes)});
  table.add_rule();
  table.add_row({"sum", std::to_string(read_bytes(p)), std::to_string(written_bytes(p)),
                 std::to_string(compulsory_bytes(p))});
  const double ratio =
      static_cast<double>(read_bytes(p) + written_bytes(p)) / static_cast<double>(compulsory_bytes(p));
  return table.text() + fmt::format("traffic {:.4f} x compulsory\n", ratio);
}

// The block that was busy longest is what the call waited for; the port counts by its bytes.
std::string bound_text(const rung_result& rung, const design_point& point) {
  if (!rung.cycles || *rung.cycles == 0) return "";
  const auto cycles = static_cast<double>(*rung.cycles);
  const uint64_t bytes =
      counter_of(rung, "dma", "dram_read_bytes") + counter_of(rung, "dma", "dram_write_bytes");
  const double port = static_cast<double>(bytes) / (cycles * point.axi_bytes());
  std::string name = "the memory port";
  double longest = port;
  for (const auto& [block, stalls] : stalls_of(rung)) {
    const double share = static_cast<double>(stalls.busy) / cycles;
    if (block != "dma" && block != "sequencer" && share > longest) longest = share, name = block;
  }
  std::string text = fmt::format("{}: busy longest: {}, {:.1f} % of the call; memory port {:.1f} %",
                                 rung.rung, name, 100 * longest, 100 * port);
  const uint64_t slots = counter_of(rung, "gemm_nm", "mac_slots");
  if (slots > 0)
    text += fmt::format(
        "; multipliers {:.1f} % used while gemm_nm is busy",
        100.0 * static_cast<double>(counter_of(rung, "gemm_nm", "macs")) / static_cast<double>(slots));
  return text + (name == "the memory port" ? " (bound by memory)\n" : "\n");
}

}  // namespace scansim
