#include "sim/cosim/rtl_build.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "models/configs/data_directory.h"
#include "sim/cosim/file_lock.h"
#include "traces/input_error.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

struct build_plan {
  std::vector<std::string> verilate;  // arguments of verilator
  std::vector<std::string> compile;   // arguments of make
  std::string name;                   // of the directory in the cache: rtl-<design point>-<hash>
};

constexpr const char* harness_files[] = {"rtl_harness.cpp", "rtl_abi.h"};

// make cannot build in a directory whose name has spaces.
std::string plain_name(std::string name) {
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.') c = '_';
  return name;
}

bool in_path(const std::string& tool) { return !tool_output({"which", tool}).empty(); }

std::string tool_version(const std::string& tool) {
  const std::string version = tool_output({tool, "--version"});
  if (version.empty()) throw tool_error("rtl: " + tool + ": not found; install it to build the rtl rung");
  return version;
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
  const std::vector<std::string> sources = rtl_sources(request.rtl_dir);
  plan.verilate = {"verilator", "--cc", "--exe", "--top-module", "ssm_top",
                   "--Mdir",    "obj",  "-o",    "librtl.so"};
  add_words(plan.verilate,
            {"-O3", "--x-assign", "fast", "--x-initial", "fast", "--noassert", "--output-split", "40000",
             "--output-split-cfuncs", "4000", "-Wno-fatal", "-Wno-lint", "-Wno-style"});
  for (const auto& [name, value] : rtl_parameters(point))
    plan.verilate.push_back("-G" + name + "=" + std::to_string(value));
  std::string compiler_flags = "-std=c++17 -fPIC -fvisibility=hidden -fno-gnu-unique -I..";
  std::string linker_flags = "-shared -Wl,-Bsymbolic";
  if (request.with_waves) {
    add_words(plan.verilate, {"--trace-fst", "--trace-structs"});
    compiler_flags += " -DSCANSIM_RTL_WAVES";
    linker_flags += " -lz";
  }
  add_words(plan.verilate, {"-CFLAGS", compiler_flags.c_str(), "-LDFLAGS", linker_flags.c_str()});
  // Few large files at -O1: they simulate as fast as many at -O2, and compile in half the time.
  plan.compile = {
      "make",           "-C",       "obj", "-f", "Vssm_top.mk", "-j2", "OPT_FAST=-O1 " + machine_flags(),
      "OPT_GLOBAL=-O1", "librtl.so"};

  std::string key = tool_version("verilator") + "\n" + tool_version("g++") + "\n";
  for (const auto* arguments : {&plan.verilate, &plan.compile})
    for (const std::string& argument : *arguments) key += argument + "\n";
  for (const char* file : harness_files) key += sha256_of_file(request.harness_dir + "/" + file) + "\n";
  for (const std::string& source : sources)
    key += fs::path(source).filename().string() + sha256_of_file(source) + "\n";
  plan.name = "rtl-" + plain_name(point.name) + "-" + sha256_hex(key.data(), key.size()).substr(0, 16);

  // What does not change the result is not part of the key.
  plan.verilate.push_back("rtl_harness.cpp");
  plan.verilate.insert(plan.verilate.end(), sources.begin(), sources.end());
  return plan;
}

void run_step(const std::vector<std::string>& arguments, const std::string& directory, const std::string& log,
              const std::string& what, const progress_callback& progress) {
  const int status = run_tool({arguments, directory, log, what}, progress);
  if (status == 0) return;
  throw tool_error("rtl: " + what + ": " + arguments[0] + " failed with status " + std::to_string(status) +
                   "\n" + last_lines(log, 12) + "  whole log: " + log);
}

// Temporary directories of builds that were killed; ours is the only live one, because we hold the lock.
void remove_stale(const std::string& cache_dir, const std::string& prefix) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(cache_dir, ignored))
    if (entry.path().filename().string().starts_with(prefix)) fs::remove_all(entry.path(), ignored);
}

// A compiler cache that cannot write fails every compilation: it is asked for a small one first.
bool ccache_works(const std::string& directory, const std::string& log) {
  return in_path("ccache") &&
         run_tool(
             {{"ccache", "g++", "-x", "c++", "-c", "rtl_abi.h", "-o", "rtl_abi.o"}, directory, log, ""}) == 0;
}

void build_in(const build_plan& plan, const design_point& point, const std::string& directory,
              const std::string& log, const progress_callback& progress) {
  run_step(plan.verilate, directory, log, "verilating " + point.name, progress);
  std::vector<std::string> compile = plan.compile;
  if (ccache_works(directory, log)) compile.push_back("OBJCACHE=ccache");
  run_step(compile, directory, log, "compiling the Verilated " + point.name, progress);
  fs::rename(directory + "/obj/librtl.so", directory + "/librtl.so");
  fs::remove_all(directory + "/obj");
}

}  // namespace

std::string rtl_cache_directory() {
  const char* chosen = std::getenv("SCANSIM_CACHE");
  return fs::absolute(chosen && *chosen ? std::string(chosen) : data_directory() + "/.cache/scansim")
      .string();
}

rtl_build_request default_rtl_build(bool with_waves) {
  return {rtl_directory(), data_directory() + "/sim/cosim", rtl_cache_directory(), with_waves};
}

std::vector<std::string> rtl_sources(const std::string& rtl_dir) {
  const std::string list = rtl_dir + "/files.f";
  std::ifstream file(list);
  if (!file) throw input_error(list, "file", "a readable list of RTL sources", "none");
  std::vector<std::string> sources;
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
  return sources;
}

std::string build_rtl_library(const design_point& point, const rtl_build_request& request,
                              const progress_callback& progress) {
  if (request.cache_dir.find_first_of(" \t") != std::string::npos)
    throw tool_error("rtl: the cache directory '" + request.cache_dir +
                     "' has a space, which make cannot build in; set SCANSIM_CACHE to another one");
  const build_plan plan = plan_build(point, request);
  const std::string target = request.cache_dir + "/" + plan.name, library = target + "/librtl.so";
  if (fs::exists(library)) return library;
  try {
    fs::create_directories(request.cache_dir);
    const file_lock lock(target + ".lock", "waiting for another process that builds " + plan.name, progress);
    if (fs::exists(library)) return library;
    remove_stale(request.cache_dir, plan.name + ".tmp.");
    const std::string directory = target + ".tmp." + std::to_string(getpid()), log = target + ".log";
    fs::remove(log);
    fs::create_directories(directory);
    try {
      for (const char* file : harness_files)
        fs::copy_file(request.harness_dir + "/" + file, directory + "/" + file);
      build_in(plan, point, directory, log, progress);
      fs::rename(log, directory + "/build.log");
      fs::rename(directory, target);
    } catch (...) {
      std::error_code ignored;
      fs::remove_all(directory, ignored);
      throw;
    }
  } catch (const fs::filesystem_error& error) {
    throw tool_error(std::string("rtl: cache: ") + error.what() +
                     "; SCANSIM_CACHE chooses another directory");
  }
  return library;
}

std::string build_rtl_library(const design_point& point, bool with_waves, const progress_callback& progress) {
  return build_rtl_library(point, default_rtl_build(with_waves), progress);
}

}  // namespace scansim
