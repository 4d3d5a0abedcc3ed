#include "host/report/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "traces/input_error.h"

namespace scansim {

namespace fs = std::filesystem;

void write_file_atomically(const std::string& path, const std::string& text) {
  const std::string partial = path + ".partial-" + std::to_string(getpid());
  bool written = false;
  {
    std::ofstream stream(partial, std::ios::binary | std::ios::trunc);
    stream << text;
    stream.flush();
    written = stream.good();
  }
  std::error_code failed;
  if (written) fs::rename(partial, path, failed);
  if (!written || failed) {
    const std::string reason = failed ? failed.message() : std::strerror(errno);
    std::error_code ignored;
    fs::remove(partial, ignored);
    throw tool_error(path + ": cannot be written: " + reason);
  }
}

std::string reserve_output_path(const std::string& directory, const std::string& stem,
                                const std::string& extension) {
  std::error_code failed;
  fs::create_directories(directory, failed);
  if (failed) throw tool_error(directory + ": cannot be made: " + failed.message());
  for (int number = 1; number < 1000000; ++number) {
    const std::string path = directory + "/" + stem + "-" + std::to_string(number) + extension;
    const int file = open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file >= 0) {
      close(file);
      return path;
    }
    if (errno != EEXIST) throw tool_error(path + ": cannot be written: " + std::strerror(errno));
  }
  throw tool_error(directory + "/" + stem + ": no free name left");
}

}  // namespace scansim
