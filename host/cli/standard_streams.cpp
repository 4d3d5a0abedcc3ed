#include "host/cli/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "traces/input_error.h"
#include "traces/one_line.h"
#include "traces/temporary_file.h"

namespace scansim {

void occupy_closed_streams() {
  int descriptor = -1;
  do {
    descriptor = open("/", O_PATH);  // neither read nor written
  } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
  if (descriptor >= 0) close(descriptor);
}

void write_out(std::string_view given) {
  const std::string text = plain_lines(given);
  if (const int reason = write_all(STDOUT_FILENO, text.data(), text.size()); reason != 0)
    throw tool_error(std::string("standard output: cannot be written: ") + std::strerror(reason));
}

void write_error(std::string_view text) noexcept {
  try {
    steer_error(plain_lines(text));
  } catch (const std::bad_alloc&) {  // what cannot be escaped is said all the same
    steer_error(text);
  }
}

void steer_error(std::string_view controls) noexcept {
  write_all(STDERR_FILENO, controls.data(), controls.size());
}

}  // namespace scansim
