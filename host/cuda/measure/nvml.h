// The board as NVML (the driver's management library) tells it: power, energy, clocks, driver version. The
// library is loaded at run time and declared here, so a program starts where no driver is. Contract: absent
// library, absent function, or a question the board does not answer give absent values, never an error; the
// device is found by its PCI bus id, because NVML and CUDA number devices differently. It changes no setting.
#pragma once
#include <memory>
#include <string>

#include "host/cuda/measure/gpu_device.h"

namespace scansim {

class nvml_board {
 public:
  // `pci_bus_id` as CUDA prints it, "0000:3B:00.0".
  explicit nvml_board(const std::string& pci_bus_id);
  ~nvml_board();
  nvml_board(const nvml_board&) = delete;
  nvml_board& operator=(const nvml_board&) = delete;

  gpu_board_state state() const;
  std::string driver_version() const;  // empty: unknown
  std::string description() const;     // "NVML 12.580.65" or "no NVML: <why>", for people

 private:
  struct library;
  std::unique_ptr<library> library_;
  void* device_ = nullptr;
};

}  // namespace scansim
