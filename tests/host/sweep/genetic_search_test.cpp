// The search by generations against the whole grid of a space of 20,000 points with a known shape, and
// against drawing at random; its parts by hand; the same seed finds the same, whoever ran it.
#include "host/sweep/genetic_search.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "host/sweep/hypervolume.h"
#include "host/sweep/point_run.h"
#include "host/sweep/sweep_front.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

const std::vector<size_t> sizes = {20, 20, 50};
const std::vector<double> reference = {3, 3};

// Two objectives in conflict along the first gene; the others have a valley with ripples.
std::vector<double> objectives_at(const genes& at) {
  const double x = static_cast<double>(at[0]) / 19, y = static_cast<double>(at[1]) / 19,
               z = static_cast<double>(at[2]) / 49;
  const double depth = std::pow(y - 0.3, 2) + std::pow(z - 0.7, 2) + 0.05 * (1 - std::cos(20 * (z - 0.7)));
  return {x + depth, 1 - std::sqrt(x) + 2 * depth};
}

bool always(const genes&) { return true; }

std::vector<std::vector<double>> searched(size_t population, size_t generations, uint64_t seed) {
  genetic_search search(sizes, population, seed, always);
  std::vector<std::vector<double>> found;
  std::vector<genes> generation = search.first();
  for (size_t i = 0; i < generations; ++i) {
    std::vector<genetic_individual> evaluated;
    for (const genes& at : generation) {
      evaluated.push_back({at, objectives_at(at), 0});
      found.push_back(evaluated.back().objectives);
    }
    generation = search.next(evaluated);
  }
  return found;
}

}  // namespace

TEST_CASE("genetic_search reaches 98 % of the grid's hypervolume with a tenth of its points", "[sweep]") {
  std::vector<std::vector<double>> grid;
  for (size_t a = 0; a < sizes[0]; ++a)
    for (size_t b = 0; b < sizes[1]; ++b)
      for (size_t c = 0; c < sizes[2]; ++c) grid.push_back(objectives_at({a, b, c}));
  const double all = hypervolume(grid, reference);
  double found = 0, drawn = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const auto points = searched(50, 40, seed);
    CHECK(points.size() <= grid.size() / 10);
    found += hypervolume(points, reference) / all / 10;
    std::mt19937_64 random(seed);
    std::vector<std::vector<double>> sample;
    while (sample.size() < points.size()) sample.push_back(grid[random() % grid.size()]);
    drawn += hypervolume(sample, reference) / all / 10;
  }
  CAPTURE(found, drawn);
  CHECK(found >= 0.98);
  CHECK(found > drawn);
}

TEST_CASE("genetic_search is a function of its seed and gives nothing twice, and nothing illegal",
          "[sweep]") {
  CHECK(searched(10, 5, 3) == searched(10, 5, 3));
  CHECK(searched(10, 5, 3) != searched(10, 5, 4));
  std::set<genes> seen;
  genetic_search search({4, 3, 2}, 6, 1, [](const genes& at) { return at[0] != 1; });
  std::vector<genes> generation = search.first();
  for (int i = 0; i < 10 && !generation.empty(); ++i) {
    std::vector<genetic_individual> evaluated;
    for (const genes& at : generation) {
      CHECK(at[0] != 1);
      CHECK(seen.insert(at).second);
      evaluated.push_back({at, {static_cast<double>(at[0])}, 0});
    }
    generation = search.next(evaluated);
  }
  CHECK(seen.size() == 18);  // all that is legal, then it ends
}

TEST_CASE("genetic_search prefers what holds the constraints, then what is better, then what is alone",
          "[sweep]") {
  const genetic_individual good{{0}, {1, 1}, 0}, worse{{1}, {1, 2}, 0}, broken{{2}, {0, 0}, 1};
  CHECK(dominates(good, worse));
  CHECK_FALSE(dominates(worse, good));
  CHECK_FALSE(dominates(good, good));
  CHECK(dominates(worse, broken));
  const std::vector<double> distance =
      crowding({{{0}, {0, 4}, 0}, {{1}, {1, 3}, 0}, {{2}, {3, 1}, 0}, {{3}, {4, 0}, 0}});
  CHECK(std::isinf(distance[0]));
  CHECK(std::isinf(distance[3]));
  CHECK(distance[1] == Approx(0.75 + 0.75));
  CHECK(distance[2] == Approx(0.75 + 0.75));
}

TEST_CASE("hypervolume is the volume below a reference", "[sweep]") {
  CHECK(hypervolume({}, {1, 1}) == 0);
  CHECK(hypervolume({{0.25}}, {1}) == 0.75);
  CHECK(hypervolume({{0, 0.5}, {0.5, 0}}, {1, 1}) == 0.75);
  CHECK(hypervolume({{0, 0.5}, {0.5, 0}, {0.6, 0.6}, {2, 0}}, {1, 1}) == 0.75);  // beaten, beyond
  CHECK(hypervolume({{0, 0, 0.5}, {0.5, 0.5, 0}}, {1, 1, 1}) == 0.5 + 0.125);
}

