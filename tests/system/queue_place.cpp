#include "tests/system/queue_place.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/places.h"
#include "tests/system/small_sweep.h"

namespace scansim::test {
namespace {

// 30 ms a row.
const char* const long_grid = R"(sweep: 1
base: edge
workloads: [{channels: 1536, states: 16, length: 512}]
space:
  num_lanes: [2, 4, 8]
  tile_buffers: [2, 4]
  memory: dram-hbm2
  clock_mhz: {range: [500, 1200, 100]}
)";

}  // namespace

queue_place::queue_place() {
  const std::filesystem::path root = folder_.file("");
  std::filesystem::create_directory(root / "commands");
  std::filesystem::create_directory(root / "queue");
  for (const char* name : {"sbatch", "squeue", "scancel", "scontrol", "bsub", "bjobs", "bkill"})
    std::filesystem::create_symlink(source_dir() + "/tests/system/fake_queue.sh", root / "commands" / name);
  for (const char* name : {"slurm", "lsf"}) write(std::string(name) + ".yaml", changed_queue(name, {}));
  write("s.yaml", small_space);
  write("long.yaml", long_grid);
}

program_end queue_place::run(const std::string& script, std::vector<std::string> variables) const {
  variables.push_back("D=it's a \"50\" $HOME & * sweep");
  variables.push_back("FAKE_QUEUE=" + folder_.file("queue"));
  return folder_.run("PATH=$PWD/commands:$PATH; " + script, variables);
}

std::string queue_place::changed_queue(const std::string& name,
                                       std::vector<std::pair<std::string, std::string>> changes) const {
  std::string text = read_bytes(source_dir() + "/models/queues/" + name + ".yaml");
  changes.insert(changes.begin(), {{"poll_s: 5", "poll_s: 0.2"}, {"tasks: 200", "tasks: 5"}});
  for (const auto& [from, to] : changes) {
    const size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace scansim::test
