// forked_run: the SystemC machine in a child process, because a process can elaborate only one. Several runs
// on one machine, each with its own instance of the memory model; the image is shared with the parent and
// copied back. Throws std::runtime_error with the child's message when it fails. POSIX only.
#pragma once
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/stream/systemc_host.h"
#include "sim/top/machine.h"
#include "tests/support/places.h"

namespace scansim {

struct forked_options {
  std::string memory = "ideal";
  uint64_t memory_seed = 1;
  uint64_t schedule_seed = 0;  // not 0: vary the order of processes
  bool vectorised = true;
};

struct start_request {
  uint64_t first_descriptor;
  uint32_t count;
};

inline std::vector<machine_run> forked_runs(const design_point& point, std::vector<uint8_t>& image,
                                            const std::vector<start_request>& starts,
                                            const forked_options& options) {
  struct shared_page {
    char message[512];
  };
  const size_t results_bytes = starts.size() * sizeof(machine_run);
  const size_t size = sizeof(shared_page) + results_bytes + image.size();
  void* mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::runtime_error("forked_runs: mmap");
  auto* page = static_cast<shared_page*>(mapped);
  auto* results = reinterpret_cast<uint8_t*>(page + 1);
  uint8_t* memory = results + results_bytes;
  std::memcpy(memory, image.data(), image.size());
  std::strcpy(page->message, "the child ended early");
  const pid_t child = fork();
  if (child == 0) {
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    try {
      schedule_noise::seed(options.schedule_seed);
      systemc_host host;
      machine built(host, machine_shape(point), options.vectorised);
      for (size_t i = 0; i < starts.size(); ++i) {
        const auto timing =
            make_memory_timing(options.memory, {point.axi_bytes(), point.clock_mhz, options.memory_seed,
                                                test::source_dir() + "/sim/mem/parameters"});
        const machine_run result =
            built.run(starts[i].first_descriptor, starts[i].count, {memory, image.size()}, *timing);
        std::memcpy(results + i * sizeof result, &result, sizeof result);
      }
      page->message[0] = 0;
    } catch (const std::exception& error) {
      std::strncpy(page->message, error.what(), sizeof page->message - 1);
    }
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  const std::string message = page->message;
  std::vector<machine_run> copied(starts.size());
  std::memcpy(copied.data(), results, results_bytes);
  std::memcpy(image.data(), memory, image.size());
  munmap(mapped, size);
  if (!message.empty()) throw std::runtime_error(message);
  return copied;
}

}  // namespace scansim
