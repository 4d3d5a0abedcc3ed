// The referee of the search by generations: pagmo (Biscani, Izzo 2020), which computes the same volumes of
// random sets in two and three objectives, and whose NSGA-II, with the same evaluations on the same space,
// finds no more than ours.
#include <catch2/catch.hpp>
#include <cmath>
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>
#include <pagmo/utils/hypervolume.hpp>
#include <random>

#include "host/sweep/genetic_search.h"
#include "host/sweep/hypervolume.h"

namespace scansim {
namespace {

const std::vector<size_t> space = {32, 25, 25};  // 20,000 points
constexpr size_t population = 40, generations = 40;

// Two objectives in conflict along the first gene, and a skewed valley with ripples in the others.
pagmo::vector_double cost(const std::vector<double>& at) {
  const double x = at[0] / 31, y = at[1] / 24, z = at[2] / 24;
  const double depth = std::abs(y - 0.4) + std::pow(z - y, 2) + 0.03 * (1 - std::cos(25 * z));
  return {x + depth, std::pow(1 - x, 2) + 1.5 * depth};
}

struct indexed_problem {
  pagmo::vector_double fitness(const pagmo::vector_double& at) const { return cost(at); }
  std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    return {{0, 0, 0}, {31, 24, 24}};
  }
  pagmo::vector_double::size_type get_nix() const { return space.size(); }
  pagmo::vector_double::size_type get_nobj() const { return 2; }
};

std::vector<std::vector<double>> found_by_pagmo(unsigned seed) {
  pagmo::population people(pagmo::problem(indexed_problem{}), population, seed);
  const pagmo::algorithm search(pagmo::nsga2(generations - 1, 0.95, 10, 0.05, 50, seed));
  return search.evolve(people).get_f();
}

std::vector<std::vector<double>> found_here(uint64_t seed) {
  genetic_search search(space, population, seed, [](const genes&) { return true; });
  std::vector<std::vector<double>> found;
  std::vector<genes> generation = search.first();
  for (size_t i = 0; i < generations; ++i) {
    std::vector<genetic_individual> evaluated;
    for (const genes& at : generation) {
      found.push_back(
          cost({static_cast<double>(at[0]), static_cast<double>(at[1]), static_cast<double>(at[2])}));
      evaluated.push_back({at, found.back(), 0});
    }
    generation = search.next(evaluated);
  }
  return found;
}

}  // namespace

TEST_CASE("search_referee pagmo computes the same volumes", "[sweep]") {
  const uint64_t seed = 12;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> value(0, 1);
  for (size_t objectives : {size_t{2}, size_t{3}}) {
    for (int set = 0; set < 40; ++set) {
      std::vector<std::vector<double>> points(1 + random() % 60);
      for (auto& one : points)
        for (size_t i = 0; i < objectives; ++i) one.push_back(value(random));
      if (points.size() > 3) points[2] = points[1];  // ties
      const std::vector<double> reference(objectives, 1);
      CHECK(hypervolume(points, reference) ==
            Approx(pagmo::hypervolume(points).compute(reference)).epsilon(1e-12));
    }
  }
}

TEST_CASE("search_referee the search finds what pagmo's NSGA-II finds with as many evaluations", "[sweep]") {
  const std::vector<double> reference = {3, 3};
  double here = 0, pagmo = 0;
  for (unsigned seed = 1; seed <= 10; ++seed) {
    here += hypervolume(found_here(seed), reference) / 10;
    pagmo += hypervolume(found_by_pagmo(seed), reference) / 10;
  }
  CAPTURE(here, pagmo);
  CHECK(here >= 0.995 * pagmo);
}

}  // namespace scansim
