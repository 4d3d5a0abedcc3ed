// The cache of Verilated machines from the command line: which folder, what is in it, what goes.
#include <catch2/catch.hpp>

#include "tests/support/places.h"
#include "tests/support/spawned_program.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

program_end run_cache(const std::vector<std::string>& words, const std::vector<std::string>& variables) {
  program_start start;
  start.words = {build_dir() + "/bin/scansim", "cache"};
  start.words.insert(start.words.end(), words.begin(), words.end());
  start.variables = variables;
  return run_program(start);
}

bool cache_says(const program_end& end, const std::string& text) {
  return (end.out + end.err).find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("cache cli finds its folder by the rule of the XDG base directories", "[cli][cache]") {
  const temporary_folder folder;
  const std::string here = folder.path().string();
  const std::string none = "SCANSIM_CACHE=", xdg = "XDG_CACHE_HOME=" + here + "/x",
                    home = "HOME=" + here + "/h";
  CHECK(cache_says(run_cache({"info"}, {none, xdg, home}), here + "/x/scansim (from XDG_CACHE_HOME)"));
  CHECK(cache_says(run_cache({"info"}, {none, "XDG_CACHE_HOME=relative", home}),
                   here + "/h/.cache/scansim (from HOME)"));
  CHECK(cache_says(run_cache({"info"}, {"SCANSIM_CACHE=" + here + "/c", xdg, home}),
                   here + "/c (from SCANSIM_CACHE)"));
  CHECK(cache_says(run_cache({"info"}, {none, "XDG_CACHE_HOME=", "HOME="}), "scansim-cache-"));
  CHECK(std::filesystem::is_empty(folder.path()));  // asking makes nothing
}

TEST_CASE("cache cli names a damaged library and clears what is its own", "[cli][cache]") {
  const temporary_folder folder;
  const std::string variable = "SCANSIM_CACHE=" + folder.path().string();
  std::filesystem::create_directories(folder.path() / "rtl-tiny-0123456789abcdef");
  std::filesystem::create_directories(folder.path() / "photographs");
  write_bytes(folder.file("rtl-tiny-0123456789abcdef/librtl.so"), "not a library");
  const program_end info = run_cache({"info"}, {variable});
  CAPTURE(info.out);
  CHECK(info.status == 0);
  CHECK(cache_says(info, "damaged"));
  CHECK(cache_says(run_cache({"clear", "--older-than", "1"}, {variable}), "removed 0 entries"));
  CHECK(cache_says(run_cache({"clear"}, {variable}), "removed 1 entries"));
  CHECK(std::filesystem::exists(folder.path() / "photographs"));
  CHECK(run_cache({"clear"}, {variable}).status == 0);
}

TEST_CASE("cache cli says that a cache is no folder, and leaves it", "[cli][cache]") {
  const temporary_folder folder;
  write_bytes(folder.file("file"), "mine");
  for (const char* command : {"info", "clear"}) {
    const program_end end = run_cache({command}, {"SCANSIM_CACHE=" + folder.file("file")});
    CHECK(end.status == 3);
    CHECK(end.err == "scansim: " + folder.file("file") + ": cannot be read: Not a directory\n");
  }
  CHECK(read_bytes(folder.file("file")) == "mine");
}

TEST_CASE("cache cli refuses bad calls with status 2", "[negative][cli][cache]") {
  const std::vector<std::vector<std::string>> calls = {
      {}, {"frobnicate"}, {"clear", "--older-than", "-1"}, {"clear", "--older-than", "x"}, {"info", "extra"}};
  for (const auto& call : calls) CHECK(run_cache(call, {}).status == 2);
}

}  // namespace scansim::test
