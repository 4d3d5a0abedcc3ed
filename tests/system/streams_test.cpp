// Standard output and standard error that are full, closed or have no reader: what is lost is told by the
// exit status, and nothing else is lost with it.
#include <catch2/catch.hpp>

#include "tests/system/shell_run.h"

namespace scansim::test {
namespace {

// Each prints on standard output and ends with 0.
const std::vector<std::string> printers = {
    "$S $C",
    "$S $C --quiet",
    "$S run t.safetensors --config tiny --rung systemc",
    "$S trace info t.safetensors",
    "$S trace verify t.safetensors",
    "$S trace generate --channels 4 --states 4 --length 8 --out o",
    "$S trace calibrate t.safetensors --config tiny --out o",
    "$S trace capture --model $M --text $W --layer 0 --length 8 --out o",
    "$S sparsify $M --pattern 2:4 --layers 0 --out o",
    "$S bench --config tiny --rungs hls --shape unit --length 8",
    "$S config list",
    "$S config show tiny",
    "$S gpu info",
    "$S --help",
    "$S --version",
    "$S compare --help",
    "$S trace generate --help",
};
const std::string lost = "scansim: standard output: cannot be written: ";

}  // namespace

TEST_CASE("streams: a full standard output is status 3 and one line", "[streams][cli]") {
  if (!can_make_nodes()) return;
  const shell_folder folder;
  REQUIRE(folder.run("mknod full c 1 7").status == 0);
  for (const std::string& printer : printers) {
    CAPTURE(printer);
    const program_end end = folder.run(printer + " > full");
    CHECK(end.status == 3);
    CHECK(end.err == lost + "No space left on device\n");
  }
}

TEST_CASE("streams: a closed standard output is status 3 and one line", "[streams][cli]") {
  const shell_folder folder;
  for (const std::string& printer : printers) {
    CAPTURE(printer);
    const program_end end = folder.run(printer + " >&-");
    CHECK(end.status == 3);
    CHECK(end.err == lost + "Bad file descriptor\n");
  }
}

TEST_CASE("streams: a reader that went is status 3 and one line, never a signal", "[streams][cli]") {
  const shell_folder folder;
  for (const std::string& printer : printers) {
    CAPTURE(printer);
    const program_end end = folder.run("mkfifo gone; exec 3<>gone 4>gone 3<&-; rm gone; " + printer + " >&4");
    CHECK(end.status == 3);
    CHECK(end.err == lost + "Broken pipe\n");
  }
  // A reader that takes what it wants of a report that fits the pipe loses nothing.
  CHECK(folder.run("set -o pipefail; $S $C | head -1 | grep -q . ").status != 134);
  CHECK(folder.run("$S config list | (sleep 0.3; head -1); echo ${PIPESTATUS[0]}").out.ends_with("\n0\n"));
}

TEST_CASE("streams: files arrive although standard output is lost", "[streams][cli]") {
  const shell_folder folder;
  for (const char* how : {">&-", ">&- 2>&-", ">&- <&-", ">&- 2>&- <&-"}) {
    CAPTURE(how);
    const program_end end = folder.run(std::string("rm -rf r tables; $S $C --json r --csv tables ") + how);
    CHECK(end.status == 3);
    CHECK(nlohmann::json::parse(read_bytes(folder.file("r")))["verdict"] == "agree");
    CHECK(folder.run("cat tables/*").out.starts_with("rung,block,"));
    const program_end trace = folder.run(
        std::string("rm -f o; $S trace generate --channels 4 --states 4 --length 8 --out o ") + how);
    CHECK(trace.status == 3);
    CHECK(folder.run("$S trace verify o").status == 0);
  }
}

TEST_CASE("streams: a broken standard error loses its own lines and no status", "[streams][cli]") {
  const bool nodes = can_make_nodes();
  const shell_folder folder;
  if (nodes) REQUIRE(folder.run("mknod full c 1 7").status == 0);
  const std::string gone = "mkfifo gone; exec 3<>gone 4>gone 3<&-; rm gone; ";
  for (const std::string how : {"2>&-", "2>full", "2>&4"}) {
    if (how == "2>full" && !nodes) continue;
    CAPTURE(how);
    const program_end agree = folder.run(gone + "$S $C " + how);
    CHECK(agree.status == 0);
    CHECK(contains(agree.out, "verdict: agree"));
    const program_end disagree = folder.run(
        gone +
        "$S trace generate --channels 4 --states 8 --length 32 --expect --seed 3 --out b >/dev/null; "
        "printf '\\x7f' | dd of=b bs=1 seek=$(($(stat -c %s b) - 1)) conv=notrunc 2>/dev/null; "
        "$S compare b --config tiny --rungs ref " +
        how);
    CHECK(disagree.status == 1);
    CHECK(contains(disagree.out, "verdict: disagree"));
    CHECK(folder.run(gone + "$S compare none --config tiny " + how).status == 2);
    CHECK(folder.run(gone + "$S trace generate --channels 4 --states 4 --length 8 --out . " + how).status ==
          2);
    CHECK(folder.run(gone + "$S config list > " + (nodes ? "full " : "/proc/self/none ") + how).status !=
          134);
    // Past the two seconds after which progress is shown.
    const program_end slow = folder.run(gone + "mkfifo slow; (sleep 3; cat slow >got) & $S $C --json slow " +
                                        how + "; s=$?; wait; rm slow; exit $s");
    CHECK(slow.status == 0);
    CHECK(nlohmann::json::parse(read_bytes(folder.file("got")))["verdict"] == "agree");
  }
}

TEST_CASE("streams: a standard output that does not block is waited for", "[streams][cli]") {
  const shell_folder folder;
  if (folder.run("python3 -c pass").status != 0) {
    WARN("not run: no python3 here");
    return;
  }
  const program_end end = folder.run(
      "(python3 -c 'import os, sys; os.set_blocking(1, False); os.execv(sys.argv[1], sys.argv[1:])' $S trace "
      "generate "
      "--channels 64 --states 16 --length 512 --out -; echo $? > status) | (sleep 1; cat > got); cat status; "
      "$S trace verify got");
  CHECK(end.out.starts_with("0\ngot: valid"));
}

}  // namespace scansim::test
