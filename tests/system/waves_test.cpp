// Waves on places that take no file, or take no more: the report comes first, then one line.
#include <catch2/catch.hpp>

#include "host/run/fst_blocks.h"
#include "tests/system/shell_run.h"

namespace scansim::test {
namespace {

const std::string run_waves = "$S compare t.safetensors --config tiny --rungs hls,rtl --wave ";

}  // namespace

TEST_CASE("waves are a whole file, alone, and pass through links, pipes, descriptors and devices",
          "[outputs][waves][slow]") {
  const shell_folder folder;
  REQUIRE(
      folder
          .run("mkdir d; echo old > d/w.fst; chmod 640 d/w.fst; ln -s d/w.fst l.fst; " + run_waves + "l.fst")
          .status == 0);
  CHECK(is_whole_fst(folder.file("d/w.fst")));
  CHECK(folder.run("ls -A d; stat -c %a d/w.fst").out == "w.fst\n640\n");
  CHECK(std::filesystem::is_symlink(folder.file("l.fst")));
  const auto same = [&] {
    return read_bytes(folder.file("got")).size() == read_bytes(folder.file("d/w.fst")).size();
  };
  CHECK(folder.run("mkfifo p; cat p > got & " + run_waves + "p; s=$?; wait; rm p; exit $s").status == 0);
  CHECK(same());
  CHECK(folder.run(run_waves + "- > got").status == 0);
  CHECK(same());
  CHECK(folder.run(run_waves + "/dev/fd/7 7> got").status == 0);
  CHECK(same());
  CHECK(folder.left() == "d got l.fst");
  if (!can_make_nodes()) return;
  CHECK(folder.run("mknod null c 1 3; " + run_waves + "null && [ -c null ]").status == 0);
  const program_end full = folder.run("mknod full c 1 7; " + run_waves + "full");
  CHECK(full.status == 3);
  CHECK(contains(full.out, "verdict: agree"));
  CHECK(full.err == "scansim: full: cannot be written: No space left on device\n");
}

TEST_CASE("waves on a disk that is full, or fills, cost the waves and not the report",
          "[outputs][waves][slow]") {
  if (!can_mount()) return;
  const shell_folder folder;
  for (const int kib : {4, 16, 64, 96, 128, 160, 192, 256, 320, 448}) {
    CAPTURE(kib);
    const program_end end =
        folder.run("mkdir -p m; mount -t tmpfs -o size=" + std::to_string(kib) + "k tmpfs m; " + run_waves +
                   "m/w.fst --json r; s=$?; ls -A m; umount m; exit $s");
    CAPTURE(end.err);
    CHECK(contains(end.out, "verdict: agree"));
    if (end.status == 0) {
      CHECK(kib > 64);
      CHECK(end.out.ends_with("\nw.fst\n"));
      continue;
    }
    CHECK(end.status == 3);
    CHECK(end.err == "scansim: m/w.fst: cannot be written: No space left on device\n");
    CHECK_FALSE(contains(end.out, "w.fst\n"));
    CHECK_FALSE(contains(end.out, "partial"));
    CHECK(nlohmann::json::parse(read_bytes(folder.file("r")))["files"] == std::vector<std::string>{"r"});
  }
}

TEST_CASE("waves over a limit of the file size cost the waves and not the report", "[outputs][waves][slow]") {
  const shell_folder folder;
  const program_end end = folder.run("set -o pipefail; (ulimit -f 8; " + run_waves + "w.fst) 2>&1 | cat");
  CAPTURE(end.out);
  CHECK(end.status == 3);
  CHECK(contains(end.out, "verdict: agree"));
  CHECK(contains(end.out, "scansim: w.fst: cannot be written: File too large\n"));
  CHECK(folder.left().empty());
}

TEST_CASE("waves go with every kind of library", "[outputs][waves][slow]") {
  const shell_folder folder;
  for (const char* kind : {"plain", "coverage", "randinit"}) {
    const program_end end = folder.run(run_waves + "w.fst --rtl-build " + kind, {"SCANSIM_COVERAGE=covered"});
    CAPTURE(kind, end.out, end.err);
    CHECK(end.status == 0);
    CHECK(is_whole_fst(folder.file("w.fst")));
  }
  CHECK(folder.left() == "covered w.fst");
}

TEST_CASE("fst_blocks: a file cut anywhere is not whole", "[outputs][waves][slow]") {
  const shell_folder folder;
  REQUIRE(folder.run(run_waves + "w.fst").status == 0);
  const std::string whole = read_bytes(folder.file("w.fst"));
  REQUIRE(is_whole_fst(folder.file("w.fst")));
  for (size_t size = 0; size < whole.size(); size += 1 + whole.size() / 97) {
    write_bytes(folder.file("cut"), whole.substr(0, size));
    CAPTURE(size);
    CHECK_FALSE(is_whole_fst(folder.file("cut")));
  }
  write_bytes(folder.file("cut"), whole + "x");
  CHECK_FALSE(is_whole_fst(folder.file("cut")));
  CHECK_FALSE(is_whole_fst(folder.file("none")));
}

}  // namespace scansim::test
