#include "host/network/network_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "host/report/text_table.h"
#include "models/configs/published_clock.h"
#include "models/energy/gate_clock.h"

namespace scansim {
namespace {

std::string percent(double share) { return fmt::format("{:.1f}", 100 * share); }
std::string use_cell(const std::optional<array_use>& use) { return use ? percent(use->share()) : "-"; }
std::string amount_cell(uint64_t amount) {
  return amount > 0 ? with_si_prefix(static_cast<double>(amount)) : "-";
}

std::string bound_cell(const run_limit& limit) {
  return fmt::format("{} {} {:.0f} %", limit_name(limit.kind), limit.block.empty() ? "memory" : limit.block,
                     100 * limit.share);
}

double part_of(double part, double whole) { return whole > 0 ? part / whole : 0; }

// Useful steps of what ran, over what the arrays could have done meanwhile.
double use_of(const network_sum& sum, uint64_t all, uint64_t missing, double capacity) {
  return part_of(static_cast<double>(all - missing), static_cast<double>(sum.cycles) * capacity);
}

std::string ran_text(const network_result& result, const phase_result& phase) {
  const auto cycles = static_cast<double>(phase.sum.cycles);
  const energy_range& all = phase.sum.energy;
  text_table table({"<layer", "instances", "runs", "cycles each", "cycles", "%", "time", "energy", "%",
                    "traffic", "MAC %", "scan %", "<bound"});
  bool any = false;
  for (const network_row& row : phase.rows) {
    if (!row.ran()) continue;
    any = true;
    const auto n = static_cast<double>(row.instances);
    const uint64_t sum = row.instances * row.result.cycles;
    const double energy_pj = n * row.energy.nominal_pj;
    table.add_row(
        {row.name(), fmt::format("{}", row.instances), fmt::format("{}", row.result.runs),
         fmt::format("{}", row.result.cycles), fmt::format("{}", sum),
         percent(part_of(static_cast<double>(sum), cycles)), with_si_prefix(result.time_s(sum), "s"),
         with_si_prefix(1e-12 * energy_pj, "J"), percent(part_of(energy_pj, all.nominal_pj)),
         with_si_prefix(n * static_cast<double>(row.result.read_bytes + row.result.written_bytes), "B"),
         use_cell(row.metrics.macs), use_cell(row.metrics.state_updates), bound_cell(row.metrics.limit)});
  }
  return any ? table.text() : "nothing of this network runs on this machine\n";
}

std::string missing_rows_text(const phase_result& phase) {
  if (phase.sum.complete()) return "";
  text_table table({"<missing", "instances", "MACs", "state updates", "<why"});
  for (const network_row& row : phase.rows)
    if (!row.ran())
      table.add_row({row.name(), fmt::format("{}", row.instances), amount_cell(row.instances * row.work.macs),
                     amount_cell(row.instances * row.work.state_updates), row.missing});
  return "\n" + table.text();
}

// "analytic, fast": those that simulated anything.
std::string rungs_of(const network_result& result) {
  std::set<std::string> names;
  for (const phase_result& phase : result.phases)
    for (const network_row& row : phase.rows)
      if (row.ran()) names.insert(row.result.rung);
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string total_text(const network_result& result, const phase_result& phase) {
  const network_sum& sum = phase.sum;
  const design_point& point = result.point;
  if (sum.cycles == 0) return "total: nothing ran\n" + missing_text(sum) + "\n";
  std::string text =
      fmt::format("total: {}, {} cycles, {}, {} read, {} written, {:.3f} x compulsory",
                  with_si_prefix(result.time_s(sum.cycles), "s"), sum.cycles, energy_text(sum.energy),
                  with_si_prefix(static_cast<double>(sum.read_bytes), "B"),
                  with_si_prefix(static_cast<double>(sum.written_bytes), "B"),
                  part_of(static_cast<double>(sum.read_bytes + sum.written_bytes),
                          static_cast<double>(sum.compulsory_bytes)));
  const double lanes = point.num_pe(), array = static_cast<double>(point.axi_bytes()) * point.gemm_depth;
  text += fmt::format("; scan array {} %",
                      percent(use_of(sum, sum.work.state_updates, sum.missing_work.state_updates, lanes)));
  if (point.has_units())
    text += fmt::format(", MACs {} %", percent(use_of(sum, sum.work.macs, sum.missing_work.macs, array)));
  return text + (sum.complete() ? "; the whole network\n" : "\n" + missing_text(sum) + "\n");
}

}  // namespace

std::string network_text(const network_result& result) {
  const design_point& p = result.point;
  std::string text = fmt::format(
      "network {}: {}\ndesign point {}: {} lanes x {} states, {} multipliers a channel of the gemm, {} MHz, "
      "memory {}\n"
      "every kind of layer is simulated once, without values, and multiplied by its instances; "
      "rung {}\n",
      result.spec.name, result.spec.title, p.name, p.num_lanes, p.states_per_lane, p.gemm_depth, p.clock_mhz,
      result.memory, rungs_of(result));
  for (const phase_result& phase : result.phases) {
    text += phase.phase == network_phase::prefill
                ? fmt::format("\nprefill: {} tokens, batch {}\n", phase.length, phase.batch)
                : fmt::format("\ndecode: one step behind {} tokens, batch {}\n", phase.length, phase.batch);
    text += ran_text(result, phase);
    for (const std::string& note : phase.notes) text += note + "\n";
    text += missing_rows_text(phase) + total_text(result, phase);
  }
  if (const std::string clock = clock_remark(p.clock_mhz); !clock.empty()) text += clock + "\n";
  if (const std::string gates = gate_clock_remark(p); !gates.empty()) text += gates + "\n";
  return text + fmt::format("energy: {}, costs of {}, switching alone\n",
                            result.energy_levels.empty() ? "none" : result.energy_levels, result.technology);
}

std::string networks_text(const std::string& folder) {
  text_table table({"<network", "tokens", "<phases", "<title"});
  for (const std::string& name : list_networks(folder)) {
    const network_spec spec = load_network(name, folder);
    table.add_row(
        {name, fmt::format("{}", spec.length), spec.decode ? "prefill, decode" : "prefill", spec.title});
  }
  return table.text();
}

}  // namespace scansim
