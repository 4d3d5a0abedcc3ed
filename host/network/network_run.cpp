#include "host/network/network_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "host/network/timed_programs.h"
#include "host/program/program_driver.h"
#include "host/report/text_table.h"
#include "host/run/named_counters.h"
#include "models/configs/data_directory.h"
#include "models/energy/cost_table.h"
#include "sim/rungs/analytic_device.h"
#include "sim/rungs/device_memory.h"
#include "sim/rungs/fast_device.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr double most_work = 9e18;  // of a pass: what 64 bits hold

void add_times(event_counters& sum, const event_counters& one, uint64_t times) {
  for (const auto& [block, events] : one)
    for (const auto& [event, count] : events) sum[block][event] += times * count;
}

uint64_t count_of(const event_counters& counters, const char* event) {
  const auto dma = counters.find("dma");
  return dma == counters.end() || !dma->second.contains(event) ? 0 : dma->second.at(event);
}

class phase_runner {
 public:
  phase_runner(const network_request& request, const cost_table& costs, const progress_callback& progress)
      : request_(request), point_(request.point), costs_(costs), progress_(progress) {}

  phase_result run(network_phase phase) {
    phase_result result;
    result.phase = phase, result.batch = request_.batch;
    result.length = request_.length.value_or(request_.spec.length);
    for (const network_layer& layer : request_.spec.layers) add_layer(layer, result);
    for (const network_row& row : result.rows) add_to_sum(row, result.sum);
    return result;
  }

  const std::string& energy_levels() const { return energy_levels_; }

 private:
  void add_layer(const network_layer& layer, phase_result& phase) {
    layer_parts parts(pass_of(request_.spec, layer, phase.phase, phase.length, phase.batch), layer.what);
    layer.kind->expand(layer.values, parts);
    if (parts.whole() && point_.has_units() && !request_.scans_alone && !request_.by_operator &&
        add_whole(layer, parts, phase))
      return;
    for (const network_operator& one : parts.operators()) {
      network_row row = row_of(layer, parts.pass(), one);
      const bool scan = is_scan(one.shape.kind);
      if (!one.missing.empty())
        row.missing = one.missing;
      else if (!scan && request_.scans_alone)
        row.missing = "scans alone were asked for";
      else if (!scan && !point_.has_units())
        row.missing = "this machine has no units (gemm_depth 0)", row.refused = true;
      else
        try_run(one.shape, row);
      if (row.ran() && one.shape.kind == operation::scan_sets) note_sets(one, row, phase);
      phase.rows.push_back(std::move(row));
    }
  }

  network_row row_of(const network_layer& layer, const layer_pass& pass, const network_operator& one) const {
    network_row row;
    row.layer = layer.name, row.part = one.part;
    row.instances = static_cast<uint64_t>(layer.repeats * one.count);
    row.layers = static_cast<uint64_t>(one.layers);
    row.work = one.work;
    row.tokens = static_cast<uint64_t>(pass.rows());
    const double all = static_cast<double>(one.work.macs) + static_cast<double>(one.work.state_updates);
    if (all * static_cast<double>(row.instances) > most_work)
      throw input_error(request_.spec.file, row.name(), "work that 64 bits count",
                        fmt::format("{:.3g}", all));
    return row;
  }

  // The layer as one program. False: operator by operator, and a note says why.
  bool add_whole(const network_layer& layer, layer_parts& parts, phase_result& phase) {
    const auto note = [&](const std::string& why) {
      const std::string text = layer.name + ": operator by operator: " + why;
      if (std::find(phase.notes.begin(), phase.notes.end(), text) == phase.notes.end())
        phase.notes.push_back(text);
      return false;
    };
    const layer_pass& pass = parts.pass();
    network_operator whole;
    whole.shape = *parts.whole();
    whole.layers = 0;
    for (const network_operator& one : parts.operators()) {
      whole.layers += one.count * one.layers;
      whole.work.macs += static_cast<uint64_t>(one.count) * one.work.macs;
      whole.work.state_updates += static_cast<uint64_t>(one.count) * one.work.state_updates;
    }
    network_row row = row_of(layer, pass, whole);
    try_run(whole.shape, row);
    if (!row.ran()) return note(row.missing);
    if (row.result.weight_passes > 1) {
      const std::string streams = fmt::format("its weights, beyond gemm_weight_rows = {}, come {:.3g} times",
                                              point_.gemm_weight_rows, row.result.weight_passes);
      const instance_cost together{row.result.cycles, row.energy.nominal_pj};
      const std::optional<instance_cost> apart = cost_apart(layer, parts);
      if (apart && apart->product() < together.product())
        return note(fmt::format("as one program {}, {} for {}", streams, together.text(), apart->text()));
      phase.notes.push_back(
          layer.name + ": as one program " + streams +
          (apart ? fmt::format("; operator by operator it takes {} for {}", apart->text(), together.text())
                 : ""));
    }
    phase.rows.push_back(std::move(row));
    return true;
  }

