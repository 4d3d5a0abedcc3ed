#include "host/cuda/measure/measure_environment.h"

#include <string_view>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {

void check_measurable(const std::string& compiler_flags, const char* launch_blocking) {
  const std::string_view value = launch_blocking == nullptr ? "" : launch_blocking;
  if (!value.empty() && value != "0")
    throw tool_error("CUDA_LAUNCH_BLOCKING is " + printable(value) +
                     ": every launch waits for its end, and times would be the host's; unset it");
  for (const char* flag : {"fast_math", "fast-math", "ftz=true", "prec-div=false", "prec-sqrt=false"})
    if (compiler_flags.find(flag) != std::string::npos)
      throw tool_error("the kernels were compiled with " + printable(flag) +
                       ": they are not those that the tests hold; build without it");
}

}  // namespace scansim
