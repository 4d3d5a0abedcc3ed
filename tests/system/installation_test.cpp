// What is installed works by itself: its data, its pages, the completions of shells, a Debian package of it;
// and what the program says of itself.
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/support/places.h"
#include "tests/system/shell_run.h"

namespace scansim::test {
namespace {

const std::string install =
    "cmake --install " + build_dir() + " --prefix p > log 2>&1 || { cat log; exit 9; }; ";

bool has_tools(const std::string& tools) {
  const shell_folder folder;
  if (folder.run("for tool in " + tools + "; do command -v $tool >/dev/null || exit 1; done").status == 0)
    return true;
  WARN("not run: needs " << tools);
  return false;
}

// Where nobody sees the source tree and the build folder, which may be in it. The cache is seen.
std::string hidden(const std::string& script) {
  return "mkdir -p cache \"$SCANSIM_CACHE\"; unshare -m bash -c 'mount --bind \"$SCANSIM_CACHE\" cache; "
         "export "
         "SCANSIM_CACHE=$PWD/cache; mount -t tmpfs tmpfs " +
         build_dir() + "; mount -t tmpfs tmpfs " + source_dir() + "; " + script + "'";
}

// The commands that help lists below `route`.
std::vector<std::string> listed(const std::string& route) {
  std::istringstream text(run_scansim(route.empty() ? std::vector<std::string>{"--help"}
                                                    : std::vector<std::string>{route, "--help"})
                              .out);
  std::vector<std::string> names;
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    if (inside && line.empty()) break;
    if (inside && line.starts_with("  ") && line[2] != ' ')
      names.push_back(line.substr(2, line.find(' ', 2) - 2));
    inside |= line == "Subcommands:";
  }
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + "\n";
  return text;
}

}  // namespace

TEST_CASE("installation climbs the whole ladder where the source tree is not", "[installation][cli][rtl]") {
  if (!can_mount() || !has_tools("cmake unshare verilator")) return;
  const shell_folder folder;
  const program_end end = folder.run(
      install + "mkdir else; " +
      hidden(
          "[ -z \"$(ls -A " + source_dir() +
          ")\" ] || exit 8; ln -s $PWD/p/bin/scansim else/s; cd else; unset SCANSIM_DATA; ./s compare "
          "../t.safetensors --config tiny --rungs ref,hls,systemc,rtl --memory dram-hbm2 --gpu modelled "
          "--json r && ./s config list && ./s network vim-ti --config base && ./s accuracy --model "
          "byte-mamba --format W8A8 --bytes 64 && "
          "./s run ../p/share/scansim/traces/byte-mamba-early-prefill.safetensors --config edge --rung gpu "
          "--gpu modelled"));
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
  CHECK(contains(end.out, "verdict: agree"));
  CHECK(contains(end.out, "rtl: every bit, cycle and counter equal"));
  CHECK_FALSE(contains(end.out + end.err, source_dir()));
}

TEST_CASE("installation reads SCANSIM_DATA alone where that is set", "[installation][cli]") {
  const shell_folder folder;
  const program_end end = folder.run("SCANSIM_DATA=$PWD/nowhere $S $C");
  CHECK(end.status == 2);
  CHECK(end.error_lines() == 1);
  CHECK(contains(end.err, "nowhere/models/configs"));
}

TEST_CASE("installation has a man page of every command", "[installation][cli]") {
  if (!has_tools("cmake")) return;
  const shell_folder folder;
  REQUIRE(folder.run(install).status == 0);
  const std::string page = read_bytes(folder.file("p/share/man/man1/scansim.1"));
  for (const std::string& command : listed("")) {
    CAPTURE(command);
    CHECK(contains(page, ".SS scansim " + command + "\n"));
  }
  CHECK(contains(page, ".SS scansim trace generate\n"));
  CHECK(contains(page, "\\-\\-outputs TEXT"));
  CHECK(folder
            .run("DESTDIR=$PWD/stage cmake --install " + build_dir() +
                 " --prefix /usr >/dev/null && cmp stage/usr/share/man/man1/scansim.1 "
                 "p/share/man/man1/scansim.1 && [ ! -e /usr/share/man/man1/scansim.1 ]")
            .status == 0);
  if (!has_tools("groff")) return;
  CHECK(folder.run("groff -man -Tutf8 -ww p/share/man/man1/scansim.1 2>&1 >/dev/null").out.empty());
}

TEST_CASE("installation completes commands and options in bash", "[installation][cli]") {
  const shell_folder folder;
  const auto completed = [&](const std::string& words) {
    return folder
        .run("source <($S completion bash); complete -p scansim >/dev/null || exit 1; COMP_WORDS=(scansim " +
             words + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _scansim; printf '%s\\n' \"${COMPREPLY[@]}\"")
        .out;
  };
  CHECK(completed("''") == joined(listed("")));
  CHECK(completed("help ''") == joined(listed("")));
  CHECK(completed("trace ''") == joined(listed("trace")));
  CHECK(completed("completion z") == "zsh\n");
  CHECK(completed("help trace gen") == "generate\n");
  CHECK(completed("trace generate --ep") == "--epilogue\n--eps\n");
  CHECK(completed("compare --config trace --outp") == "--outputs\n");
  CHECK(completed("compare t") == "\n");  // files
  CHECK(completed("--ver") == "--version\n");
}

