#include "host/regress/regress_job.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "host/run/source_digest.h"
#include "models/configs/data_directory.h"
#include "traces/input_error.h"
#include "traces/json_text.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

constexpr size_t key_digits = 20;

}  // namespace

std::string regress_digest() {
  const std::string root = data_directory();
  const std::string all = sha256_of_program() + data_sha256(root) + rtl_sha256(root);
  return sha256_hex(all.data(), all.size());
}

std::shared_ptr<const nlohmann::json> machine_identity(const design_point& point) {
  nlohmann::json fields = to_json(point);
  fields.erase("name");
  return std::make_shared<const nlohmann::json>(std::move(fields));
}

nlohmann::json identity_of(const regress_job& job) {
  const auto named = [&job](nlohmann::json identity) {
    if (job.rtl_build != rtl_kind::plain) identity["rtl_build"] = static_cast<int>(job.rtl_build);
    return identity;
  };
  if (job.kind == test_kind::program)
    return named({{"command", job.command}, {"program", job.program_sha256}});
  const nlohmann::json call =
      job.trace.empty() ? identity_of(job.call) : nlohmann::json({{"trace", job.trace_sha256}});
  const auto machine = job.machine ? job.machine : machine_identity(load_design(job.design));
  return named({{"call", call},
                {"call_seed", job.call_seed},
                {"point", *machine},
                {"memory", job.memory},
                {"memory_seed", job.memory_seed},
                {"rungs", job.rungs}});
}

void name_job(regress_job& job, const std::string& digest) {
  const std::string text = json_text(identity_of(job)) + digest;
  job.key = sha256_hex(text.data(), text.size()).substr(0, key_digits);
}

std::vector<std::pair<std::string, std::string>> environment_of(const regress_job& job) {
  if (job.rtl_build == rtl_kind::plain) return {};
  return {{rtl_build_variable, rtl_kind_names()[static_cast<size_t>(job.rtl_build)]}};
}

run_request request_of(const regress_job& job, const std::string& trace_path) {
  run_request request;
  request.trace_path = trace_path;
  request.design = job.design;
  request.rungs = job.rungs;
  request.memory = job.memory;
  request.seed = job.memory_seed;
  request.program = job.call.program_options();
  request.most_cycles = job.limits.cycles;
  request.rtl_build = job.rtl_build;
  return request;
}

std::string trace_file(const std::string& name) {
  for (const std::string& path : {name, data_directory() + "/" + name})
    if (std::filesystem::is_regular_file(path)) return path;
  throw input_error(name, "trace", "a file here or in " + data_directory(), "none named " + name);
}

std::string trace_arguments(const regress_job& job, const std::string& trace_path) {
  return fmt::format("trace generate {} --out {}", generate_arguments(job.call, job.call_seed),
                     shell_word(trace_path));
}

std::string job_title(const regress_job& job) {
  if (job.kind == test_kind::program) return fmt::format("{}: {}", job.test, fmt::join(job.command, " "));
  std::string text = fmt::format("{} {} {}: {}", job.test, job.point, job.memory,
                                 job.trace.empty() ? job.call.kind->name : job.trace);
  if (!job.trace.empty()) return fmt::format("{}, memory seed {}", text, job.memory_seed);
  for (const auto& [name, value] : job.call.options) text += fmt::format(" {} {}", name, value);
  for (const auto& [name, value] : job.call.program) text += fmt::format(" {} {}", name, value);
  return fmt::format("{}, seed {}, memory seed {}", text, job.call_seed, job.memory_seed);
}

std::string reproduce_line(const regress_job& job, const std::string& invocation,
                           const std::string& wave_options) {
  if (job.kind == test_kind::program) {
    std::string line;
    for (const auto& [name, value] : environment_of(job)) line += name + "=" + value;
    for (const std::string& word : job.command) line += (line.empty() ? "" : " ") + shell_word(word);
    return line;
  }
  const bool drawn = job.trace.empty();
  run_request request = request_of(job, drawn ? case_file : job.trace);
  if (job.rtl_build == rtl_kind::plain) request.rtl_build.reset();
  request.invocation = invocation;
  const std::string compare = command_line(request, job.rungs, "") + wave_options;
  return drawn ? fmt::format("{} {} && {}", invocation, trace_arguments(job, case_file), compare) : compare;
}

}  // namespace scansim
