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

}  // namespace

std::string energy_breakdown_text(const run_result& result, const rung_result& rung) {
  if (!rung.energy) return "";
  return cost_line(result, rung) + breakdown(*rung.energy).text();
}

}  // namespace scansim
