// A file under a passing name, .scansim-<process>-<number>.partial, until it takes its own. Contract: made in
// the folder that it is to stand in, so that taking the name is one step; gone with the object if it took
// none, and with the process if a handled signal ends that (remove_temporary_files). Errors: tool_error that
// begins with the path that the caller shows. output_file.h is what an option's path is written with; this
// one is for names that the program chose, and for writers of other people that want a path.
#pragma once
#include <sys/types.h>

#include <cstddef>
#include <string>

namespace scansim {

// A path that a signal handler removes while the object lives, and its destructor at the end.
class temporary_path {
 public:
  explicit temporary_path(std::string path);
  ~temporary_path();
  temporary_path(const temporary_path&) = delete;
  temporary_path& operator=(const temporary_path&) = delete;
  const std::string& path() const { return path_; }
  void keep();  // it has another name now

 private:
  std::string path_;
  int place_;
};

// Safe in a signal handler: removes what every living temporary_path names.
void remove_temporary_files() noexcept;

class temporary_file {
 public:
  // `shown`: the path that errors name. The umask applies to `mode`.
  temporary_file(const std::string& folder, std::string shown, mode_t mode = 0666);
  ~temporary_file();
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  const std::string& path() const { return name_.path(); }
  int descriptor() const { return descriptor_; }
  void write(const void* data, size_t bytes);
  void replace(
      const std::string& path);  // takes the name of a file; one that is a mount point is filled instead
  bool take_free_name(const std::string& path);  // false: something has it, and keeps it
  int copy_into(int descriptor) const;           // what path() holds; returns 0 or errno

 private:
  void close();
  [[noreturn]] void fail(int reason) const;

  std::string shown_;
  int descriptor_ = -1;
  temporary_path name_;
};

// All of it, however often the system asks to go on; returns 0 or errno.
int write_all(int descriptor, const void* data, size_t bytes);

}  // namespace scansim
