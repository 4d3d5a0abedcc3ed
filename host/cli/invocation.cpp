#include "host/cli/invocation.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "host/run/run_request.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

// What a shell starts when it is told `name`; empty: nothing.
fs::path found_in_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  std::error_code ignored;
  for (std::string folder; std::getline(folders, folder, ':');)
    if (fs::is_regular_file(fs::path(folder) / name, ignored)) return fs::path(folder) / name;
  return {};
}

std::string program_word() {
  std::error_code failed;
  const fs::path self = fs::read_symlink("/proc/self/exe", failed);
  const fs::path found = found_in_path("scansim");
  const bool by_name = !found.empty() && fs::equivalent(found, self, failed);
  return failed || by_name ? "scansim" : self.string();
}

}  // namespace

std::string invocation() {
  std::string text;
  for (const char* variable : {"SCANSIM_DATA", "SCANSIM_CACHE"})
    if (const char* value = std::getenv(variable); value != nullptr && *value != '\0')
      text += std::string(variable) + "=" + shell_word(value) + " ";
  return text + shell_word(program_word());
}

}  // namespace scansim
