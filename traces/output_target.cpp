#include "traces/output_target.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>

#include "traces/input_error.h"
#include "traces/temporary_file.h"

namespace scansim {
namespace {

constexpr int most_links = 40;

output_target refused(const std::string& expected, const std::string& found) {
  output_target target;
  target.expected = expected;
  target.found = found;
  return target;
}

std::optional<std::string> real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&free)> real(realpath(path.c_str(), nullptr), &free);
  if (!real) return std::nullopt;
  return std::string(real.get());
}

bool may_write(const std::string& path, int how) {
  return faccessat(AT_FDCWD, path.c_str(), how, AT_EACCESS) == 0;
}

output_target of_descriptor(int descriptor, const std::string& given) {
  const int flags = fcntl(descriptor, F_GETFL);
  struct stat status {};
  if (flags < 0 || (flags & O_PATH) != 0 || fstat(descriptor, &status) != 0)
    return refused("an open descriptor", given + " (closed)");
  if ((flags & O_ACCMODE) == O_RDONLY)
    return refused("a descriptor to write to", given + " (open for reading)");
  output_target target;
  target.kind = output_kind::descriptor;
  target.descriptor = descriptor;
  target.terminal = isatty(descriptor) != 0;
  target.identity = {status.st_dev, status.st_ino, {}};
  return target;
}

// Of /proc/<process>/fd/<number>: the number, if it is one of this process.
std::optional<int> own_descriptor(const std::string& folder, const std::string& name) {
  int number = -1;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (failed != std::errc() || end != name.data() + name.size()) return std::nullopt;
  const auto self = real_path("/proc/self");
  if (!self || (folder != *self + "/fd" && !folder.starts_with(*self + "/task/"))) return std::nullopt;
  return number;
}

bool in_proc(const std::string& folder) {
  struct statfs status {};
  return statfs(folder.c_str(), &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
}

output_target of_pipe_or_device(const std::string& path, const struct stat& status,
                                const std::string& given) {
  if (!may_write(path, W_OK))
    return refused("a file that may be written", given + " (" + std::strerror(errno) + ")");
  output_target target;
  target.kind = output_kind::through;
  target.path = path;
  target.identity = {status.st_dev, status.st_ino, {}};
  if (!S_ISCHR(status.st_mode)) return target;
  const int probe = open(path.c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (probe < 0) return refused("a device that can be opened", given + " (" + std::strerror(errno) + ")");
  target.terminal = isatty(probe) != 0;
  close(probe);
  return target;
}

output_target of_file(const std::string& folder, const std::string& path, const struct stat* status,
                      const std::string& given) {
  if (!may_write(folder, W_OK | X_OK))
    return refused("a file in a writable folder", given + " (" + std::strerror(errno) + ")");
  output_target target;
  target.path = path;
  if (status == nullptr) {
    struct stat place {};
    stat(folder.c_str(), &place);
    target.identity = {place.st_dev, place.st_ino, path.substr(path.rfind('/') + 1)};
    return target;
  }
  if (!may_write(path, W_OK))
    return refused("a file that may be written", given + " (" + std::strerror(errno) + ")");
  if (status->st_nlink > 1)
    return refused("a file with one name", given + " (" + std::to_string(status->st_nlink) + " hard links)");
  target.exists = true;
  target.mode = status->st_mode & 07777;
  target.owner = status->st_uid;
  target.group = status->st_gid;
  target.identity = {status->st_dev, status->st_ino, {}};
  return target;
}

output_target of_existing(const std::string& folder, const std::string& path, const struct stat& status,
                          const std::string& given) {
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
      return of_file(folder, path, &status, given);
    case S_IFCHR:
    case S_IFIFO:
      return of_pipe_or_device(path, status, given);
    case S_IFDIR:
      return refused("a file", given + " (a folder)");
    case S_IFSOCK:
      return refused("a file", given + " (a socket)");
    default:
      return refused("a file", given + " (a block device)");
  }
}

// The kernel's rule for links in folders where everybody may put some, as in /tmp: only their owner follows
// them.
bool may_follow(const std::string& folder, const struct stat& link) {
  struct stat place {};
  if (stat(folder.c_str(), &place) != 0) return false;
  const bool for_all = (place.st_mode & (S_ISVTX | S_IWOTH)) == (S_ISVTX | S_IWOTH);
  return !for_all || link.st_uid == geteuid() || link.st_uid == place.st_uid;
}

std::optional<std::string> link_text(const std::string& path) {
  std::string text(4096, '\0');
  const ssize_t size = readlink(path.c_str(), text.data(), text.size());
  if (size <= 0) return std::nullopt;
  text.resize(static_cast<size_t>(size));
  return text;
}

// Links of the kernel, whose text is no path.
output_target of_process(const std::string& folder, const std::string& name, const std::string& given) {
  if (const auto number = own_descriptor(folder, name)) return of_descriptor(*number, given);
  const std::string path = folder + "/" + name;
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || !(S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)))
    return refused("a file, a pipe or a device", given);
  return of_pipe_or_device(path, status, given);
}

}  // namespace

output_target find_output_target(const std::string& path) {
  if (path == "-") return of_descriptor(STDOUT_FILENO, "-");
  if (path.empty()) return refused("the name of a file", "''");
  std::string at = path;
  for (int links = 0; links < most_links; ++links) {
    const size_t slash = at.rfind('/');
    const std::string name = slash == std::string::npos ? at : at.substr(slash + 1);
    const std::string parent = slash == std::string::npos ? "." : at.substr(0, slash + 1);
    if (name.empty() || name == "." || name == "..") return refused("a file", path + " (a folder)");
    const auto folder = real_path(parent);
    if (!folder) return refused("a file in a folder that is there", path + " (" + std::strerror(errno) + ")");
    if (in_proc(*folder) && folder->ends_with("/fd")) return of_process(*folder, name, path);
    at = (*folder == "/" ? "" : *folder) + "/" + name;
    struct stat status {};
    if (lstat(at.c_str(), &status) != 0) {
      if (errno != ENOENT) return refused("the name of a file", path + " (" + std::strerror(errno) + ")");
      struct stat place {};
      if (stat(folder->c_str(), &place) != 0 || !S_ISDIR(place.st_mode))
        return refused("a file in a folder", path);
      return of_file(*folder, at, nullptr, path);
    }
    if (!S_ISLNK(status.st_mode)) return of_existing(*folder, at, status, path);
    const auto text = link_text(at);
    if (!text || !may_follow(*folder, status))
      return refused("a link that may be followed", path + " (of another user, in a folder of all)");
    at = text->front() == '/' ? *text : *folder + "/" + *text;
  }
  return refused("a file", path + " (links without end)");
}

std::string why_no_file(const output_target& target) {
  try {
    const temporary_file probe(target.path.substr(0, target.path.rfind('/') + 1), target.path);
    return {};
  } catch (const tool_error& error) {
    return error.what();
  }
}

}  // namespace scansim
