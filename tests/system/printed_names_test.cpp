// Names and texts of users that end a line or steer a terminal, in everything that the program prints.
#include <catch2/catch.hpp>

#include "tests/support/places.h"
#include "tests/system/shell_run.h"
#include "traces/one_line.h"

namespace scansim::test {
namespace {

// As bash writes it, and as it may be printed.
const std::string odd_name = "a\\n\\e[31mb\\r\\xc2\\x9b7m", shown = "a\\n\\u001b[31mb\\r\\u009b7m";

std::string word(const std::string& ending) { return "$'" + odd_name + ending + "' "; }

// Nothing but lines; and none of them begins in the middle of the name.
void check_plain(const std::string& text) {
  CAPTURE(text);
  CHECK(plain_lines(text) == text);
  for (size_t at = text.find("[31mb"); at != std::string::npos; at = text.find("[31mb", at + 1)) {
    const size_t end_before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    const size_t begin = end_before == std::string::npos ? 0 : end_before + 1;
    CHECK(at - begin >= std::string("\\n\\u001b").size());  // what is in front of it in the name
  }
}

struct printed {
  std::string script;
  int status;
};

}  // namespace

TEST_CASE("names with line feeds and escape sequences are printed escaped", "[outputs][cli]") {
  const shell_folder folder;
  const std::string trace = word(".safetensors"), point = word(".yaml");
  REQUIRE(folder
              .run("cp t.safetensors " + trace + "; cp " + source_dir() + "/models/configs/tiny.yaml " +
                   point + "; printf '{\"a\": 1}' > " + word(".json"))
              .status == 0);
  const std::vector<printed> scripts = {
      {"$S compare " + trace + "--config " + point + "--rungs ref,hls,systemc --csv " + word("csv") +
           "--json " + word("r") + "--outputs " + word("o") + "--timeline " + word("t"),
       0},
      {"$S compare " + trace + "--config " + point + "--rungs ref,hls --quiet", 0},
      {"$S run " + trace + "--config " + point + "--rung systemc", 0},
      {"$S trace verify " + trace, 0},
      {"$S trace info " + trace, 0},
      {"$S trace generate --shape unit --out " + word("g.safetensors"), 0},
      {"$S trace calibrate " + trace + "--config " + point + "--out " + word("c.safetensors"), 0},
      {"$S config show " + point, 0},
      {"$S bench --config " + point + "--rungs hls --trace " + trace, 0},
      {"$S report " + word("r") + "--html " + word("html"), 0},
      {"SCANSIM_CACHE=$PWD/" + word("cache") + "$S cache info", 0},
      {"$S compare " + word("none") + "--config tiny", 2},
      {"$S compare " + trace + "--config " + word("none.yaml"), 2},
      {"$S compare " + trace + "--config " + word(""), 2},
      {"$S compare " + trace + "--config tiny --rungs " + word(""), 2},
      {"$S compare " + trace + "--config tiny --memory " + word(""), 2},
      {"$S compare " + trace + "--config tiny --set " + word("=1"), 2},
      {"$S compare " + trace + "--config tiny --gpu-model " + word(""), 2},
      {"$S compare " + trace + word("more"), 2},
      {"$S " + word(""), 2},
      {"$S help " + word(""), 2},
      {"$S compare " + word(".json") + "--config tiny", 2},
      {"$S network " + word(""), 2},
      {"$S network " + word(".yaml") + "--config block", 2},
      {"$S sweep status " + word(""), 2},
      {"$S sweep run " + point + "--out " + word("s"), 2},
      {"$S regress run " + word("") + "--out " + word("s"), 2},
      {"$S regress run smoke --tag " + word("") + "--out " + word("s"), 2},
      {"$S accuracy --model " + word("") + "--format float", 2},
      {"$S sparsify " + word("") + "--pattern 2:4 --out o", 2},
      {"$S coverage " + word(""), 2},
      {"$S gpu import --ncu " + word(".json") + "--json p", 2},
      {"$S report " + word(".json") + "--html h", 2},
      {"$S compare " + trace + "--config tiny --rungs hls --json /proc/" + word("j"), 2},
  };
  for (const printed& one : scripts) {
    CAPTURE(one.script);
    const program_end end = folder.run(one.script);
    CAPTURE(end.err);
    CHECK(end.status == one.status);
    check_plain(end.out);
    check_plain(end.err);
    if (one.status == 2) CHECK(end.error_lines() == 1);
  }
}

TEST_CASE("texts in traces and results with escape sequences are printed escaped", "[outputs][cli]") {
  const shell_folder folder;
  const std::string bytes = read_bytes(folder.file("t.safetensors")), steering =
                                                                          "a\n\x1b[31mb\r\xc2\x9b"
                                                                          "7m";
  const auto check = [&](const std::string& script, int status) {
    CAPTURE(script);
    const program_end end = folder.run(script);
    CAPTURE(end.err);
    CHECK(end.status == status);
    check_plain(end.out);
    check_plain(end.err);
  };
  write_bytes(folder.file("m.safetensors"), with_metadata(bytes, [&](nlohmann::json& m) {
                m["provenance"] = {{"model", steering}};
              }));
  check("$S trace info m.safetensors", 0);
  check("$S compare m.safetensors --config tiny --rungs ref,hls", 0);
  write_bytes(folder.file("m.safetensors"),
              with_metadata(bytes, [&](nlohmann::json& m) { m["operator"] = steering; }));
  check("$S trace info m.safetensors", 2);
  write_bytes(folder.file("m.safetensors"),
              with_metadata(bytes, [&](nlohmann::json& m) { m[steering] = 1; }));
  check("$S trace info m.safetensors", 2);
  write_bytes(folder.file("m.safetensors"), with_header(bytes, [&](nlohmann::json& h) {
                h[steering] = h["u"];
                h.erase("u");
              }));
  check("$S trace verify m.safetensors", 2);
  write_bytes(folder.file("m.safetensors"),
              with_header(bytes, [&](nlohmann::json& h) { h["u"]["dtype"] = steering; }));
  check("$S trace verify m.safetensors", 2);
  REQUIRE(folder.run("$S compare t.safetensors --config tiny --rungs ref,hls,systemc --json r").status == 0);
  nlohmann::json result = nlohmann::json::parse(read_bytes(folder.file("r")));
  result["trace"]["path"] = steering, result["design_point"]["name"] = steering;
  write_bytes(folder.file("r2"), result.dump());
  const program_end end = folder.run("$S report r2 --html -");
  CAPTURE(end.err);
  CHECK(end.status == 0);
  CHECK_FALSE(contains(end.out, "\x1b"));
}

}  // namespace scansim::test
