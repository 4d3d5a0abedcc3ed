#include "host/sweep/program_copy.h"

#include <filesystem>
#include <map>
#include <sstream>

#include "models/configs/data_directory.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/output_file.h"
#include "traces/sha256.h"
#include "traces/temporary_file.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr size_t digits_of_a_copy = 20;
constexpr mode_t executable = 0777;  // the umask applies
const char* const this_program = "/proc/self/exe";

// Design points, networks, cost tables, synthesised points, memory models: paths below the root of the data,
// with their hashes.
std::map<std::string, std::string> copied_data() {
  std::map<std::string, std::string> files;
  for (const std::string part :
       {"models/configs", "models/workloads", "models/energy", "models/area", "sim/mem/parameters"}) {
    std::error_code failed;
    for (const fs::directory_entry& entry : fs::directory_iterator(data_directory() + "/" + part, failed)) {
      const std::string path = entry.path().string();
      if (path.ends_with(".yaml") || path.ends_with(".csv") || path.ends_with(".json"))
        files[part + "/" + entry.path().filename().string()] = sha256_of_file(path);
    }
    if (failed) throw tool_error(data_directory() + "/" + part + ": cannot be read: " + failed.message());
  }
  return files;
}

void copy_once(const std::string& from, const std::string& to, mode_t mode) {
  if (fs::exists(to)) return;
  make_output_folder(fs::path(to).parent_path().string());
  const mapped_file file(from);
  temporary_file copy(fs::path(to).parent_path().string(), to, mode);
  copy.write(file.text().data(), file.text().size());
  copy.replace(to);
}

}  // namespace

program_copy copy_program(const std::string& folder) {
  const std::map<std::string, std::string> files = copied_data();
  std::string all = sha256_of_file(this_program) + "\n";
  for (const auto& [path, hash] : files) all += path + " " + hash + "\n";
  const std::string place =
      folder + "/program/" + sha256_hex(all.data(), all.size()).substr(0, digits_of_a_copy);
  const program_copy copy{place + "/scansim", place + "/data"};
  for (const auto& [path, hash] : files)
    copy_once(data_directory() + "/" + path, copy.data + "/" + path, 0666);
  copy_once(this_program, copy.program, executable);
  return copy;
}

}  // namespace scansim
