// traces/README.md shows the tables of every call as the calls state them. SCANSIM_WRITE_PAGES=1 writes them.
#include "traces/calls/call_page.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/support/places.h"
#include "traces/calls/call_list.h"
#include "traces/calls/scan_sets_shapes.h"

namespace scansim {

TEST_CASE("traces/README.md has the tables of every call", "[unit][traces]") {
  const std::string path = test::source_dir() + "/traces/README.md";
  std::stringstream stored;
  stored << std::ifstream(path).rdbuf();
  std::string page = stored.str();
  const bool write = std::getenv("SCANSIM_WRITE_PAGES") != nullptr;
  for (const call_kind* kind : call_list()) {
    CAPTURE(kind->name);
    const std::string begin = std::string("<!-- call: ") + kind->name + " -->\n";
    const size_t at = page.find(begin);
    REQUIRE(at != std::string::npos);
    const size_t first = at + begin.size(), end = page.find("<!-- /call -->", first);
    REQUIRE(end != std::string::npos);
    const std::string want = "\n" + call_tables(*kind) + "\n";
    if (write)
      page.replace(first, end - first, want);
    else
      CHECK(page.substr(first, end - first) == want);
  }
  const std::string begin = "<!-- shapes: scan_sets -->\n";
  const size_t first = page.find(begin) + begin.size(), end = page.find("<!-- /shapes -->");
  REQUIRE(end != std::string::npos);
  const std::string want = "\n" + sets_shapes_page() + "\n";
  if (write)
    page.replace(first, end - first, want);
  else
    CHECK(page.substr(first, end - first) == want);
  if (write) std::ofstream(path) << page;
}

}  // namespace scansim
