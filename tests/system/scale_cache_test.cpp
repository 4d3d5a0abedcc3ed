// Scales that were chosen once are kept in the cache: the same result with them and without, a damaged set is
// chosen and kept again, nobody waits for what is no file, and `scansim cache` knows them.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "sys/stat.h"
#include "tests/support/places.h"
#include "tests/support/spawned_program.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

namespace fs = std::filesystem;

struct cached_run {
  int status = 0;
  std::string text;
  nlohmann::json result;
};

class cache_user {
 public:
  explicit cache_user(const std::string& cache) : cache_(cache) {}

  program_end run(const std::vector<std::string>& words) const {
    program_start start;
    start.words = {build_dir() + "/bin/scansim"};
    start.words.insert(start.words.end(), words.begin(), words.end());
    start.variables = {"SCANSIM_CACHE=" + cache_};
    return run_program(start);
  }
  // Without what a second run measures anew.
  cached_run compare(const std::string& trace, const std::string& config,
                     const std::string& rungs = "ref,hls,systemc") const {
    const std::string path = folder_.file("result.json");
    const program_end end = run({"compare", trace, "--config", config, "--rungs", rungs, "--json", path});
    cached_run found{end.status, "", nlohmann::json::parse(std::ifstream(path))};
    for (const char* names_of_folders : {"command", "files"}) found.result.erase(names_of_folders);
    for (auto& rung : found.result.at("rungs"))
      for (const char* measured : {"wall_s", "sim_cycles_per_s", "sim_state_updates_per_s", "sim_macs_per_s"})
        rung.erase(measured);
    return found;
  }
  std::vector<fs::path> sets() const {
    std::vector<fs::path> found;
    std::error_code none;
    for (const auto& one : fs::directory_iterator(fs::path(cache_) / "scales", none))
      found.push_back(one.path());
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  const std::string cache_;
  temporary_folder folder_;
};

std::string bundled(const std::string& name) { return source_dir() + "/traces/" + name; }

}  // namespace

TEST_CASE("scale_cache gives the result of scales that are chosen", "[cli][cache]") {
  const temporary_folder folder;
  const cache_user user(folder.file("cache"));
  const std::vector<std::pair<std::string, std::string>> calls = {
      {"byte-mamba-early-prefill.safetensors", "edge"}, {"byte-mamba-block-layer.safetensors", "block"}};
  size_t sets = 0;
  for (const auto& [name, config] : calls) {
    CAPTURE(name);
    const cached_run chosen = user.compare(bundled(name), config);
    CHECK(user.sets().size() == ++sets);
    const cached_run kept = user.compare(bundled(name), config);
    CHECK(user.sets().size() == sets);
    CHECK(chosen.status == kept.status);
    CHECK(chosen.result == kept.result);
  }
  // Another machine of the same widths takes them, other widths have their own.
  user.compare(bundled(calls[0].first), "base", "systemc");
  CHECK(user.sets().size() == sets);
  user.run({"compare", bundled(calls[0].first), "--config", "edge", "--rungs", "systemc", "--set",
            "exp_segments=32"});
  CHECK(user.sets().size() == sets + 1);
}

TEST_CASE("scale_cache chooses again what is damaged or under another name", "[negative][cli][cache]") {
  const temporary_folder folder;
  const cache_user user(folder.file("cache"));
  const std::string trace = bundled("byte-mamba-early-prefill.safetensors");
  const cached_run first = user.compare(trace, "edge", "systemc");
  REQUIRE(user.sets().size() == 1);
  const fs::path set = user.sets().front();
  const auto bytes_of = [](const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string whole = bytes_of(set);
  std::string other_digit = whole, cut = whole.substr(0, whole.size() / 2);
  const size_t digit = whole.find_last_of("123456789");
  other_digit[digit] = whole[digit] == '1' ? '2' : '1';
  for (const std::string& damaged : {other_digit, cut, std::string()}) {
    write_bytes(set.string(), damaged);
    CHECK(user.run({"cache", "info"}).out.find("1 damaged") != std::string::npos);
    CHECK(user.compare(trace, "edge", "systemc").result == first.result);
    CHECK(bytes_of(set) == whole);
  }
  user.run({"compare", trace, "--config", "edge", "--rungs", "systemc", "--set", "exp_segments=32"});
  REQUIRE(user.sets().size() == 2);
  const fs::path other = user.sets()[user.sets()[0] == set ? 1 : 0];
  fs::copy_file(other, set, fs::copy_options::overwrite_existing);
  CHECK(user.compare(trace, "edge", "systemc").result == first.result);
  CHECK(bytes_of(set) == whole);
}

TEST_CASE("scale_cache that cannot be used costs nothing but time", "[negative][cli][cache]") {
  const temporary_folder folder;
  const std::string trace = bundled("byte-mamba-early-prefill.safetensors");
  const cache_user user(folder.file("cache"));
  const cached_run first = user.compare(trace, "edge", "systemc");
  const fs::path set = user.sets().front();
  // A pipe in its place, then a folder.
  fs::remove(set);
  REQUIRE(mkfifo(set.c_str(), 0600) == 0);
  CHECK(user.compare(trace, "edge", "systemc").result == first.result);
  CHECK(fs::is_regular_file(set));
  fs::remove(set);
  fs::create_directory(set);
  CHECK(user.compare(trace, "edge", "systemc").result == first.result);
  CHECK(user.sets() == std::vector<fs::path>{set});
  // A file where the folder should be.
  write_bytes(folder.file("file"), "no folder");
  const cache_user blocked(folder.file("file"));
  CHECK(blocked.compare(trace, "edge", "systemc").result == first.result);
}

TEST_CASE("scale_cache is listed and cleared, with what a killed writer left", "[cli][cache]") {
  const temporary_folder folder;
  const cache_user user(folder.file("cache"));
  user.compare(bundled("byte-mamba-early-prefill.safetensors"), "edge", "systemc");
  const fs::path sets = fs::path(folder.file("cache")) / "scales";
  write_bytes((sets / "0123.tmp.1").string(), "half");
  write_bytes((sets / "letter.pdf").string(), "mine");
  CHECK(user.run({"cache", "info"}).out.find("2 entries") != std::string::npos);
  CHECK(user.run({"cache", "clear", "--older-than", "1"}).out.find("kept 2") != std::string::npos);
  CHECK(user.run({"cache", "clear"}).out.find("removed 2 entries") != std::string::npos);
  CHECK(user.sets() == std::vector<fs::path>{sets / "letter.pdf"});
}

}  // namespace scansim::test
