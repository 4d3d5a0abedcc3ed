// Names that the program makes of a user's, which may be as long as the file system takes: tables, caches,
// folders of a sweep or a regression.
#include <catch2/catch.hpp>

#include "tests/support/places.h"
#include "tests/system/shell_run.h"

namespace scansim::test {
namespace {

// n ENDING: the longest name that ends so, in letters of two bytes.
const std::string long_name =
    "n() { python3 -c 'import sys; e = sys.argv[1]; print(chr(228) * ((255 - len(e)) // 2) + e)' $1; }; ";

bool has_python() {
  const shell_folder folder;
  if (folder.run("python3 -c 1").status == 0) return true;
  WARN("not run: there is no python3 here");
  return false;
}

}  // namespace

TEST_CASE("a trace of the longest name has every output", "[outputs][cli]") {
  if (!has_python()) return;
  const shell_folder folder;
  const program_end end = folder.run(
      long_name +
      "T=$(n .safetensors); cp t.safetensors $T; mkdir out; $S compare $T --config tiny --rungs "
      "ref,hls,systemc,rtl --csv out --json out/$(n .json) --outputs out/$(n y) --wave out/$(n .fst) "
      "--timeline out/$(n t.json) && ls out | grep -c -- -tiny-stalls-1.csv && ls out | wc -l");
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
  CHECK(end.out.ends_with("\n1\n6\n"));
}

TEST_CASE("a design point of the longest name runs on every rung and has a whole cache entry",
          "[outputs][cli]") {
  if (!has_python()) return;
  const shell_folder folder;
  const program_end end =
      folder.run(long_name + "P=$(n .yaml); cp " + source_dir() +
                     "/models/configs/tiny.yaml $P; $S compare t.safetensors --config $P --rungs "
                     "hls,systemc,rtl --csv out "
                     "--rtl-build coverage && ls out coverage | grep -c .csv && ls coverage | wc -l",
                 {"SCANSIM_CACHE=" + folder.file("cache")});
  CAPTURE(end.out, end.err);
  CHECK(end.status == 0);
  CHECK(end.out.ends_with("\n2\n1\n"));
}

}  // namespace scansim::test
