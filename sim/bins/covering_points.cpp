#include "sim/bins/covering_points.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstring>
#include <iterator>
#include <random>
#include <set>

#include "models/configs/data_directory.h"
#include "sim/bins/machine_bins.h"

namespace scansim {
namespace {

constexpr size_t num_parameters = std::size(map::parameters);
constexpr size_t most_classes_of_values = 4;  // of a parameter with as many values
constexpr int rounds = 2, starts_per_target = 3, attempts_at_value = 120, attempts_at_pair = 8, repairs = 40,
              climbs = 2;

using fixed_parameters = std::bitset<num_parameters>;

// Values to try: all of few; else the ends, powers of two and what lies half way between them.
std::vector<int> tried_values(const parameter_row& row) {
  std::set<int> values = {row.low, row.low + 1, row.high - 1, row.high};
  const int factors[] = {2, 3};
  for (int64_t power = 1; power <= row.high; power *= 2)
    for (const int factor : factors)
      if (const int64_t value = power * factor / 2; value >= row.low && value <= row.high)
        if (!row.power_of_two || factor == 2) values.insert(static_cast<int>(value));
  if (row.power_of_two)
    std::erase_if(values, [](int value) { return value != 0 && (value & (value - 1)) != 0; });
  constexpr int few = 32;
  if (!row.power_of_two && row.high - row.low < few)
    for (int value = row.low; value <= row.high; ++value) values.insert(value);
  return {values.begin(), values.end()};
}

struct parameter_classes {
  std::vector<int> tried;
  std::vector<std::string> values, classes;  // value_names; names of class_name
};

size_t index_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

// Of what the array has: every value of each parameter, then every pair of classes, by number.
class coverage_targets {
 public:
  coverage_targets() {
    for (size_t p = 0; p < num_parameters; ++p) {
      const parameter_row& row = map::parameters[p];
      parameter_classes& of = parameters_[p];
      of.tried = tried_values(row);
      of.values = value_names(row);
      for (const int value : of.tried)
        if (const std::string name = class_name(row, value); index_of(of.classes, name) == of.classes.size())
          of.classes.push_back(name);
      for (const int value : of.tried)
        value_index_[p].push_back(index_of(of.values, value_name(row, value))),
            class_index_[p].push_back(index_of(of.classes, class_name(row, value)));
      first_value_[p] = size_;
      size_ += of.values.size();
    }
    for (size_t a = 0; a < num_parameters; ++a)
      for (size_t b = a + 1; b < num_parameters; ++b) {
        first_pair_[a][b] = size_;
        size_ += parameters_[a].classes.size() * parameters_[b].classes.size();
      }
    covered_.assign(size_, false);
  }

  const std::vector<int>& tried(size_t p) const { return parameters_[p].tried; }

  // visit(number) of all that a machine has. Its values are among those tried.
  template <class Visit>
  void each_of(const machine_parameters& point, const Visit& visit) const {
    std::array<size_t, num_parameters> at{};
    for (size_t p = 0; p < num_parameters; ++p) {
      const size_t tried = tried_index(p, point.*map::parameters[p].member);
      at[p] = class_index_[p][tried];
      visit(first_value_[p] + value_index_[p][tried]);
    }
    for (size_t a = 0; a < num_parameters; ++a)
      for (size_t b = a + 1; b < num_parameters; ++b)
        visit(first_pair_[a][b] + at[a] * parameters_[b].classes.size() + at[b]);
  }
  size_t gain(const machine_parameters& point) const {
    size_t count = 0;
    each_of(point, [&](size_t number) { count += !covered_[number]; });
    return count;
  }
  void take(const machine_parameters& point) {
    each_of(point, [&](size_t number) { covered_[number] = true; });
  }

  // search(parameters with the values that they may have) for each that is not covered.
  template <class Search>
  void each_open(const Search& search) {
    for (size_t p = 0; p < num_parameters; ++p)
      for (size_t v = 0; v < parameters_[p].values.size(); ++v)
        if (!covered_[first_value_[p] + v]) search({{p, with(p, value_index_[p], v)}});
    for (size_t a = 0; a < num_parameters; ++a)
      for (size_t b = a + 1; b < num_parameters; ++b)
        for (size_t i = 0; i < parameters_[a].classes.size(); ++i)
          for (size_t j = 0; j < parameters_[b].classes.size(); ++j)
            if (!covered_[first_pair_[a][b] + i * parameters_[b].classes.size() + j])
              search({{a, with(a, class_index_[a], i)}, {b, with(b, class_index_[b], j)}});
  }

 private:
  size_t tried_index(size_t p, int value) const {
    const std::vector<int>& all = parameters_[p].tried;
    return static_cast<size_t>(std::lower_bound(all.begin(), all.end(), value) - all.begin());
  }
  std::vector<int> with(size_t p, const std::vector<size_t>& indices, size_t wanted) const {
    std::vector<int> values;
    for (size_t i = 0; i < indices.size(); ++i)
      if (indices[i] == wanted) values.push_back(parameters_[p].tried[i]);
    return values;
  }

