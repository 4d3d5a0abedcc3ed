#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "host/gpu_profile/import_selection.h"
#include "host/report/text_table.h"

namespace scansim {

std::string import_listing(const import_page& page, const std::string& file, const import_choice& choice) {
  struct group {
    const import_launch* first;
    std::vector<const import_launch*> launches;
  };
  std::vector<group> groups;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, size_t> known;
  for (const import_launch* launch : chosen_launches(page, file, choice)) {
    const auto [place, added] =
        known.emplace(std::tuple(launch->kernel, launch->grid, launch->block), groups.size());
    if (added) groups.push_back({launch, {}});
    groups[place->second].launches.push_back(launch);
  }
  size_t time = 0;
  while (time < page.columns.size() && page.columns[time].metric != "time") ++time;
  text_table table({"launches", "<ids", "time", "<grid", "<block", "<kernel"});
  for (const group& one : groups) {
    int64_t count = 0;
    std::vector<double> times;
    for (const import_launch* launch : one.launches) {
      count += launch->count;
      if (time < launch->cells.size() && launch->cells[time].value)
        times.push_back(*launch->cells[time].value);
    }
    std::sort(times.begin(), times.end());
    const std::string &first = one.launches.front()->id, &last = one.launches.back()->id;
    table.add_row({std::to_string(count), first == last ? first : first + " to " + last,
                   times.empty() ? "-" : with_si_prefix(times[times.size() / 2] * 1e-6, "s"),
                   page.grid(*one.first), page.block(*one.first), page.kernel(*one.first)});
  }
  return table.text();
}

}  // namespace scansim
