// Output files: whole or absent, never over another run's.
#include "host/report/output_file.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "host/report/result_json.h"
#include "tests/host/report/run_result_example.h"
#include "traces/input_error.h"

using namespace scansim;
namespace fs = std::filesystem;

namespace {

struct scratch_dir {
  fs::path path;
  scratch_dir() {
    std::string name = (fs::temp_directory_path() / "output_file_test_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~scratch_dir() { fs::remove_all(path); }
};

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

size_t files_in(const fs::path& directory) {
  return static_cast<size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("output_file replaces a named file as a whole and leaves nothing else", "[report][all]") {
  const scratch_dir dir;
  const std::string file = (dir.path / "r.json").string();
  write_file_atomically(file, "first, longer");
  write_file_atomically(file, "second");
  CHECK(text_of(file) == "second");
  CHECK(files_in(dir.path) == 1);
  CHECK_THROWS_AS(write_file_atomically((dir.path / "none" / "r.json").string(), "x"), tool_error);
  fs::create_directory(dir.path / "taken");
  CHECK_THROWS_AS(write_file_atomically((dir.path / "taken").string(), "x"), tool_error);
  CHECK(files_in(dir.path) == 2);
}

TEST_CASE("output_file chooses names that no other run has", "[report][all]") {
  const scratch_dir dir;
  const std::string folder = (dir.path / "out").string();
  std::set<std::string> names;
  for (int k = 0; k < 20; ++k) names.insert(reserve_output_path(folder, "run", ".json"));
  CHECK(names.size() == 20);
  CHECK(names.count(folder + "/run-1.json") == 1);
  std::ofstream(dir.path / "plain") << "file";
  CHECK_THROWS_AS(reserve_output_path((dir.path / "plain").string(), "run", ".json"), tool_error);
}

TEST_CASE("result_json is not written when the result contradicts itself", "[report][all]") {
  const scratch_dir dir;
  const std::string file = (dir.path / "r.json").string();
  run_result result = example_result();
  write_result_json(file, result);
  const std::string before = text_of(file);
  CHECK(before.find("\"verdict\": \"agree\"") != std::string::npos);
  result.rungs[3].counters["dma"]["busy"] = 0;
  CHECK_THROWS_AS(write_result_json(file, result), tool_error);
  CHECK(text_of(file) == before);
  result = example_result();
  result.trace_path = "not \xff UTF-8";
  CHECK_NOTHROW(write_result_json(file, result));
}