namespace {

struct searched_sweep {
  test::temporary_folder folder;
  sweep_spec spec;
  stored_rows store;

  explicit searched_sweep(const std::string& sample) {
    test::write_bytes(folder.file("s.yaml"), R"yaml(sweep: 1
base: edge
workloads: [{channels: 16, states: 16, length: 20}]
space:
  chunk_tokens: {pow2: [8, 64]}
  tile_buffers: {range: [2, 8, 1]}
  interleave: [2, 4, 8]
  memory: [ideal, latency]
  memory.bytes_per_cycle: {list: [4, 16], when: "memory == 'latency'"}
constraints: ["chunk_tokens * tile_buffers <= 256", "cycles <= 1000000"]
objectives: [{min: time_s}, {max: utilisation}]
sample: )yaml" + sample + "\n");
    spec = load_sweep_spec(folder.file("s.yaml"));
  }
  void run(const sweep_plan& plan) {
    for (const sweep_point& point : plan.points)
      if (!store.rows.contains(point.keys[0]))
        store.rows[point.keys[0]] = run_point(point, point.keys[0], spec.workloads[0], 1);
  }
};

std::vector<std::string> ids_of(const sweep_plan& plan) {
  std::vector<std::string> ids;
  for (const sweep_point& point : plan.points) ids.push_back(point.id);
  return ids;
}

}  // namespace

TEST_CASE("genetic_search goes on in a sweep by what the rows say, and is found again from them", "[sweep]") {
  searched_sweep sweep("{method: nsga2, population: 8, generations: 4, seed: 5}");
  sweep_plan plan = plan_sweep(sweep.spec, "model", sweep.store);
  CHECK(plan.points.size() == 8);
  CHECK(plan.open);
  for (int i = 0; i < 4; ++i) {
    sweep.run(plan);
    plan = plan_sweep(sweep.spec, "model", sweep.store);
  }
  CHECK_FALSE(plan.open);
  CHECK(plan.generations == 4);
  CHECK(plan.points.size() == 32);
  CHECK(ids_of(plan_sweep(sweep.spec, "model", sweep.store)) == ids_of(plan));
  sweep.store.rows.erase(plan.points[12].keys[0]);  // of the second generation
  const sweep_plan again = plan_sweep(sweep.spec, "model", sweep.store);
  CHECK(again.open);
  CHECK(again.points.size() == 16);
  sweep.store.rows.clear();
  CHECK(plan_sweep(sweep.spec, "model", sweep.store).points.size() == 8);
}

TEST_CASE("sweep_spec draws from the sequence of Sobol, spread and by the seed", "[sweep]") {
  searched_sweep one("{method: sobol, points: 32, seed: 1}"), other("{method: sobol, points: 32, seed: 2}");
  const sweep_plan plan = plan_sweep(one.spec, "model");
  CHECK(plan.points.size() == 32);
  CHECK(ids_of(plan) == ids_of(plan_sweep(one.spec, "model")));
  CHECK(ids_of(plan) != ids_of(plan_sweep(other.spec, "model")));
  std::map<std::string, int> buffers;
  for (const sweep_point& point : plan.points) ++buffers[text_of(point.parameters[1].second)];
  CHECK(buffers.size() == 3);  // every power of two
  searched_sweep all("{method: sobol, points: 100000}");
  all.spec.sample_points = 1000;  // more than there are
  searched_sweep grid("{method: grid}");
  CHECK(plan_sweep(all.spec, "model").points.size() == plan_sweep(grid.spec, "model").points.size());
}

TEST_CASE("sweep_spec refuses a sample out of range by field", "[sweep]") {
  const auto refusal = [](const std::string& sample) -> std::string {
    try {
      searched_sweep one(sample);
    } catch (const input_error& error) {
      const std::string text = error.what();
      return text.substr(text.find(": ") + 2);
    }
    return "none";
  };
  CHECK(refusal("{method: nsga2, population: 2, generations: 3}") ==
        "sample.population: expected a number in 4..10000, found 2");
  CHECK(refusal("{method: nsga2, population: 8}") ==
        "sample.generations: expected a value, found no such key");
  CHECK(refusal("{method: sobol, points: 0}") == "sample.points: expected a number in 1..1000000, found 0");
  CHECK(refusal("{method: bayes}") ==
        "sample.method: expected grid, random, sobol, nsga2, list or asked, found 'bayes'");
  CHECK(refusal("{method: sobol, points: 4, generations: 1}") ==
        "sample.generations: expected one of method, points, seed, found an unknown key");
}

}  // namespace scansim
