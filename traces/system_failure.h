// What the system refused, with the cause that it gave: "<what>: <cause>", exit status 3. A limit of file
// sizes, of open files or of processes, a full disk and missing memory look alike to who asked for a page or
// a descriptor: only errno tells them apart, so nobody names a cause himself.
#pragma once
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "traces/input_error.h"

namespace scansim {

inline tool_error system_failure(const std::string& what, int cause = errno) {
  return tool_error(what + ": " + std::strerror(cause));
}

// Whether it is the system that is short of something, or broken: then it says nothing of the file that was
// asked for.
inline bool is_of_the_system(int cause) {
  return cause == ENOMEM || cause == EMFILE || cause == ENFILE || cause == EIO || cause == EAGAIN ||
         cause == ENOBUFS;
}

// A record of items that the system has no room for ends inside one: its reader sees that it is cut. Shorter
// always goes.
inline void mark_cut(int descriptor, size_t item_bytes) {
  const auto size = static_cast<off_t>(item_bytes);
  const off_t items = lseek(descriptor, 0, SEEK_END) / size;
  if (items > 0 && ftruncate(descriptor, items * size - 1) != 0) return;
}

// Of a record that another process could not write to its end: a byte behind that end meets what the writer
// met. The record stays as it is.
inline tool_error cut_record(int descriptor, const std::string& record) {
  constexpr off_t behind = 4096;
  const char byte = 0;
  const off_t end = lseek(descriptor, 0, SEEK_END);
  if (pwrite(descriptor, &byte, 1, end + behind) < 0) return system_failure(record + " cannot be written");
  if (ftruncate(descriptor, end) != 0) return system_failure(record + " cannot be cut");
  return tool_error(record + " ends early");
}

}  // namespace scansim
