#include "sim/cosim/rtl_build.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "models/configs/data_directory.h"
#include "sim/cosim/coverage_scope.h"
#include "sim/cosim/file_lock.h"
#include "sim/cosim/passing_folder.h"
#include "sim/cosim/rtl_cache.h"
#include "sim/cosim/rtl_library.h"
#include "sim/cosim/source_groups.h"
#include "traces/file_name.h"
#include "traces/input_error.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

// Of a design point in the names of its entry, its lock and the folder that it is built in, which has the
// host's name too.
constexpr size_t longest_point_name = 64;
constexpr const char* other_place = "; SCANSIM_CACHE chooses another directory";

struct build_plan {
  std::vector<std::string> verilate;  // arguments of verilator
  std::vector<std::string> compile;   // arguments of make
  std::string name;                   // of the directory in the cache: rtl-<design point>-<hash>
  std::string verilator;              // its version
  bool with_waves = false;
  std::string harness;         // joins it to rtl_abi.h
  std::string coverage_scope;  // text of the file of that name, where it counts
};

// Of every library, of one that shows its inside, of one with checks, of one that shows its streams.
constexpr const char *harness_files[] = {"rtl_harness.cpp", "rtl_abi.h"},
                     *activity_files[] = {"rtl_activity_harness.cpp", "rtl_activity_abi.h",
                                          "rtl_activity.vlt"},
                     *check_files[] = {"rtl_check_harness.cpp", "rtl_bins_abi.h"},
                     *stream_files[] = {"rtl_stream_harness.cpp", "rtl_stream_abi.h"},
                     *wave_file = "rtl_waves.vlt";

bool has_checks(const rtl_build_request& request) {
  return request.kind != rtl_kind::plain && fs::exists(request.rtl_dir + "/checks.f");
}

bool has_streams(const rtl_build_request& request) {
  return request.with_waves && fs::exists(request.rtl_dir + "/watch.f");
}

const char* harness_of(const rtl_build_request& request) {
  if (has_streams(request)) return "rtl_stream_harness.cpp";
  if (has_checks(request)) return "rtl_check_harness.cpp";
  return request.with_activity ? "rtl_activity_harness.cpp" : "rtl_harness.cpp";
}

std::vector<std::string> files_of(const rtl_build_request& request) {
  std::vector<std::string> files(std::begin(harness_files), std::end(harness_files));
  if (request.with_activity) files.insert(files.end(), std::begin(activity_files), std::end(activity_files));
  if (request.with_waves) files.emplace_back(wave_file);
  if (has_checks(request)) files.insert(files.end(), std::begin(check_files), std::end(check_files));
  if (has_streams(request)) files.insert(files.end(), std::begin(stream_files), std::end(stream_files));
  return files;
}

// make cannot build in a directory whose name has spaces.
std::string plain_name(std::string name) {
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.') c = '_';
  return name;
}

std::string tool_version(const std::string& tool) {
  const std::string version = tool_output({tool, "--version"});
  if (!version.empty()) return version;
  if (!in_path(tool)) throw tool_error("rtl: " + tool + ": not found; install it to build the rtl rung");
  throw tool_error("rtl: " + tool + " --version failed: " + tool_complaint({tool, "--version"}));
}

// `verilator` is a script that starts the program beside it, which says the same in a tenth of the time.
std::string verilator_version() {
  const std::string program = path_of_tool("verilator") + "_bin";
  const bool chosen = std::getenv("VERILATOR_BIN") != nullptr || std::getenv("VERILATOR_ROOT") != nullptr;
  if (!chosen && access(program.c_str(), X_OK) == 0) return tool_version(program);
  return tool_version("verilator");
}

// Generated code is wide integer logic: AVX2 is worth having where the host has it.
std::string machine_flags() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") ? "-mavx2" : "";
#else
  return "";
#endif
}

void add_words(std::vector<std::string>& arguments, std::initializer_list<const char*> words) {
  arguments.insert(arguments.end(), words.begin(), words.end());
}

