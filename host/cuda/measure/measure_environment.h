// What makes a measurement worthless before it begins: launches that wait for their end
// (CUDA_LAUNCH_BLOCKING), and kernels compiled with fast mathematics, whose int8 chain is not the twin's bit
// for bit and whose float kernels are not those that were tested. Contract: tool_error with the name of what
// is wrong.
#pragma once
#include <string>

namespace scansim {

// `launch_blocking`: the environment variable, nullptr if it is not set.
void check_measurable(const std::string& compiler_flags, const char* launch_blocking);

}  // namespace scansim
