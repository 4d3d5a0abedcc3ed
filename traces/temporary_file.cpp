#include "traces/temporary_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "traces/input_error.h"

namespace scansim {
namespace {

// A signal handler can be handed nothing, so the names that it has to remove stand here.
std::array<std::atomic<const char*>, 32> living_paths;

int place_of(const char* path) {
  for (size_t place = 0; place < living_paths.size(); ++place) {
    const char* none = nullptr;
    if (living_paths[place].compare_exchange_strong(none, path)) return static_cast<int>(place);
  }
  return -1;
}

std::string free_name(const std::string& folder, int number) {
  return folder + "/.scansim-" + std::to_string(getpid()) + "-" + std::to_string(number) + ".partial";
}

// The first name that nothing has; two programs whose processes have one number, on two machines, get two.
std::string unused_name(const std::string& folder) {
  int number = 1;
  struct stat found {};
  while (number < 1000 && lstat(free_name(folder, number).c_str(), &found) == 0) ++number;
  return free_name(folder, number);
}

}  // namespace

temporary_path::temporary_path(std::string path) : path_(std::move(path)), place_(place_of(path_.c_str())) {}

temporary_path::~temporary_path() {
  if (!path_.empty()) unlink(path_.c_str());
  keep();
}

void temporary_path::keep() {
  if (place_ >= 0) living_paths[static_cast<size_t>(place_)].store(nullptr);
  place_ = -1;
  path_.clear();
}

void remove_temporary_files() noexcept {
  for (const std::atomic<const char*>& path : living_paths)
    if (const char* name = path.load(); name != nullptr) unlink(name);
}

temporary_file::temporary_file(const std::string& folder, std::string shown, mode_t mode)
    : shown_(std::move(shown)), name_(unused_name(folder)) {
  descriptor_ = open(path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (descriptor_ >= 0) return;
  const int reason = errno;
  if (reason == EEXIST) name_.keep();  // somebody else's
  fail(reason);
}

temporary_file::~temporary_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void temporary_file::fail(int reason) const {
  throw tool_error(shown_ + ": cannot be written: " + std::strerror(reason));
}

void temporary_file::write(const void* data, size_t bytes) {
  if (const int reason = write_all(descriptor_, data, bytes); reason != 0) fail(reason);
}

// Some file systems say only here that there is no space.
void temporary_file::close() {
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (descriptor >= 0 && ::close(descriptor) != 0 && errno != EINTR) fail(errno);
}

void temporary_file::replace(const std::string& target) {
  close();
  if (rename(path().c_str(), target.c_str()) == 0) return name_.keep();
  if (errno != EBUSY) fail(errno);
  const int mounted = open(target.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (mounted < 0) fail(errno);
  const int reason = copy_into(mounted);
  if (::close(mounted) != 0 || reason != 0) fail(reason != 0 ? reason : errno);
}

bool temporary_file::take_free_name(const std::string& target) {
  close();
  // link, unlike rename, refuses a name that exists.
  if (link(path().c_str(), target.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EPERM && errno != ENOTSUP && errno != EMLINK) fail(errno);
  // A file system without hard links: the name is taken first, then filled.
  const int taken = open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (taken < 0 && errno == EEXIST) return false;
  if (taken < 0) fail(errno);
  ::close(taken);
  replace(target);
  return true;
}

int temporary_file::copy_into(int descriptor) const {
  const int from = open(path().c_str(), O_RDONLY | O_CLOEXEC);
  if (from < 0) return errno;
  std::array<char, 1 << 16> buffer{};
  int reason = 0;
  ssize_t got = 0;
  while (reason == 0 && (got = read(from, buffer.data(), buffer.size())) != 0) {
    if (got > 0)
      reason = write_all(descriptor, buffer.data(), static_cast<size_t>(got));
    else if (errno != EINTR)
      reason = errno;
  }
  ::close(from);
  return reason;
}

int write_all(int descriptor, const void* data, size_t bytes) {
  const char* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(descriptor, at, bytes);
    if (written > 0) {
      at += written;
      bytes -= static_cast<size_t>(written);
    } else if (written == 0) {
      return EIO;
    } else if (errno == EAGAIN) {  // whoever shares it made it non-blocking
      pollfd ready{descriptor, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace scansim
