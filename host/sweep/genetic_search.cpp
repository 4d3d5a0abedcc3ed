#include "host/sweep/genetic_search.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace scansim {
namespace {

constexpr size_t tries_of_a_child = 40, tries_of_a_draw = 2000;
constexpr double crossover_share = 0.9, step_share = 0.7;

// Numbers of the pool's individuals, front by front.
std::vector<std::vector<size_t>> fronts_of(const std::vector<genetic_individual>& pool) {
  std::vector<size_t> beaten_by(pool.size(), 0);
  std::vector<std::vector<size_t>> beats(pool.size()), fronts(1);
  for (size_t a = 0; a < pool.size(); ++a)
    for (size_t b = 0; b < pool.size(); ++b)
      if (dominates(pool[a], pool[b])) beats[a].push_back(b), ++beaten_by[b];
  for (size_t i = 0; i < pool.size(); ++i)
    if (beaten_by[i] == 0) fronts[0].push_back(i);
  while (!fronts.back().empty()) {
    std::vector<size_t> following;
    for (const size_t a : fronts.back())
      for (const size_t b : beats[a])
        if (--beaten_by[b] == 0) following.push_back(b);
    std::sort(following.begin(), following.end());
    fronts.push_back(std::move(following));
  }
  fronts.pop_back();
  return fronts;
}

}  // namespace

bool dominates(const genetic_individual& a, const genetic_individual& b) {
  if (a.violation != b.violation) return a.violation < b.violation;
  bool better = false;
  for (size_t i = 0; i < a.objectives.size(); ++i) {
    if (a.objectives[i] > b.objectives[i]) return false;
    better = better || a.objectives[i] < b.objectives[i];
  }
  return better;
}

std::vector<double> crowding(const std::vector<genetic_individual>& front) {
  constexpr double endless = std::numeric_limits<double>::infinity();
  std::vector<double> distance(front.size(), 0);
  if (front.empty()) return distance;
  std::vector<size_t> order(front.size());
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t objective = 0; objective < front[0].objectives.size(); ++objective) {
    const auto value = [&](size_t i) { return front[order[i]].objectives[objective]; };
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return front[a].objectives[objective] < front[b].objectives[objective];
    });
    const double range = value(front.size() - 1) - value(0);
    distance[order.front()] = distance[order.back()] = endless;
    if (!(range > 0)) continue;
    for (size_t i = 1; i + 1 < order.size(); ++i) distance[order[i]] += (value(i + 1) - value(i - 1)) / range;
  }
  return distance;
}

genetic_search::genetic_search(std::vector<size_t> sizes, size_t population, uint64_t seed, is_legal legal)
    : sizes_(std::move(sizes)), population_(population), random_(seed), legal_(std::move(legal)) {}

std::vector<genes> genetic_search::first() {
  std::vector<genes> generation;
  for (size_t tries = 0; generation.size() < population_ && tries < tries_of_a_draw * population_; ++tries)
    take(drawn(), generation);
  return generation;
}

std::vector<genes> genetic_search::next(const std::vector<genetic_individual>& evaluated) {
  std::vector<genetic_individual> pool = survivors_;
  pool.insert(pool.end(), evaluated.begin(), evaluated.end());
  survive(std::move(pool));
  std::vector<genes> generation;
  if (survivors_.empty()) return generation;
  for (size_t i = 0; i < population_; ++i) {
    bool found = false;
    for (size_t tries = 0; !found && tries < tries_of_a_child; ++tries) found = take(child(), generation);
    for (size_t tries = 0; !found && tries < tries_of_a_draw; ++tries) found = take(drawn(), generation);
    if (!found) break;  // hardly anything is left
  }
  return generation;
}

bool genetic_search::take(const genes& one, std::vector<genes>& into) {
  if (known_.contains(one) || !legal_(one)) return false;
  known_.insert(one);
  into.push_back(one);
  return true;
}

genes genetic_search::drawn() {
  genes one(sizes_.size());
  for (size_t i = 0; i < sizes_.size(); ++i) one[i] = below(sizes_[i]);
  return one;
}

genes genetic_search::child() {
  const auto share = [&] { return static_cast<double>(random_() >> 11) * 0x1p-53; };
  const genes &mother = winner().at, &father = winner().at;
  genes one = mother;
  if (share() < crossover_share)
    for (size_t i = 0; i < one.size(); ++i)
      if (below(2) == 1) one[i] = father[i];
  const size_t free =
      static_cast<size_t>(std::count_if(sizes_.begin(), sizes_.end(), [](size_t size) { return size > 1; }));
  for (size_t i = 0; i < one.size(); ++i) {
    if (sizes_[i] < 2 || below(free) != 0) continue;
    if (share() >= step_share) {
      one[i] = below(sizes_[i]);
    } else {
      const bool up = one[i] == 0 || (one[i] + 1 < sizes_[i] && below(2) == 1);
      one[i] = up ? one[i] + 1 : one[i] - 1;
    }
  }
  return one;
}

// Survivors stand best first: the lower number wins.
const genetic_individual& genetic_search::winner() {
  const size_t a = below(survivors_.size()), b = below(survivors_.size());
  return survivors_[std::min(a, b)];
}

void genetic_search::survive(std::vector<genetic_individual> pool) {
  survivors_.clear();
  for (const std::vector<size_t>& numbers : fronts_of(pool)) {
    std::vector<genetic_individual> front;
    for (const size_t i : numbers) front.push_back(pool[i]);
    const std::vector<double> distance = crowding(front);
    std::vector<size_t> order(front.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return distance[a] > distance[b]; });
    for (const size_t i : order) {
      if (survivors_.size() == population_) return;
      survivors_.push_back(front[i]);
    }
  }
}

}  // namespace scansim
