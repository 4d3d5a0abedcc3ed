// The jobs of a plan. Contract: the same plan, choice and seeds give the same jobs in the same order; each
// job is drawn from a seed of its own, which it carries, so that one of them can be drawn alone.
#pragma once
#include "host/regress/regress_job.h"

namespace scansim {

// Which jobs of a plan: testpoints up to the stage that have one of the tags, tests of the names given.
inline constexpr double least_multiplier = 0.001, most_multiplier = 1000;

struct plan_choice {
  std::string stage = "V3";
  std::vector<std::string> tags = {}, tests = {};  // empty: all
  uint64_t seed = 1;
  std::optional<uint64_t> fixed_seed = {};  // one job a test and point, drawn from it
  double reseed_multiplier = 1;             // of every test's seeds
  std::string build = {};                   // folder that {build} of programs stands for
};

nlohmann::json to_json(const plan_choice& choice);
plan_choice choice_from_json(const nlohmann::json& object);

// input_error: a stage, tag or test that the plan has not; a constraint that never holds.
std::vector<regress_job> draw_jobs(const regress_plan& plan, const plan_choice& choice,
                                   const std::string& digest);

bool is_chosen(const plan_testpoint& testpoint, const plan_choice& choice);

}  // namespace scansim
