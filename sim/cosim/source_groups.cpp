#include "sim/cosim/source_groups.h"

#include <algorithm>
#include <filesystem>

#include "sim/cosim/tool_process.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t group_bytes = 8U << 20, worth_two_bytes = 1U << 20;
constexpr const char* wave_writer = "verilated_fst_c.cpp";  // of Verilator's installation, which compiles as
constexpr uintmax_t wave_writer_bytes = 3U << 20;           // long as so many bytes of a model

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
std::vector<std::vector<std::string>> wave_groups(const std::string& folder) {
  std::vector<source> sources = sources_in(folder, true);
  for (source& one : sources_in(folder, false)) {
    if (one.name.find("__Trace__") != std::string::npos) one.bytes *= 3;
    sources.push_back(std::move(one));
  }
  sources.push_back({wave_writer, wave_writer_bytes});
  sort_by_size(sources);
  std::vector<std::vector<std::string>> groups = balanced_groups(sources, 4 * group_bytes);
  for (std::vector<std::string>& group : groups)  // in front: it specialises what the others use
    if (const auto writer = std::find(group.begin(), group.end(), wave_writer); writer != group.end())
      std::rotate(group.begin(), writer, writer + 1);
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

std::vector<std::string> group_sources(const std::string& folder, const std::string& user_source,
                                       bool with_waves) {
  std::vector<std::vector<std::string>> fast_groups, slow_groups;
  if (with_waves) {
    fast_groups = wave_groups(folder);
  } else {
    std::vector<source> every_cycle = sources_in(folder, true), once = sources_in(folder, false);
    sort_by_size(every_cycle), sort_by_size(once);
    fast_groups = balanced_groups(every_cycle, group_bytes);
    slow_groups = balanced_groups(once, group_bytes);
  }
  fast_groups.front().push_back(user_source);
  const std::vector<std::string> fast = write_groups(folder, "group_fast_", fast_groups),
                                 slow = write_groups(folder, "group_slow_", slow_groups);
  std::vector<std::string> variables = {"VM_PARALLEL_BUILDS=1",
                                        "VM_USER_CLASSES=" + fast.front(),
                                        joined("VM_CLASSES_FAST=", fast.begin() + 1, fast.end()),
                                        joined("VM_CLASSES_SLOW=", slow.begin(), slow.end()),
                                        "VM_SUPPORT_FAST=",
                                        "VM_SUPPORT_SLOW="};
  // The rest of Verilator's own files is the same as without waves, and a compiler cache has it.
  if (with_waves) variables.push_back("VM_GLOBAL_FAST=verilated verilated_threads");
  return variables;
}

}  // namespace scansim
