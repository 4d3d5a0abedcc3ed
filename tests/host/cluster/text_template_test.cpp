// Placeholders in text of a shell: what is one, what is the shell's, what is text.
#include "host/cluster/text_template.h"

#include <catch2/catch.hpp>

#include "traces/input_error.h"

namespace scansim {

TEST_CASE("text_template fills names in braces and leaves the shell's braces", "[host][cluster]") {
  const std::map<std::string, std::string> values = {{"n", "7"}, {"folder", "'a {n} b'"}, {"last", ""}};
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"{n}", "7"},
      {"{n}{n}-{last}.", "77-."},
      {"cd {folder}", "cd 'a {n} b'"},
      {"${n} ${HOME:-{n}} $((I + 1))/{n}", "${n} ${HOME:-7} $((I + 1))/7"},
      {"{{n}} {{print}} ${{n}}", "{n} {print} ${{n}}"},
      {"{ echo; } {} {1..3} {a,b} {print $1} a{", "{ echo; } {} {1..3} {a,b} {print $1} a{"},
      {"x\n{n}\n", "x\n7\n"},
  };
  for (const auto& [text, filled] : cases) {
    CAPTURE(text);
    CHECK(filled_template(text, values) == filled);
  }
  CHECK(placeholders_in("{a} ${b} {{c}} {a} {D_1}") == std::vector<std::string>{"a", "a", "D_1"});
  CHECK_THROWS_AS(filled_template("{m}", values), tool_error);
}

}  // namespace scansim
