// How fast a rung simulates: what a bench (bench.h) measures of any operator.
//   cycles_per_s = machine cycles / wall time;   wall time: from start to done, the median of the runs
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scansim {

inline constexpr double repeat_until_s = 2;
inline constexpr size_t max_repetitions = 15;

struct rung_speed {
  std::string rung;
  int runs = 0;
  double wall_s = 0;               // median of the runs
  std::optional<uint64_t> cycles;  // of one run
  double work = 0;                 // of one run: state updates, or MACs
  double cycles_per_s() const { return cycles ? static_cast<double>(*cycles) / wall_s : 0; }
  double work_per_s() const { return work / wall_s; }
};

// Runs until two seconds are filled, `most` times at most. run() -> wall seconds of one run.
template <class Run>
void measure_speed(rung_speed& speed, size_t most, Run run) {
  std::vector<double> walls;
  double sum = 0;
  do {
    walls.push_back(run());
    sum += walls.back();
  } while (sum < repeat_until_s && walls.size() < most);
  std::sort(walls.begin(), walls.end());
  speed.runs = static_cast<int>(walls.size());
  speed.wall_s = walls[walls.size() / 2];
}

}  // namespace scansim
