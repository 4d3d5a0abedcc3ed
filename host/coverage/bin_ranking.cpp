#include "host/coverage/bin_ranking.h"

#include <algorithm>
#include <map>

namespace scansim {
namespace {

// Bins by number, of each test.
std::map<std::string, std::vector<size_t>> bins_by_test(const std::vector<bin_record>& records) {
  std::map<std::string, size_t> numbers;
  std::map<std::string, std::vector<size_t>> tests;
  for (const bin_record& record : records)
    for (const std::string& bin : record.bins)
      tests[record.test].push_back(numbers.emplace(bin, numbers.size()).first->second);
  for (auto& [test, bins] : tests) {
    std::sort(bins.begin(), bins.end());
    bins.erase(std::unique(bins.begin(), bins.end()), bins.end());
  }
  return tests;
}

}  // namespace

std::vector<ranked_test> ranked_tests(const std::vector<bin_record>& records) {
  std::map<std::string, std::vector<size_t>> left = bins_by_test(records);  // what is not hit so far
  std::vector<ranked_test> ranking;
  size_t together = 0;
  while (!left.empty()) {
    const auto best = std::max_element(left.begin(), left.end(), [](const auto& one, const auto& other) {
      return one.second.size() < other.second.size();
    });
    const std::vector<size_t> taken = best->second;
    if (taken.empty()) break;
    ranking.push_back({best->first, taken.size(), together += taken.size()});
    left.erase(best);
    for (auto& [test, bins] : left) {
      std::vector<size_t> rest;
      std::set_difference(bins.begin(), bins.end(), taken.begin(), taken.end(), std::back_inserter(rest));
      bins = std::move(rest);
    }
  }
  return ranking;
}

}  // namespace scansim
