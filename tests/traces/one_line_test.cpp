// What users wrote, in a line of ours.
#include "traces/one_line.h"

#include <catch2/catch.hpp>

#include "traces/list_text.h"

namespace scansim {

TEST_CASE("one_line shows what would end a line, steer a terminal or turn the text", "[text]") {
  CHECK(one_line("plain text, 100 % \\ as it is") == "plain text, 100 % \\ as it is");
  CHECK(one_line("größe 尺寸 \xf0\x9f\x90\x8d") == "größe 尺寸 \xf0\x9f\x90\x8d");
  CHECK(one_line("a\nb\tc\rd") == "a\\nb\\tc\\rd");
  CHECK(one_line(std::string("\x1b[2J\x07\x7f\0", 7)) == "\\u001b[2J\\u0007\\u007f\\u0000");
  CHECK(one_line("\xc2\x9b"
                 "31m") == "\\u009b31m");  // CSI in one character
  CHECK(one_line("a\xe2\x80\xae"
                 "b\xe2\x81\xa6") == "a\\u202eb\\u2066");  // right to left
  CHECK(one_line("\xe2\x80\xa8") == "\\u2028");            // LINE SEPARATOR
}

TEST_CASE("one_line shows bytes that are no UTF-8", "[text]") {
  CHECK(one_line("\xff\xfe") == "\\xff\\xfe");
  CHECK(one_line("\x9b") == "\\x9b");                             // CSI of an 8-bit terminal
  CHECK(one_line("\xc3") == "\\xc3");                             // cut
  CHECK(one_line("\xe2\x82") == "\\xe2\\x82");                    // cut
  CHECK(one_line("\xc0\x8a") == "\\xc0\\x8a");                    // a line feed in two bytes
  CHECK(one_line("\xe0\x80\x8a") == "\\xe0\\x80\\x8a");           // in three
  CHECK(one_line("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // half a surrogate pair
  CHECK(one_line("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond Unicode
}

TEST_CASE("one_line leaves what it gives", "[text]") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  CHECK(one_line(one_line(all)) == one_line(all));
  CHECK(plain_lines("a\n\tb\r\x1b") == "a\n\tb\\r\\u001b");
}

TEST_CASE("a list has a part more than commas", "[text]") {
  CHECK(list_in("", ',') == std::vector<std::string>{""});
  CHECK(list_in("a", ',') == std::vector<std::string>{"a"});
  CHECK(list_in("a,,b,", ',') == std::vector<std::string>{"a", "", "b", ""});
}

}  // namespace scansim
