// `scansim cache info | clear`.
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "host/area/area_report.h"
#include "host/cli/option_checks.h"
#include "host/cli/standard_streams.h"
#include "host/cli/subcommand.h"
#include "host/energy/gate_synthesis.h"
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

// Texts that took long to compute, folder by folder.
struct kept_texts {
  std::string folder;
  const char* what;
};
std::vector<kept_texts> kinds_of_texts() {
  return {{scale_cache_folder(), "scales of traces at widths"},
          {area_cache_folder(), "areas of machines"},
          {netlist_cache_folder(), "netlists of units"}};
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
  size_t count = entries.size();
  for (const kept_texts& kind : kinds_of_texts()) {
    const text_cache_state state = state_of_texts(kind.folder);
    const int texts = state.whole + state.damaged;
    if (texts == 0) continue;
    table.add_row({fmt::format("{} {}", texts, kind.what), bytes_text(state.bytes), age_text(state.changed),
                   state.damaged == 0 ? "whole" : fmt::format("{} damaged", state.damaged)});
    bytes += state.bytes, count += static_cast<size_t>(texts);
  }
  print_out("folder: {} (from {})\n", one_line(place.folder), place.chosen_by);
  if (count > 0) print_out("{}", table.text());
  print_out("{} entries, {}\n", count, bytes_text(bytes));
  return status_agree;
}

int empty_cache(int days) {
  const auto age = std::chrono::hours(24) * days;
  cleared_cache cleared = clear_cache(find_cache().folder, age);
  for (const kept_texts& kind : kinds_of_texts()) {
    const cleared_texts texts = clear_texts(kind.folder, std::filesystem::file_time_type::clock::now() - age);
    cleared.removed += texts.removed, cleared.bytes += texts.bytes, cleared.kept += texts.kept;
  }
  print_out("removed {} entries, {}; kept {} that are being built or younger\n", cleared.removed,
            bytes_text(cleared.bytes), cleared.kept);
  return status_agree;
}

}  // namespace

command_action add_cache(CLI::App& app) {
  auto chosen = std::make_shared<command_action>();
  *chosen = []() -> int {
    throw input_error("command line", "cache", "a subcommand: info or clear", "none");
  };
  CLI::App* info = app.add_subcommand(
      "info", "The folder, its libraries, scales, areas and netlists, whether they are whole");
  info->footer("Example: scansim cache info");
  info->callback([chosen] { *chosen = show_cache; });
  CLI::App* clear = app.add_subcommand(
      "clear", "Removes libraries, scales, areas and netlists; builds that run are left alone");
  clear->footer("Example: scansim cache clear --older-than 30");
  auto days = std::make_shared<int>(0);
  clear->add_option("--older-than", *days, "Only what has not changed for so many days")
      ->transform(number_between(0, max_days));
  clear->callback([chosen, days] { *chosen = [days] { return empty_cache(*days); }; });
  return [chosen] { return (*chosen)(); };
}

}  // namespace scansim
