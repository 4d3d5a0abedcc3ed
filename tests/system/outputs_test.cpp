// What the output options do to whatever stands at a path: written through, followed, replaced, or refused
// before anything runs; and what a disk that fills costs.
#include <catch2/catch.hpp>

#include "tests/system/shell_run.h"
#include "traces/safetensors.h"

namespace scansim::test {
namespace {

// Every option that names a file, quick; X is the file.
const std::vector<std::string> writers = {
    "$S $C --json X",
    "$S run t.safetensors --config tiny --rung hls --json X",
    "$S trace generate --channels 4 --states 4 --length 8 --out X",
    "$S trace generate --operator hadamard --size 64 --rows 4 --out X",
    "$S trace calibrate t.safetensors --config tiny --out X",
    "$S trace capture --model $M --text $W --layer 0 --length 8 --out X",
    "$S trace capture --model $M --text $W --layer 0 --length 8 --operator mamba_block --out X",
    "$S sparsify $M --pattern 2:4 --layers 0 --out X",
    "$S sparsify $M --pattern 2:4 --layers 0 --out o --json X; status=$?; rm -f o; exit $status",
    "$S bench --config tiny --rungs hls --shape unit --length 8 --json X",
    "$S gpu import --ncu ncu.csv --json X",
    "$S run t.safetensors --config tiny --rung hls --json o > /dev/null; $S report o --html X; status=$?; rm "
    "-f o; exit "
    "$status",
    "$E; $S sweep report s --html X; status=$?; rm -rf s s.yaml; exit $status",
    "$E; $S sweep export s --csv X; status=$?; rm -rf s s.yaml; exit $status",
    "$E; $S sweep front s --csv X; status=$?; rm -rf s s.yaml; exit $status",
};
const std::string ncu_page =
    "cat > ncu.csv <<'END'\n\"ID\",\"Kernel Name\",\"gpu__time_duration.sum\"\n\"\",\"\",\"ns\"\n"
    "\"0\",\"scan\",\"1000\"\nEND\n";

// What $E stands for: a sweep of two points in the folder s.
const std::string made_sweep =
    "echo '{sweep: 1, base: tiny, workloads: [{channels: 8, states: 8, length: 8}], "
    "space: {tile_buffers: [2, 4]}}' > s.yaml; $S sweep run s.yaml --out s > /dev/null";

std::string with_path(std::string command, const std::string& path) {
  for (size_t at = 0; (at = command.find(" X", at)) != std::string::npos; at += path.size())
    command.replace(at + 1, 1, path);
  if (const size_t at = command.find("$E"); at != std::string::npos) command.replace(at, 2, made_sweep);
  return ncu_page + command;
}

// The one that names X.
std::string option_of(const std::string& writer) {
  const size_t end = writer.find(" X"), begin = writer.rfind("--", end);
  return writer.substr(begin, end - begin);
}

void expect_kind(const std::string& option, const std::string& text, const shell_folder& folder) {
  if (option == "--json") CHECK_FALSE(nlohmann::json::parse(text, nullptr, false).is_discarded());
  if (option == "--html") CHECK((text.starts_with("<!doctype html>") && text.ends_with("</html>\n")));
  if (option == "--csv") CHECK(text.starts_with("point,"));
  if (option != "--out") return;
  write_bytes(folder.file("got"), text);
  CHECK_NOTHROW(safetensors_file::open(folder.file("got")));
}

void expect_refusal(const program_end& end, const std::string& named) {
  CAPTURE(end.out, end.err);
  CHECK(end.status == 2);
  CHECK(end.error_lines() == 1);
  CHECK(end.out.empty());
  CHECK(contains(end.err, named));
}

}  // namespace

TEST_CASE("outputs of every command follow a link and replace its file", "[outputs][cli]") {
  for (const std::string& writer : writers) {
    const shell_folder folder;
    CAPTURE(writer);
    const program_end end =
        folder.run("mkdir d; echo old > d/real; ln -s d/real link; " + with_path(writer, "link"));
    CAPTURE(end.err);
    CHECK(end.status == 0);
    CHECK(std::filesystem::is_symlink(folder.file("link")));
    CHECK(std::filesystem::file_size(folder.file("d/real")) > 100);
    CHECK(folder.left() == "d link ncu.csv");
  }
}

TEST_CASE("outputs of every command pass through a named pipe", "[outputs][cli]") {
  for (const std::string& writer : writers) {
    const shell_folder folder;
    CAPTURE(writer);
    const program_end end = folder.run("mkfifo pipe; timeout 20 cat pipe > got & { " +
                                       with_path(writer, "pipe") + "\n}; s=$?; wait; exit $s");
    const program_end checked = folder.run("wait; [ -p pipe ] && [ $(stat -c %s got) -gt 100 ]");
    CAPTURE(end.err);
    CHECK(end.status == 0);
    CHECK(checked.status == 0);
  }
}

TEST_CASE("outputs of every command pass through a device and say when it is full", "[outputs][cli]") {
  if (!can_make_nodes()) return;
  for (const std::string& writer : writers) {
    const shell_folder folder;
    CAPTURE(writer);
    const program_end null = folder.run("mknod null c 1 3; " + with_path(writer, "null"));
    CHECK(null.status == 0);
    const program_end full = folder.run("mknod full c 1 7; " + with_path(writer, "full"));
    CAPTURE(full.err);
    CHECK(full.status == 3);
    CHECK(full.error_lines() == 1);
    CHECK(full.err == "scansim: full: cannot be written: No space left on device\n");
    CHECK(folder.run("[ -c null ] && [ -c full ]").status == 0);
    CHECK(folder.left() == "full ncu.csv null");
  }
}

TEST_CASE("outputs of every command go to standard output as - and its report to standard error",
          "[outputs][cli]") {
  for (const std::string& writer : writers) {
    const shell_folder folder;
    CAPTURE(writer);
    for (const char* name : {"-", "/dev/stdout", "/proc/self/fd/1"}) {
      const program_end end = folder.run(with_path(writer, name));
      CAPTURE(name, end.err);
      CHECK(end.status == 0);
      expect_kind(option_of(writer), end.out, folder);
      CHECK_FALSE(end.err.empty());
    }
  }
}

TEST_CASE("outputs to - leave the report out where standard error is the same pipe", "[outputs][cli]") {
  const shell_folder folder;
  const program_end end = folder.run("$S $C --json - 2>&1 | cat");
  CHECK(nlohmann::json::parse(end.out, nullptr, false)["verdict"] == "agree");
}

TEST_CASE("outputs reach a process substitution", "[outputs][cli]") {
  for (const std::string& writer : writers) {
    const shell_folder folder;
    CAPTURE(writer);
    const program_end end = folder.run(with_path(writer, ">(cat > got)"));
    CAPTURE(end.err);
    CHECK(end.status == 0);
    // The reader ends after the shell that started it.
    CHECK(
        folder.run("for i in $(seq 100); do [ $(stat -c %s got) -gt 100 ] && exit 0; sleep 0.1; done; exit 1")
            .status == 0);
  }
}

TEST_CASE("outputs refuse what cannot be written before anything runs", "[outputs][cli]") {
  for (const std::string& writer : writers) {
    const std::string option = option_of(writer);
    const shell_folder folder;
    REQUIRE(folder
                .run("mkdir d d/sub; echo old > d/file; echo old > d/twice; ln d/twice d/other; ln -s circle "
                     "d/circle")
                .status == 0);
    for (const char* name : {"d", "d/", "d/.", "d/none/x", "d/file/x", "d/new/", "d/twice", "d/circle",
                             "/proc/x", "/proc/self/fd/99", "/dev/fd/0", "''"}) {
      CAPTURE(writer, name);
      expect_refusal(folder.run(with_path(writer, name)), option);
    }
    CHECK(folder.run("cat d/file d/twice; ls -A d").out == "old\nold\ncircle\nfile\nother\nsub\ntwice\n");
    CHECK(folder.left() == "d ncu.csv");
  }
}

TEST_CASE("outputs refuse a read-only file system, a folder without rights and a block device",
          "[outputs][cli]") {
  if (!can_mount() || !can_make_nodes()) return;
  const shell_folder folder;
  expect_refusal(
      folder.run("mkdir m; mount -t tmpfs -o ro tmpfs m; $S $C --json m/x; s=$?; umount m; exit $s"),
      "Read-only file system");
  expect_refusal(folder.run("mknod disk b 7 200; $S $C --json disk"), "a block device");
  if (folder.run("mkdir shut; chattr +i shut").status != 0)
    return;  // not every file system has the attribute
  expect_refusal(folder.run("$S $C --json shut/x; s=$?; chattr -i shut; exit $s"), "Operation not permitted");
}

TEST_CASE("outputs refuse to be an input of the same run, by whatever name", "[outputs][cli]") {
  const std::vector<std::pair<std::string, std::string>> calls = {
      {"$S compare in --config tiny --rungs hls --json X", "in"},
      {"$S run in --config tiny --rung hls --json X", "in"},
      {"$S bench --trace in --config tiny --rungs hls --json X", "in"},
      {"$S trace calibrate in --config tiny --out X", "in"},
      {"$S compare t.safetensors --config p.yaml --rungs hls --json X", "p.yaml"},
      {"$S bench --config p.yaml --rungs hls --shape unit --length 8 --json X", "p.yaml"},
      {"$S area --config p.yaml --json X", "p.yaml"},
      {"$S accuracy --model byte-mamba --format float --config p.yaml --json X", "p.yaml"},
      {"$S accuracy --model m.safetensors --format float --json X", "m.safetensors"},
      {"$S trace calibrate t.safetensors --config p.yaml --out X", "p.yaml"},
      {"$S compare t.safetensors --config tiny --gpu-model g.yaml --json X", "g.yaml"},
      {"$S trace capture --model m.safetensors --text w --layer 0 --out X", "m.safetensors"},
      {"$S trace capture --model m.safetensors --text w --layer 0 --out X", "w"},
      {"$S sparsify m.safetensors --pattern 2:4 --out X", "m.safetensors"},
      {"$S sparsify m.safetensors --pattern 2:4 --out o --json X", "m.safetensors"},
      {"$S sparsify m.safetensors --pattern 2:4 --method activation --text w --out X", "w"},
      {"$S gpu import --ncu ncu.csv --json X", "ncu.csv"},
      {"$S gpu import --ncu ncu.csv --trace in --json X", "in"},
      {"$S report in --html X", "in"},
      {"$S compare t.safetensors --config tiny --rungs hls --json X", "data/models/configs/tiny.yaml"},
      {"$S compare t.safetensors --config tiny --rungs hls --json X", "data/sim/mem/parameters/latency.yaml"},
      {"$S compare t.safetensors --config tiny --rungs hls --json X", "data/models/energy/asic7-hbm2.csv"},
      {"$S area --config tiny --json X", "data/rtl/files.f"},
  };
  const shell_folder folder;
  const std::string root = folder.run("dirname $(dirname $(dirname $M))").out;
  REQUIRE(
      folder
          .run("cp t.safetensors in; cp $M m.safetensors; cp $W w; R=$(dirname $(dirname $(dirname $M))); "
               "mkdir data data/models data/sim data/sim/mem; cp -r $R/rtl data; cp -r $R/models/configs "
               "$R/models/energy data/models; cp -r $R/sim/mem/parameters data/sim/mem; "
               "cp $R/models/configs/tiny.yaml p.yaml; cp $R/models/gpu/$(ls $R/models/gpu | grep yaml | "
               "head -1) "
               "g.yaml; " +
               ncu_page)
          .status == 0);
  for (const auto& [call, input] : calls) {
    const bool shares = contains(input, "data/");
    for (const std::string& name : {input, std::string("link"), "folder/" + input}) {
      CAPTURE(call, name);
      const program_end end =
          folder.run("ln -sfn " + input + " link; ln -sfn . folder; cp " + input + " before; " +
                         with_path(call, name) + "; s=$?; cmp before " + input + " || exit 9; exit $s",
                     shares ? std::vector<std::string>{"SCANSIM_DATA=" + folder.file("data")}
                            : std::vector<std::string>{});
      expect_refusal(end, "another file than one that is read");
    }
  }
}

TEST_CASE("outputs refuse to be one file, or that of a redirected stream", "[outputs][cli]") {
  const shell_folder folder;
  const auto refused = [&](const std::string& script, const std::string& named) {
    CAPTURE(script);
    expect_refusal(folder.run(script), named);
  };
  refused("$S sparsify $M --pattern 2:4 --out o --json o", "another file than that of --out");
  refused("$S sparsify $M --pattern 2:4 --out o --json ./o", "another file than that of --out");
  refused("ln -s o l; $S sparsify $M --pattern 2:4 --out o --json l", "another file than that of --out");
  refused("$S sparsify $M --pattern 2:4 --out - --json /dev/stdout", "another file than that of --out");
  refused("mkfifo p; $S sparsify $M --pattern 2:4 --out p --json p", "another file than that of --out");
  refused("$S compare t.safetensors --config tiny --wave w.fst --json w.fst", "another file than that of");
  refused("$S $C --json r > r", "standard output");
  CHECK(folder.run("$S $C --json r 2> r").status == 2);
  CHECK(contains(read_bytes(folder.file("r")), "standard error"));
  refused("$S compare t.safetensors --config tiny --wave w.vcd", "--wave: expected a name that ends in .fst");
  refused("$S compare t.safetensors --config tiny --wave w", "--wave: expected a name that ends in .fst");
  refused("$S $C --csv t.safetensors", "--csv");
  refused("$S $C --csv t.safetensors/d", "--csv");
  refused("$S $C --csv ''", "--csv");
  refused("ln -s none dangling; $S $C --csv dangling", "--csv");
}

TEST_CASE("outputs refuse binary data on a terminal", "[outputs][cli]") {
  const shell_folder folder;
  if (folder.run("command -v script").status != 0) {
    WARN("not run: no program script here");
    return;
  }
  const auto on_terminal = [&](const std::string& command) {
    return folder.run("script -qec '" + command + "' log; cat log");
  };
  const program_end end = on_terminal("$S trace generate --channels 4 --states 4 --length 8 --out -");
  CHECK(contains(end.out, "--out: expected a file or a pipe, found - (a terminal)"));
  CHECK(contains(on_terminal("$S trace generate --channels 4 --states 4 --length 8 --out /dev/tty").out,
                 "(a terminal)"));
  CHECK(contains(on_terminal("$S $C --json -").out, "\"verdict\": \"agree\""));
}

TEST_CASE("outputs on a full disk cost the file and not the report", "[outputs][cli]") {
  if (!can_mount()) return;
  const std::string full =
      "mkdir m; mount -t tmpfs -o size=64k tmpfs m; mkdir m/d; dd if=/dev/zero of=m/fill bs=1k count=64 "
      "2>/dev/null; ";
  const std::string leave = "; s=$?; ls -A m m/d >&2; umount m; exit $s";
  const std::string listing = "m:\nd\nfill\n\nm/d:\n";
  const shell_folder folder;
  const program_end json = folder.run(full + "$S $C --json m/r.json" + leave);
  CHECK(json.status == 3);
  CHECK(contains(json.out, "verdict: agree"));
  CHECK(json.err == "scansim: m/r.json: cannot be written: No space left on device\n" + listing);
  const program_end csv = folder.run("rmdir m; " + full + "$S $C,systemc --csv m/d" + leave);
  CAPTURE(csv.err);
  CHECK(csv.status == 3);
  CHECK(contains(csv.out, "verdict:"));
  CHECK(contains(csv.err, "cannot be written: No space left on device"));
  CHECK(csv.err.ends_with("\n" + listing));
  const program_end both = folder.run("rmdir m; " + full + "$S $C --json m/r.json --csv here" + leave);
  CHECK(both.status == 3);
  for (const std::string& writer : writers) {
    if (contains(writer, "exit")) continue;
    CAPTURE(writer);
    const program_end end = folder.run("rmdir m; " + full + with_path(writer, "m/o") + leave);
    CHECK(end.status == 3);
    CHECK(end.err == "scansim: m/o: cannot be written: No space left on device\n" + listing);
  }
}

TEST_CASE("outputs over a limit of the file size are an error and no signal", "[outputs][cli]") {
  const shell_folder folder;
  for (const std::string& writer : writers) {
    if (contains(writer, "exit") || contains(writer, "hadamard") || contains(writer, "ncu")) continue;
    CAPTURE(writer);
    const program_end end =
        folder.run("set -o pipefail; (ulimit -f 1; " + with_path(writer, "o") + ") 2>&1 | cat");
    CAPTURE(end.out);
    CHECK(end.status == 3);
    CHECK(contains(end.out, "scansim: o: cannot be written: File too large\n"));
    CHECK(folder.left() == "ncu.csv");
  }
}

TEST_CASE("outputs of a file that is there keep its mode and replace it whole", "[outputs][cli]") {
  const shell_folder folder;
  CHECK(folder.run("echo old > r; chmod 640 r; $S $C --json r && stat -c %a r").out.ends_with("640\n"));
  CHECK(folder.left() == "r");
  // Whoever reads while it is written sees the old or the new content.
  const program_end end = folder.run(
      "$S $C --json r >/dev/null; for i in 1 2 3 4; do $S $C --json r --csv tables >/dev/null & done; wait; "
      "ls tables | wc -l");
  CHECK(end.out == "8\n");
  CHECK(nlohmann::json::parse(read_bytes(folder.file("r")))["verdict"] == "agree");
  CHECK(folder.left() == "r tables");
}

}  // namespace scansim::test
