#include "tests/system/shell_run.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "tests/support/places.h"

namespace scansim::test {

shell_folder::shell_folder() { write_small_trace(file("t.safetensors")); }

program_end shell_folder::run(const std::string& script, const std::vector<std::string>& variables) const {
  program_start start;
  start.words = {"/usr/bin/timeout", "--foreground", "-k", "5", "200", "/bin/bash", "-c", script};
  start.folder = folder_.path().string();
  start.variables = variables;
  const auto usual = [&](const std::string& name, const std::string& value) {
    const auto has = [&](const std::string& variable) { return variable.starts_with(name + "="); };
    if (std::none_of(variables.begin(), variables.end(), has)) start.variables.push_back(name + "=" + value);
  };
  usual("S", build_dir() + "/bin/scansim");
  usual("C", "compare t.safetensors --config tiny --rungs ref,hls");
  usual("M", source_dir() + "/models/nn/byte-mamba.safetensors");
  usual("W", source_dir() + "/models/nn/heldout.txt");
  usual("SCANSIM_CACHE", rtl_cache());
  return run_program(start);
}

std::string shell_folder::left() const {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
    names.insert(entry.path().filename().string());
  names.erase("t.safetensors");
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

bool can_make_nodes() {
  const shell_folder folder;
  if (folder.run("mknod null c 1 3 && echo x > null").status == 0) return true;
  WARN("not run: no device node can be made and opened here (not root?)");
  return false;
}

bool can_mount() {
  const shell_folder folder;
  if (folder.run("mkdir m && mount -t tmpfs -o size=64k tmpfs m && umount m").status == 0) return true;
  WARN("not run: no tmpfs can be mounted here (not root?)");
  return false;
}

}  // namespace scansim::test
