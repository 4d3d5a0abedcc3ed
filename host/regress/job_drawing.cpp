#include "host/regress/job_drawing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "host/regress/point_fields.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

constexpr int most_draws = 1000;          // for a constraint
constexpr uint64_t seed_range = 1 << 30;  // of calls and memories: short in a command line
constexpr const char *seed_mark = "{seed}", *build_mark = "{build}";

uint64_t seed_of(uint64_t base, const std::string& test, const std::string& point, uint64_t number) {
  const std::string text = fmt::format("{}/{}/{}/{}", base, test, point, number);
  return std::stoull(sha256_hex(text.data(), text.size()).substr(0, 12), nullptr, 16);
}

// What rules of a stimulus may name: what was drawn above, then fields of the design point.
class drawn_values {
 public:
  drawn_values(const regress_plan& plan, const plan_test& test, const design_point& point)
      : point_(point, plan.file, "test " + test.name, "names drawn above, or fields of a design point") {}

  void set(const std::string& name, const sweep_value& value) { values_[name] = value; }
  sweep_value operator()(const std::string& name) const {
    const auto found = values_.find(name);
    return found != values_.end() ? found->second : point_(name);
  }

 private:
  point_fields point_;
  std::map<std::string, sweep_value> values_;
};

// Truths count as numbers in rules.
sweep_value in_rules(const drawn_key& key, const std::optional<sweep_value>& value) {
  if (key.form == call_key::toggle || key.form == call_key::program)
    return value && text_of(*value) == "true" ? 1.0 : 0.0;
  return value.value_or(sweep_value(""));
}

operator_workload draw_once(const regress_plan& plan, const plan_test& test, const plan_point& point,
                            random_source& random, bool& holds) {
  drawn_values values(plan, test, point.point);
  const name_lookup lookup = [&](const std::string& name) { return values(name); };
  for (const drawn_key& helper : test.helpers)
    values.set(helper.name, helper.value->draw(random, lookup).value_or(sweep_value(0.0)));
  operator_workload call;
  call.kind = test.call;
  for (const drawn_key& key : test.keys) {
    const std::optional<sweep_value> value = key.value->draw(random, lookup);
    values.set(key.name, in_rules(key, value));
    if (!value) continue;
    const std::string text = text_of(*value);
    if (key.form == call_key::program)
      call.program[key.name] = text == "true";
    else if (key.form != call_key::toggle || text == "true")
      call.options[key.name] = text;
  }
  holds = !test.constraint || test.constraint->holds(lookup);
  return call;
}

regress_job drawn_compare(const regress_plan& plan, const plan_test& test, const plan_point& point,
                          uint64_t seed, uint64_t number) {
  random_source random(seed);
  regress_job job;
  bool holds = !test.traces.empty();
  for (int draws = 0; !holds; ++draws) {
    if (draws == most_draws)
      throw input_error(plan.file, fmt::format("test {}: constraint", test.name),
                        fmt::format("one that holds within {} draws on {}", most_draws, point.label), "none");
    job.call = draw_once(plan, test, point, random, holds);
  }
  job.call_seed = drawn_below(random, seed_range);
  job.memory_seed = drawn_below(random, seed_range);
  job.design = point.request;
  job.point = point.label;
  job.memory = test.memories[number % test.memories.size()];
  job.rungs = test.rungs;
  job.rtl_build = test.rtl_build.value_or(rtl_kind_of_environment());
  return job;
}

void fill_in(std::string& word, const std::string& mark, const std::string& text) {
  if (const size_t at = word.find(mark); at != std::string::npos) word.replace(at, mark.size(), text);
}

regress_job drawn_program(const plan_test& test, uint64_t seed, const std::string& build) {
  regress_job job;
  job.kind = test_kind::program;
  job.rtl_build = test.rtl_build.value_or(rtl_kind_of_environment());
  for (std::string word : test.command) {
    fill_in(word, seed_mark, std::to_string(1 + seed % (seed_range - 1)));
    fill_in(word, build_mark, build);
    job.command.push_back(std::move(word));
  }
  return job;
}

void check_choice(const regress_plan& plan, const plan_choice& choice) {
  const auto refuse = [&](const char* option, const std::set<std::string>& known, const std::string& found) {
    throw input_error("command line", option, fmt::format("one of {}", fmt::join(known, ", ")),
                      "'" + found + "'");
  };
  std::set<std::string> tags, tests;
  for (const plan_testpoint& one : plan.testpoints) tags.insert(one.tags.begin(), one.tags.end());
  for (const plan_test& one : plan.tests) tests.insert(one.name);
  for (const std::string& tag : choice.tags)
    if (!tags.contains(tag)) refuse("--tag", tags, tag);
  for (const std::string& test : choice.tests)
    if (!tests.contains(test)) refuse("--test", tests, test);
  if (std::find(plan_stages.begin(), plan_stages.end(), choice.stage) == plan_stages.end())
    refuse("--stage", {plan_stages.begin(), plan_stages.end()}, choice.stage);
  if (!(choice.reseed_multiplier >= least_multiplier && choice.reseed_multiplier <= most_multiplier))
    throw input_error("command line", "--reseed-multiplier",
                      fmt::format("a number in {:g}..{:g}", least_multiplier, most_multiplier),
                      fmt::format("{}", choice.reseed_multiplier));
}

