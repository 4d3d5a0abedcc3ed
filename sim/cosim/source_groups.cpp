#include "sim/cosim/source_groups.h"

#include <algorithm>
#include <filesystem>

#include "sim/cosim/tool_process.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t group_bytes = 8U << 20, worth_two_bytes = 1U << 20;

// Of Verilator's installation, in the order that they need; joined, each compiles as long as so many bytes of
// a model.
struct library_source {
  const char* stem;
  uintmax_t bytes;
  bool of_waves = false, of_coverage = false;
};
constexpr library_source library_sources[] = {{"verilated", 1U << 20},
                                              {"verilated_threads", 0},
                                              {"verilated_cov", 1U << 18, false, true},
                                              {"verilated_fst_c", 3U << 20, true}};

// Their stems. The wave writer is joined in any case: no other machine has it without its own waves.
std::vector<library_source> library_of(const group_request& request, bool joined) {
  std::vector<library_source> chosen;
  for (const library_source& one : library_sources)
    if ((request.counts || !one.of_coverage) && joined == (one.of_waves || !request.cached))
      chosen.push_back(one);
  return chosen;
}

struct source {
  std::string name;
  uintmax_t bytes = 0;
};

bool runs_every_cycle(const std::string& name) {
  for (const char* part : {"__Slow", "__Syms", "__ConstPool", "__Trace__"})
    if (name.find(part) != std::string::npos) return false;
  return true;
}

std::vector<source> sources_in(const std::string& folder, bool every_cycle) {
  std::vector<source> sources;
  for (const fs::directory_entry& file : fs::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (file.path().extension() == ".cpp" && runs_every_cycle(name) == every_cycle)
      sources.push_back({name, file.file_size()});
  }
  return sources;
}

// The largest first, each to the group that is smallest so far.
std::vector<std::vector<std::string>> balanced_groups(const std::vector<source>& sources, uintmax_t largest) {
  uintmax_t all = 0;
  for (const source& one : sources) all += one.bytes;
  const size_t count = std::max<uintmax_t>(all < worth_two_bytes ? 1 : 2, (all + largest / 2) / largest);
  std::vector<std::vector<std::string>> groups(count);
  std::vector<uintmax_t> sizes(count, 0);
  for (const source& one : sources) {
    const size_t smallest = static_cast<size_t>(std::min_element(sizes.begin(), sizes.end()) - sizes.begin());
    groups[smallest].push_back(one.name);
    sizes[smallest] += one.bytes;
  }
  return groups;
}

void sort_by_size(std::vector<source>& sources) {
  std::sort(sources.begin(), sources.end(),
            [](const source& a, const source& b) { return a.bytes > b.bytes; });
}

// Without optimisation a byte costs the same whether it runs every cycle or once, but for those that write
// waves, which are calls and nothing else.
std::vector<std::vector<std::string>> wave_groups(const std::string& folder, const group_request& request) {
  std::vector<source> sources = sources_in(folder, true);
  for (source& one : sources_in(folder, false)) {
    if (one.name.find("__Trace__") != std::string::npos) one.bytes *= 3;
    sources.push_back(std::move(one));
  }
  const std::vector<library_source> library = library_of(request, true);
  source all_of_it;  // without a name: they stay together
  for (const library_source& one : library) all_of_it.bytes += one.bytes;
  sources.push_back(all_of_it);
  sort_by_size(sources);
  std::vector<std::vector<std::string>> groups = balanced_groups(sources, 4 * group_bytes);
  for (std::vector<std::string>& group : groups) {
    if (std::erase(group, all_of_it.name) == 0) continue;
    std::vector<std::string> names;  // in front: they specialise what the others use
    for (const library_source& one : library) names.push_back(std::string(one.stem) + ".cpp");
    group.insert(group.begin(), names.begin(), names.end());
  }
  return groups;
}

// Their names without ".cpp".
std::vector<std::string> write_groups(const std::string& folder, const std::string& stem,
                                      const std::vector<std::vector<std::string>>& groups) {
  std::vector<std::string> names;
  for (const std::vector<std::string>& group : groups) {
    names.push_back(stem + std::to_string(names.size()));
    std::string text;
    for (const std::string& name : group) text += "#include \"" + name + "\"\n";
    write_output(folder + "/" + names.back() + ".cpp", text);
  }
  return names;
}

std::string joined(std::string text, std::vector<std::string>::const_iterator first,
                   std::vector<std::string>::const_iterator last) {
  for (; first != last; ++first) text += *first + " ";
  return text;
}

}  // namespace

std::vector<std::string> group_sources(const std::string& folder, const group_request& request) {
  std::vector<std::vector<std::string>> fast_groups, slow_groups;
  if (request.with_waves) {
    fast_groups = wave_groups(folder, request);
  } else {
    std::vector<source> every_cycle = sources_in(folder, true), once = sources_in(folder, false);
    sort_by_size(every_cycle), sort_by_size(once);
    fast_groups = balanced_groups(every_cycle, group_bytes);
    slow_groups = balanced_groups(once, group_bytes);
  }
  fast_groups.front().push_back(request.user_source);
  const std::vector<std::string> fast = write_groups(folder, "group_fast_", fast_groups),
                                 slow = write_groups(folder, "group_slow_", slow_groups);
  std::vector<std::string> variables = {"VM_PARALLEL_BUILDS=1",
                                        "VM_USER_CLASSES=" + fast.front(),
                                        joined("VM_CLASSES_FAST=", fast.begin() + 1, fast.end()),
                                        joined("VM_CLASSES_SLOW=", slow.begin(), slow.end()),
                                        "VM_SUPPORT_FAST=",
                                        "VM_SUPPORT_SLOW="};
  if (request.with_waves) {
    std::string apart = "VM_GLOBAL_FAST=";
    for (const library_source& one : library_of(request, false)) apart += std::string(one.stem) + " ";
    variables.push_back(std::move(apart));
  }
  return variables;
}

}  // namespace scansim