  // Of an instance; two ways to run it are compared by energy x delay.
  struct instance_cost {
    uint64_t cycles = 0;
    double energy_pj = 0;
    double product() const { return energy_pj * static_cast<double>(cycles); }
    std::string text() const {
      return fmt::format("{} cycles and {}", cycles, with_si_prefix(1e-12 * energy_pj, "J"));
    }
  };

  // Operator by operator; nullopt: some do not run.
  std::optional<instance_cost> cost_apart(const network_layer& layer, layer_parts& parts) {
    instance_cost sum;
    for (const network_operator& one : parts.operators()) {
      network_row row = row_of(layer, parts.pass(), one);
      if (!one.missing.empty()) return std::nullopt;
      try_run(one.shape, row);
      if (!row.ran()) return std::nullopt;
      sum.cycles += static_cast<uint64_t>(one.count) * row.result.cycles;
      sum.energy_pj += static_cast<double>(one.count) * row.energy.nominal_pj;
    }
    return sum;
  }

  // Whether its scans were one descriptor.
  void note_sets(const network_operator& one, network_row& row, phase_result& phase) {
    row.sets = static_cast<uint64_t>(one.layers);
    row.plain_why = why_plain_scans(one.shape, point_);
    phase.notes.push_back(fmt::format("{}: {} scans of one input ", row.name(), row.sets) +
                          (row.plain_why.empty() ? "in one descriptor (scans with sets)"
                                                 : "as plain scans (" + row.plain_why + ")"));
  }

  void try_run(const operator_shape& shape, network_row& row) {
    try {
      row.result = instance_of(shape, row.name());
    } catch (const input_error& refusal) {
      row.missing = refusal.what(), row.refused = true;
      return;
    }
    const energy_report energy = estimate_energy(row.result.counters, point_, costs_);
    row.energy = energy.system_estimate;
    energy_levels_ = energy.level_names();
    row.metrics = metrics_of({.cycles = row.result.cycles,
                              .counters = row.result.counters,
                              .point = point_,
                              .memory = bandwidth(),
                              .work = {row.tokens, row.work.state_updates, row.work.macs},
                              .energy = &energy});
  }

  memory_bandwidth bandwidth() const {
    return peak_bandwidth(request_.memory, memory_parameters_of(point_, request_.seed));
  }

  // Of equal shapes the first alone is simulated.
  const instance_result& instance_of(const operator_shape& shape, const std::string& name) {
    const auto found = known_.find(shape);
    if (found != known_.end()) return found->second;
    instance_result sum;
    for (const operator_slice& slice : slices_of(shape, point_)) add_slice(slice, name, sum);
    return known_.emplace(shape, std::move(sum)).first->second;
  }

  void add_slice(const operator_slice& slice, const std::string& name, instance_result& sum) {
    progress_callback tell;
    if (progress_) {
      progress_("simulating " + name);
      tell = [&](const std::string& what) { progress_("simulating " + name + ": " + what); };
    }
    const program built = make_timed_program(slice.shape, point_);
    const bool periodic =
        is_scan(slice.shape.kind) && (request_.memory == "ideal" || request_.memory == "latency");
    const device_options options{.memory_model = request_.memory, .seed = request_.seed, .wave_path = ""};
    const auto machine =
        periodic ? make_analytic_device(point_, options, tell) : make_fast_device(point_, options, tell);
    const program_result one = run_program(*machine, built, point_);
    event_counters counters = named_counters(one.counters, point_, find_rung(machine->rung())->counters);
    if (const auto dram = costed_dram_events(one.memory); !dram.empty()) counters[dram_block] = dram;
    sum.rung = machine->rung();
    sum.runs += slice.times, ++sum.programs;
    if (one.simulated) {
      if (!sum.simulated) sum.simulated.emplace();
      sum.simulated->chunks += one.simulated->chunks, sum.simulated->of += one.simulated->of;
    }
    sum.cycles += slice.times * one.counters[counter_index("machine", "cycles")];
    sum.read_bytes += slice.times * count_of(counters, "dram_read_bytes");
    sum.written_bytes += slice.times * count_of(counters, "dram_write_bytes");
    sum.compulsory_bytes += slice.times * compulsory_bytes(built);
    if (slice.shape.kind == operation::mamba_layer)
      sum.weight_passes = std::max(sum.weight_passes, built.weight_passes);
    add_times(sum.counters, counters, slice.times);
  }

