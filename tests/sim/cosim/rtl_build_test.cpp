// Building and driving a Verilated machine, on a toy behind the same pins (toy_rtl): every port width, cache,
// waves, failures, two processes at once, interruption, protocol errors.
#include "sim/cosim/rtl_build.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "hls/map/csr_map.h"
#include "sim/cosim/file_lock.h"
#include "sim/cosim/rtl_cache.h"
#include "sim/cosim/rtl_machine.h"
#include "sim/cosim/source_groups.h"
#include "tests/support/places.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

namespace fs = std::filesystem;

const std::string root = source_dir();
constexpr uint32_t first_byte = 8192;

design_point toy_point(int axi_bits) {
  design_point point = load_design_point("tiny", root + "/models/configs");
  point.axi_data_bits = axi_bits;  // not every width suits the real machine of this size
  return point;
}

rtl_build_request toy_build(const std::string& rtl_dir = root + "/tests/sim/cosim/toy_rtl",
                            bool waves = false) {
  return {rtl_dir, root + "/sim/cosim", rtl_cache(), waves};
}

rtl_machine::memory_maker memory(const std::string& name, int axi_bytes) {
  return [=] {
    return make_memory_timing(
        name,
        {.axi_bytes = axi_bytes, .clock_mhz = 200, .seed = 9, .parameter_dir = root + "/sim/mem/parameters"});
  };
}

std::vector<uint8_t> pattern() {
  std::vector<uint8_t> bytes(20000);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 7 + i / 256);
  return bytes;
}

uint32_t run_toy(rtl_machine& machine, std::vector<uint8_t>& image, int beats) {
  machine.set_memory(image);
  machine.write_csr(csr::desc_addr_lo, first_byte);
  machine.write_csr(csr::desc_count, static_cast<uint32_t>(beats));
  machine.write_csr(csr::control, 1);
  machine.run_until_idle();
  return machine.read_csr(csr::counters);
}

// A copy of the toy with one replacement.
std::string changed_toy(const temporary_folder& folder, const std::string& from, const std::string& to) {
  std::string text = read_bytes(root + "/tests/sim/cosim/toy_rtl/ssm_top.sv");
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  write_bytes(folder.file("ssm_top.sv"), text.replace(at, from.size(), to));
  write_bytes(folder.file("files.f"), "ssm_top.sv\n");
  return folder.path().string();
}

