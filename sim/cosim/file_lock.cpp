#include "sim/cosim/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "traces/system_failure.h"

namespace scansim {
namespace {

int opened_lock(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) throw system_failure(path + ": cannot make the lock file");
  return descriptor;
}

}  // namespace

file_lock::file_lock(const std::string& path, const std::string& waiting, const progress_callback& progress)
    : descriptor_(opened_lock(path)) {
  while (flock(descriptor_, progress ? LOCK_EX | LOCK_NB : LOCK_EX) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      const int cause = errno;
      close(descriptor_);
      throw system_failure(path + ": cannot lock", cause);
    }
    if (!progress) continue;
    try {
      progress(waiting);
    } catch (...) {
      close(descriptor_);
      throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

std::unique_ptr<file_lock> file_lock::if_free(const std::string& path) {
  const int descriptor = opened_lock(path);
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return std::unique_ptr<file_lock>(new file_lock(descriptor));
  close(descriptor);
  return nullptr;
}

file_lock::~file_lock() { close(descriptor_); }

}  // namespace scansim