TEST_CASE("installation completes commands and options in zsh and fish", "[installation][cli]") {
  const shell_folder folder;
  if (has_tools("zsh")) {
    const auto completed = [&](const std::string& words) {
      return folder
          .run(
              "$S completion zsh > _scansim; zsh -fc '_describe() { print -rl -- ${(P)2} }; _files() { print "
              "files "
              "}; try() { local words=(scansim \"$@\") CURRENT=$(($# + 1)); source ./_scansim }; try " +
              words + "'")
          .out;
    };
    CHECK(contains(completed("\"\""), "compare:Runs a trace on several rungs"));
    CHECK(contains(completed("trace gen"), "generate:Writes a trace"));
    CHECK(contains(completed("help trace gen"), "generate:Writes a trace"));
    CHECK(contains(completed("trace generate --"), "--epilogue:gemm: none"));
    CHECK(completed("compare t") == "files\n");
  }
  if (has_tools("fish")) {
    const auto completed = [&](const std::string& line) {
      return folder
          .run("$S completion fish > s.fish; HOME=$PWD fish -c \"source s.fish; complete -C 'scansim " +
               line + "'\"")
          .out;
    };
    CHECK(contains(completed("comp"), "compare\tRuns a trace"));
    CHECK(contains(completed("trace gen"), "generate\tWrites a trace"));
    CHECK(contains(completed("help trace gen"), "generate\tWrites a trace"));
    CHECK(contains(completed("compare x --outp"), "--outputs\t"));
    CHECK_FALSE(contains(completed("compare x --ep"), "--epilogue"));
  }
}

TEST_CASE("installation is a Debian package that names what it needs", "[installation][cli]") {
  if (!has_tools("cpack dpkg-deb dpkg-shlibdeps")) return;
  const shell_folder folder;
  const program_end made = folder.run("cpack --config " + build_dir() +
                                      "/CPackConfig.cmake -B $PWD/made > log 2>&1 || { cat log; exit 9; }; "
                                      "cp made/*.deb s.deb; dpkg-deb --info s.deb; dpkg-deb -x s.deb x");
  CAPTURE(made.out, made.err);
  REQUIRE(made.status == 0);
  CHECK(contains(made.out, "Package: scansim\n"));
  for (const char* library : {"libsystemc", "libyaml-cpp", "libfmt", "libssl", "libc6"})
    CHECK(contains(made.out, library));
  CHECK(contains(made.out, "Recommends: verilator, g++, make, zlib1g-dev\n"));
  const program_end run = folder.run(
      "x/usr/bin/scansim compare t.safetensors --config tiny --rungs ref,hls,systemc --quiet; ls "
      "x/usr/share/man/man1 x/usr/share/zsh/vendor-completions x/usr/share/scansim/rtl/files.f");
  CHECK(run.status == 0);
  CHECK(contains(run.out, "verdict: agree"));
}

TEST_CASE("help and version say what --help and --version say", "[cli]") {
  const auto same = [](std::vector<std::string> words) {
    CAPTURE(joined(words));
    std::vector<std::string> asked = words;
    asked.emplace_back("--help");
    words.insert(words.begin(), "help");
    const program_end help = run_scansim(words);
    CHECK(help.status == 0);
    CHECK(help.err.empty());
    CHECK(help.out.size() > 50);
    CHECK(help.out == run_scansim(asked).out);
  };
  same({});
  for (const std::string& command : listed("")) {
    same({command});
    for (const std::string& sub : listed(command)) same({command, sub});
  }
  CHECK(run_scansim({"version"}).out == run_scansim({"--version"}).out);
  CHECK(contains(run_scansim({"version"}).out, "revision"));
}

TEST_CASE("a command that is none is named, with the one that was probably meant", "[cli]") {
  const auto error_of = [](const std::vector<std::string>& words) {
    const program_end end = run_scansim(words);
    CHECK(end.status == 2);
    CHECK(end.error_lines() == 1);
    CHECK(end.out.empty());
    return end.err;
  };
  CHECK(contains(error_of({"comapre", "x", "--config", "tiny"}), "found 'comapre' (compare?)"));
  CHECK(contains(error_of({"trace", "generat"}), "found 'generat' (generate?)"));
  CHECK(contains(error_of({"help", "nonsense"}), "found 'nonsense'\n"));
  CHECK(contains(error_of({"help", "compare", "x"}), "expected no further word, found 'x'"));
  CHECK(contains(error_of({""}), "found ''"));
  error_of({"completion"});
  error_of({"completion", "csh"});
}

}  // namespace scansim::test