std::string failure(const std::function<void()>& action) {
  try {
    action();
  } catch (const tool_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("rtl_build rtl every port width moves every byte under every memory model", "[cosim][rtl]") {
  for (const int bits : {32, 64, 128, 256, 512, 1024}) {
    const int bytes = bits / 8, beats = std::min(256, 4096 / bytes);
    const std::string library = build_rtl_library(toy_point(bits), toy_build());
    for (const std::string& model : memory_model_names()) {
      CAPTURE(bits, model);
      rtl_machine machine(library, bytes, memory(model, bytes), "");
      CHECK(machine.read_csr(csr::id) == csr::id_value);
      std::vector<uint8_t> image = pattern(), want = pattern();
      for (int i = 0; i < beats * bytes; ++i)
        want[first_byte + 4096 + static_cast<size_t>(i)] =
            static_cast<uint8_t>(~want[first_byte + static_cast<size_t>(i)]);
      const uint32_t cycles = run_toy(machine, image, beats);
      CHECK(image == want);
      CHECK(cycles > static_cast<uint32_t>(2 * beats));
      CHECK(run_toy(machine, image, beats) == cycles);  // every start sees the memory anew
    }
  }
}

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

// The toy with a check that says so when the machine asks for data.
std::string checked_toy(const temporary_folder& folder) {
  changed_toy(folder, "module ssm_top", "module ssm_top");
  write_bytes(folder.file("checks.f"), "check.sv\n");
  write_bytes(folder.file("check.sv"), R"(
package toy_check_pkg;
  import "DPI-C" function void scansim_rtl_violation(input string what);
endpackage
module toy_check (input logic clk_i, input logic read_i);
  always_ff @(posedge clk_i) if (read_i) toy_check_pkg::scansim_rtl_violation("it asks for data");
endmodule
bind ssm_top toy_check u_check (.clk_i(clk_i), .read_i(m_axi_arvalid_o));
)");
  return folder.path().string();
}

TEST_CASE("rtl_build rtl a library of another kind says which contract broke", "[cosim][rtl]") {
  const temporary_folder folder;
  rtl_build_request request = toy_build(checked_toy(folder));
  const std::string plain = build_rtl_library(toy_point(64), request);
  const auto run = [](const std::string& library) {
    rtl_machine machine(library, 8, memory("ideal", 8), "");
    std::vector<uint8_t> image = pattern();
    run_toy(machine, image, 16);
  };
  CHECK_NOTHROW(run(plain));
  request.kind = rtl_kind::randinit;
  const std::string random = build_rtl_library(toy_point(64), request);
  CHECK(random != plain);
  CHECK(failure([&] { run(random); }).find("it asks for data") != std::string::npos);
}

TEST_CASE("rtl_build rtl a library for coverage writes what was covered", "[cosim][rtl]") {
  rtl_build_request request = toy_build();
  request.kind = rtl_kind::coverage;
  const std::string library = build_rtl_library(toy_point(64), request);
  const temporary_folder folder;
  const auto covered = [&](int beats) {
    rtl_machine machine(library, 8, memory("ideal", 8), "");
    std::vector<uint8_t> image = pattern();
    if (beats > 0) run_toy(machine, image, beats);
    machine.write_coverage(folder.file("data"));
    std::istringstream lines(read_bytes(folder.file("data")));
    int count = 0;
    for (std::string line; std::getline(lines, line);) count += line.ends_with("' 0") ? 0 : 1;
    return count;
  };
  const int idle = covered(0);
  CHECK(idle > 0);
  CHECK(covered(16) > idle);
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

namespace {

rtl_build_request build_in(const fs::path& cache) {
  rtl_build_request request = toy_build();
  request.cache_dir = cache.string();
  return request;
}

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

TEST_CASE("source_groups puts every source of Verilator into one of few groups", "[cosim]") {
  const temporary_folder folder;
  const auto source = [&](const std::string& name, size_t bytes) {
    std::ofstream(folder.file(name)) << std::string(bytes, '\n');
  };
  const std::vector<std::string> fast = {"Vssm_top.cpp", "Vssm_top__DepSet__0.cpp",
                                         "Vssm_top__DepSet__1.cpp"},
                                 slow = {"Vssm_top__Slow.cpp", "Vssm_top__Syms.cpp",
                                         "Vssm_top__ConstPool_0.cpp", "Vssm_top__Trace__0.cpp",
                                         "Vssm_top__Trace__0__Slow.cpp"};
  for (const std::string& name : fast) source(name, 8U << 20);
  for (const std::string& name : slow) source(name, 1000);
  source("Vssm_top.h", 10);
  const std::vector<std::string> variables = group_sources(folder.path().string(), {"../harness.cpp"});
  CHECK(variables == std::vector<std::string>{"VM_PARALLEL_BUILDS=1", "VM_USER_CLASSES=group_fast_0",
                                              "VM_CLASSES_FAST=group_fast_1 group_fast_2 ",
                                              "VM_CLASSES_SLOW=group_slow_0 ",
                                              "VM_SUPPORT_FAST=", "VM_SUPPORT_SLOW="});
  std::string included;
  for (const char* group : {"group_fast_0", "group_fast_1", "group_fast_2", "group_slow_0"}) {
    std::ifstream file(folder.file(std::string(group) + ".cpp"));
    included.append(std::istreambuf_iterator<char>(file), {});
  }
  for (const auto* names : {&fast, &slow})
    for (const std::string& name : *names) {
      const size_t first = included.find("#include \"" + name + "\"\n");
      CHECK(first != std::string::npos);
      CHECK(included.find("#include \"" + name + "\"\n", first + 1) == std::string::npos);
    }
  CHECK(included.find("#include \"../harness.cpp\"") != std::string::npos);
}

TEST_CASE("source_groups of a machine with waves are two, the writer of waves in front of one",
          "[unit][cosim][rtl]") {
  const temporary_folder folder;
  const auto source = [&](const char* name, size_t bytes) {
    std::ofstream(folder.file(name)) << std::string(bytes, '\n');
  };
  source("Vssm_top.cpp", 2U << 20);
  source("Vssm_top__Syms.cpp", 1000);
  source("Vssm_top__Trace__0.cpp", 3U << 19);
  source("Vssm_top__Trace__0__Slow.cpp", 2U << 20);
  const std::vector<std::string> variables = group_sources(
      folder.path().string(), {.user_source = "../harness.cpp", .with_waves = true, .cached = false});
  CHECK(variables == std::vector<std::string>{"VM_PARALLEL_BUILDS=1", "VM_USER_CLASSES=group_fast_0",
                                              "VM_CLASSES_FAST=group_fast_1 ", "VM_CLASSES_SLOW=",
                                              "VM_SUPPORT_FAST=", "VM_SUPPORT_SLOW=", "VM_GLOBAL_FAST="});
  const auto text = [&](const char* name) {
    std::ifstream file(folder.file(name));
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  CHECK(text("group_fast_0.cpp") ==
        "#include \"Vssm_top__Trace__0__Slow.cpp\"\n#include \"Vssm_top.cpp\"\n#include "
        "\"Vssm_top__Syms.cpp\"\n#include \"../harness.cpp\"\n");
  CHECK(text("group_fast_1.cpp") ==
        "#include \"verilated.cpp\"\n#include \"verilated_threads.cpp\"\n#include "
        "\"verilated_fst_c.cpp\"\n#include "
        "\"Vssm_top__Trace__0.cpp\"\n");
}

TEST_CASE("rtl_build rtl writes waves only when built for them", "[cosim][rtl]") {
  const temporary_folder folder;
  const std::string wave = folder.file("w.fst");
  const std::string plain = build_rtl_library(toy_point(64), toy_build());
  CHECK(failure([&] { rtl_machine(plain, 8, memory("ideal", 8), wave); }).find("waves") != std::string::npos);
  const std::string traced =
      build_rtl_library(toy_point(64), toy_build(root + "/tests/sim/cosim/toy_rtl", true));
  {
    rtl_machine machine(traced, 8, memory("ideal", 8), wave);
    std::vector<uint8_t> image = pattern();
    run_toy(machine, image, 16);
  }
  CHECK(fs::file_size(wave) > 500);
}

TEST_CASE("rtl_machine rtl reports breaches of the protocol", "[cosim][rtl]") {
  struct breach {
    std::string from, to, named;
  };
  const breach breaches[] = {
      {"m_axi_arvalid_o = step_q == ReadAddress",
       "m_axi_arvalid_o = step_q == ReadAddress || (rst_ni && !busy)", "arvalid"},
      {"m_axi_arburst_o = 2'b01", "m_axi_arburst_o = 2'b00", "arburst"},
      {"m_axi_wlast_o   = beat_q == m_axi_awlen_o", "m_axi_wlast_o   = beat_q == m_axi_awlen_o - 8'd1",
       "wlast"},
      {"m_axi_awaddr_o  = m_axi_araddr_o + AddrWidth'(4096)",
       "m_axi_awaddr_o  = m_axi_araddr_o + AddrWidth'(1 << 20)", "awaddr"},
      {"s_axil_rresp_o   = '0", "s_axil_rresp_o   = 2'b10", "rresp"},
      {"s_axil_arready_o = !s_axil_rvalid_o", "s_axil_arready_o = 1'b0", "rvalid"},
      {"if (m_axi_bvalid_i) begin\n          step_q <= Idle;", "if (m_axi_bvalid_i) begin", "hangs"},
  };
  for (const breach& planted : breaches) {
    const temporary_folder folder;
    const std::string library =
        build_rtl_library(toy_point(64), toy_build(changed_toy(folder, planted.from, planted.to)));
    const std::string message = failure([&] {
      rtl_machine machine(library, 8, memory("ideal", 8), "");
      std::vector<uint8_t> image = pattern();
      run_toy(machine, image, 16);
    });
    CAPTURE(planted.to, message);
    CHECK(message.find(planted.named) != std::string::npos);
  }
}

}  // namespace scansim::test
