// What a library that counts leaves out, line by line, on small sources.
#include "sim/cosim/coverage_scope.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

namespace scansim::test {
namespace {

// The lines of a source of that name that are left out, or what else is said of it.
std::string left_out(const std::string& group, const std::string& text) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("coverage_scope." + std::to_string(getpid())) / group;
  std::filesystem::create_directories(folder);
  const std::string source = (folder / "m.sv").string();
  std::ofstream(source) << text;
  std::string found = coverage_scope({source});
  std::filesystem::remove_all(folder.parent_path());
  const std::string head = "`verilator_config\n", entry = "coverage_off -file \"*/" + group + "/m.sv\"";
  REQUIRE(found.rfind(head, 0) == 0);
  std::string lines;
  for (size_t at = found.find(entry); at != std::string::npos; at = found.find(entry, at + 1))
    lines += found.substr(at + entry.size(), found.find('\n', at) - at - entry.size()) + ",";
  return lines;
}

const std::string inside = R"(  logic [3:0] count_q, count_d;
  logic       m_valid, m_pop;
  ssm_pkg::job_t job;
  always_ff @(posedge clk_i) if (a_i) count_q <= count_d;
endmodule
)";

}  // namespace

TEST_CASE("coverage_scope counts ports of a module with a handshake, and handshakes inside it") {
  CHECK(left_out("mem",
                 "// valid\nmodule m (\n  input  logic       clk_i,\n  input  logic [3:0] a_i,\n"
                 "  output logic       a_ready_o  // of a\n);\n" +
                     inside) == " -lines 7, -lines 9,");
}

TEST_CASE("coverage_scope leaves out the ports of arithmetic, and checks as a whole") {
  CHECK(left_out("scan",
                 "// valid\nmodule m (\n  input  logic       clk_i,  // while valid\n  input  logic [3:0] "
                 "a_i\n);\n" +
                     inside) == " -lines 3, -lines 4, -lines 6, -lines 8,");
  CHECK(left_out("check", "module m (\n  input logic valid_i\n);\n" + inside) == ",");
}

}  // namespace scansim::test
