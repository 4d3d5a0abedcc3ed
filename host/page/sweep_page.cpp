#include "host/page/sweep_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "host/page/gpu_reference.h"
#include "host/page/main_effects.h"
#include "host/page/page_columns.h"
#include "host/page/point_detail.h"
#include "host/report/git_revision.h"
#include "host/run/run_request.h"
#include "host/sweep/sweep_tables.h"

namespace scansim {
namespace {

using nlohmann::json;

constexpr const char* settings_mark = "\x1f";

const char* unit_of_result(const std::string& name) {
  constexpr std::pair<const char*, const char*> units[] = {
      {"time_s", "s"},      {"energy_j", "J"},      {"edp", "Js"},
      {"power_w", "W"},     {"cycles", ""},         {"tokens_per_s", "tok/s"},
      {"utilisation", "%"}, {"traffic_bytes", "B"}, {"traffic_ratio", "x"}};
  for (const auto& [known, unit] : units)
    if (name == known) return unit;
  return "";
}

class sweep_columns {
 public:
  sweep_columns(const std::string& folder, const sweep_spec& spec, const stored_rows& store,
                const sweep_outcome& outcome, const confirmations& confirmed)
      : folder_(folder), spec_(spec), outcome_(outcome), confirmed_(confirmed), details_(spec, store) {
    for (const judged_point& one : outcome.points) detail_.push_back(details_.of(*one.point));
  }

  json data() {
    json data = {
        {"kind", "sweep"},
        {"name", folder_},
        {"folder", shell_word(folder_)},
        {"base", spec_.base},
        {"energy_note", energy_note},
        {"program", {{"version", SCANSIM_VERSION}, {"revision", git_revision()}, {"dirty", git_dirty()}}},
        {"settings_mark", settings_mark},
        {"set", set()},
        {"points", outcome_.points.size()},
        {"ids", ids()},
        {"front", front()},
        {"parameters", parameters()},
        {"results", results()},
        {"energy", energy()},
        {"cycles", cycles()},
        {"roof", roof()},
        {"gpu", gpu()},
        {"effects", effects()}};
    data["workloads"] = data["commands"] = data["objectives"] = json::array();
    for (const sweep_workload& one : spec_.workloads) {
      data["workloads"].push_back({{"name", one.name}, {"weight", one.weight}});
      // Those of a call depend on the point: `sweep show` tells them.
      if (!one.call) data["commands"].push_back(reproduce_text(spec_, settings_mark, one));
    }
    for (const sweep_objective& one : spec_.objectives)
      data["objectives"].push_back({{"result", one.result}, {"maximise", one.maximise}});
    value_column rung, bound;
    for (const point_detail& one : detail_) bound.add(one.bound);
    for (const judged_point& one : outcome_.points) rung.add(rung_of(*one.point));
    data["rung"] = rung.to_json();
    data["bound"] = bound.to_json();
    data["energy_range"] = {
        {"low_j", each_detail([](const point_detail& one) { return one.energy_low_j; })},
        {"high_j", each_detail([](const point_detail& one) { return one.energy_high_j; })}};
    return data;
  }

 private:
  json set() const {
    json set = {{"planned", outcome_.planned},
                {"done", outcome_.done()},
                {"dropped_lines", outcome_.dropped_lines},
                {"failed", json::array()},
                {"refused", json::array()}};
    for (const auto& [message, count] : outcome_.failed) set["failed"].push_back({message, count});
    for (const auto& [rule, count] : outcome_.refused) set["refused"].push_back({rule, count});
    return set;
  }
  std::string rung_of(const sweep_point& point) const {
    static const std::vector<std::string> rungs = confirming_rungs(rungs_with_machine_values().back());
    for (auto rung = rungs.rbegin(); rung != rungs.rend(); ++rung) {
      size_t equal = 0;
      for (const std::string& key : point.keys) {
        const auto found = confirmed_.find({key, *rung});
        if (found == confirmed_.end()) continue;
        if (!found->second.equal) return "differs on " + *rung;
        ++equal;
      }
      if (equal == point.keys.size()) return *rung;
    }
    return sweep_rung;
  }
  std::string ids() const {
    std::string text;
    for (const judged_point& one : outcome_.points) text += one.point->id;
    return text;
  }
  json front() const {
    json list = json::array();
    for (size_t i = 0; i < outcome_.points.size(); ++i)
      if (outcome_.points[i].on_front) list.push_back(i);
    return list;
  }

  // Of every point; none where it is not set.
  value_column column_of(const std::string& name) const {
    value_column column;
    for (const judged_point& one : outcome_.points) {
      const auto& given = one.point->parameters;
      const auto at =
          std::find_if(given.begin(), given.end(), [&](const auto& cell) { return cell.first == name; });
      if (at == given.end())
        column.add_none();
      else
        column.add(at->second);
    }
    return column;
  }
  json parameters() const {
    json list = json::array();
    for (const sweep_parameter& one : spec_.space) {
      const value_column column = column_of(one.name);
      json object = column.to_json();
      object["name"] = one.name;
      object["words"] = json::array();
      for (const sweep_value& value : column.values())
        object["words"].push_back(shell_word(one.name + "=" + text_of(value)));
      list.push_back(object);
    }
    return list;
  }

