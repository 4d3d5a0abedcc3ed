// The terminal's side of host/run: steps go to the progress display, Ctrl-C stops a run.
#pragma once
#include "host/cli/interruption.h"
#include "host/cli/progress_display.h"
#include "host/run/run_observer.h"

namespace scansim {

class progress_observer : public run_observer {
 public:
  explicit progress_observer(bool quiet) : display_(quiet), report_(display_.callback()) {}

  void begin_step(const std::string& what) override { display_.begin_step(what); }
  void report(const std::string& what) override { report_(what); }
  void check() override { throw_if_interrupted(); }
  bool stopping() const override { return is_interrupted(); }
  std::shared_ptr<void> hold() override { return std::make_shared<interruption_guard>(); }

 private:
  progress_display display_;
  progress_callback report_;
};

}  // namespace scansim
