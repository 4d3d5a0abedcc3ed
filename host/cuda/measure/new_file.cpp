#include "host/cuda/measure/new_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "traces/input_error.h"

namespace scansim {

new_file::new_file(const std::string& path)
    : path_(path), partial_(path + ".partial-" + std::to_string(getpid())) {}

new_file::~new_file() { unlink(partial_.c_str()); }

void new_file::publish() {
  // link, unlike rename, refuses a name that exists.
  if (link(partial_.c_str(), path_.c_str()) == 0) return;
  const int reason = errno;
  if (reason == EPERM || reason == ENOTSUP) {  // a file system without hard links
    if (access(path_.c_str(), F_OK) != 0 && std::rename(partial_.c_str(), path_.c_str()) == 0) return;
  }
  throw tool_error(path_ + ": cannot be written: " + std::strerror(reason));
}

void new_file::withdraw() { unlink(path_.c_str()); }

}  // namespace scansim
