// `scansim cache info | clear`.
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/operators/cached_scales.h"
#include "host/report/text_table.h"
#include "sim/cosim/rtl_cache.h"
#include "sim/cosim/text_cache.h"
#include "traces/input_error.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

constexpr int max_days = 36500;

std::string bytes_text(uint64_t bytes) { return with_si_prefix(static_cast<double>(bytes), "B"); }

const char* state_text(entry_state state) {
  switch (state) {
    case entry_state::whole:
      return "whole";
    case entry_state::damaged:
      return "damaged";
    case entry_state::building:
      return "being built";
    case entry_state::abandoned:
      return "abandoned build";
  }
  return "";
}

std::string age_text(std::filesystem::file_time_type changed) {
  using namespace std::chrono;
  const auto hours =
      duration_cast<std::chrono::hours>(std::filesystem::file_time_type::clock::now() - changed);
  return hours.count() < 48 ? fmt::format("{} h", hours.count()) : fmt::format("{} d", hours.count() / 24);
}

int show_cache() {
  const cache_place place = find_cache();
  const std::vector<cache_entry> entries = cache_entries(place.folder);
  uint64_t bytes = 0;
  text_table table({"<entry", "size", "age", "<state"});
  for (const cache_entry& entry : entries) {
    table.add_row({entry.name, bytes_text(entry.bytes), age_text(entry.changed), state_text(entry.state)});
    bytes += entry.bytes;
  }
  const text_cache_state scales = state_of_texts(scale_cache_folder());
  const int chosen = scales.whole + scales.damaged;
  if (chosen > 0)
    table.add_row({fmt::format("scales of {} traces and widths", chosen), bytes_text(scales.bytes),
                   age_text(scales.changed),
                   scales.damaged == 0 ? "whole" : fmt::format("{} damaged", scales.damaged)});
  const size_t count = entries.size() + static_cast<size_t>(chosen);
  print_out("folder: {} (from {})\n", one_line(place.folder), place.chosen_by);
  if (count > 0) print_out("{}", table.text());
  print_out("{} entries, {}\n", count, bytes_text(bytes + scales.bytes));
  return status_agree;
}

int empty_cache(int days) {
  const auto age = std::chrono::hours(24) * days;
  const cleared_cache cleared = clear_cache(find_cache().folder, age);
  const cleared_texts scales =
      clear_texts(scale_cache_folder(), std::filesystem::file_time_type::clock::now() - age);
  print_out("removed {} entries, {}; kept {} that are being built or younger\n",
            cleared.removed + scales.removed, bytes_text(cleared.bytes + scales.bytes),
            cleared.kept + scales.kept);
  return status_agree;
}

}  // namespace

command_action add_cache(CLI::App& app) {
  auto chosen = std::make_shared<command_action>();
  *chosen = []() -> int {
    throw input_error("command line", "cache", "a subcommand: info or clear", "none");
  };
  CLI::App* info = app.add_subcommand("info", "The folder, its libraries and scales, whether they are whole");
  info->footer("Example: scansim cache info");
  info->callback([chosen] { *chosen = show_cache; });
  CLI::App* clear =
      app.add_subcommand("clear", "Removes libraries and scales; builds that run are left alone");
  clear->footer("Example: scansim cache clear --older-than 30");
  auto days = std::make_shared<int>(0);
  clear->add_option("--older-than", *days, "Only what has not changed for so many days")
      ->check(CLI::Range(0, max_days));
  clear->callback([chosen, days] { *chosen = [days] { return empty_cache(*days); }; });
  return [chosen] { return (*chosen)(); };
}

}  // namespace scansim
