// map_rtl SOURCE_DIR TARGET_DIR: writes what comes from the tables of hls/map/ into TARGET_DIR, under its
// path in the repository: rtl/top/ssm_map_pkg.sv, and sim/README.md, sim/PROGRAM.md and sim/SETS.md of
// SOURCE_DIR with every table between `<!-- map: NAME -->` and `<!-- /map -->` written anew
// (hls/map/map_pages.h). With SOURCE_DIR = TARGET_DIR the repository is brought up to date; a test writes
// elsewhere and compares. Exit 0, 2 usage, 3 a file. Host program, not part of the synthesizable subset.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hls/map/map_package.h"
#include "hls/map/map_pages.h"

namespace {

namespace fs = std::filesystem;

bool write_text(const fs::path& file, const std::string& text) {
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  std::ofstream stream(file, std::ios::binary);
  stream << text << std::flush;
  if (!stream) std::fprintf(stderr, "map_rtl: %s cannot be written\n", file.c_str());
  return bool(stream);
}

bool write_page(const fs::path& source, const fs::path& target) {
  std::ifstream stream(source, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  if (!stream) {
    std::fprintf(stderr, "map_rtl: %s cannot be read\n", source.c_str());
    return false;
  }
  std::string page, complaint;
  if (!scansim::map::fill_page(text.str(), page, complaint)) {
    std::fprintf(stderr, "map_rtl: %s: %s\n", source.c_str(), complaint.c_str());
    return false;
  }
  return write_text(target, page);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: map_rtl SOURCE_DIR TARGET_DIR\n", stderr);
    return 2;
  }
  const fs::path source = argv[1], target = argv[2];
  bool written = write_text(target / "rtl/top/ssm_map_pkg.sv", scansim::map::map_package());
  for (const char* page : {"sim/README.md", "sim/PROGRAM.md", "sim/SETS.md"})
    written = write_page(source / page, target / page) && written;
  return written ? 0 : 3;
}
