// Device time of one call, from repeated launches over buffer sets taken in turn: set k, k + 1, ..., back to
// 0, without a break from warm-up to the last repetition. With sets that together exceed twice the L2 cache
// a set has left the cache when its turn comes again. A sample is 200 us or longer: shorter calls are timed
// several to a sample, and the sample is divided. Contract: times are positive and finite, and the medians of
// the first and the second half of the samples differ by 2 % at most, else tool_error.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/cuda/measure/gpu_device.h"
#include "host/cuda/measure/host_clock.h"
#include "host/cuda/measure/sample_statistics.h"

namespace scansim {

// The fewest sets, at least 2, that together exceed twice the L2 cache; fewer (but 2) where they would fill
// over four fifths of the device's memory.
int buffer_sets_needed(uint64_t bytes_per_set, uint64_t l2_bytes, uint64_t memory_bytes);

class rotating_kernel {
 public:
  rotating_kernel(gpu_device& device, gpu_kernel& kernel, int buffer_sets)
      : device_(device), kernel_(kernel), buffer_sets_(buffer_sets) {}
  double time_us(int launches);  // of all of them; the next call goes on with the set after the last
  // Where the kernel takes sets in groups: launches up to the next, so that whole groups follow; and so many
  // launches as whole groups, at least one.
  void align();
  int in_groups(int launches) const;
  void run(int launches);  // for an energy window: the device does nothing else
  // The set that the last launch used.
  int last_set() const { return (next_set_ + buffer_sets_ - 1) % buffer_sets_; }

 private:
  gpu_device& device_;
  gpu_kernel& kernel_;
  int buffer_sets_, next_set_ = 0;
};

inline constexpr double most_drift = 0.02;
void check_halves(const std::vector<double>& samples);  // at least two

// Launches for 0.3 s at least and until the clock of the multiprocessors, read every 0.1 s, has stayed within
// 1 %, for 5 s at most; returns the last reading: the clock under load. Absent where the board does not tell
// it.
std::optional<double> warm_until_steady(gpu_device& device, rotating_kernel& kernel, const host_clock& clock);

struct launch_times {
  sample_summary call_us;  // of one call
  int samples = 0, launches_per_sample = 1;
  std::string aggregation;  // "median of 100 launches"
};

launch_times time_launches(rotating_kernel& kernel, int warm_up, int repetitions);

}  // namespace scansim
