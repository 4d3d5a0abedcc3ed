// Numbers in two locales: what one cell tells decides the file; what nothing decides is refused.
#include "host/gpu_profile/number_locale.h"

#include <catch2/catch.hpp>

#include "tests/traces/raw_safetensors.h"

namespace scansim::test {
namespace {

const std::string file = "raw.csv";

double read(const std::string& evidence, const std::string& cell, bool whole = false) {
  number_locale locale(file);
  locale.observe("evidence", evidence, whole);
  return locale.read("column", cell);
}

std::string refused(const std::string& evidence, const std::string& cell, bool whole = false) {
  return refusal([&] { read(evidence, cell, whole); });
}

}  // namespace

TEST_CASE("number_locale reads both conventions by the evidence of another cell", "[unit][gpu]") {
  for (const char* english : {"1,234.5", "65.77", "27,595,520", "0.125", "1234.567", "4.0e-05", "-1,234.25"})
    CHECK(read(english, "1,234") == 1234);
  for (const char* german : {"1.234,5", "65,77", "27.595.520", "0,125", "1234,567", "4,0e-05", "-1.234,25"})
    CHECK(read(german, "1.234") == 1234);
  CHECK(read("65.77", "1.234") == 1.234);
  CHECK(read("65,77", "1,234") == 1.234);
  CHECK(read("65.77", "12,345,678.25") == 12345678.25);
  CHECK(read("65,77", "12.345.678,25") == 12345678.25);
  CHECK(read("65.77", "-2.5e-3") == -0.0025);
  CHECK(read("7", "1234") == 1234);
  CHECK(read("65.77", " 1 234 567.5 ") == 1234567.5);
  CHECK(read("65,77",
             "1\xc2\xa0"
             "234\xe2\x80\xaf"
             "567,5") == 1234567.5);
  CHECK(read("65.77", "1'234.5") == 1234.5);
}

TEST_CASE("number_locale takes whole columns as evidence", "[unit][gpu]") {
  CHECK(read("1,024", "2,048", true) == 2048);
  CHECK(read("1.024", "2.048", true) == 2048);
  CHECK(read("1.024", "2,5", true) == 2.5);
  CHECK_FALSE(refused("1,024", "2,048", false).empty());
}

TEST_CASE("number_locale refuses what nothing decides, naming the column", "[unit][gpu]") {
  CHECK(refused("7", "1,234").find("raw.csv: column column: ") == 0);
  CHECK(refused("7", "1.234").find("raw.csv: column column: ") == 0);
  CHECK(refused("1,234", "117.344").find("column") != std::string::npos);
}

TEST_CASE("number_locale takes the mark that is stated, and refuses cells that contradict it",
          "[unit][gpu]") {
  for (const auto& [mark, value] : {std::pair('.', 12345.0), {',', 12.345}}) {
    number_locale locale(file, mark);
    locale.observe("time", "12,345", false);
    CHECK(locale.read("time", "12,345") == value);
  }
  number_locale locale(file, ',');
  CHECK(refusal([&] { locale.observe("time", "65.77", false); }) ==
        "raw.csv: column time: expected numbers with the decimal mark ',', as --decimal-mark says, found "
        "\"65.77\"");
}

TEST_CASE("number_locale refuses what is no number before what nothing decides", "[negative][gpu]") {
  number_locale locale(file);
  locale.observe("time", "12.345", false);
  CHECK(refusal([&] { locale.observe("bytes", "n/a", false); }) ==
        "raw.csv: column bytes: expected a finite number, found \"n/a\"");
}

TEST_CASE("number_locale refuses cells that contradict one another", "[unit][gpu]") {
  number_locale locale(file);
  locale.observe("first", "65,77", false);
  const std::string message = refusal([&] { locale.observe("second", "65.77", false); });
  CHECK(message.find("column second") != std::string::npos);
  CHECK(message.find("65,77") != std::string::npos);
  CHECK_FALSE(refused("65.77", "65,77").empty());
  CHECK_FALSE(refused("65,77", "1.5").empty());
}

TEST_CASE("number_locale reads no words and no malformed groups", "[unit][gpu]") {
  for (const char* text : {"", "n/a", "nan", "inf", "-", "1,23,456", "1,2345", "12.5.7", "1.2,3.4", "0x10",
                           "1e999", "--5", "5 %", "01,234", "1,234,56", ",5"}) {
    CAPTURE(text);
    CHECK(refused("65.77", text).find("column column") != std::string::npos);
  }
}

}  // namespace scansim::test
