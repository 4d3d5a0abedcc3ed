// systemc_device: the SystemC machine behind the driver's `device` interface.
// SystemC elaborates once per process, so each device forks a child that elaborates the machine and runs it
// when told so over a socket pair; CSRs lie in memory that both share, the memory image is a file in memory
// that both map. A start returns at once; STATUS.busy is set until the child answers, any other CSR access
// waits for it. Every start gets a new instance of the memory model with the same seed; parameter memories
// stay. The child ends with the device, or with the thread that made it. Throws tool_error when the child
// ends, reports a fault, or issues no burst for `hang_limit_s` seconds.
#pragma once
#include <array>
#include <atomic>
#include <span>

#include "sim/csr_file.h"
#include "sim/rungs/device.h"

namespace scansim {

// What parent and child share: the registers, which the child writes while it runs and the parent otherwise;
// of the memory model what the parent may see while it runs, and after.
struct machine_watch {
  static constexpr size_t most_counters = 32;
  explicit machine_watch(const parameter_values& parameters) : registers(parameters) {}
  csr_file registers;
  std::atomic<uint64_t> bursts = 0;  // issued so far
  std::array<uint64_t, most_counters> counters{};
  switching_values switching{};  // of the last run
};

class systemc_device final : public device {
 public:
  static constexpr int hang_limit_s = 120;

  // Throws input_error for an unknown memory model or a malformed parameter file.
  systemc_device(const design_point& point, const device_options& options);
  ~systemc_device() override;
  systemc_device(const systemc_device&) = delete;
  systemc_device& operator=(const systemc_device&) = delete;

  std::string rung() const override { return "systemc"; }
  void resize_memory(size_t bytes) override;
  std::span<uint8_t> memory() override { return {image_, image_bytes_}; }
  void write_csr(uint32_t address, uint32_t value) override;
  uint32_t read_csr(uint32_t address) override;
  void wait_done() override;
  memory_counters memory_events() const override;
  std::vector<switching_count> switching() const override;

 private:
  void start_child();
  void end_child();
  // Sends one request; the answer to a start is taken later by take_answer.
  void send_request(uint32_t operation, uint64_t bytes);
  bool answer_ready(int timeout_ms) const;
  [[noreturn]] void fail(const std::string& what);
  void take_answer();
  void finish_start();

  design_point point_;
  device_options options_;
  int memory_file_ = -1;
  uint8_t* image_ = nullptr;
  size_t image_bytes_ = 0;
  int socket_ = -1;
  int child_ = -1;
  bool running_ = false;           // a start has not been answered
  bool recorded_ = false;          // its parameters, where somebody asks for bins
  memory_counters memory_events_;  // their names; watch_ has the values
  machine_watch* watch_ = nullptr;
};

}  // namespace scansim
