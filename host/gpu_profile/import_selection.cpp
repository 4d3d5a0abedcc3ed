#include "host/gpu_profile/import_selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <regex>
#include <set>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr size_t most_shown = 8;

std::string shown(const std::vector<std::string>& texts) {
  std::vector<std::string> some;
  for (const std::string& text : texts)
    if (some.size() < most_shown) some.push_back(text.empty() ? "one without it" : printable(text));
  const std::string more =
      texts.size() > most_shown ? fmt::format("; and {} more", texts.size() - most_shown) : "";
  return fmt::format("{}{}", fmt::join(some, "; "), more);
}

// Without repetition, in order.
std::vector<std::string> texts_of(const std::vector<const import_launch*>& launches,
                                  const std::function<std::string(const import_launch&)>& text) {
  std::vector<std::string> found;
  std::set<std::string> seen;
  for (const import_launch* launch : launches)
    if (seen.insert(text(*launch)).second) found.push_back(text(*launch));
  return found;
}

// -1: not a whole number.
int64_t number_of(const std::string& text) {
  int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return text.empty() || failed != std::errc() || end != text.data() + text.size() ? -1 : value;
}

// An id as it stands, or "5-9": all ids that are numbers from 5 to 9.
class wanted_launches {
 public:
  explicit wanted_launches(const std::string& text) : text_(text) {
    const size_t dash = text.find('-', 1);
    if (dash == std::string::npos) return;
    first_ = number_of(text.substr(0, dash));
    last_ = number_of(text.substr(dash + 1));
  }
  bool hold(const std::string& id) const {
    if (id == text_) return true;
    const int64_t number = first_ < 0 || last_ < 0 ? -1 : number_of(id);
    return number >= 0 && first_ <= number && number <= last_;
  }

 private:
  std::string text_;
  int64_t first_ = -1, last_ = -1;
};

class launch_chooser {
 public:
  launch_chooser(const import_page& page, const std::string& file, const import_choice& choice)
      : page_(page), file_(file), choice_(choice) {
    for (const import_launch& launch : page.launches) chosen_.push_back(&launch);
  }

  std::vector<const import_launch*> choose() {
    by_kernel();
    by_grid();
    by_launch();
    return chosen_;
  }

 private:
  // Refuses a choice that leaves none.
  void keep(const std::function<bool(const import_launch&)>& wanted, const char* option,
            const std::string& given, const std::string& expected,
            const std::function<std::string(const import_launch&)>& text) {
    std::vector<const import_launch*> kept;
    std::copy_if(chosen_.begin(), chosen_.end(), std::back_inserter(kept),
                 [&](const import_launch* launch) { return wanted(*launch); });
    if (kept.empty())
      throw input_error("command line", option,
                        fmt::format("{} {}: {}", expected, file_, shown(texts_of(chosen_, text))),
                        "'" + printable(given) + "'");
    chosen_ = std::move(kept);
  }
  void by_kernel();
  void by_grid();
  void by_launch();

  const import_page& page_;
  const std::string& file_;
  const import_choice& choice_;
  std::vector<const import_launch*> chosen_;
};

void launch_chooser::by_kernel() {
  if (choice_.kernel.empty()) return;
  std::regex wanted;
  try {
    wanted = std::regex(choice_.kernel);
  } catch (const std::regex_error&) {
    throw input_error("command line", "--kernel", "a regular expression",
                      "'" + printable(choice_.kernel) + "'");
  }
  std::map<uint32_t, bool> matches;  // launches are many, kernels few
  const auto name = [&](const import_launch& launch) { return page_.kernel(launch); };
  keep(
      [&](const import_launch& launch) {
        const auto [known, added] = matches.emplace(launch.kernel, false);
        if (added) known->second = std::regex_search(page_.kernel(launch), wanted);
        return known->second;
      },
      "--kernel", choice_.kernel, "an expression that matches a kernel of", name);
}

void launch_chooser::by_grid() {
  if (choice_.grid.empty()) return;
  const std::string wanted = launch_size(choice_.grid);
  const auto grid = [&](const import_launch& launch) { return page_.grid(launch); };
  const auto fits = [&](const import_launch& launch) {
    return page_.grid(launch) == wanted || page_.grid(launch) == choice_.grid;
  };
  keep(fits, "--grid", choice_.grid, "a grid of", grid);
}

void launch_chooser::by_launch() {
  if (choice_.launches.empty()) return;
  if (!page_.statistic.empty())
    throw input_error("command line", "--launch", "a file of launches", page_.source + " in " + file_);
  std::vector<wanted_launches> wanted;
  for (const std::string& one : choice_.launches) {
    wanted.emplace_back(one);
    const bool there = std::any_of(chosen_.begin(), chosen_.end(), [&](const import_launch* launch) {
      return wanted.back().hold(launch->id);
    });
    if (!there)
      throw input_error("command line", "--launch",
                        "launches of " + file_ + " that the other options leave (--list shows them)",
                        "'" + printable(one) + "'");
  }
  std::vector<const import_launch*> kept;
  for (const import_launch* launch : chosen_)
    if (std::any_of(wanted.begin(), wanted.end(), [&](const auto& one) { return one.hold(launch->id); }))
      kept.push_back(launch);
  chosen_ = std::move(kept);
}

