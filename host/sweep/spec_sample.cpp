#include "host/sweep/spec_sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "traces/input_error.h"
#include "traces/mapped_file.h"

namespace scansim {
namespace {

constexpr uint64_t most_sampled = 1'000'000, most_population = 10'000, most_generations = 10'000;

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> parts(1);
  for (const char letter : line) {
    if (letter == ',')
      parts.emplace_back();
    else if (letter != '\r' && letter != '"')
      parts.back() += letter;
  }
  return parts;
}

// CSV: names of sampled parameters, then one row a point.
void read_list(const spec_fields& fields, const std::string& file, sweep_spec& spec) {
  const mapped_file given(file);
  std::istringstream lines{std::string(given.text())};
  std::string line;
  std::getline(lines, line);
  const std::vector<std::string> names = cells_of(line);
  for (const std::string& name : names)
    if (std::none_of(spec.space.begin(), spec.space.end(),
                     [&](const sweep_parameter& one) { return one.name == name && !one.values.empty(); }))
      throw input_error(file, "line 1", "sampled parameters of " + fields.file(), "'" + name + "'");
  for (int number = 2; std::getline(lines, line); ++number) {
    if (line.empty()) continue;
    const std::vector<std::string> values = cells_of(line);
    if (values.size() != names.size())
      throw input_error(file, fmt::format("line {}", number), fmt::format("{} values", names.size()),
                        fmt::format("{}", values.size()));
    auto& row = spec.listed.emplace_back();
    for (size_t i = 0; i < names.size(); ++i)
      row.emplace_back(names[i],
                       fields.value(YAML::Node(values[i]), fmt::format("{} line {}", file, number)));
  }
}

}  // namespace

void read_sample(const spec_fields& fields, const YAML::Node& sample, const std::string& folder,
                 sweep_spec& spec) {
  if (!sample.IsMap()) fields.refuse("sample", "a map with method", "no map");
  const std::string method = fields.scalar(sample["method"], "sample.method");
  const auto counted = [&](const char* key, uint64_t low, uint64_t high) {
    return fields.counted(sample[key], std::string("sample.") + key, low, high);
  };
  if (method == "grid") {
    fields.only_keys(sample, "sample.", {"method"});
  } else if (method == "random" || method == "sobol") {
    fields.only_keys(sample, "sample.", {"method", "points", "seed"});
    spec.method = method == "random" ? sample_method::random : sample_method::sobol;
    spec.sample_points = counted("points", 1, most_sampled);
  } else if (method == "nsga2") {
    fields.only_keys(sample, "sample.", {"method", "population", "generations", "seed"});
    spec.method = sample_method::nsga2;
    spec.population = counted("population", 4, most_population);
    spec.generations = counted("generations", 1, most_generations);
  } else if (method == "list") {
    fields.only_keys(sample, "sample.", {"method", "file"});
    spec.method = sample_method::list;
    const std::string file = fields.scalar(sample["file"], "sample.file");
    read_list(fields, (std::filesystem::path(folder) / file).lexically_normal().string(), spec);
  } else if (method == "asked") {
    fields.only_keys(sample, "sample.", {"method"});
    spec.method = sample_method::asked;
  } else {
    fields.refuse("sample.method", "grid, random, sobol, nsga2, list or asked", "'" + method + "'");
  }
  if (sample["seed"]) spec.sample_seed = fields.unsigned_integer(sample["seed"], "sample.seed");
}

}  // namespace scansim
