// The cache of Verilated machines, on a toy: what is whole, damaged, built by others, old.
#include "sim/cosim/rtl_cache.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <memory>

#include "sim/cosim/file_lock.h"
#include "tests/sim/cosim/toy_machine.h"

namespace scansim::test {
namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_CASE("rtl_build rtl takes the second library from the cache", "[cosim][rtl]") {
  const design_point point = toy_point(64);
  const std::string library = build_rtl_library(point, toy_build());
  const auto time = fs::last_write_time(library);
  CHECK(build_rtl_library(point, toy_build()) == library);
  CHECK(fs::last_write_time(library) == time);
  const temporary_folder folder;
  const std::string other = changed_toy(folder, "32'h53434e31", "32'h53434e32");
  CHECK(build_rtl_library(point, toy_build(other)) != library);
}

TEST_CASE("rtl_build rtl two processes build once", "[cosim][rtl]") {
  const temporary_folder cache;
  rtl_build_request request = toy_build();
  request.cache_dir = cache.path().string();
  const pid_t other = fork();
  if (other == 0) {
    const bool good = failure([&] { build_rtl_library(toy_point(32), request); }).empty();
    _exit(good ? 0 : 1);
  }
  const std::string library = build_rtl_library(toy_point(32), request);
  int status = 1;
  waitpid(other, &status, 0);
  CHECK(status == 0);
  CHECK(fs::exists(library));
  CHECK(std::distance(fs::directory_iterator(cache.path()), {}) == 2);  // library and lock
  const fs::path built = fs::path(library).parent_path() / "obj";
  CHECK_FALSE(fs::exists(built));
}

TEST_CASE("rtl_build rtl builds a damaged entry again", "[cosim][rtl]") {
  const temporary_folder cache;
  const std::string library = build_rtl_library(toy_point(32), build_in(cache.path()));
  const fs::path entry = fs::path(library).parent_path();
  const std::string good = read_bytes(library), seal = read_bytes((entry / "librtl.seal").string());
  const std::pair<const char*, std::function<void()>> damages[] = {
      {"empty library", [&] { write_bytes(library, ""); }},
      {"cut library", [&] { write_bytes(library, good.substr(0, good.size() / 2)); }},
      {"one bit",
       [&] {
         std::string bytes = good;
         bytes[bytes.size() / 2] ^= 1;
         write_bytes(library, bytes);
       }},
      {"no library", [&] { fs::remove(library); }},
      {"a folder for the library", [&] { fs::remove(library), fs::create_directories(library); }},
      {"no seal", [&] { fs::remove(entry / "librtl.seal"); }},
      {"the library and the seal of another entry",
       [&] {
         const std::string another =
             build_rtl_library(toy_point(64), build_in(cache.path()));  // whole in its own place
         fs::remove_all(entry);
         fs::copy(fs::path(another).parent_path(), entry);
       }},
      {"a seal of words", [&] { write_bytes((entry / "librtl.seal").string(), "as good as ever"); }},
      {"a file for the entry", [&] { fs::remove_all(entry), write_bytes(entry.string(), "x"); }},
      {"a dangling link for the entry", [&] { fs::remove_all(entry), fs::create_symlink("nowhere", entry); }},
  };
  for (const auto& [what, damage] : damages) {
    CAPTURE(what);
    fs::remove_all(entry);
    fs::create_directories(entry);
    write_bytes(library, good), write_bytes((entry / "librtl.seal").string(), seal);
    REQUIRE(entry_is_whole(entry));
    damage();
    CHECK_FALSE(entry_is_whole(entry));
    CHECK(build_rtl_library(toy_point(32), build_in(cache.path())) == library);
    CHECK(entry_is_whole(entry));
    rtl_machine machine(library, 4, memory("ideal", 4), "");
    CHECK(machine.read_csr(csr::id) == csr::id_value);
  }
}

TEST_CASE("rtl_build rtl builds what is whole and does not load again", "[cosim][rtl]") {
  const temporary_folder cache;
  const std::string library = build_rtl_library(toy_point(32), build_in(cache.path()));
  const fs::path entry = fs::path(library).parent_path();
  write_bytes(library, "a library of another system");
  seal_entry(entry);
  REQUIRE(entry_is_whole(entry));
  CHECK(build_rtl_library(toy_point(32), build_in(cache.path())) == library);
  rtl_machine machine(library, 4, memory("ideal", 4), "");
  CHECK(machine.read_csr(csr::id) == csr::id_value);
}

TEST_CASE("rtl_build rtl builds below a path with spaces", "[cosim][rtl]") {
  const temporary_folder folder;
  const fs::path cache = folder.path() / "a cache\tof mine";
  const std::string library = build_rtl_library(toy_point(32), build_in(cache));
  CHECK(library.starts_with(cache.string()));
  CHECK(entry_is_whole(fs::path(library).parent_path()));
}

TEST_CASE("rtl_build rtl waits for no pipe in the place of a part of an entry", "[cosim][rtl]") {
  const temporary_folder cache;
  const fs::path entry = fs::path(build_rtl_library(toy_point(32), build_in(cache.path()))).parent_path();
  for (const char* part : {"librtl.seal", "librtl.so"}) {
    fs::remove(entry / part);
    REQUIRE(mkfifo((entry / part).c_str(), 0600) == 0);
    CHECK_FALSE(entry_is_whole(entry));
    CHECK(fs::path(build_rtl_library(toy_point(32), build_in(cache.path()))).parent_path() == entry);
    CHECK(entry_is_whole(entry));
  }
}

TEST_CASE("rtl_build rtl leaves the builds of others that live", "[cosim][rtl]") {
  const temporary_folder cache;
  const std::string entry = fs::path(build_rtl_library(toy_point(32), build_in(cache.path()))).parent_path();
  const auto planted = [&](const std::string& suffix) {
    const fs::path path = entry + ".tmp." + suffix;
    fs::create_directories(path / "obj");
    write_bytes((path / "obj/part.o").string(), "x");
    return path;
  };
  const std::string own = fs::path(build_folder_name("x")).string().substr(6);  // host.process
  const std::string host = own.substr(0, own.rfind('.'));
  const pid_t gone = fork();
  if (gone == 0) _exit(0);
  waitpid(gone, nullptr, 0);
  const fs::path dead = planted(host + "." + std::to_string(gone));
  const fs::path alive = planted(host + "." + std::to_string(getppid()));
  const fs::path elsewhere = planted("another-node." + std::to_string(getpid()));
  const fs::path forgotten = planted("third-node.7");
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(48);
  for (const fs::path& part : {forgotten / "obj/part.o", forgotten / "obj", forgotten})
    fs::last_write_time(part, long_ago);
  write_bytes(entry + "/librtl.so", "");
  build_rtl_library(toy_point(32), build_in(cache.path()));
  CHECK(fs::exists(alive));
  CHECK(fs::exists(elsewhere));
  CHECK_FALSE(fs::exists(dead));
  CHECK_FALSE(fs::exists(forgotten));
  fs::remove_all(entry);
  const cleared_cache cleared = clear_cache(cache.path().string(), std::chrono::hours(0));
  CHECK(cleared.removed == 0);
  CHECK(cleared.kept == 2);
}

TEST_CASE("rtl_build rtl clears what is old, not what is used", "[cosim][rtl]") {
  const temporary_folder cache;
  const std::string library = build_rtl_library(toy_point(32), build_in(cache.path()));
  write_bytes(cache.file("notes.txt"), "mine");
  REQUIRE(cache_entries(cache.path().string()).size() == 1);
  CHECK(cache_entries(cache.path().string())[0].state == entry_state::whole);
  CHECK(clear_cache(cache.path().string(), std::chrono::hours(1)).kept == 1);
  {
    const file_lock building(fs::path(library).parent_path().string() + ".lock", "", {});
    CHECK(clear_cache(cache.path().string(), std::chrono::hours(0)).kept == 1);
  }
  CHECK(clear_cache(cache.path().string(), std::chrono::hours(0)).removed == 1);
  CHECK_FALSE(fs::exists(library));
  CHECK(std::distance(fs::directory_iterator(cache.path()), {}) == 1);  // the user's own file
}

TEST_CASE("rtl_build rtl clears nothing that has no name of an entry, and what entries left",
          "[cosim][rtl]") {
  const temporary_folder cache;
  const std::string here = cache.path().string(), hash = "-0123456789abcdef";
  const auto made = [&](const std::string& name) {
    fs::create_directories(cache.path() / name);
    write_bytes(cache.file(name + "/file"), "x");
  };
  const std::vector<std::string> others = {"rtl-designs", "rtl-tiny-0123456789ABCDEF", "rtl" + hash,
                                           "rtl-tiny" + hash + "0", "my-rtl-tiny" + hash};
  const std::vector<std::string> own = {"rtl-tiny" + hash, "rtl-x.tmp.y" + hash};
  for (const std::string& name : others) made(name), write_bytes(cache.file(name + ".log"), "x");
  for (const std::string& name : own) made(name);
  for (const char* remains : {"rtl-gone-0123456789abcdef.log", "rtl-gone-0123456789abcdef.lock"})
    write_bytes(cache.file(remains), "");
  CHECK(cache_entries(here).size() == own.size());
  CHECK(clear_cache(here, std::chrono::hours(1)).kept == 2);
  CHECK(fs::exists(cache.path() / ("rtl-gone" + hash + ".log")));
  CHECK(clear_cache(here, std::chrono::hours(0)).removed == 2);
  for (const std::string& name : others) CHECK(fs::exists(cache.path() / name / "file"));
  CHECK(std::distance(fs::directory_iterator(cache.path()), {}) == 2 * std::ssize(others));
  write_bytes(cache.file("a file"), "x");
  CHECK_THROWS_WITH(clear_cache(cache.file("a file"), std::chrono::hours(0)),
                    cache.file("a file") + ": cannot be read: Not a directory");
}

TEST_CASE("file_lock is held on the file that is there, though a former holder removed the one before",
          "[cosim]") {
  const temporary_folder folder;
  const std::string path = folder.file("lock");
  auto first = std::make_unique<file_lock>(path, "", progress_callback{});
  const file_lock second(path, "waiting", [&](const std::string&) {
    fs::remove(path);
    first.reset();
  });
  CHECK(file_lock::if_free(path) == nullptr);
}

}  // namespace scansim::test
