// What a job ended with. Contract: everything but times and memory is a function of the job and the program;
// two rows of one key that differ otherwise are a flaky job. A row's `kind` and signature say what kind of
// failure it is, numbers left out: equal signatures are one bucket, of one cause most likely.
//   bits       values of an output differ              cycles    time differs, nothing else does before it
//   counter    a counter that is no time differs       accuracy  outside the bound against ref
//   protocol   a breach of AXI                         hang      no end in time, in cycles or in seconds
//   crash      ended by a signal                       memory    more than the process may have
//   build      the RTL does not build                  tool      another failure of a tool
//   exit       a program's exit status
#pragma once
#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace scansim {

enum class job_verdict { pass, fail, refused };  // refused: the machine cannot hold the call
const char* verdict_text(job_verdict verdict);

struct job_signature {
  std::string kind, pair, first, block;  // "systemc/rtl"; an output or a counter; of the first stall counter
  std::string message;                   // numbers masked
  bool operator==(const job_signature&) const = default;
};
std::string bucket_of(const job_signature& signature);  // eight digits

struct job_row {
  std::string key;
  job_verdict verdict = job_verdict::pass;
  job_signature signature;   // of a failure
  std::string message;       // of one that is no pass, whole
  uint64_t cycles = 0;       // of the lowest rung with time; 0: none
  uint64_t first_cycle = 0;  // where the rungs part on the memory port; 0: not known
  std::string stalls;        // "dma 12/3/4 ...": busy, wait_in, wait_out by block
  double error = 0;          // relative MSE of hls against ref; 0: none was compared
  // Slope - 1 of y of hls on ref, mean of their difference in last places; nullopt: not known.
  std::optional<std::array<double, 2>> line = {};
  std::vector<std::string> streams =
      {};                     // where each stream between blocks first differs, the earliest first
  uint64_t stream_cycle = 0;  // of the earliest
  double wall_s = 0, cpu_s = 0;
  uint64_t memory_mb = 0;
};

// Equal but for times and memory.
bool same_result(const job_row& a, const job_row& b);

nlohmann::json to_json(const job_row& row);
job_row job_row_from_json(const nlohmann::json& object);  // nlohmann::json::exception for what is none

// Digits, and hexadecimal numbers, as #.
std::string masked(const std::string& text);

}  // namespace scansim
