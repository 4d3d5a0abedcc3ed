// Text tables: alignment, number formats, and percentages that sum to 100.
#include "host/report/text_table.h"

#include <catch2/catch.hpp>
#include <random>
#include <stdexcept>

using namespace scansim;

TEST_CASE("text_table aligns columns and trims line ends", "[report][all]") {
  text_table table({"<name", "n"});
  table.add_row({"a", "1"});
  table.add_rule();
  table.add_row({"longer", "1000"});
  CHECK(table.text() ==
        "name       n\n"
        "------------\n"
        "a          1\n"
        "------------\n"
        "longer  1000\n");
  CHECK_THROWS_AS(table.add_row({"a"}), std::invalid_argument);
}

TEST_CASE("text_table numbers have three digits and a prefix", "[report][all]") {
  CHECK(with_si_prefix(0) == "0");
  CHECK(with_si_prefix(1) == "1.00");
  CHECK(with_si_prefix(999.4) == "999");
  CHECK(with_si_prefix(999.6) == "1.00k");
  CHECK(with_si_prefix(12345) == "12.3k");
  CHECK(with_si_prefix(4.5e-6, "s") == "4.50 us");
  CHECK(with_si_prefix(2.5e12) == "2.50T");
  CHECK(energy_text({900, 1200, 15600}) == "0.90/1.20/15.6 nJ");
  CHECK(energy_text({0, 0, 0}) == "0/0/0 J");
}

TEST_CASE("text_table percentages sum to 100.0", "[report][all]") {
  CHECK(percent_texts({1, 1, 1}) == std::vector<std::string>{"33.4", "33.3", "33.3"});
  CHECK(percent_texts({0, 0}) == std::vector<std::string>{"0.0", "0.0"});
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    std::vector<uint64_t> parts(1 + random() % 6);
    for (uint64_t& part : parts) part = random() >> (random() % 64);
    parts[0] += 1;
    int tenths = 0;
    for (const std::string& text : percent_texts(parts)) {
      REQUIRE(text.size() >= 3);
      tenths += std::stoi(text.substr(0, text.size() - 2)) * 10 + (text.back() - '0');
    }
    CHECK(tenths == 1000);
  }
}