// The launches that have it, for messages: "(768, 1, 1) of launches 1, 2, ..., 9".
std::vector<std::string> with_launches(const std::vector<const import_launch*>& launches,
                                       const std::function<std::string(const import_launch&)>& text) {
  struct holders {
    size_t count = 0;
    std::string ids, last;
  };
  std::map<std::string, holders> found;
  const std::vector<std::string> texts = texts_of(launches, text);
  for (const import_launch* launch : launches) {
    holders& one = found[text(*launch)];
    if (launch->id.empty()) continue;
    if (++one.count <= 2) one.ids += (one.count == 1 ? "" : ", ") + launch->id;
    one.last = launch->id;
  }
  std::vector<std::string> lines;
  for (const std::string& one : texts) {
    const auto& [count, ids, last] = found.at(one);
    if (count == 0)
      lines.push_back(one);
    else
      lines.push_back(fmt::format("{} of launch{} {}{}", one, count > 1 ? "es" : "", ids,
                                  count > 2 ? (count > 3 ? ", ..., " : ", ") + last : ""));
  }
  return lines;
}

void check_device(const import_page& page, const std::string& file,
                  const std::vector<const import_launch*>& launches) {
  for (const import_launch* launch : launches) {
    if (launch->device == launches.front()->device) continue;
    const auto text = [&](uint32_t number) {
      const profile_device& device = page.devices[number];
      return printable(device.name.empty() ? device.compute_capability.value_or("unknown") : device.name);
    };
    throw input_error(file, page.device_field, "one value in all launches of a kernel (--launch chooses)",
                      text(launches.front()->device) + " and " + text(launch->device));
  }
}

void check_one_kernel(const import_page& page, const std::string& file,
                      const std::vector<const import_launch*>& launches) {
  const bool summary = !page.statistic.empty();
  const auto kernel = [&](const import_launch& launch) { return page.kernel(launch); };
  if (const auto kernels = texts_of(launches, kernel); kernels.size() > 1)
    throw input_error(
        file, page.kernel_field,
        fmt::format("one kernel (choose with --kernel{}; --calls N adds up the kernels of a call; "
                    "--list shows them)",
                    summary ? "" : " or --launch"),
        shown(kernels));
  const auto grid = [&](const import_launch& launch) { return page.grid(launch); };
  if (texts_of(launches, grid).size() > 1)
    throw input_error(file, page.grid_field,
                      "one grid (choose with --grid or --launch; --calls N adds up the launches of a call)",
                      shown(with_launches(launches, grid)));
  const auto block = [&](const import_launch& launch) { return page.block(launch); };
  if (texts_of(launches, block).size() > 1)
    throw input_error(file, page.block_field,
                      "one block size (choose with --launch; --calls N adds up the launches of a call)",
                      shown(with_launches(launches, block)));
  if (summary && launches.size() > 1)
    throw input_error(file, page.kernel_field, "one row of the kernel (--calls N adds them up)",
                      fmt::format("{} rows", launches.size()));
}

void check_same_calls(const import_page& page, const std::string& file,
                      const std::vector<import_call>& calls) {
  for (size_t call = 1; call < calls.size(); ++call)
    for (size_t k = 0; k < calls[call].size(); ++k) {
      const import_launch &one = *calls[0][k], &other = *calls[call][k];
      if (one.kernel == other.kernel && one.grid == other.grid && one.block == other.block) continue;
      const auto text = [&](const import_launch& launch) {
        return printable(fmt::format("{} {} {}", page.kernel(launch), page.grid(launch), page.block(launch)));
      };
      throw input_error(file, fmt::format("launch {}", printable(other.id)),
                        fmt::format("{}, as launch {} of the first of {} calls (--calls)", text(one),
                                    printable(one.id), calls.size()),
                        text(other));
    }
}

}  // namespace

import_call chosen_launches(const import_page& page, const std::string& file, const import_choice& choice) {
  return launch_chooser(page, file, choice).choose();
}

std::vector<import_call> select_calls(const import_page& page, const std::string& file,
                                      const import_choice& choice) {
  const import_call launches = chosen_launches(page, file, choice);
  check_device(page, file, launches);
  for (const import_launch* launch : launches)
    if (page.kernel(*launch).empty())
      throw input_error(file, page.kernel_field, "a name", "none in launch " + printable(launch->id));
  if (choice.calls == 0) check_one_kernel(page, file, launches);
  if (!page.statistic.empty()) return {launches};
  const size_t count = choice.calls == 0 ? launches.size() : static_cast<size_t>(choice.calls);
  if (launches.size() % count != 0)
    throw input_error("command line", "--calls",
                      fmt::format("a number that divides the {} launches chosen", launches.size()),
                      std::to_string(count));
  std::vector<import_call> calls;
  const size_t length = launches.size() / count;
  for (size_t k = 0; k < launches.size(); k += length)
    calls.emplace_back(launches.begin() + static_cast<int64_t>(k),
                       launches.begin() + static_cast<int64_t>(k + length));
  check_same_calls(page, file, calls);
  return calls;
}

}  // namespace scansim
