#include "sim/cosim/source_groups.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "sim/cosim/tool_process.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t group_bytes = 8U << 20, worth_two_bytes = 1U << 20;

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
  std::sort(sources.begin(), sources.end(),
            [](const source& a, const source& b) { return a.bytes > b.bytes; });
  return sources;
}

// The largest first, each to the group that is smallest so far.
std::vector<std::vector<std::string>> balanced_groups(const std::vector<source>& sources) {
  uintmax_t all = 0;
  for (const source& one : sources) all += one.bytes;
  const size_t count =
      std::max<uintmax_t>(all < worth_two_bytes ? 1 : 2, (all + group_bytes / 2) / group_bytes);
  std::vector<std::vector<std::string>> groups(count);
  std::vector<uintmax_t> sizes(count, 0);
  for (const source& one : sources) {
    const size_t smallest = static_cast<size_t>(std::min_element(sizes.begin(), sizes.end()) - sizes.begin());
    groups[smallest].push_back(one.name);
    sizes[smallest] += one.bytes;
  }
  return groups;
}

// Their names without ".cpp".
std::vector<std::string> write_groups(const std::string& folder, const std::string& stem,
                                      const std::vector<std::vector<std::string>>& groups) {
  std::vector<std::string> names;
  for (const std::vector<std::string>& group : groups) {
    names.push_back(stem + std::to_string(names.size()));
    std::ofstream file(folder + "/" + names.back() + ".cpp");
    for (const std::string& name : group) file << "#include \"" << name << "\"\n";
    file.close();
    if (!file) throw tool_error("rtl: " + folder + "/" + names.back() + ".cpp: cannot be written");
  }
  return names;
}

std::string joined(std::string text, std::vector<std::string>::const_iterator first,
                   std::vector<std::string>::const_iterator last) {
  for (; first != last; ++first) text += *first + " ";
  return text;
}

}  // namespace

std::vector<std::string> group_sources(const std::string& folder, const std::string& user_source) {
  auto fast_groups = balanced_groups(sources_in(folder, true));
  auto slow_groups = balanced_groups(sources_in(folder, false));
  fast_groups.front().push_back(user_source);
  const std::vector<std::string> fast = write_groups(folder, "group_fast_", fast_groups),
                                 slow = write_groups(folder, "group_slow_", slow_groups);
  return {"VM_PARALLEL_BUILDS=1",
          "VM_USER_CLASSES=" + fast.front(),
          joined("VM_CLASSES_FAST=", fast.begin() + 1, fast.end()),
          joined("VM_CLASSES_SLOW=", slow.begin(), slow.end()),
          "VM_SUPPORT_FAST=",
          "VM_SUPPORT_SLOW="};
}

}  // namespace scansim