build_plan plan_build(const design_point& point, const rtl_build_request& request) {
  build_plan plan;
  const std::vector<std::string> sources =
      rtl_sources(request.rtl_dir, request.kind != rtl_kind::plain, request.with_waves);
  plan.verilate = {"verilator", "--cc", "--exe", "--top-module", "ssm_top",
                   "--Mdir",    "obj",  "-o",    "librtl.so"};
  add_words(plan.verilate, {request.with_waves ? "-O2" : "-O3", "--noassert", "--output-split", "40000",
                            "--output-split-cfuncs", "4000", "-Wno-fatal", "-Wno-lint", "-Wno-style"});
  const char* unset = request.kind == rtl_kind::randinit ? "unique" : "fast";
  add_words(plan.verilate, {"--x-assign", unset, "--x-initial", unset});
  if (request.kind == rtl_kind::coverage) {
    add_words(plan.verilate, {"--coverage-line", "--coverage-toggle", "--coverage-max-width"});
    plan.verilate.push_back(std::to_string(toggle_width));
    plan.coverage_scope = coverage_scope(sources);
  }
  for (const auto& [name, value] : rtl_parameters(point))
    plan.verilate.push_back("-G" + name + "=" + std::to_string(value));
  std::string compiler_flags = "-std=c++17 -fPIC -fvisibility=hidden -fno-gnu-unique -I..";
  if (request.kind == rtl_kind::randinit) compiler_flags += " -DSCANSIM_RTL_RANDOM";
  std::string linker_flags = "-shared -Wl,-Bsymbolic";
  if (request.with_waves) {
    add_words(plan.verilate, {"--trace-fst", "--trace-structs", "--no-trace-params"});
    compiler_flags += " -DSCANSIM_RTL_WAVES";
    linker_flags += " -lz";
  }
  if (request.with_activity && point.has_units()) compiler_flags += " -DSCANSIM_RTL_UNITS";
  if (request.with_activity && (has_checks(request) || has_streams(request)))
    compiler_flags += " -DSCANSIM_RTL_SHOWN";
  if (has_checks(request) && has_streams(request)) compiler_flags += " -DSCANSIM_RTL_CHECKED";
  add_words(plan.verilate, {"-CFLAGS", compiler_flags.c_str(), "-LDFLAGS", linker_flags.c_str()});
  // Few large files at -O1: they simulate as fast as many at -O2, and compile in half the time.
  // What writes waves is as much code as the machine: both without optimisation there, without the inlining
  // that Verilator demands and without the landing pads of exceptions, of which generated code throws none,
  // so that waves after a failure cost no more than the machine did.
  const std::string cheap =
      "-O0 -Dalways_inline=unused -fno-exceptions --param=ggc-min-heapsize=524288";  // collects seldom
  plan.compile = {"make",
                  "-C",
                  "obj",
                  "-f",
                  "Vssm_top.mk",
                  "-j2",
                  "OPT_FAST=" + (request.with_waves ? cheap : "-O1 " + machine_flags()),
                  "OPT_GLOBAL=-O1",
                  "librtl.so"};
  if (request.with_waves) plan.compile.push_back("OPT_SLOW=" + cheap);

  plan.verilator = verilator_version();
  std::string key = plan.verilator + "\n" + tool_version("g++") + "\n";
  for (const auto* arguments : {&plan.verilate, &plan.compile})
    for (const std::string& argument : *arguments) key += argument + "\n";
  for (const std::string& file : files_of(request))
    key += sha256_of_file(request.harness_dir + "/" + file) + "\n";
  for (const std::string& source : sources)
    key += fs::path(source).filename().string() + sha256_of_file(source) + "\n";
  key += plan.coverage_scope;
  plan.name = "rtl-" + plain_name(shortened_name(point.name, longest_point_name)) + "-" +
              sha256_hex(key.data(), key.size()).substr(0, 16);

  // What does not change the result is not part of the key.
  plan.harness = harness_of(request);
  if (request.with_activity) plan.verilate.push_back("rtl_activity.vlt");
  if (request.with_waves) plan.verilate.push_back(wave_file);
  if (!plan.coverage_scope.empty()) plan.verilate.push_back(coverage_scope_file);
  plan.with_waves = request.with_waves;
  plan.verilate.push_back(plan.harness);
  plan.verilate.insert(plan.verilate.end(), sources.begin(), sources.end());
  return plan;
}

