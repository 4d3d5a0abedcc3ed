#include "host/regress/job_shrink.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <set>

namespace scansim {
namespace {

constexpr const char *smallest_machine = "tiny", *smallest_with_units = "block-tiny";

class smaller {
 public:
  explicit smaller(const regress_job& job) : job_(job) {}

  std::vector<regress_job> all() {
    memories();
    left_out();
    sizes();
    machines();  // each is built, so that a call is small before
    seeds();
    return std::move(jobs_);
  }

 private:
  template <class Change>
  void add(const Change& change) {
    regress_job one = job_;
    one.recorded = false;
    change(one);
    jobs_.push_back(std::move(one));
  }
  void add_machine(const design_request& design) {
    add([&](regress_job& one) {
      one.design = design, one.machine = nullptr;
      one.point = design.config;
      for (const std::string& setting : design.overrides) one.point += " " + setting;
    });
  }

  void machines() {
    const bool units = load_design(job_.design).has_units();
    const std::string smallest = units ? smallest_with_units : smallest_machine;
    if (job_.design.config != smallest || !job_.design.overrides.empty()) add_machine({smallest, {}});
    if (job_.design.overrides.empty()) return;
    add_machine({job_.design.config, {}});
    for (size_t i = 0; i < job_.design.overrides.size() && job_.design.overrides.size() > 1; ++i) {
      design_request fewer = job_.design;
      fewer.overrides.erase(fewer.overrides.begin() + static_cast<std::ptrdiff_t>(i));
      add_machine(fewer);
    }
  }
  void memories() {
    if (job_.memory == "ideal") return;
    add([](regress_job& one) { one.memory = "ideal"; });
    if (job_.memory != "latency") add([](regress_job& one) { one.memory = "latency"; });
  }
  void left_out() {
    for (const auto& [name, value] : job_.call.program)
      add([&name = name](regress_job& one) { one.call.program.erase(name); });
    for (const auto& [name, value] : job_.call.options)
      add([&name = name](regress_job& one) { one.call.options.erase(name); });
  }
  void sizes() {
    for (const auto& [name, text] : job_.call.options) {
      int64_t value = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (error != std::errc() || end != text.data() + text.size() ||
          call_key_of(*job_.call.kind, name) != call_key::integer)
        continue;
      std::set<int64_t> smaller_values;  // the smallest first
      for (const int64_t one :
           {int64_t{1}, value / 8, value / 2, value - value / 4, value - value / 8, value - 1})
        if (one >= 1 && one < value) smaller_values.insert(one);
      for (const int64_t one : smaller_values)
        add([&name = name, one](regress_job& job) { job.call.options[name] = std::to_string(one); });
    }
  }
  void seeds() {
    if (job_.memory_seed != 1) add([](regress_job& one) { one.memory_seed = 1; });
    if (job_.call_seed != 1) add([](regress_job& one) { one.call_seed = 1; });
  }

  const regress_job& job_;
  std::vector<regress_job> jobs_;
};

}  // namespace

std::vector<regress_job> smaller_jobs(const regress_job& job) {
  return job.kind == test_kind::program ? std::vector<regress_job>{} : smaller(job).all();
}

shrunk_job shrink_job(const regress_job& job, const job_row& row, const shrink_limits& limits,
                      const std::string& digest, const job_trial& trial) {
  const auto begin = std::chrono::steady_clock::now();
  const auto late = [&] {
    const std::chrono::duration<double> since = std::chrono::steady_clock::now() - begin;
    return since.count() > limits.wall_s;
  };
  shrunk_job made{job, row};
  std::set<std::string> tried;
  for (bool again = true; again && !late();) {
    again = false;
    for (regress_job& candidate : smaller_jobs(made.job)) {
      if (late() || made.runs >= limits.runs) return made;
      name_job(candidate, digest);
      if (!tried.insert(candidate.key).second) continue;
      const job_row found = trial(candidate);
      made.runs += found.verdict != job_verdict::refused ? 1 : 0;
      if (found.verdict != job_verdict::fail || found.signature != row.signature) continue;
      made.job = std::move(candidate), made.row = found;
      again = true;
      break;
    }
  }
  return made;
}

}  // namespace scansim
