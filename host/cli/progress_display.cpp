#include "host/cli/progress_display.h"

#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "host/cli/interruption.h"
#include "host/cli/standard_streams.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

constexpr auto patience = std::chrono::seconds(2);
constexpr auto log_interval = std::chrono::seconds(10);

}  // namespace

progress_display::progress_display(bool quiet) : terminal_(isatty(2) != 0) {
  if (quiet) return;
  try {
    thread_ = std::thread([this] { print_steps(); });
  } catch (const std::system_error&) {  // a limit of processes or of memory: nothing is shown
  }
}

progress_display::~progress_display() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    erase_line();
  }
  stop_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void progress_display::begin_step(const std::string& what) {
  throw_if_interrupted();
  const std::lock_guard lock(mutex_);
  erase_line();
  what_ = what;
  begin_ = clock::now();
  printed_ = begin_ + patience - log_interval;
}

progress_callback progress_display::callback() {
  return [this](const std::string& what) {
    throw_if_interrupted();
    const std::lock_guard lock(mutex_);
    what_ = what;
  };
}

void progress_display::erase_line() {
  if (shown_ && terminal_) steer_error("\r\x1b[K");
  shown_ = false;
}

void progress_display::print_steps() {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, std::chrono::milliseconds(500), [this] { return stopping_; })) {
    const auto now = clock::now();
    if (what_.empty() || now - begin_ < patience) continue;
    if (!terminal_ && now - printed_ < log_interval) continue;
    printed_ = now;
    erase_line();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - begin_).count();
    write_error(fmt::format("scansim: {} ({} s){}", one_line(what_), seconds, terminal_ ? "" : "\n"));
    shown_ = true;
  }
}

}  // namespace scansim
