// NSGA-II over indices (Deb, Pratap, Agarwal, Meyarivan 2002): fast non-dominated sorting, crowding distance,
// constraint domination, binary tournaments. A gene is an index into a parameter's values; a child takes
// each gene from one of two parents, and about one gene of it moves, mostly by one step.
// Contract: a function of sizes, population, seed and the results that next() is given, in their order; no
// genes twice, as long as there are others; only legal ones. Objectives are minimised. It evaluates nothing.
#pragma once
#include <cstdint>
#include <functional>
#include <random>
#include <set>
#include <vector>

namespace scansim {

using genes = std::vector<size_t>;

struct genetic_individual {
  genes at;
  std::vector<double> objectives;
  double violation = 0;  // how far from feasible; 0: feasible
};

class genetic_search {
 public:
  using is_legal = std::function<bool(const genes&)>;
  genetic_search(std::vector<size_t> sizes, size_t population, uint64_t seed, is_legal legal);

  std::vector<genes> first();
  // Of the generation that first() or the last next() gave; survivors come from it and those before.
  std::vector<genes> next(const std::vector<genetic_individual>& evaluated);

 private:
  size_t below(size_t count) { return static_cast<size_t>(random_() % count); }
  bool take(const genes& one, std::vector<genes>& into);
  genes drawn();
  genes child();
  const genetic_individual& winner();
  void survive(std::vector<genetic_individual> pool);

  const std::vector<size_t> sizes_;
  const size_t population_;
  std::mt19937_64 random_;
  const is_legal legal_;
  std::set<genes> known_;
  std::vector<genetic_individual> survivors_;  // best first
};

// a is better in constraint domination.
bool dominates(const genetic_individual& a, const genetic_individual& b);
// Crowding distance of each, of a set that does not dominate itself.
std::vector<double> crowding(const std::vector<genetic_individual>& front);

}  // namespace scansim