bool disk_is_full(const std::string& folder) {
  struct statvfs disk = {};
  return statvfs(folder.c_str(), &disk) == 0 && disk.f_bavail * disk.f_bsize < (1U << 20);
}

// A full disk often leaves the log empty: then the disk itself is asked.
std::string cause_of_failure(const std::string& log, const std::string& directory) {
  const std::string cause = first_complaint(log);
  if (cause.find("No space left") == std::string::npos && disk_is_full(directory))
    return "no space left on the disk of " + directory;
  return cause.empty() ? "no message" : cause;
}

tool_error step_failure(const std::string& tool, int status, const std::string& what, const std::string& log,
                        const std::string& directory) {
  return tool_error("rtl: " + what + ": " + tool + " failed with status " + std::to_string(status) + ": " +
                    cause_of_failure(log, directory) + "; whole log: " + log);
}

void run_step(const std::vector<std::string>& arguments, const std::string& directory, const std::string& log,
              const std::string& what, const progress_callback& progress) {
  const int status = run_tool({arguments, directory, log, what}, progress);
  if (status != 0) throw step_failure(arguments[0], status, what, log, directory);
}

// A compiler cache that cannot write fails every compilation: it is asked for a small one first. What it says
// has a log of its own, which is not the cause of anything that fails later.
bool ccache_works(const std::string& directory) {
  return std::getenv("CCACHE_DISABLE") == nullptr && in_path("ccache") &&
         run_tool({{"ccache", "g++", "-x", "c++", "-c", "rtl_abi.h", "-o", "rtl_abi.o"},
                   directory,
                   directory + "/ccache.log",
                   ""}) == 0;
}

void compile_in(build_plan plan, const std::string& directory, const std::string& log,
                const std::string& what, const progress_callback& progress) {
  const bool is_cached = ccache_works(directory);
  const bool counts = !plan.coverage_scope.empty();
  for (std::string& variable :
       group_sources(directory + "/obj", {"../" + plan.harness, plan.with_waves, counts, is_cached}))
    plan.compile.push_back(std::move(variable));
  if (is_cached) {
    std::vector<std::string> cached = plan.compile;
    cached.push_back("OBJCACHE=ccache");
    const int status = run_tool({cached, directory, log, what}, progress);
    if (status == 0) return;
    if (!mentions(log, "ccache: error")) throw step_failure(cached[0], status, what, log, directory);
  }
  run_step(plan.compile, directory, log, what, progress);
}

bool has_space(const std::string& path) { return path.find_first_of(" \t") != std::string::npos; }

// make cannot build below a path with white space.
std::string parent_for_make(const std::string& cache_dir) {
  if (!has_space(cache_dir)) return cache_dir;
  const std::string temporary = fs::temp_directory_path().string();
  return has_space(temporary) ? "/tmp" : temporary;
}

void build_entry(const build_plan& plan, const design_point& point, const rtl_build_request& request,
                 const std::string& entry, const progress_callback& progress) {
  const std::string log = entry + ".log";
  fs::remove(log);
  const passing_folder staged(request.cache_dir, plan.name);
  const passing_folder made(parent_for_make(request.cache_dir), plan.name);
  const std::string directory = made.path().string();
  for (const std::string& file : files_of(request))
    fs::copy_file(request.harness_dir + "/" + file, made.path() / file);
  if (!plan.coverage_scope.empty()) std::ofstream(made.path() / coverage_scope_file) << plan.coverage_scope;
  run_step(plan.verilate, directory, log, "verilating " + point.name, progress);
  compile_in(plan, directory, log, "compiling the Verilated " + point.name, progress);
  const char* flags = std::getenv("MAKEFLAGS");
  if (!fs::exists(made.path() / "obj" / library_name))
    throw tool_error(std::string("rtl: compiling the Verilated ") + point.name + ": make made no " +
                     library_name + (flags != nullptr ? std::string("; MAKEFLAGS is ") + flags : ""));
  const fs::path built = made.path() / "obj" / library_name, sealed = staged.path() / library_name;
  fs::copy_file(built, sealed, fs::copy_options::overwrite_existing);
  fs::remove_all(built.parent_path());  // many times the library
  fs::rename(log, staged.path() / "build.log");
  seal_entry(staged.path());
  publish_entry(staged.path(), entry);
}

