#include "host/cluster/program_copy.h"

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

bool is_data(const fs::path& path) {
  for (const char* ending : {".yaml", ".csv", ".json", ".sv", ".f", ".h", ".cpp", ".vlt"})
    if (path.extension() == ending) return true;
  return false;
}

// Paths below the root of the data, with their hashes.
std::map<std::string, std::string> copied_data(const std::vector<std::string>& parts) {
  std::map<std::string, std::string> files;
  for (const std::string& part : parts) {
    std::error_code failed;
    const fs::path folder = fs::path(data_directory()) / part;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, failed))
      if (entry.is_regular_file() && is_data(entry.path()))
        files[part + "/" + entry.path().lexically_relative(folder).generic_string()] =
            sha256_of_file(entry.path().string());
    if (failed) throw tool_error(folder.string() + ": cannot be read: " + failed.message());
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

program_copy copy_program(const std::string& folder, const std::vector<std::string>& data) {
  const std::map<std::string, std::string> files = copied_data(data);
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
