#include "host/coverage/bin_coverage.h"

#include <set>
#include <tuple>

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

void count_pairs(const std::vector<bin_record>& records, bin_coverage& coverage) {
  std::set<std::tuple<size_t, size_t, std::string, std::string>> seen;
  constexpr size_t rows = std::size(map::parameters);
  for (size_t a = 0; a < rows; ++a)
    for (size_t b = a + 1; b < rows; ++b) {
      const parameter_row &one = map::parameters[a], &other = map::parameters[b];
      coverage.pairs += value_names(one).size() * value_names(other).size();
      for (const bin_record& record : records)
        seen.emplace(a, b, value_name(one, record.point.*one.member),
                     value_name(other, record.point.*other.member));
    }
  coverage.pairs_seen = seen.size();
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
  const std::vector<bin_group> model = bin_model();
  bin_coverage coverage;
  coverage.records = records.size();
  std::set<std::string> tests;
  for (const bin_record& record : records) tests.insert(record.test);
  coverage.tests = tests.size();
  coverage.first = first_tests(records, model);
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
  count_pairs(records, coverage);
  return coverage;
}

}  // namespace scansim
