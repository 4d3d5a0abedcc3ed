#include "host/cuda/measure/nvml.h"

#include <dlfcn.h>

#include <utility>

namespace scansim {
namespace {

// The few parts of NVML's stable C interface that are used. Every function returns 0 for success.
using nvml_status_code = int;
using nvml_device = void*;
constexpr unsigned clock_sm = 1, clock_memory = 2, sensor_gpu = 0;
constexpr unsigned text_bytes = 96;

}  // namespace

struct nvml_board::library {
  void* handle = nullptr;
  std::string why_not;
  nvml_status_code (*shutdown)() = nullptr;
  nvml_status_code (*system_driver_version)(char*, unsigned) = nullptr;
  nvml_status_code (*system_nvml_version)(char*, unsigned) = nullptr;
  nvml_status_code (*device_by_pci)(const char*, nvml_device*) = nullptr;
  nvml_status_code (*total_energy)(nvml_device, unsigned long long*) = nullptr;  // mJ
  nvml_status_code (*power_usage)(nvml_device, unsigned*) = nullptr;             // mW
  nvml_status_code (*power_limit)(nvml_device, unsigned*) = nullptr;             // mW
  nvml_status_code (*clock_info)(nvml_device, unsigned, unsigned*) = nullptr;    // MHz
  nvml_status_code (*mig_mode)(nvml_device, unsigned*, unsigned*) = nullptr;     // now, after the next reset
  nvml_status_code (*throttle_reasons)(nvml_device, unsigned long long*) = nullptr;
  nvml_status_code (*temperature)(nvml_device, unsigned, unsigned*) = nullptr;  // degrees Celsius

  template <class Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(handle, name));
  }

  library() {
    handle = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
      const char* reason = dlerror();
      why_not = reason ? reason : "libnvidia-ml.so.1 cannot be loaded";
      return;
    }
    nvml_status_code (*init)() = nullptr;
    find(init, "nvmlInit_v2");
    const nvml_status_code status = init ? init() : -1;
    if (status != 0) {
      why_not =
          init ? "nvmlInit_v2 returned " + std::to_string(status) : "libnvidia-ml.so.1 lacks nvmlInit_v2";
      dlclose(handle);
      handle = nullptr;
      return;
    }
    find(shutdown, "nvmlShutdown");
    find(system_driver_version, "nvmlSystemGetDriverVersion");
    find(system_nvml_version, "nvmlSystemGetNVMLVersion");
    find(device_by_pci, "nvmlDeviceGetHandleByPciBusId_v2");
    find(total_energy, "nvmlDeviceGetTotalEnergyConsumption");
    find(power_usage, "nvmlDeviceGetPowerUsage");
    find(power_limit, "nvmlDeviceGetEnforcedPowerLimit");
    find(clock_info, "nvmlDeviceGetClockInfo");
    find(temperature, "nvmlDeviceGetTemperature");
    // Its name since CUDA 12.2, and before.
    find(throttle_reasons, "nvmlDeviceGetCurrentClocksEventReasons");
    if (!throttle_reasons) find(throttle_reasons, "nvmlDeviceGetCurrentClocksThrottleReasons");
    find(mig_mode, "nvmlDeviceGetMigMode");
  }

  ~library() {
    if (!handle) return;
    if (shutdown) shutdown();
    dlclose(handle);
  }

  static std::string text(nvml_status_code (*function)(char*, unsigned)) {
    char buffer[text_bytes] = {};
    return function && function(buffer, text_bytes) == 0 ? buffer : "";
  }

  // What `function` says, / scale; the arguments before the value are between device and value.
  template <class Value, class Function, class... Arguments>
  std::optional<double> ask(Function function, double scale, nvml_device device,
                            Arguments... arguments) const {
    Value value = 0;
    if (!device || !function || function(device, arguments..., &value) != 0) return std::nullopt;
    return static_cast<double>(value) / scale;
  }
};

nvml_board::nvml_board(const std::string& pci_bus_id) : library_(std::make_unique<library>()) {
  if (!library_->device_by_pci || library_->device_by_pci(pci_bus_id.c_str(), &device_) != 0)
    device_ = nullptr;
}

nvml_board::~nvml_board() = default;

gpu_board_state nvml_board::state() const {
  const library& l = *library_;
  gpu_board_state state;
  state.sm_clock_mhz = l.ask<unsigned>(l.clock_info, 1, device_, clock_sm);
  state.memory_clock_mhz = l.ask<unsigned>(l.clock_info, 1, device_, clock_memory);
  state.power_w = l.ask<unsigned>(l.power_usage, 1e3, device_);
  state.power_limit_w = l.ask<unsigned>(l.power_limit, 1e3, device_);
  state.temperature_c = l.ask<unsigned>(l.temperature, 1, device_, sensor_gpu);
  unsigned long long reasons = 0;
  if (device_ && l.throttle_reasons && l.throttle_reasons(device_, &reasons) == 0)
    state.throttle_reasons = reasons;
  unsigned sliced = 0, pending = 0;
  state.shared_by_slices =
      device_ && l.mig_mode && l.mig_mode(device_, &sliced, &pending) == 0 && sliced == 1;
  state.total_energy_mj = l.ask<unsigned long long>(l.total_energy, 1, device_);
  return state;
}

std::string throttle_text(uint64_t reasons) {
  // The bits of nvml.h; 1 is an idle device.
  const std::pair<uint64_t, const char*> names[] = {
      {0x2, "applications_clocks"}, {0x4, "sw_power_cap"},         {0x8, "hw_slowdown"},
      {0x10, "sync_boost"},         {0x20, "sw_thermal_slowdown"}, {0x40, "hw_thermal_slowdown"},
      {0x80, "hw_power_brake"},     {0x100, "display_clock"}};
  std::string text;
  uint64_t unnamed = reasons & ~uint64_t{1};
  const auto add = [&](const std::string& name) { text += (text.empty() ? "" : ", ") + name; };
  for (const auto& [bit, name] : names) {
    if ((reasons & bit) == 0) continue;
    add(name);
    unnamed &= ~bit;
  }
  if (unnamed != 0) add("bits " + std::to_string(unnamed));
  return text.empty() ? "none" : text;
}

std::string nvml_board::driver_version() const { return library::text(library_->system_driver_version); }

std::string nvml_board::description() const {
  if (!library_->handle) return "no NVML: " + library_->why_not;
  return "NVML " + library::text(library_->system_nvml_version);
}

}  // namespace scansim
