// Time as the energy window sees it: the computer's steady clock, or one that a test moves by hand.
#pragma once
#include <functional>

namespace scansim {

struct host_clock {
  std::function<double()> now_s;
  std::function<void(double)> sleep_s;
};

host_clock steady_host_clock();

}  // namespace scansim
