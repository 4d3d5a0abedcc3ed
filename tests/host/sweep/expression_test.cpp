// Expressions of sweep files: values, conditions, and refusals that name what is wrong where.
#include "host/sweep/expression.h"

#include <catch2/catch.hpp>

#include "traces/input_error.h"

namespace scansim {
namespace {

sweep_value looked_up(const std::string& name) {
  if (name == "lanes") return 16.0;
  if (name == "memory") return std::string("dram-hbm2");
  throw input_error("s.yaml", "x", "a known name", name);
}

sweep_value value_of(const std::string& text) {
  return expression(text, "s.yaml", "space.x").value(looked_up);
}
double number_of_text(const std::string& text) { return std::get<double>(value_of(text)); }

}  // namespace

TEST_CASE("expression computes by rank and from the left", "[sweep]") {
  CHECK(number_of_text("1 + 2 * 3") == 7);
  CHECK(number_of_text("(1 + 2) * 3") == 9);
  CHECK(number_of_text("10 - 4 - 3") == 3);
  CHECK(number_of_text("2 / 4 / 2") == 0.25);
  CHECK(number_of_text("-lanes + 20") == 4);
  CHECK(number_of_text("min(1024, 32 * lanes * 2)") == 1024);
  CHECK(number_of_text("max(1, 2, lanes)") == 16);
  CHECK(number_of_text("log2(lanes) + ceil(0.2) + floor(1.9)") == 6);
  CHECK(std::get<std::string>(value_of("memory")) == "dram-hbm2");
}

TEST_CASE("expression decides conditions, and no further than it needs to", "[sweep]") {
  CHECK(number_of_text("memory == 'dram-hbm2' and lanes >= 16") == 1);
  CHECK(number_of_text("memory != \"ideal\" and not (lanes < 16)") == 1);
  CHECK(number_of_text("lanes == 4 or lanes == 8") == 0);
  CHECK(number_of_text("lanes == 16 or nothing > 3") == 1);
  CHECK(expression("lanes > 3 or nothing", "f", "x").names() == std::set<std::string>{"lanes", "nothing"});
}

TEST_CASE("expression refuses what it cannot read or compute, by file, field and place", "[sweep]") {
  const auto refused = [](const std::string& text, const std::string& said) {
    CAPTURE(text);
    CHECK_THROWS_AS(value_of(text), input_error);
    CHECK_THROWS_WITH(value_of(text),
                      Catch::StartsWith("s.yaml: space.x: expected ") && Catch::Contains(said));
  };
  refused("", "a value at character 1, found the end");
  refused("1 +", "a value at character 4");
  refused("1 2", "an operator at character 3, found '2'");
  refused("(1", "')'");
  refused("'text", "a text that ends");
  refused("sqrt(2)", "min, max, log2, ceil or floor");
  refused("log2(1, 2)", "of one value");
  refused("1 + memory", "a number in '1 + memory', found the text 'dram-hbm2'");
  refused("memory < 3", "two numbers or two texts");
  refused("memory < 'z'", "a number");
  refused("1 / (lanes - 16)", "a divisor other than 0");
  refused("log2(0)", "a number above 0");
  refused("lanes; exit", "an operator at character 6");
  refused(std::string(200, '('), "parentheses");
}

}  // namespace scansim
