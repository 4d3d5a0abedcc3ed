// A limit of the size of any file that this process writes, in memory or on a disk, while the object lives:
// what a full disk or `ulimit -f` does, without a disk. Contract: a write beyond it fails with EFBIG; no
// signal comes.
#pragma once
#include <sys/resource.h>

#include <csignal>

namespace scansim::test {

class file_size_limit {
 public:
  explicit file_size_limit(rlim_t bytes) : signal_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit now{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~file_size_limit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_);
  }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;

 private:
  void (*signal_)(int);
  rlimit before_{};
};

}  // namespace scansim::test