// Those that the list of that name in `rtl_dir` has.
void add_sources(const std::string& rtl_dir, const std::string& name, std::vector<std::string>& sources) {
  const std::string list = rtl_dir + "/" + name;
  std::ifstream file(list);
  if (!file) throw input_error(list, "file", "a readable list of RTL sources", "none");
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    line.resize(std::min(line.find('#'), line.size()));
    const size_t first = line.find_first_not_of(" \t\r"), last = line.find_last_not_of(" \t\r");
    if (first == std::string::npos) continue;
    const std::string path =
        fs::absolute(rtl_dir + "/" + line.substr(first, last - first + 1)).lexically_normal();
    if (!fs::is_regular_file(path))
      throw input_error(list, "line " + std::to_string(number), "a source file", path + " (missing)");
    sources.push_back(path);
  }
}

std::unique_ptr<file_lock> lock_of(const std::string& entry, const std::string& waiting,
                                   const progress_callback& progress) {
  try {
    return std::make_unique<file_lock>(entry + ".lock", waiting, progress);
  } catch (const tool_error& error) {
    throw tool_error(std::string("rtl: cache: ") + error.what() + other_place);
  }
}

}  // namespace

rtl_build_request default_rtl_build(bool with_waves, bool with_activity, rtl_kind kind) {
  return {rtl_directory(),       data_directory() + "/sim/cosim",
          rtl_cache_directory(), with_waves,
          with_activity,         kind};
}

std::vector<std::string> rtl_sources(const std::string& rtl_dir, bool with_checks, bool with_streams) {
  std::vector<std::string> sources;
  add_sources(rtl_dir, "files.f", sources);
  if (with_checks && fs::exists(rtl_dir + "/checks.f")) add_sources(rtl_dir, "checks.f", sources);
  if (with_streams && fs::exists(rtl_dir + "/watch.f")) add_sources(rtl_dir, "watch.f", sources);
  return sources;
}

rtl_library_build built_rtl_library(const design_point& point, const rtl_build_request& request,
                                    const progress_callback& progress) {
  const build_plan plan = plan_build(point, request);
  const std::string entry = request.cache_dir + "/" + plan.name;
  // A library can be whole and of no use: from another system that shares the cache, say.
  const auto usable = [&] {
    try {
      return entry_is_whole(entry) && rtl_library(entry + "/" + library_name, point.axi_bytes()).create;
    } catch (const tool_error&) {
      return false;
    }
  };
  const auto built = [&] {
    return rtl_library_build{entry + "/" + library_name, sealed_sha256(entry), plan.verilator};
  };
  if (usable()) return built();
  try {
    fs::create_directories(request.cache_dir);
    const auto lock = lock_of(entry, "waiting for another process that builds " + plan.name, progress);
    if (!usable()) {
      if (entry_is_whole(entry)) remove_entry(entry);
      build_entry(plan, point, request, entry, progress);
    }
  } catch (const fs::filesystem_error& error) {
    throw tool_error(std::string("rtl: cache: ") + error.what() + other_place);
  }
  return built();
}

std::string build_rtl_library(const design_point& point, const rtl_build_request& request,
                              const progress_callback& progress) {
  return built_rtl_library(point, request, progress).path;
}

}  // namespace scansim
