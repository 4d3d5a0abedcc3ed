// While it lives: a page of a mapped file that the disk has no room for is replaced by one in memory, where
// the system would end the process with SIGBUS. Contract: what is written there is lost, and counted. Choose
// it around a writer that maps files and looks at no error; it says nothing of write(). One at a time; other
// faults end the process as before.
#pragma once
#include <signal.h>

namespace scansim {

class lost_pages {
 public:
  lost_pages();
  ~lost_pages();
  lost_pages(const lost_pages&) = delete;
  lost_pages& operator=(const lost_pages&) = delete;
  int count() const;

 private:
  struct sigaction before_ = {};
};

}  // namespace scansim
