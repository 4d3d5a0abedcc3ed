// The closed formula of a scan against the cycles of `analytic`: at the shipped design points, and over
// random prefill scans of random machines. The bars are what was measured, rounded up.
#include "host/program/scan/scan_formula.h"

#include <catch2/catch.hpp>
#include <set>

#include "host/program/program_driver.h"
#include "host/program/scan/scan_program.h"
#include "host/report/machine_metrics.h"
#include "host/run/named_counters.h"
#include "models/configs/data_directory.h"
#include "sim/rungs/device_memory.h"
#include "sim/rungs/rung.h"
#include "tests/support/design_points.h"

namespace scansim {
namespace {

struct formula_error {
  double error = 0;  // relative, of cycles
  scan_formula formula;
  program_result result;
};

formula_error error_of(const scan_form& form, const design_point& point) {
  const program built = make_timed_scan_program(form, point);
  const auto machine =
      find_rung("analytic")->make(point, {.memory_model = point.memory, .seed = 1, .wave_path = ""}, {});
  formula_error found{0, scan_formula_of(built, point).value(), run_program(*machine, built, point)};
  const auto cycles = static_cast<double>(found.result.counters[counter_index("machine", "cycles")]);
  found.error = std::abs(found.formula.cycles - cycles) / cycles;
  return found;
}

scan_form prefill(int64_t channels, int64_t states, int64_t length) {
  scan_form form;
  form.shape = {.batch = 1, .channels = channels, .states = states, .groups = 1, .length = length};
  form.options.delta_softplus = form.has_z = true;
  return form;
}

struct error_summary {
  double mean = 0, median = 0, largest = 0;
};

error_summary summary_of(std::vector<double> errors) {
  std::sort(errors.begin(), errors.end());
  double sum = 0;
  for (const double error : errors) sum += error;
  return {sum / static_cast<double>(errors.size()), errors[errors.size() / 2], errors.back()};
}

template <class Visit>
void for_random_scans(const std::string& memory, Visit visit) {
  std::mt19937_64 random(5);
  const auto upto = [&](int64_t most) {
    return 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(most));
  };
  for (int i = 0; i < 150; ++i) {
    design_point point = i % 2 == 0 ? test::random_low_point(random) : test::random_wide_point(random);
    point.memory = memory;
    if (memory == "latency")
      point.memory_settings = {
          {"bytes_per_cycle", std::to_string(std::max(1, point.axi_bytes() >> random() % 4))}};
    scan_form form = prefill(upto(8 * point.tile_channels()), upto(point.max_states),
                             point.chunk_tokens * (8 + upto(200)) + upto(point.chunk_tokens));
    form.options.reverse = random() % 3 == 0;
    form.has_z = random() % 2 == 0, form.has_h0 = random() % 4 == 0;
    visit(point, error_of(form, point));
  }
}

error_summary of_random_scans(const std::string& memory) {
  std::vector<double> errors;
  for_random_scans(memory,
                   [&](const design_point&, const formula_error& one) { errors.push_back(one.error); });
  return summary_of(errors);
}

// As the counters of the run have it (machine_metrics.h).
limit_kind limit_of(const design_point& point, const program_result& result) {
  return metrics_of({.cycles = result.counters[counter_index("machine", "cycles")],
                     .counters = named_counters(result.counters, point),
                     .point = point,
                     .memory = peak_bandwidth(point.memory, memory_parameters_of(point, 1)),
                     .work = {}})
      .limit.kind;
}

// The largest cost over the next.
double lead_of(const scan_costs& c) {
  std::array<double, 5> costs = {c.compute, c.read, c.write, c.pipe, c.latency};
  std::sort(costs.begin(), costs.end());
  return costs[4] / costs[3];
}

bool same_limit(const std::string& formula, limit_kind counted) {
  using enum limit_kind;
  if (formula == "compute") return counted == compute;
  if (formula == "latency") return counted == latency || counted == pipe;
  return counted == read || counted == write;
}

}  // namespace

TEST_CASE("scan_formula is near the cycles of the shipped design points", "[trace][formula]") {
  for (const char* memory : {"ideal", "latency"})
    for (const char* name : {"tiny", "edge", "base", "base16"})
      for (const auto& [channels, length] :
           std::vector<std::pair<int64_t, int64_t>>{{384, 197}, {256, 512}, {1536, 2048}, {5120, 512}}) {
        design_point point = load_design_point(name, config_directory());
        point.memory = memory;
        CAPTURE(memory, name, channels, length);
        const formula_error found = error_of(prefill(channels, 16, length), point);
        CAPTURE(found.formula.cycles, found.formula.costs.binding());
        CHECK(found.error <= (point.memory == "ideal" ? 0.001 : 0.02));
      }
}

TEST_CASE("scan_formula is near the cycles of random scans", "[trace][formula]") {
  const error_summary ideal = of_random_scans("ideal"), latency = of_random_scans("latency");
  CAPTURE(ideal.mean, ideal.median, ideal.largest, latency.mean, latency.median, latency.largest);
  CHECK(ideal.median <= 0.01);
  CHECK(ideal.mean <= 0.037);
  CHECK(ideal.largest <= 0.38);
  CHECK(latency.median <= 0.09);
  CHECK(latency.mean <= 0.13);
  CHECK(latency.largest <= 0.81);
}

TEST_CASE("scan_formula names the limit that the counters show, where one is largest by far",
          "[trace][formula]") {
  int told = 0;
  std::set<std::string> names;
  for (const char* memory : {"ideal", "latency"})
    for_random_scans(memory, [&](const design_point& point, const formula_error& one) {
      if (one.error > 0.02 || lead_of(one.formula.costs) < 2) return;
      const std::string name = one.formula.costs.binding(), counted = limit_name(limit_of(point, one.result));
      CAPTURE(memory, point.name, name, counted, one.error, lead_of(one.formula.costs));
      CHECK(same_limit(name, limit_of(point, one.result)));
      ++told, names.insert(name);
    });
  CHECK(told >= 30);
  CHECK(names.size() >= 3);
}

}  // namespace scansim
