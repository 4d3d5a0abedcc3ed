// A folder with a sweep file and the folders of runs of it.
#pragma once
#include <catch2/catch.hpp>
#include <string>

#include "tests/system/program_run.h"
#include "tests/system/small_sweep.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

struct sweep_run_place {
  temporary_folder folder;
  std::string spec(const std::string& text = small_space) const {
    write_bytes(folder.file("s.yaml"), text);
    return folder.file("s.yaml");
  }
  std::string out(const std::string& name) const { return folder.file(name); }
  std::string front(const std::string& name) const {
    const program_end end = run_scansim({"sweep", "front", out(name), "--csv", folder.file(name + ".csv")});
    CAPTURE(end.err);
    CHECK(end.status == 0);
    return read_bytes(folder.file(name + ".csv"));
  }
};

// Of the front that `csv` is.
inline std::string first_point(const std::string& csv) {
  const size_t line = csv.find('\n') + 1;
  return csv.substr(line, csv.find(',', line) - line);
}

}  // namespace scansim::test
