// Building a Verilated machine, on a toy: interruption, and what is said of failures.
#include "sim/cosim/rtl_build.h"

#include <stdlib.h>

#include <catch2/catch.hpp>

#include "tests/sim/cosim/toy_machine.h"

namespace scansim::test {
namespace {

namespace fs = std::filesystem;

void set_variable(const char* name, const std::string& value) { setenv(name, value.c_str(), 1); }

// An environment variable that has its former value again at the end.
class scoped_variable {
 public:
  scoped_variable(const char* name, const std::string& value) : name_(name) {
    if (const char* was = std::getenv(name)) former_ = was, set_ = true;
    set_variable(name, value);
  }
  ~scoped_variable() {
    if (set_)
      set_variable(name_, former_);
    else
      unsetenv(name_);
  }
  scoped_variable(const scoped_variable&) = delete;
  scoped_variable& operator=(const scoped_variable&) = delete;

 private:
  const char* name_;
  std::string former_;
  bool set_ = false;
};

}  // namespace

TEST_CASE("rtl_build rtl names the log of a failure and leaves nothing half-built", "[cosim][rtl]") {
  const temporary_folder folder, cache;
  rtl_build_request request = toy_build(changed_toy(folder, "endmodule", "endmodul"));
  request.cache_dir = cache.path().string();
  const std::string message = failure([&] { build_rtl_library(toy_point(64), request); });
  CAPTURE(message);
  CHECK(message.find("verilator failed") != std::string::npos);
  CHECK(message.find("%Error") != std::string::npos);
  CHECK(message.find("whole log: " + cache.path().string()) != std::string::npos);
  CHECK(std::distance(fs::directory_iterator(cache.path()), {}) == 2);  // log and lock
}

TEST_CASE("rtl_build rtl an interrupted build is cleaned up", "[cosim][rtl]") {
  struct stop {};
  const temporary_folder cache;
  rtl_build_request request = toy_build();
  request.cache_dir = cache.path().string();
  CHECK_THROWS_AS(build_rtl_library(toy_point(64), request,
                                    [](const std::string& what) {
                                      if (what.starts_with("compiling")) throw stop();
                                    }),
                  stop);
  for (const auto& entry : fs::directory_iterator(cache.path())) CHECK_FALSE(entry.is_directory());
}

TEST_CASE("rtl_build rtl passes on why a tool failed", "[cosim][rtl]") {
  const temporary_folder folder;
  const auto build = [&] { build_rtl_library(toy_point(32), build_in(folder.path() / "cache")); };
  const auto script = [&](const std::string& name, const std::string& text) {
    write_bytes(folder.file(name), "#!/bin/sh\n" + text + "\n");
    fs::permissions(folder.file(name), fs::perms::owner_all);
  };
  const std::string path = std::getenv("PATH");
  {
    const scoped_variable wrong("VERILATOR_ROOT", folder.file("another-installation"));
    const std::string message = failure(build);
    CAPTURE(message);
    CHECK(message.find("not found; install") == std::string::npos);
    CHECK(message.find('\n') == std::string::npos);
    CHECK(message.find("another-installation") != std::string::npos);
  }
  {
    const scoped_variable empty("PATH", folder.path().string());
    const std::string message = failure(build);
    CAPTURE(message);
    CHECK(message.find(": not found; install it") != std::string::npos);
  }
  {
    const scoped_variable first("PATH", folder.path().string() + ":" + path);
    script("make", "echo 'obj/x.o: No space left on device' >&2; exit 2");
    const std::string message = failure(build);
    CAPTURE(message);
    CHECK(message.find("make failed with status 2: obj/x.o: No space left on device") != std::string::npos);
    fs::remove(folder.file("make"));
    // A compiler cache without a place to write is left out.
    script("ccache", "echo 'ccache: error: Failed to create directory /proc/none/tmp' >&2; exit 1");
    CHECK(failure(build).empty());
  }
}

}  // namespace scansim::test
