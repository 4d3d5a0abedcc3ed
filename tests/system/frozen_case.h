// One case of the frozen record: a command line of the program in a folder of its own, and what it left
// there. Contract: `run` gives the same fields and documents on every machine as long as the program behaves
// the same; times, versions and columns of simulation speed are left out. Fields are compared whole;
// documents (parts of JSON results) by the keys that the record has, so they may grow (frozen_record.h).
// Choose it for behaviour of the whole program; for one claim about one number write a test that says so.
#pragma once
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace scansim::test {

// A line of frozen_cases.txt: "trace NAME WORDS": a subcommand of `scansim trace` that writes NAME; "alter
// NAME SOURCE TENSOR INDEX AMOUNT": one float of a trace changed; "cut NAME SOURCE BYTES": its first bytes;
// "case NAME WORDS": any other command line. @NAME in a word is the path of that trace.
struct frozen_case {
  std::string kind, name;
  std::vector<std::string> words;
  bool makes_trace() const { return kind != "case"; }
};

// Throws input_error that names the line.
std::vector<frozen_case> read_cases(const std::string& path);
// Those whose name has a match of `pattern` and, in front of them, the traces that they need.
std::vector<frozen_case> selected(const std::vector<frozen_case>& cases, const std::string& pattern);

struct case_outcome {
  nlohmann::json fields;  // status, error, digests of text and files, of each rung its own
  std::map<std::string, nlohmann::json>
      documents;     // "result", "rtl", "printed": JSON without what fields say
  std::string text;  // what was printed, without speeds: to be read when it differs
};

struct case_runner {
  std::string program;            // scansim
  std::filesystem::path folder;   // traces go here, each case gets a folder of its own
  std::filesystem::path bundled;  // the repository's traces/
  std::string cache;              // of Verilated libraries
  case_outcome run(const frozen_case& one) const;
};

}  // namespace scansim::test