  void add_to_sum(const network_row& row, network_sum& sum) const {
    const uint64_t n = row.instances;
    sum.layers += n * row.layers;
    sum.work.macs += n * row.work.macs, sum.work.state_updates += n * row.work.state_updates;
    if (!row.ran()) {
      sum.missing_layers += n * row.layers;
      sum.missing_work.macs += n * row.work.macs;
      sum.missing_work.state_updates += n * row.work.state_updates;
      return;
    }
    sum.cycles += n * row.result.cycles;
    sum.read_bytes += n * row.result.read_bytes, sum.written_bytes += n * row.result.written_bytes;
    sum.compulsory_bytes += n * row.result.compulsory_bytes;
    sum.energy += static_cast<double>(n) * row.energy;
  }

  const network_request& request_;
  const design_point& point_;
  const cost_table& costs_;
  const progress_callback& progress_;
  std::map<operator_shape, instance_result> known_;
  std::string energy_levels_;
};

void check(const network_request& request) {
  const network_spec& spec = request.spec;
  for (const network_phase phase : request.phases)
    if (phase == network_phase::decode && !spec.decode)
      throw input_error("command line", "--phase", "prefill: " + spec.name + " has no decode steps",
                        "'decode'");
  if (request.length && spec.has_own_tokens() && *request.length != spec.length)
    throw input_error("command line", "--length",
                      fmt::format("{}: layers of {} have tokens of their own", spec.length, spec.name),
                      fmt::format("{}", *request.length));
}

double share_of(uint64_t part, uint64_t whole) {
  return 100 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

layer_pass pass_of(const network_spec& spec, const network_layer& layer, network_phase phase, int64_t length,
                   int64_t batch) {
  layer_pass pass;
  pass.sequences = batch;
  pass.decode = phase == network_phase::decode;
  if (pass.decode)
    pass.context = length;
  else if (!layer.last_token)
    pass.tokens = layer.tokens.value_or(length);
  if (pass.rows() > most_rows)
    throw input_error(spec.file, layer.name + " tokens",
                      fmt::format("at most {} of all sequences", most_rows), fmt::format("{}", pass.rows()));
  return pass;
}

const char* phase_name(network_phase phase) { return phase == network_phase::prefill ? "prefill" : "decode"; }

network_result run_network(const network_request& request, const progress_callback& progress) {
  check(request);
  const cost_table costs = load_costs(request.point.technology, request.memory, energy_directory());
  network_result result;
  result.spec = request.spec, result.point = request.point;
  result.memory = request.memory, result.seed = request.seed, result.technology = costs.technology;
  phase_runner runner(request, costs, progress);
  for (const network_phase phase : request.phases) result.phases.push_back(runner.run(phase));
  result.energy_levels = runner.energy_levels();
  return result;
}

std::string missing_text(const network_sum& sum) {
  if (sum.complete()) return "";
  std::string work;
  const auto add = [&](uint64_t part, uint64_t whole, const char* what) {
    if (whole > 0)
      work += fmt::format("{}{:.1f} % of the {}", work.empty() ? "" : ", ", share_of(part, whole), what);
  };
  add(sum.missing_work.macs, sum.work.macs, "MACs");
  add(sum.missing_work.state_updates, sum.work.state_updates, "state updates");
  return fmt::format("without {} of {} layers ({})", sum.missing_layers, sum.layers,
                     work.empty() ? "of no known work" : work);
}

}  // namespace scansim
