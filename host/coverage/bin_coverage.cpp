#include "host/coverage/bin_coverage.h"

#include <algorithm>
#include <set>

#include "sim/bins/covering_points.h"
#include "sim/bins/machine_bins.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

bool has(const std::vector<bin_group>& model, const std::string& bin) {
  for (const bin_group& group : model)
    if (group.bins.contains(bin)) return true;
  return false;
}

std::map<std::string, std::string> first_tests(const std::vector<bin_record>& records,
                                               const std::vector<bin_group>& model) {
  std::map<std::string, std::string> first;
  for (const bin_record& record : records)
    for (const std::string& bin : record.bins)
      if (first.emplace(bin, record.test).second && !has(model, bin))
        throw input_error(record.test, "bins", "bins of this program", bin);
  return first;
}

// The model with what machines of the records told of themselves.
std::vector<bin_group> model_of(const std::vector<bin_record>& records) {
  std::vector<bin_group> model = bin_model();
  for (const std::string& name : inside_groups) {
    bin_group group{name, {}};
    for (const bin_record& record : records)
      for (const std::string& bin : record.inside)
        if (bin.starts_with(name + "/")) group.bins.insert(bin);
    if (!group.bins.empty()) model.push_back(std::move(group));
  }
  return model;
}

// A pair is what one machine has, whatever ran on it; one that the array has not is no bin.
void add_pairs(const std::vector<bin_record>& records, const std::vector<bin_group>& model,
               std::map<std::string, std::string>& first) {
  for (const bin_record& record : records)
    for (const std::string& bin : pair_bins_of(record.point))
      if (has(model, bin)) first.emplace(bin, record.test);
}

// What another rung than `rtl` leaves are parameters.
bool ran_on_rtl(const bin_record& record) {
  return std::any_of(record.bins.begin(), record.bins.end(),
                     [](const std::string& bin) { return !bin.starts_with(parameter_prefix); });
}

size_t parameter_values_on_rtl(const std::vector<bin_record>& records) {
  bin_set values;
  for (const bin_record& record : records)
    if (ran_on_rtl(record)) hit_parameters(record.point, values);
  return values.size();
}

}  // namespace

covered_group bin_coverage::sum() const {
  covered_group all;
  all.name = "all";
  for (const covered_group& group : groups) {
    all.covered += group.covered, all.excluded += group.excluded, all.asked += group.asked;
    all.open.insert(all.open.end(), group.open.begin(), group.open.end());
  }
  return all;
}

bin_coverage cover(const std::vector<bin_record>& records, const std::string& exclusions) {
  const std::vector<bin_group> model = model_of(records);
  bin_coverage coverage;
  coverage.records = records.size();
  std::set<std::string> tests;
  for (const bin_record& record : records) tests.insert(record.test);
  coverage.tests = tests.size();
  coverage.first = first_tests(records, model);
  add_pairs(records, model, coverage.first);
  coverage.parameter_values_on_rtl = parameter_values_on_rtl(records);
  if (!exclusions.empty())
    coverage.excluded = exclude_bins(read_bin_exclusions(exclusions), model, coverage.first);
  for (const bin_group& group : model) {
    covered_group of{group.name, 0, 0, 0, {}};
    for (const std::string& bin : group.bins) {
      if (coverage.excluded.bins.contains(bin)) {
        ++of.excluded;
        continue;
      }
      ++of.asked;
      if (coverage.first.contains(bin))
        ++of.covered;
      else
        of.open.push_back(bin);
    }
    coverage.groups.push_back(std::move(of));
  }
  return coverage;
}

}  // namespace scansim
