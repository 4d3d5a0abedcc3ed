// What the program is doing, on stderr, for anything that takes over two seconds: a line that is rewritten on
// a terminal, a new line every ten seconds elsewhere. Contract: a thread of its own prints, so steps that
// cannot report are covered; stdout is never touched. One at a time.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "sim/cosim/tool_process.h"

namespace scansim {

class progress_display {
 public:
  explicit progress_display(bool quiet);
  ~progress_display();
  progress_display(const progress_display&) = delete;
  progress_display& operator=(const progress_display&) = delete;

  void begin_step(const std::string& what);  // restarts the two seconds
  // For steps that report: replaces the text, and throws interrupted when a signal was noted.
  progress_callback callback();

 private:
  void print_steps();
  void erase_line();

  using clock = std::chrono::steady_clock;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false, terminal_ = false, shown_ = false;
  std::string what_;
  clock::time_point begin_ = clock::now(), printed_ = begin_;
  std::thread thread_;
};

}  // namespace scansim
