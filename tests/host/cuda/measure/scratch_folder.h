// A folder that goes away with the test, and traces in it.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "traces/generate.h"
#include "traces/scan_trace.h"

namespace scansim::test {

struct scratch_folder {
  std::filesystem::path path;
  scratch_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "cuda_measure_test_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch folder");
    path = name;
  }
  ~scratch_folder() { std::filesystem::remove_all(path); }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  std::string trace(const std::string& name, uint64_t seed, bool decode = false) const {
    generate_request request;
    request.channels = 4;
    request.states = 3;
    request.length = 5;
    request.batch = 2;
    request.seed = seed;
    request.decode = decode;
    const std::string file = (path / (name + ".safetensors")).string();
    write_scan_trace(file, generate_scan(request));
    return file;
  }

  std::vector<std::string> files_in(const std::string& folder) const {
    std::vector<std::string> names;
    if (!std::filesystem::exists(path / folder)) return names;
    for (const auto& entry : std::filesystem::directory_iterator(path / folder))
      names.push_back(entry.path().filename().string());
    return names;
  }
};

}  // namespace scansim::test
