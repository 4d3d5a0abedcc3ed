#include "sim/cosim/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
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

// Who held the lock may have removed the file: then the next one makes another, and both would hold theirs.
bool is_at(int descriptor, const std::string& path) {
  struct stat held {
  }, there{};
  return fstat(descriptor, &held) == 0 && stat(path.c_str(), &there) == 0 && held.st_dev == there.st_dev &&
         held.st_ino == there.st_ino;
}

// Waits; the descriptor is closed where it throws.
void hold(int descriptor, const std::string& path, const std::string& waiting,
          const progress_callback& progress) {
  try {
    while (flock(descriptor, progress ? LOCK_EX | LOCK_NB : LOCK_EX) != 0) {
      const int cause = errno;
      if (cause != EWOULDBLOCK && cause != EINTR) throw system_failure(path + ": cannot lock", cause);
      if (!progress) continue;
      progress(waiting);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  } catch (...) {
    close(descriptor);
    throw;
  }
}

}  // namespace

file_lock::file_lock(const std::string& path, const std::string& waiting, const progress_callback& progress)
    : descriptor_(opened_lock(path)) {
  hold(descriptor_, path, waiting, progress);
  while (!is_at(descriptor_, path)) {
    close(descriptor_);
    descriptor_ = opened_lock(path);
    hold(descriptor_, path, waiting, progress);
  }
}

std::unique_ptr<file_lock> file_lock::if_free(const std::string& path) {
  for (;;) {
    const int descriptor = opened_lock(path);
    const bool held = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    if (held && is_at(descriptor, path)) return std::unique_ptr<file_lock>(new file_lock(descriptor));
    close(descriptor);
    if (!held) return nullptr;
  }
}

file_lock::~file_lock() { close(descriptor_); }

}  // namespace scansim
