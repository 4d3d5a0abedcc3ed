#include "host/run/source_digest.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "host/report/git_revision.h"
#include "models/configs/data_directory.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

struct file_pattern {
  const char* folder;
  const char* end;  // of a file's name
};

// As the build has them (host/report/source_digest.cmake).
constexpr file_pattern data_files[] = {{"models/configs", ".yaml"},  {"models/energy", ".csv"},
                                       {"models/gpu", ".yaml"},      {"sim/mem/parameters", ".yaml"},
                                       {"sim/cosim", "harness.cpp"}, {"sim/cosim", "abi.h"},
                                       {"sim/cosim", ".vlt"}};

bool fits(const fs::path& file, const file_pattern& pattern) {
  return file.filename().string().ends_with(pattern.end);
}

std::string digest_of(const std::string& root, std::vector<std::string> files) {
  std::sort(files.begin(), files.end());
  std::string lines;
  for (const std::string& file : files) lines += sha256_of_file(root + "/" + file) + "  " + file + "\n";
  return sha256_hex(lines.data(), lines.size());
}

template <class iterator>
void add_files(std::vector<std::string>& files, const std::string& root, const file_pattern& pattern) {
  std::error_code failed;
  for (const auto& entry : iterator(fs::path(root) / pattern.folder, failed))
    if (entry.is_regular_file(failed) && fits(entry.path(), pattern))
      files.push_back(entry.path().lexically_relative(root).generic_string());
}

}  // namespace

std::string data_sha256(const std::string& root) {
  std::vector<std::string> files;
  for (const file_pattern& pattern : data_files) add_files<fs::directory_iterator>(files, root, pattern);
  return digest_of(root, std::move(files));
}

std::string rtl_sha256(const std::string& root) {
  std::vector<std::string> files;
  add_files<fs::recursive_directory_iterator>(files, root, {"rtl", ".sv"});
  add_files<fs::directory_iterator>(files, root, {"rtl", "files.f"});
  return digest_of(root, std::move(files));
}

run_sources sources_here() {
  run_sources here;
  here.data_folder = data_directory();
  here.data_sha256 = data_sha256(here.data_folder);
  here.rtl_sha256 = rtl_sha256(here.data_folder);
  here.data_as_built = here.data_sha256 == built_data_sha256();
  here.rtl_as_built = here.rtl_sha256 == built_rtl_sha256();
  here.data_differs = !here.data_as_built || built_data_changed();
  here.rtl_differs = !here.rtl_as_built || built_rtl_changed();
  return here;
}

}  // namespace scansim
