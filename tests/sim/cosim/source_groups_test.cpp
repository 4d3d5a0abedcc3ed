// Which sources of Verilator are compiled together.
#include "sim/cosim/source_groups.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

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

}  // namespace scansim::test
