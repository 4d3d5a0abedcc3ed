// The frozen record: every bundled trace and a list of generated ones on all operators, design points, memory
// models and rungs (frozen_cases.txt) does today what it did when it was recorded (frozen_results.txt): exit
// status, verdict, finding, bits, cycles, counters, energy, files, JSON keys and values.
//   frozen_results [--only REGEX] [--program PATH] [--keep FOLDER] [-j N]     compares
//   frozen_results --record [--only REGEX] ...                                records what the program does
//   now
// Recording is right for one reason: a change of behaviour that is meant, and that CHANGELOG.md names. Record
// only the cases that it touches, and read the difference of the file before it is committed. A difference
// that nobody meant is a fault of the program. --keep leaves the traces, reports and JSON of every case in
// FOLDER: two of them, of two programs, can be compared with `diff -r`.
#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "tests/support/places.h"
#include "tests/system/frozen_record.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

namespace fs = std::filesystem;

struct frozen_options {
  std::string only = "", program = build_dir() + "/bin/scansim", source = source_dir(), keep;
  bool record = false;
  int jobs = 2;
};

// Runs those of `cases` that do, or do not, make traces; `use` sees one outcome at a time.
template <class visit>
void run_all(const std::vector<frozen_case>& cases, const case_runner& runner, int jobs, const visit& use) {
  std::atomic<size_t> next = 0;
  std::mutex one_at_a_time;
  const auto work = [&] {
    for (size_t k = next++; k < cases.size(); k = next++) {
      case_outcome outcome;
      try {
        outcome = runner.run(cases[k]);
      } catch (const std::exception& error) {
        outcome.fields["thrown"] = error.what();
      }
      const std::lock_guard lock(one_at_a_time);
      use(cases[k], outcome);
    }
  };
  std::vector<std::jthread> threads;
  for (int job = 0; job < jobs; ++job) threads.emplace_back(work);
}

// What may run at the same time: traces from nothing, then those made from them, and so on; cases last.
std::vector<std::vector<frozen_case>> in_waves(const std::vector<frozen_case>& cases) {
  std::map<std::string, size_t> wave_of;
  std::vector<std::vector<frozen_case>> waves(1);
  std::vector<frozen_case> last;
  for (const frozen_case& one : cases) {
    size_t wave = 0;
    for (const std::string& word : one.words) {
      const auto source = wave_of.find(word.front() == '@' ? word.substr(1) : word);
      if (source != wave_of.end()) wave = std::max(wave, source->second + 1);
    }
    if (one.makes_trace()) {
      wave_of[one.name] = wave;
      waves.resize(std::max(waves.size(), wave + 1));
    }
    (one.makes_trace() ? waves[wave] : last).push_back(one);
  }
  waves.push_back(last);
  return waves;
}

int run(const frozen_options& options) {
  const fs::path source = fs::absolute(options.source);
  const std::string record_path = source / "tests/system/frozen_results.txt";
  const std::vector<frozen_case> all = read_cases(source / "tests/system/frozen_cases.txt");
  const std::vector<frozen_case> cases = selected(all, options.only);
  frozen_record record;
  record.read(record_path);
  const temporary_folder temporary;
  case_runner runner{fs::absolute(options.program), temporary.path(), source / "traces", rtl_cache()};
  if (!options.keep.empty()) fs::create_directories(runner.folder = fs::absolute(options.keep));
  size_t different = 0;
  const auto begin = std::chrono::steady_clock::now();
  for (const std::vector<frozen_case>& wave : in_waves(cases))
    run_all(wave, runner, options.jobs, [&](const frozen_case& one, const case_outcome& outcome) {
      if (!options.keep.empty()) write_bytes(runner.folder / one.name / "printed.txt", outcome.text);
      if (options.record) return record.set(one.name, outcome);
      const std::vector<std::string> differences = record.differences(one.name, outcome);
      different += !differences.empty();
      for (const std::string& line : differences) std::cout << one.name << ": " << line << std::endl;
    });
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  if (options.record) {
    record.keep_only(all);
    record.write(record_path);
  }
  std::cout << cases.size() << " cases in " << static_cast<int>(taken.count()) << " s, "
            << (options.record ? "recorded" : std::to_string(different) + " different") << "\n";
  return different > 0 ? 1 : 0;
}

}  // namespace
}  // namespace scansim::test

int main(int argc, char** argv) {
  CLI::App app("Compares what scansim does with what was recorded, or records it");
  scansim::test::frozen_options options;
  app.add_option("--only", options.only, "Cases whose name has a match of this regular expression");
  app.add_option("--program", options.program, "The scansim to run")->capture_default_str();
  app.add_option("--source", options.source, "The repository whose traces, cases and record are used")
      ->capture_default_str();
  app.add_option("--keep", options.keep, "Leaves what every case wrote in this folder");
  app.add_option("-j", options.jobs, "Cases at a time")->capture_default_str();
  app.add_flag("--record", options.record, "Records instead of comparing");
  CLI11_PARSE(app, argc, argv);
  try {
    return scansim::test::run(options);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
}
