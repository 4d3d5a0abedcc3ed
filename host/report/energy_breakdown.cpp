#include "host/report/energy_breakdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/report/text_table.h"

namespace scansim {
namespace {

template <class entries>
entries by_share(entries parts) {
  std::stable_sort(parts.begin(), parts.end(), [](const auto& left, const auto& right) {
    return left.total.nominal_pj > right.total.nominal_pj;
  });
  return parts;
}

class breakdown {
 public:
  explicit breakdown(const energy_report& report) : report_(report) {}

  std::string text() {
    add_parts(by_share(report_.events));
    add_parts(by_share(report_.blocks));
    for (const level_energy& entry : report_.levels)
      add({"level " + std::string(level_name(entry.level)), "", "", ""}, entry.total,
          level_name(entry.level));
    add({"system estimate", "", "", ""}, report_.system_estimate, report_.level_names());
    return table_.text();
  }

 private:
  double share(const energy_range& part) const {
    const double whole = report_.system_estimate.nominal_pj;
    return whole > 0 ? part.nominal_pj / whole : 0;
  }

  void add(std::vector<std::string> row, const energy_range& total, const std::string& level) {
    row.insert(row.end(), {energy_text(total), fmt::format("{:.1f}", 100 * share(total)), level});
    table_.add_row(std::move(row));
  }

  void add_part(const event_energy& entry) {
    add({entry.block, entry.event, std::to_string(entry.count),
         fmt::format("{:.3g}", entry.per_event.nominal_pj)},
        entry.total, level_name(entry.level));
  }
  void add_part(const block_energy& entry) {
    add({entry.block, "(all)", "", ""}, entry.total, level_name(entry.level));
  }

  // Sorted parts: those at the end are the small ones.
  template <class entries>
  void add_parts(const entries& parts) {
    energy_range small;
    size_t folded = 0;
    for (const auto& entry : parts) {
      if (share(entry.total) >= folded_share) {
        add_part(entry);
      } else {
        small += entry.total, ++folded;
      }
    }
    if (folded > 0) add({fmt::format("({} below 1 %)", folded), "", "", ""}, small, "");
    if (!parts.empty()) table_.add_rule();
  }

  const energy_report& report_;
  text_table table_{{"<block", "<event", "count", "each, pJ", "energy low/nominal/high", "%", "<level"}};
};

// Where the costs are from, and whether the memory that ran is the DRAM that is charged.
std::string cost_line(const run_result& result, const rung_result& rung) {
  const energy_report& report = *rung.energy;
  const std::string note = report.dram == result.memory_model
                               ? ""
                               : fmt::format(" (memory {} has no costs of its own)", result.memory_model);
  return fmt::format("energy of {}: costs of {}, DRAM {} of {}{}\n", rung.rung, report.technology,
                     report.dram_node, report.dram, note);
}

std::string error_text(double percent, double stuck_percent, bool known) {
  return known ? fmt::format("within {:.1f} %, {:.0f} % where operands stick", percent, stuck_percent)
               : "unknown";
}

}  // namespace

std::string switching_text(const rung_result& rung) {
  if (!rung.gates) return "";
  const switching_report& report = *rung.gates;
  text_table table({"<unit", "operations", "switched", "clock", "idle clock, pJ each at 180 nm",
                    "energy low/nominal/high", "recipes", "<error"});
  for (const unit_switching_energy& unit : report.units) {
    const double count = std::max<double>(1, static_cast<double>(unit.operations));
    const auto each = [&](double pj) { return fmt::format("{:.3g}", pj / count); };
    table.add_row({unit.unit, std::to_string(unit.operations), each(unit.switched_pj), each(unit.clock_pj),
                   each(unit.idle_clock_pj), energy_text(unit.total),
                   unit.recipes ? energy_text(*unit.recipes) : "none",
                   error_text(unit.error_percent, unit.stuck_percent, report.same_widths)});
  }
  table.add_rule();
  table.add_row({"units", "", "", "", "", energy_text(report.total), "",
                 error_text(report.error_percent, report.stuck_percent, report.same_widths)});
  return fmt::format(
      "energy of {}'s units by gates, from how operands switch: {}, level circuit, without memories and "
      "wires\n{}"
      "error: largest against gates on data that the fit has not seen, of design point {}{}\n",
      rung.rung, report.scale.name, table.text(), report.design_point,
      report.same_widths ? "" : "; this point has other widths");
}

std::string energy_breakdown_text(const run_result& result, const rung_result& rung) {
  if (!rung.energy) return "";
  return cost_line(result, rung) + breakdown(*rung.energy).text();
}

}  // namespace scansim
