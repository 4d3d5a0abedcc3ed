// How fast a rung simulates: what `scansim bench` measures of a scan and of a block program alike.
//   cycles_per_s = machine cycles / wall time;   wall time: from start to done, the median of the runs
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace scansim {

inline constexpr double repeat_until_s = 2;
inline constexpr int max_repetitions = 15;

struct rung_speed {
  std::string rung;
  int runs = 0;
  double wall_s = 0;               // median of the runs
  std::optional<uint64_t> cycles;  // of one run
  double work = 0;                 // of one run: state updates, or MACs of a program
  double cycles_per_s() const { return cycles ? static_cast<double>(*cycles) / wall_s : 0; }
  double work_per_s() const { return work / wall_s; }
};

// Runs until two seconds are filled, rtl once. run() -> wall seconds of one run.
template <class Run>
void measure_speed(rung_speed& speed, Run run) {
  std::vector<double> walls;
  double sum = 0;
  do {
    walls.push_back(run());
    sum += walls.back();
  } while (speed.rung != "rtl" && sum < repeat_until_s && walls.size() < max_repetitions);
  std::sort(walls.begin(), walls.end());
  speed.runs = static_cast<int>(walls.size());
  speed.wall_s = walls[walls.size() / 2];
}

}  // namespace scansim
