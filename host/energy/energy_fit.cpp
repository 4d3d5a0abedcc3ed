#include "host/energy/energy_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "host/energy/nnls.h"
#include "host/report/text_table.h"

namespace scansim {
namespace {

// Whose coefficients a measured unit has.
std::string unit_of(const std::string& name) {
  const measured_unit& measured = find_measured_unit(name);
  return measured.twin_of != nullptr ? measured.twin_of : measured.name;
}

double gates_pj(const energy_sample& one) { return one.switched_pj + one.clock_pj; }

const switching_unit_row& row_named(const std::vector<switching_unit_row>& rows, const std::string& unit) {
  return *std::find_if(rows.begin(), rows.end(),
                       [&](const switching_unit_row& row) { return row.unit == unit; });
}

double estimated_pj(const energy_sample& one, const std::vector<switching_unit_row>& rows,
                    const switching_model& model) {
  const std::string unit = unit_of(one.unit);
  return switched_pj(row_named(rows, unit), one.counts, model) +
         model.pj.at(unit).at("clock") * static_cast<double>(one.cycles);
}

void fit_unit(const std::string& unit, std::span<const energy_sample* const> of, switching_model& model) {
  std::vector<std::string> events;
  for (const auto& [event, count] : of.front()->counts) events.push_back(event);
  Eigen::MatrixXd a(static_cast<Eigen::Index>(of.size()), static_cast<Eigen::Index>(events.size()));
  Eigen::VectorXd y(a.rows());
  for (size_t i = 0; i < of.size(); ++i) {
    const double weight = 1 / gates_pj(*of[i]);  // errors of the whole count as shares of it
    for (size_t j = 0; j < events.size(); ++j)
      a(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          weight * static_cast<double>(of[i]->counts.at(events[j]));
    y[static_cast<Eigen::Index>(i)] = weight * of[i]->switched_pj;
  }
  const Eigen::VectorXd x = nnls(a, y);
  for (size_t j = 0; j < events.size(); ++j) model.pj[unit][events[j]] = x[static_cast<Eigen::Index>(j)];
  model.pj[unit]["clock"] = of.front()->clock_pj / static_cast<double>(of.front()->cycles);
}

// Operations of a mix, by unit: shares that no sample has. The first three are those of programs: a layer of
// byte-mamba (state updates : rows : products : outputs : values : additions), a scan alone, projections
// alone.
struct operation_mix {
  std::string name;
  std::map<std::string, double> operations;
};

std::vector<operation_mix> mixes_of(const std::set<std::string>& held_units) {
  std::vector<operation_mix> mixes = {
      {"layer",
       {{"scan_pe", 16},
        {"delta_lane", 1},
        {"dt_fifo", 1},
        {"gate_lane", 1},
        {"gemm_lane", 240},
        {"conv_lane", 1},
        {"norm_lane", 0.5},
        {"hadamard_stage", 1}}},
      {"scan", {{"scan_pe", 16}, {"delta_lane", 1}, {"dt_fifo", 1}, {"gate_lane", 1}}},
      {"projections", {{"gemm_lane", 200}, {"gemm_lane_nm", 100}}}};
  std::mt19937_64 random(17);
  for (int i = 0; i < 16; ++i) {
    operation_mix& mix = mixes.emplace_back();
    mix.name = fmt::format("random {}", i + 1);
    for (const std::string& unit : held_units)  // three decades
      mix.operations[unit] = std::pow(10., 3 * static_cast<double>(random() >> 11) * 0x1p-53);
  }
  return mixes;
}

std::string percent(double value) { return fmt::format("{:+.1f}", value); }

}  // namespace

switching_model fit_switching(std::span<const energy_sample> samples, const design_point& point) {
  switching_model model;
  model.design_point = point.name;
  for (const switching_unit_row& unit : switching_unit_rows(point)) {
    std::vector<const energy_sample*> of;
    for (const energy_sample& one : samples)
      if (one.set == "training" && unit_of(one.unit) == unit.unit) of.push_back(&one);
    if (!of.empty()) fit_unit(unit.unit, of, model);
  }
  return model;
}

namespace {

std::vector<mix_error> judge_mixes(const std::map<std::string, std::vector<const energy_sample*>>& of_units,
                                   const std::vector<switching_unit_row>& rows,
                                   const switching_model& model) {
  std::set<std::string> named;
  for (const auto& [unit, of] : of_units) named.insert(unit);
  std::vector<mix_error> errors;
  std::mt19937_64 random(23);
  for (const operation_mix& mix : mixes_of(named)) {
    double gates = 0, estimate = 0;
    for (const auto& [unit, operations] : mix.operations) {
      const auto of = of_units.find(unit);
      if (of == of_units.end()) continue;
      const energy_sample& one =
          *of->second[random() % of->second.size()];  // of every unit some data of its own
      const double share = operations / static_cast<double>(one.operations);
      gates += share * gates_pj(one), estimate += share * estimated_pj(one, rows, model);
    }
    errors.push_back({mix.name, 100 * (estimate / gates - 1)});
  }
  return errors;
}

template <class Errors>
double largest(const Errors& errors) {
  double most = 0;
  for (const auto& one : errors) most = std::max(most, std::abs(one.percent));
  return most;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += std::abs(value);
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

}  // namespace

fit_verdict judge_fit(std::span<const energy_sample> samples, const switching_model& model,
                      const design_point& point) {
  const std::vector<switching_unit_row> rows = switching_unit_rows(point);
  fit_verdict verdict;
  std::map<std::string, std::map<std::string, std::vector<const energy_sample*>>> by_set;
  for (const energy_sample& one : samples) {
    const double gates = gates_pj(one);
    verdict.samples[one.set].push_back({one.unit, one.data, one.seed, one.trace,
                                        gates / static_cast<double>(one.operations),
                                        100 * (estimated_pj(one, rows, model) / gates - 1)});
    by_set[one.set][one.unit].push_back(&one);
  }
  for (const auto& [set, of_units] : by_set) verdict.mixes[set] = judge_mixes(of_units, rows, model);
  return verdict;
}

double fit_verdict::largest_of(const std::string& set, const std::string& unit) const {
  double most = 0;
  if (const auto found = samples.find(set); found != samples.end())
    for (const sample_error& one : found->second)
      if (unit_of(one.unit) == unit) most = std::max(most, std::abs(one.percent));
  return most;
}

double fit_verdict::largest_total(const std::string& set) const {
  const auto found = mixes.find(set);
  return found == mixes.end() ? 0 : largest(found->second);
}

bool fit_verdict::within_bars() const {
  const auto held_out = samples.find("held_out");
  return held_out != samples.end() && largest(held_out->second) <= most_unit_error &&
         largest_total("held_out") <= most_total_error;
}

std::string coefficients_csv(std::span<const energy_sample> samples, const switching_model& model) {
  std::string text = "unit,event,pj,design_point,level,source\n";
  for (const auto& [unit, events] : model.pj)
    for (const auto& [event, pj] : events)
      text += fmt::format("{},{},{:.6g},{},circuit,{}; fit of samples.csv\n", unit, event, pj,
                          samples.front().design_point, samples.front().source);
  return text;
}

std::string fit_errors_csv(const fit_verdict& verdict) {
  std::string text = "unit,held_out_rows,mean_percent,largest_percent,stuck_rows,stuck_percent\n";
  const auto errors_of = [&](const std::string& set, const std::string& unit) {
    std::vector<double> errors;
    if (const auto found = verdict.samples.find(set); found != verdict.samples.end())
      for (const sample_error& one : found->second)
        if (unit_of(one.unit) == unit) errors.push_back(one.percent);
    return errors;
  };
  std::set<std::string> named;
  for (const sample_error& one : verdict.samples.at("held_out")) named.insert(unit_of(one.unit));
  for (const std::string& unit : named)
    text += fmt::format("{},{},{:.1f},{:.1f},{},{:.1f}\n", unit, errors_of("held_out", unit).size(),
                        mean(errors_of("held_out", unit)), verdict.largest_of("held_out", unit),
                        errors_of("stuck", unit).size(), verdict.largest_of("stuck", unit));
  std::vector<double> totals;
  for (const mix_error& one : verdict.mixes.at("held_out")) totals.push_back(one.percent);
  return text + fmt::format("total,{},{:.1f},{:.1f},{},{:.1f}\n", totals.size(), mean(totals),
                            verdict.largest_total("held_out"), totals.size(), verdict.largest_total("stuck"));
}

std::string fit_text(const fit_verdict& verdict, const switching_model& model) {
  text_table coefficients({"<unit", "<what costs, pJ of one at 180 nm"});
  for (const auto& [unit, events] : model.pj) {
    std::string line;
    for (const auto& [event, pj] : events)
      if (pj > 0) line += (line.empty() ? "" : ", ") + fmt::format("{} {:.3g}", event, pj);
    coefficients.add_row({unit, line});
  }
  text_table rows({"<set", "<unit", "<data", "seed", "<trace", "gates, pJ", "off, %"});
  text_table mixes({"<set", "<operation mix", "off, %"});
  std::string worst;
  for (const char* set : {"held_out", "stuck"}) {
    const auto found = verdict.samples.find(set);
    if (found == verdict.samples.end()) continue;
    for (const sample_error& one : found->second)
      rows.add_row({set, one.unit, one.data, std::to_string(one.seed), one.trace,
                    fmt::format("{:.4g}", one.gates_pj), percent(one.percent)});
    for (const mix_error& one : verdict.mixes.at(set)) mixes.add_row({set, one.mix, percent(one.percent)});
    worst += fmt::format("{}: largest error of a unit {:.1f} %, of a total {:.1f} %{}\n", set,
                         largest(found->second), verdict.largest_total(set),
                         set == std::string("held_out")
                             ? fmt::format(" (bars {:.0f} and {:.0f} %)", most_unit_error, most_total_error)
                             : ", of classes of operands that are zero or one value throughout");
  }
  return coefficients.text() + "\n" + rows.text() + "\n" + mixes.text() + "\n" + worst;
}

}  // namespace scansim