// Empty: no program.
std::string program_sha256(const regress_plan& plan, const plan_test& test, const std::string& build) {
  if (test.kind != test_kind::program) return "";
  std::string path = test.command.front();
  fill_in(path, build_mark, build);
  if (!std::filesystem::is_regular_file(path))
    throw input_error(plan.file, fmt::format("test {}: command", test.name), "a program that is built",
                      path + " (missing)");
  return sha256_of_file(path);
}

class job_drawing {
 public:
  job_drawing(const regress_plan& plan, const plan_choice& choice, const std::string& digest)
      : plan_(plan), choice_(choice), digest_(digest) {
    for (const plan_point& one : plan.points) machines_.push_back(machine_identity(one.point));
  }

  // What is recorded is the same whatever is drawn besides.
  void add(const plan_test& test) {
    const bool fixed = choice_.fixed_seed.has_value() && !test.recorded;
    const double times = test.recorded ? 1 : choice_.reseed_multiplier;
    const auto seeds = static_cast<uint64_t>(std::ceil(static_cast<double>(test.seeds) * times));
    for (uint64_t i = 0; i < (fixed ? 1 : seeds); ++i) {
      if (test.kind == test_kind::program) add_program(test, i);
      for (const size_t at : test.points) add_compares(test, at, i);
    }
  }
  std::vector<regress_job> jobs() { return std::move(jobs_); }

 private:
  uint64_t seed_for(const plan_test& test, const std::string& point, uint64_t number) const {
    if (choice_.fixed_seed && !test.recorded) return *choice_.fixed_seed;
    return seed_of(test.recorded ? plan_.seed : choice_.seed, test.name, point, number);
  }
  void add_program(const plan_test& test, uint64_t number) {
    const uint64_t seed = seed_for(test, "", number);
    regress_job job = drawn_program(test, seed, choice_.build);
    std::string& hash = program_hashes_[test.name];
    if (hash.empty()) hash = program_sha256(plan_, test, choice_.build);
    job.program_sha256 = hash;
    add(test, std::move(job), seed);
  }
  void add_compares(const plan_test& test, size_t at, uint64_t number) {
    const plan_point& point = plan_.points[at];
    const uint64_t seed = seed_for(test, point.label, number);
    regress_job job = drawn_compare(plan_, test, point, seed, number + at);
    job.machine = machines_[at];
    if (test.traces.empty()) return add(test, std::move(job), seed);
    for (const std::string& trace : test.traces) {
      job.trace = trace, job.trace_sha256 = sha256_of_file(trace_file(trace));
      add(test, job, seed);
    }
  }
  void add(const plan_test& test, regress_job job, uint64_t seed) {
    job.test = test.name;
    job.draw_seed = seed;
    job.limits = test.limits;
    job.recorded = test.recorded;
    name_job(job, digest_);
    jobs_.push_back(std::move(job));
  }

  const regress_plan& plan_;
  const plan_choice& choice_;
  const std::string& digest_;
  std::vector<std::shared_ptr<const nlohmann::json>> machines_;  // of the plan's points
  std::map<std::string, std::string> program_hashes_;            // by test
  std::vector<regress_job> jobs_;
};

bool has_chosen_testpoint(const regress_plan& plan, const plan_choice& choice, const plan_test& test) {
  if (!choice.tests.empty() &&
      std::find(choice.tests.begin(), choice.tests.end(), test.name) == choice.tests.end())
    return false;
  return std::any_of(plan.testpoints.begin(), plan.testpoints.end(), [&](const plan_testpoint& one) {
    return is_chosen(one, choice) &&
           std::find(one.tests.begin(), one.tests.end(), test.name) != one.tests.end();
  });
}

}  // namespace

nlohmann::json to_json(const plan_choice& choice) {
  nlohmann::json object = {{"stage", choice.stage},
                           {"tags", choice.tags},
                           {"tests", choice.tests},
                           {"seed", choice.seed},
                           {"reseed_multiplier", choice.reseed_multiplier},
                           {"build", choice.build}};
  if (choice.fixed_seed) object["fixed_seed"] = *choice.fixed_seed;
  return object;
}

plan_choice choice_from_json(const nlohmann::json& object) {
  plan_choice choice{object.at("stage"),
                     object.at("tags"),
                     object.at("tests"),
                     object.at("seed"),
                     {},
                     object.at("reseed_multiplier"),
                     object.at("build")};
  if (object.contains("fixed_seed")) choice.fixed_seed = object.at("fixed_seed").get<uint64_t>();
  return choice;
}

bool is_chosen(const plan_testpoint& testpoint, const plan_choice& choice) {
  if (testpoint.stage > choice.stage) return false;  // V1 < V2 < V3
  return choice.tags.empty() ||
         std::any_of(testpoint.tags.begin(), testpoint.tags.end(), [&](const std::string& tag) {
           return std::find(choice.tags.begin(), choice.tags.end(), tag) != choice.tags.end();
         });
}

std::vector<regress_job> draw_jobs(const regress_plan& plan, const plan_choice& choice,
                                   const std::string& digest) {
  check_choice(plan, choice);
  job_drawing drawing(plan, choice, digest);
  for (const plan_test& test : plan.tests)
    if (has_chosen_testpoint(plan, choice, test)) drawing.add(test);
  return drawing.jobs();
}

}  // namespace scansim
