#include "host/cli/interruption.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <exception>

namespace scansim {
namespace {

std::atomic<int> guards{0};
std::atomic<int> noted_signal{0};

void on_signal(int signal) {
  if (guards.load() == 0) _exit(128 + signal);
  noted_signal.store(signal);
}

}  // namespace

void handle_interruptions() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

void throw_if_interrupted() {
  if (const int signal = noted_signal.load(); signal != 0) throw interrupted{128 + signal};
}

bool is_interrupted() { return noted_signal.load() != 0; }

interruption_guard::interruption_guard() { ++guards; }

interruption_guard::~interruption_guard() {
  if (--guards > 0) return;
  // While an exception unwinds, outer frames may have clean-up of their own; main turns it into the status.
  const int signal = noted_signal.load();
  if (signal != 0 && std::uncaught_exceptions() == 0) _exit(128 + signal);
}

}  // namespace scansim
