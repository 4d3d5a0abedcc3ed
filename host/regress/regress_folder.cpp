#include "host/regress/regress_folder.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "host/shards/json_shards.h"
#include "traces/json_text.h"
#include "traces/mapped_file.h"
#include "traces/output_file.h"
#include "traces/strict_json.h"

namespace scansim {

bool job_rows::flaky() const {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const job_row& one) { return !same_result(one, first()); });
}

stored_jobs read_job_rows(const std::string& folder) {
  stored_jobs store;
  store.dropped = read_json_shards(folder, [&](const nlohmann::json& object, const std::string&) {
    job_row row = job_row_from_json(object);
    store.jobs[row.key].rows.push_back(std::move(row));
  });
  return store;
}

std::string plan_path(const std::string& folder) { return folder + "/plan.yaml"; }

namespace {

std::string normal_path(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

std::string run_json(const regress_folder& run, int indent = -1) {
  return json_text(nlohmann::json{{"root", normal_path(run.plan.root)},
                                  {"choice", to_json(run.choice)},
                                  {"digest", run.digest},
                                  {"plan", normal_path(run.plan_file)}},
                   indent);
}

}  // namespace

void write_regress_run(const std::string& folder, const regress_folder& run) {
  write_own_file(plan_path(folder), run.plan.text);
  write_own_file(folder + "/run.json", run_json(run, 2) + "\n");
}

bool is_regress_folder(const std::string& folder) {
  std::error_code failed;
  return std::filesystem::exists(folder + "/run.json", failed) &&
         std::filesystem::exists(plan_path(folder), failed);
}

regress_folder read_regress_folder(const std::string& folder) {
  const std::string path = folder + "/run.json";
  if (!is_regress_folder(folder))
    throw input_error(folder, "run.json and plan.yaml", "the folder of a regression (scansim regress run)",
                      "not both");
  const nlohmann::json run = parse_json_strict(mapped_file(path).text(), path, "file");
  try {
    regress_folder read{{}, choice_from_json(run.at("choice")), run.at("digest"), run.at("plan")};
    // Whatever is there is what is written of what was read: no key more, no number that wrapped or was cut.
    read.plan.root = run.at("root");
    if (run_json(read) == run.dump()) {
      read.plan = load_regress_plan(plan_path(folder), read.plan.root);
      return read;
    }
  } catch (const nlohmann::json::exception&) {
  }
  throw input_error(path, "file", "root, choice, digest and plan of a regression", "something else");
}

std::string bins_folder(const std::string& folder, const std::string& digest) {
  constexpr size_t digits = 12;
  return folder + "/bins/" + digest.substr(0, digits);
}

std::vector<regress_job> jobs_of(const regress_folder& folder) {
  return draw_jobs(folder.plan, folder.choice, folder.digest);
}

void append_run(const std::string& folder, const nlohmann::json& run) {
  append_json_line(folder + "/runs.jsonl", run);
}

std::vector<nlohmann::json> read_runs(const std::string& folder) {
  std::vector<nlohmann::json> runs;
  std::istringstream lines(text_if_there(folder + "/runs.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    nlohmann::json read = nlohmann::json::parse(line, nullptr, false);
    if (read.is_object()) runs.push_back(std::move(read));
  }
  return runs;
}

}  // namespace scansim