  std::vector<std::string> result_names() const {
    std::vector<std::string> names;
    for (const sweep_objective& one : spec_.objectives) names.push_back(one.result);
    if (outcome_.points.empty()) return names;
    for (const auto& [name, value] : outcome_.points.front().results)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    return names;
  }
  std::vector<double> values_of(const std::string& result) const {
    std::vector<double> values;
    for (const judged_point& one : outcome_.points) values.push_back(one.results.at(result));
    return values;
  }
  json results() const {
    json list = json::array();
    for (const std::string& name : result_names())
      list.push_back(
          {{"name", name}, {"unit", unit_of_result(name)}, {"values", page_numbers(values_of(name))}});
    return list;
  }

  template <class Value>
  json each_detail(const Value& value) const {
    std::vector<double> values;
    for (const point_detail& one : detail_) values.push_back(value(one));
    return page_numbers(values);
  }
  template <class Value>
  json shared_detail(const Value& value) const {
    value_column column;
    for (const point_detail& one : detail_) column.add(value(one));
    return column.to_json();
  }

  json energy() const {
    std::set<std::string> blocks;
    for (const point_detail& one : detail_)
      for (const auto& [block, joules] : one.energy_j)
        if (joules > 0) blocks.insert(block);
    json columns = json::array();
    for (const std::string& block : blocks) {
      json shares = json::array();
      for (size_t i = 0; i < detail_.size(); ++i) {
        const auto at = detail_[i].energy_j.find(block);
        const double joules = at == detail_[i].energy_j.end() ? 0 : at->second;
        shares.push_back(std::lround(1e4 * joules / whole_energy(detail_[i])));
      }
      columns.push_back(shares);
    }
    return {{"blocks", blocks}, {"shares", columns}};
  }
  static double whole_energy(const point_detail& detail) {
    double sum = 0;
    for (const auto& [block, joules] : detail.energy_j) sum += joules;
    return sum;
  }
  json cycles() const {
    std::set<std::string> blocks;
    for (const point_detail& one : detail_)
      for (const auto& [block, cycles] : one.cycles)
        if (cycles.busy + cycles.wait_in + cycles.wait_out > 0) blocks.insert(block);
    json object = {{"blocks", blocks}};
    constexpr std::pair<const char*, double block_cycles::*> states[] = {
        {"busy", &block_cycles::busy},
        {"wait_in", &block_cycles::wait_in},
        {"wait_out", &block_cycles::wait_out}};
    for (const auto& [state, member] : states) {
      json& columns = object[state] = json::array();
      for (const std::string& block : blocks) {
        json shares = json::array();
        for (size_t i = 0; i < detail_.size(); ++i) {
          const auto at = detail_[i].cycles.find(block);
          const double share = at == detail_[i].cycles.end() ? 0 : at->second.*member / cycles_of(i);
          shares.push_back(std::lround(1000 * share));
        }
        columns.push_back(shares);
      }
    }
    return object;
  }
  double cycles_of(size_t i) const { return outcome_.points[i].results.at("cycles"); }
  json roof() const {
    return {{"state_updates", detail_.empty() ? json() : page_number(detail_.front().state_updates)},
            {"updates_per_s", shared_detail([](const point_detail& one) { return one.peak_updates_per_s; })},
            {"bytes_per_s", shared_detail([](const point_detail& one) { return one.peak_bytes_per_s; })}};
  }

  json gpu() const {
    if (!spec_.reference) return nullptr;
    const gpu_reference gpu = reference_of(spec_);
    if (!gpu.why_not.empty()) return {{"why_not", gpu.why_not}};
    return {{"label", gpu.label},
            {"device", gpu.device},
            {"precision", gpu.precision},
            {"basis", gpu.basis},
            {"time_s", page_number(gpu.time_s)}};
  }

  json effects() const {
    json list = json::array();
    for (const sweep_objective& objective : spec_.objectives) {
      json parameters = json::array();
      const std::vector<double> values = values_of(objective.result);
      for (const sweep_parameter& one : spec_.space) {
        const main_effect effect = main_effect_of(column_of(one.name).cells_or("-"), values);
        if (effect.groups > 0)
          parameters.push_back({{"name", one.name},
                                {"share", page_number(effect.share)},
                                {"spread", page_number(effect.spread)},
                                {"factor", effect.factor}});
      }
      list.push_back({{"result", objective.result}, {"parameters", parameters}});
    }
    return list;
  }

  const std::string folder_;
  const sweep_spec& spec_;
  const sweep_outcome& outcome_;
  const confirmations& confirmed_;
  point_details details_;
  std::vector<point_detail> detail_;
};

}  // namespace

json sweep_page(const std::string& folder, const sweep_spec& spec, const stored_rows& store,
                const sweep_outcome& outcome, const confirmations& confirmed) {
  return sweep_columns(folder, spec, store, outcome, confirmed).data();
}

}  // namespace scansim
