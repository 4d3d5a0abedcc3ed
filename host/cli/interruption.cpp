#include "host/cli/interruption.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <exception>

#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "traces/temporary_file.h"

namespace scansim {
namespace {

std::atomic<int> guards{0};
std::atomic<int> noted_signal{0};

void on_signal(int signal) {
  noted_signal.store(signal);
  if (guards.load() > 0) return;
  remove_temporary_files();
  _exit(128 + signal);
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

void on_refusal(int) {}

// A mapped file that became shorter while it was read. Pages that a writer loses: host/run/lost_pages.h.
void on_bus_error(int signal, siginfo_t* fault, void*) {
  if (fault->si_code != BUS_ADRERR) {
    handle(signal, SIG_DFL);  // it comes again
    return;
  }
  remove_temporary_files();
  write_error("scansim: a file that is mapped became shorter while it was used, or its disk is full\n");
  _exit(status_tool_failure);
}

bool is_ignored(int signal) {
  struct sigaction action = {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

void handle_interruptions() {
  for (const int signal : {SIGINT, SIGTERM, SIGXCPU}) handle(signal, on_signal);
  if (!is_ignored(SIGHUP)) handle(SIGHUP, on_signal);  // nohup
  struct sigaction mapping = {};
  mapping.sa_sigaction = on_bus_error;
  mapping.sa_flags = SA_SIGINFO;
  sigaction(SIGBUS, &mapping, nullptr);
  // The write says EPIPE or EFBIG. Handled, not ignored: tools that this program starts would inherit that.
  for (const int signal : {SIGPIPE, SIGXFSZ}) handle(signal, on_refusal);
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
  if (signal == 0 || std::uncaught_exceptions() > 0) return;
  remove_temporary_files();
  _exit(128 + signal);
}

}  // namespace scansim
