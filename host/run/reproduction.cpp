#include "host/run/reproduction.h"

#include <algorithm>

namespace scansim {

std::string reproduction(const run_request& request, std::span<const rung* const> running,
                         const run_result& result, const rung* off_arithmetic) {
  std::vector<std::string> names;
  bool machine_wanted = false, waves = false, timeline = false;
  for (const rung* one : running) {
    const bool differs = std::any_of(result.rungs.begin(), result.rungs.end(), [&](const rung_result& entry) {
      return !entry.agree && (entry.rung == one->name || entry.compared_with == one->name);
    });
    if (!differs && !(machine_wanted && one->source == rung_source::machine)) continue;
    names.push_back(one->name);
    waves = one->waves;
    timeline |= one->activity && !request.timeline_path.empty();
    machine_wanted = one == off_arithmetic;
  }
  std::string command = command_line(request, names, waves ? "out.fst" : "");
  return timeline ? command + timeline_options(request, "out.json") : command;
}

}  // namespace scansim
