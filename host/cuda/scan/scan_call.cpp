#include "host/cuda/scan/scan_call.h"

namespace scansim {

const char* precision_name(gpu_precision precision) {
  switch (precision) {
    case gpu_precision::fp32:
      return "fp32";
    case gpu_precision::fp16:
      return "fp16";
    case gpu_precision::bf16:
      return "bf16";
    case gpu_precision::int8:
      return "int8";
  }
  return "?";
}

const char* schedule_name(scan_schedule schedule) {
  return schedule == scan_schedule::over_time ? "block" : "serial";
}

}  // namespace scansim
