// Queue files: the shipped ones are read, and wrong ones are refused with file and field.
#include "host/cluster/batch_queue.h"

#include <catch2/catch.hpp>

#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim {
namespace {

std::string shipped_queues() { return test::source_dir() + "/models/queues"; }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("batch_queue reads every shipped queue by name and by path", "[host][cluster]") {
  CHECK(list_queues(shipped_queues()) == std::vector<std::string>{"lsf", "slurm"});
  for (const std::string& name : list_queues(shipped_queues())) {
    const batch_queue queue = load_queue(name, shipped_queues());
    CHECK(queue.name == name);
    CHECK(queue.tasks == 200);
    CHECK(load_queue(queue.file, "nowhere").script == queue.script);
  }
}

TEST_CASE("batch_queue refuses a file that cannot work, with file and field", "[host][cluster]") {
  const test::temporary_folder folder;
  const std::string path = folder.file("q.yaml"), good = test::read_bytes(shipped_queues() + "/slurm.yaml");
  const auto said = [&](const std::string& text) {
    test::write_bytes(path, text);
    return test::refusal([&] { load_queue(path, shipped_queues()); });
  };
  CHECK(said(good).empty());
  CHECK(said(replaced(good, "  exec", "  echo ${HOME} {{n}}; awk '{{print}}'\n  exec")).empty());
  CHECK(said(replaced(good, "poll_s: 5", "poll_s: 0.5\njob: '^(\\d+)'")).empty());
  const std::vector<std::tuple<std::string, std::string, std::string>> wrong = {
      {"queue: 1", "queue: 2", "queue: expected a whole number from 1 to 1"},
      {"queue: 1", "", "queue: expected"},
      {"tasks: 200", "tasks: 201", "tasks: expected a whole number from 1 to 200"},
      {"running: 50", "running: none", "running: expected a whole number"},
      {"rows_per_task: 4", "rows_per_task: 0", "rows_per_task: expected"},
      {"first_index: 0", "first_index: 2", "first_index: expected a whole number from 0 to 1"},
      {"poll_s: 5", "poll_s: 0", "poll_s: expected seconds from 0.05 to 600"},
      {"poll_s: 5", "poll_s: nan", "poll_s: expected seconds"},
      {"poll_s: 5", "poll_s: 5\nhost: x", "host: expected one of queue, tasks"},
      {"poll_s: 5", "poll_s: 5\njob: '('", "job: expected a regular expression"},
      {"--time={limit}", "--time={Limit}", "script: expected no placeholders but {command}"},
      {"--time={limit}", "--time={job}", "script: expected no placeholders but {command}"},
      {"{command}", "scansim", "script: expected {command} in it, found none"},
      {"/{n}\"", "/200\"", "script: expected {n} in it, found none"},
      {"{script}", "job.sh", "submit: expected {script} in it"},
      {"%{running}", "%{cap}", "submit: expected no placeholders but {script}"},
      {"scancel {job}", "scancel {n}", "cancel: expected no placeholders but {job}, {folder}"},
      {"scancel {job}", "scancel --me", "cancel: expected {job} in it"},
      {"{job}-{index}", "{job}-{task}", "log: expected no placeholders but {job}, {index}"},
      {"{job}-{index}", "{job}", "log: expected {index} in it"},
      {"memory: 2G", "", "memory: expected a value for {memory} of script, found no such key"},
      {"memory: 2G", "memory: '2G --exclusive'", "memory: expected letters"},
      {"limit: \"01:00:00\"", "limit: [1]", "limit: expected a text"},
      {"list: squeue", "list: [squeue]\nrest: squeue", "rest: expected one of"},
      {"scontrol show config", "\"scontrol {n}\"", "array_limit.command: expected no placeholders"},
      {"([0-9]+)'}", "([0-9]+'}", "array_limit.pattern: expected a regular expression"},
      {", pattern: 'MaxArraySize *= *([0-9]+)'", "", "array_limit.pattern: expected a regular expression"},
  };
  for (const auto& [from, to, expected] : wrong) {
    CAPTURE(from, to);
    const std::string found = said(replaced(good, from, to));
    CAPTURE(found);
    CHECK(found.starts_with(path + ": "));
    CHECK(found.find(expected) != std::string::npos);
  }
  CHECK(test::refusal([&] {
          load_queue("pbs", shipped_queues());
        }).find("--on: expected local, lsf, slurm, or a path that ends in .yaml or .yml, found 'pbs'") !=
        std::string::npos);
}

}  // namespace scansim