  std::array<parameter_classes, num_parameters> parameters_;
  std::array<std::vector<size_t>, num_parameters> value_index_, class_index_;
  std::array<size_t, num_parameters> first_value_{};
  std::array<std::array<size_t, num_parameters>, num_parameters> first_pair_{};
  std::vector<bool> covered_;
  size_t size_ = 0;
};

using wanted_values = std::vector<std::pair<size_t, std::vector<int>>>;

class covering_search {
 public:
  explicit covering_search(const std::vector<design_point>& starts) : starts_(starts) {}

  std::vector<design_point> points() {
    for (int round = 0; round < rounds; ++round)
      targets_.each_open([this](const wanted_values& wanted) { add(wanted); });
    return std::move(points_);
  }

 private:
  size_t below(size_t count) { return random_() % count; }
  template <class Values>
  auto any_of(const Values& values) {
    return values[below(values.size())];
  }

  void add(const wanted_values& wanted) {
    std::optional<design_point> best;
    int found = 0;
    const int attempts = wanted.size() == 1 ? attempts_at_value : attempts_at_pair;
    for (int attempt = 0; attempt < attempts && found < starts_per_target; ++attempt) {
      design_point point = begin(attempt);
      fixed_parameters fixed;
      for (const auto& [p, values] : wanted) point.*map::parameters[p].member = any_of(values), fixed.set(p);
      if (!repair(point, fixed)) continue;
      ++found;
      climb(point, fixed);
      if (!best || targets_.gain(point) > targets_.gain(*best)) best = point;
    }
    if (!best) return;
    targets_.take(*best);
    points_.push_back(*best);
  }

  // A start, then by turns the least machine, one that was found with a part of its values changed, and one
  // as it is: those that are hard to find come from those found before.
  design_point begin(int attempt) {
    const auto number = static_cast<size_t>(attempt);
    if (number < starts_.size()) return starts_[number];
    const size_t from = below(starts_.size() + points_.size());
    design_point point = from < starts_.size() ? starts_[from] : points_[from - starts_.size()];
    for (size_t p = 0; p < num_parameters; ++p) {
      int& value = point.*map::parameters[p].member;
      if (number % 3 == 0) value = targets_.tried(p).front();
      if (number % 3 == 1 && below(3) == 0) value = any_of(targets_.tried(p));
    }
    return point;
  }

  // Until it is legal: a parameter that the rule names, or any other, gets another value.
  bool repair(design_point& point, const fixed_parameters& fixed) {
    for (int i = 0; i < repairs; ++i) {
      const std::optional<input_error> fault = machine_fault(point, "");
      if (!fault) return true;
      std::vector<size_t> named;
      for (size_t p = 0; p < num_parameters; ++p)
        if (!fixed[p] && std::strstr(fault->what(), map::parameters[p].key) != nullptr) named.push_back(p);
      const size_t p = named.empty() || below(4) == 0 ? below(num_parameters) : any_of(named);
      if (!fixed[p]) point.*map::parameters[p].member = any_of(targets_.tried(p));
    }
    return false;
  }

  void climb(design_point& point, const fixed_parameters& fixed) {
    std::vector<size_t> order;
    for (size_t p = 0; p < num_parameters; ++p)
      if (!fixed[p]) order.push_back(p);
    for (int round = 0; round < climbs; ++round) {
      for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[below(i)]);
      for (const size_t p : order) set_best(point, p);
    }
  }

  void set_best(design_point& point, size_t p) {
    int& value = point.*map::parameters[p].member;
    int best = value;
    size_t most = targets_.gain(point);
    for (const int tried : targets_.tried(p)) {
      value = tried;
      if (const size_t gain = targets_.gain(point); gain > most && !machine_fault(point, ""))
        most = gain, best = tried;
    }
    value = best;
  }

  const std::vector<design_point>& starts_;
  coverage_targets targets_;
  std::vector<design_point> points_;
  std::mt19937_64 random_{1};
};

std::string pair_bin(const parameter_row& one, const std::string& of_one, const parameter_row& other,
                     const std::string& of_other) {
  return fmt::format("design_pair/{}={} {}={}", one.key, of_one, other.key, of_other);
}

}  // namespace

std::string class_name(const parameter_row& row, int value) {
  const std::vector<int> values = legal_values(row);
  if (values.size() <= most_classes_of_values || value == 0) return std::to_string(value);
  const size_t zero = values.front() == 0 ? 1 : 0, count = values.size() - zero;
  const auto at = static_cast<size_t>(std::lower_bound(values.begin(), values.end(), value) - values.begin());
  const char* const thirds[] = {"low", "middle", "high"};
  return thirds[std::min<size_t>(3 * (at - zero) / count, 2)];
}

std::vector<design_point> covering_points(const std::vector<design_point>& starts) {
  return covering_search(starts).points();
}

bin_set pair_bins_of(const machine_parameters& point) {
  bin_set bins;
  for (size_t a = 0; a < num_parameters; ++a)
    for (size_t b = a + 1; b < num_parameters; ++b) {
      const parameter_row &one = map::parameters[a], &other = map::parameters[b];
      bins.insert(
          pair_bin(one, class_name(one, point.*one.member), other, class_name(other, point.*other.member)));
    }
  return bins;
}

const bin_set& pair_bins() {
  static const bin_set bins = [] {
    bin_set all;
    for (const design_point& point : covering_points({load_design_point("tiny", config_directory()),
                                                      load_design_point("block-tiny", config_directory())}))
      all.merge(pair_bins_of(point));
    return all;
  }();
  return bins;
}

}  // namespace scansim
