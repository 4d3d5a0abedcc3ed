// Signals in every phase of a run: the status is 128 + signal, and nothing passing stays behind.
#include <catch2/catch.hpp>

#include "tests/system/shell_run.h"

namespace scansim::test {
namespace {

struct ending {
  const char* signal;
  int status;
};
const std::vector<ending> endings = {{"INT", 130}, {"TERM", 143}, {"HUP", 129}};

// Starts `command` in the background, sends the signal when `ready` holds, and exits with its status.
std::string stopped(const std::string& command, const std::string& ready, const std::string& signal) {
  return command + " & p=$!; for i in $(seq 6000); do " + ready +
         " && break; kill -0 $p || break; sleep 0.01; done; kill -" + signal + " $p; wait $p";
}

}  // namespace

TEST_CASE("a signal while an output waits for its reader ends the run", "[interruption][cli]") {
  for (const ending& one : endings) {
    const shell_folder folder;
    CAPTURE(one.signal);
    const program_end end =
        folder.run("mkfifo pipe; " +
                   stopped("$S $C --json pipe > report", "grep -q verdict report 2>/dev/null", one.signal));
    CHECK(end.status == one.status);
    CHECK(folder.left() == "pipe report");
  }
}

TEST_CASE("a signal while an output is half-written leaves the old one, or the whole one",
          "[interruption][cli]") {
  for (const ending& one : endings) {
    const shell_folder folder;
    CAPTURE(one.signal);
    // Large enough to be met in the middle; met before or after, the file must be old or whole.
    const program_end end =
        folder.run("mkdir d; echo old > d/o; " +
                   stopped("$S trace generate --channels 128 --states 16 --length 16384 --out d/o > report",
                           "ls -A d | grep -q partial", one.signal));
    CAPTURE(end.err);
    if (end.status == 0) continue;
    CHECK(end.status == one.status);
    // The signal may come between the name and the end of the program.
    const bool old = read_bytes(folder.file("d/o")) == "old\n";
    CHECK((old || folder.run("$S trace verify d/o").status != 2));
    CHECK(folder.run("ls -A d").out == "o\n");
  }
}

TEST_CASE("a signal while a library is built leaves no folder of it", "[interruption][cli][slow]") {
  for (const ending& one : endings) {
    const shell_folder folder;
    CAPTURE(one.signal);
    const program_end end =
        folder.run(stopped("$S compare t.safetensors --config tiny --rungs hls,rtl --wave w.fst",
                           "ls cache 2>/dev/null | grep -q tmp && sleep 0.5", one.signal),
                   {"SCANSIM_CACHE=" + folder.file("cache")});
    CAPTURE(end.err);
    CHECK(end.status == one.status);
    CHECK(folder.run("ls cache | grep -c tmp").out == "0\n");
    CHECK(folder.left() == "cache");
  }
}

TEST_CASE("a signal while waves are written leaves none", "[interruption][cli][slow]") {
  const shell_folder folder;
  REQUIRE(folder
              .run("$S trace generate --channels 4 --states 8 --length 200000 --seed 3 --out long; "
                   "$S compare t.safetensors --config tiny --rungs hls,rtl --wave w.fst && rm w.fst")
              .status == 0);
  for (const ending& one : endings) {
    CAPTURE(one.signal);
    const program_end end = folder.run(stopped("$S compare long --config tiny --rungs hls,rtl --wave w.fst",
                                               "ls -A | grep -q partial.hier && sleep 0.5", one.signal));
    CAPTURE(end.err);
    CHECK(end.status == one.status);
    CHECK(folder.left() == "long");
  }
}

TEST_CASE("a hang-up that is ignored stays ignored", "[interruption][cli]") {
  const shell_folder folder;
  const program_end end = folder.run(
      "trap '' HUP; mkfifo pipe; $S $C --json pipe > report & p=$!; "
      "until grep -q verdict report 2>/dev/null; do sleep 0.05; done; kill -HUP $p; cat pipe > got; wait $p");
  CHECK(end.status == 0);
}

}  // namespace scansim::test
