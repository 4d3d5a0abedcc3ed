// mmap of a regular file; opened without blocking so that a pipe given by mistake is refused and not waited
// for.
#include "traces/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "traces/system_failure.h"

namespace scansim {

namespace {

const char* node_name(mode_t mode) {
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return S_ISSOCK(mode) ? "a socket" : "something else";
}

}  // namespace

mapped_file::mapped_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && is_of_the_system(errno)) throw system_failure(path + ": cannot be read");
  if (fd < 0) throw input_error(path, "file", "a readable file", std::strerror(errno));
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(fd);
    throw input_error(path, "file", "a regular file", node_name(status.st_mode));
  }
  size_ = static_cast<size_t>(status.st_size);
  if (size_ > 0) {
    void* address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    const int error = errno;
    if (address == MAP_FAILED) {
      ::close(fd);
      if (is_of_the_system(error)) throw system_failure(path + ": cannot be read", error);
      throw input_error(path, "file", "a file that can be mapped", std::strerror(error));
    }
    data_ = static_cast<const std::byte*>(address);
  }
  ::close(fd);
}

mapped_file::~mapped_file() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

std::string text_if_there(const std::string& path) {
  try {
    return std::string(mapped_file(path).text());
  } catch (const input_error&) {
    return "";
  }
}

}  // namespace scansim
