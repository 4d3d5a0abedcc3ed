// What is said of tasks that ended without their rows.
#include "host/cluster/folder_array.h"

#include <catch2/catch.hpp>

#include "tests/traces/raw_safetensors.h"

namespace scansim {

TEST_CASE("folder_array names why a lost task ended, whatever its shell says behind it", "[host][cluster]") {
  const test::temporary_folder folder;
  const std::string path = folder.file("task.log");
  const auto said = [&](const std::string& log) {
    test::write_bytes(path, log);
    const std::string text = lost_text("7", {{path, 3}});
    CHECK(text.starts_with("1 task of array 7 ended without 3 rows; run again for them; the first log: " +
                           path));
    return text.substr(text.find(path) + path.size());
  };
  const std::string cancelled = "slurmstepd: error: *** JOB 6 ON node CANCELLED AT 2026-11-30T19:21:54 ***";
  CHECK(said("begun\n" + cancelled + "\n") == ": " + cancelled + "\n");
  CHECK(said("begun\n" + cancelled + "\nslurm_script: line 8: 99 Terminated   sleep 2\n\n") ==
        ": " + cancelled + "\n");
  CHECK(said("TERM_MEMLIMIT: job killed after reaching LSF memory usage limit.\nThe output follows:\n") ==
        ": TERM_MEMLIMIT: job killed after reaching LSF memory usage limit.\n");
  CHECK(said("begun\n3 rows run\n") == ": 3 rows run\n");
  CHECK(said("") == "\n");
}

}  // namespace scansim
