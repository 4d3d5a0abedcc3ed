#include "host/sweep/sweep_points.h"

#include <boost/random/sobol.hpp>
#include <random>

#include "host/sweep/genetic_search.h"
#include "host/sweep/point_collector.h"
#include "host/sweep/sweep_front.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr uint64_t most_idle_draws = 2000;  // without a new point: there are hardly more

// As many points as asked for, from the front of a shuffle: every set is as likely as any other, and the same
// seed draws the same.
void take_random(const sweep_spec& spec, const space_assignments& space, point_collector& points) {
  std::vector<assignment> all;
  space.for_each([&](const assignment& one) { all.push_back(one); });
  std::mt19937_64 random(spec.sample_seed);
  for (uint64_t i = 0; i < all.size() && points.plan.points.size() < spec.sample_points; ++i) {
    std::swap(all[i], all[i + random() % (all.size() - i)]);
    points.add(all[i]);
  }
}

// The sequence of Joe and Kuo, a dimension for each parameter with a choice, shifted digitally by the seed.
void take_sobol(const sweep_spec& spec, const space_assignments& space, point_collector& points) {
  std::vector<size_t> dimension(spec.space.size(), 0);
  size_t dimensions = 0;
  for (size_t i = 0; i < spec.space.size(); ++i)
    if (spec.space[i].values.size() > 1) dimension[i] = dimensions++;
  if (dimensions == 0) {
    points.add(space.of_row({}));
    return;
  }
  boost::random::sobol sequence(dimensions);
  std::mt19937_64 random(spec.sample_seed);
  std::vector<uint64_t> shift(dimensions), at(dimensions);
  for (uint64_t& one : shift) one = random();
  for (uint64_t idle = 0; points.plan.points.size() < spec.sample_points && idle < most_idle_draws; ++idle) {
    for (size_t i = 0; i < dimensions; ++i) at[i] = sequence() ^ shift[i];
    const assignment one = space.picked([&](size_t parameter, size_t count) {
      return static_cast<size_t>(static_cast<double>(at[dimension[parameter]] >> 11) * 0x1p-53 *
                                 static_cast<double>(count));
    });
    if (points.add(one).first == point_collector::outcome::fresh) idle = 0;
  }
}

// Generation by generation, as far as the rows reach.
class genetic_plan {
 public:
  genetic_plan(const sweep_spec& spec, const space_assignments& space, const stored_rows& store,
               point_collector& points)
      : spec_(spec),
        space_(space),
        store_(store),
        points_(points),
        search_(sizes(), spec.population, spec.sample_seed,
                [this](const genes& one) { return claims(one); }) {}

  void take() {
    std::vector<genes> generation = search_.first();
    for (uint64_t number = 0; number < spec_.generations && !generation.empty(); ++number) {
      const size_t before = points_.plan.points.size();
      std::vector<genes> taken;
      for (const genes& one : generation)
        if (points_.add(assigned(one)).first == point_collector::outcome::fresh) taken.push_back(one);
      points_.plan.generations = number + 1;
      const std::vector<genetic_individual> evaluated = results_from(before, taken);
      points_.plan.open = evaluated.size() < taken.size();
      if (points_.plan.open) return;
      generation = search_.next(evaluated);
    }
  }

 private:
  // A point that no other genes of this search are.
  bool claims(const genes& one) {
    const auto [what, id] = points_.add(assigned(one), true);
    return what == point_collector::outcome::fresh && claimed_.insert(id).second;
  }
  std::vector<size_t> sizes() const {
    std::vector<size_t> all;
    for (const sweep_parameter& one : spec_.space) all.push_back(std::max<size_t>(1, one.values.size()));
    return all;
  }
  assignment assigned(const genes& one) const {
    return space_.picked([&](size_t parameter, size_t count) { return one[parameter] % count; });
  }

  // Of the points from `first` on; fewer than there are genes where a row is missing.
  std::vector<genetic_individual> results_from(size_t first, const std::vector<genes>& taken) const {
    std::vector<genetic_individual> evaluated;
    for (size_t i = 0; i < taken.size(); ++i) {
      sweep_plan one;
      one.points = {points_.plan.points[first + i]};
      const sweep_outcome outcome = judge_sweep(spec_, one, store_);
      if (outcome.missing > 0) continue;
      genetic_individual individual{taken[i], {}, outcome.points.empty() ? 1.0 : 0.0};
      for (const sweep_objective& objective : spec_.objectives)
        individual.objectives.push_back(outcome.points.empty()
                                            ? 0
                                            : (objective.maximise ? -1 : 1) *
                                                  outcome.points[0].results.at(objective.result));
      evaluated.push_back(std::move(individual));
    }
    return evaluated;
  }

  const sweep_spec& spec_;
  const space_assignments& space_;
  const stored_rows& store_;
  point_collector& points_;
  std::set<std::string> claimed_;
  genetic_search search_;
};

}  // namespace

sweep_plan plan_sweep(const sweep_spec& spec, const std::string& model, const stored_rows& store) {
  const space_assignments space(spec);
  point_collector points(spec, model);
  switch (spec.method) {
    case sample_method::grid:
      space.for_each([&](const assignment& one) { points.add(one); });
      break;
    case sample_method::list:
      for (const auto& row : spec.listed) points.add(space.of_row(row));
      break;
    case sample_method::random:
      take_random(spec, space, points);
      break;
    case sample_method::sobol:
      take_sobol(spec, space, points);
      break;
    case sample_method::nsga2:
      genetic_plan(spec, space, store, points).take();
      break;
    case sample_method::asked:
      break;
  }
  for (const auto& row : spec.asked) points.add(space.of_row(row));
  return std::move(points.plan);
}

}  // namespace scansim
