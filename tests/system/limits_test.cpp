// What a run meets when the system gives it little: descriptors, memory, sizes of files. Its message says
// what the system said, and it is never the input that was bad.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/system/shell_run.h"

namespace scansim::test {
namespace {

// Pipes have no size: what is said arrives whatever the limit.
program_end under(const shell_folder& folder, const std::string& limit, const std::string& command) {
  return folder.run("set -o pipefail; (ulimit " + limit + "; " + command + ") 2>&1 >/dev/null | cat");
}

}  // namespace

TEST_CASE("limits: what the system refuses is named by its cause, with status 3", "[limits]") {
  const shell_folder folder;
  const std::string timed = "$S run t.safetensors --config tiny --rung systemc", full = "File too large",
                    many = "Too many open files";
  for (const auto& [limit, cause] : {std::pair("-f 0", full), {"-f 1", full}, {"-n 5", many}}) {
    const program_end end = under(folder, limit, timed);
    CAPTURE(limit, end.out);
    CHECK(end.status == 3);
    CHECK(contains(end.out, cause + "\n"));
    CHECK_FALSE(contains(end.out, "memory for"));
  }
  CHECK(folder.left().empty());
}

TEST_CASE("limits: a file that cannot be read for want of memory or descriptors is not a bad one",
          "[limits]") {
  const shell_folder folder;
  std::vector<std::string> limits = {"-n 4", "-n 5"};
  int least = 24000;  // KiB; below what the program starts in, its libraries fail before any of it runs
  while (under(folder, fmt::format("-v {}", least), "$S version").status != 0) least += 500;
  REQUIRE(least < 60000);
  for (int more = 0; more <= 12000; more += 1500) limits.push_back(fmt::format("-v {}", least + more));
  for (const std::string command : {"$S $C", "$S trace info t.safetensors", "$S trace verify t.safetensors"})
    for (const std::string& limit : limits) {
      const program_end end = under(folder, limit, command);
      CAPTURE(command, limit, end.out);
      if (end.status == 127) continue;  // the loader had too little
      CHECK((end.status == 0 || end.status == 3));
      CHECK_FALSE(contains(end.out, "internal error"));
    }
}

}  // namespace scansim::test
