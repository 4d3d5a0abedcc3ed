#include "host/run/lost_pages.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>

namespace scansim {
namespace {

std::atomic<int> replaced_pages{0};
std::atomic<uintptr_t> system_page{4096};

void on_bus_error(int signal, siginfo_t* fault, void*) {
  const uintptr_t size = system_page.load();
  void* page = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(fault->si_addr) & ~(size - 1));
  if (fault->si_code == BUS_ADRERR && mmap(page, size, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED) {
    ++replaced_pages;
    return;
  }
  struct sigaction usual = {};
  usual.sa_handler = SIG_DFL;
  sigaction(signal, &usual, nullptr);  // the fault comes again and ends the process
}

}  // namespace

lost_pages::lost_pages() {
  replaced_pages = 0;
  system_page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  struct sigaction action = {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  sigaction(SIGBUS, &action, &before_);
}

lost_pages::~lost_pages() { sigaction(SIGBUS, &before_, nullptr); }

int lost_pages::count() const { return replaced_pages.load(); }

}  // namespace scansim
