// Time on this computer, not on the machine that is simulated.
#pragma once
#include <chrono>

namespace scansim {

inline double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace scansim
