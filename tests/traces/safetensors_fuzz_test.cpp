// Random damage to a valid trace: whatever the bytes are, loading ends in a trace or in an input_error.
#include <catch2/catch.hpp>
#include <random>

#include "raw_safetensors.h"
#include "traces/generate.h"
#include "traces/scan_trace.h"

using namespace scansim;
using namespace scansim::test;

namespace {

std::string valid_trace(const temporary_folder& folder) {
  generate_request request;
  request.channels = 2;
  request.states = 2;
  request.length = 3;
  request.with_h0 = true;
  write_scan_trace(folder.file("valid"), generate_scan(request), generation_provenance(request),
                   {scan_scales{8, 16, 16}});
  return read_bytes(folder.file("valid"));
}

size_t header_end(const std::string& bytes) {
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  return 8 + static_cast<size_t>(length);
}

// Mostly in the length and the header, because damage in the data is mostly another valid number.
void damage(std::string& bytes, size_t header, std::mt19937_64& random) {
  const auto below = [&random](size_t bound) { return static_cast<size_t>(random() % bound); };
  const size_t at = below(random() % 4 == 0 ? bytes.size() : std::min(bytes.size(), header));
  static const std::string telling = "{}[]\":,0123456789-.eE\\ntf\xff\xc3";
  switch (below(6)) {
    case 0:
      bytes[at] = static_cast<char>(random());
      break;
    case 1:
      bytes[at] = telling[below(telling.size())];
      break;
    case 2:
      bytes.resize(at);
      break;
    case 3:
      bytes.erase(at, 1 + below(8));
      break;
    case 4:
      bytes.insert(at, 1 + below(8), telling[below(telling.size())]);
      break;
    default:
      bytes.insert(at, bytes.substr(below(bytes.size()), below(64)));
      break;
  }
}

}  // namespace

TEST_CASE("safetensors and trace readers survive random damage", "[fuzz][traces]") {
  constexpr uint64_t seed = 20240611;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  temporary_folder folder;
  const std::string valid = valid_trace(folder);
  const size_t header = header_end(valid);
  const std::string path = folder.file("damaged");
  int loaded = 0, refused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = valid;
    for (uint64_t i = 0; i <= random() % 3 && !bytes.empty(); ++i) damage(bytes, header, random);
    // Half of the time the length is repaired, so that damage reaches the layers below it.
    if (round % 2 == 0 && bytes.size() > header && bytes.size() - valid.size() + header < bytes.size()) {
      const uint64_t length = bytes.size() - (valid.size() - header) - 8;
      std::memcpy(bytes.data(), &length, 8);
    }
    write_bytes(path, bytes);
    INFO("round " << round);
    std::string message;
    REQUIRE_NOTHROW(message = refusal([&] { load_scan_trace(path); }));
    ++(message.empty() ? loaded : refused);
    REQUIRE(message.find('\n') == std::string::npos);
  }
  CHECK(loaded > 20);
  CHECK(refused > 1000);
}

TEST_CASE("trace reader refuses every truncation", "[fuzz][traces]") {
  temporary_folder folder;
  const std::string valid = valid_trace(folder);
  for (size_t length = 0; length < valid.size(); ++length) {
    write_bytes(folder.file("cut"), valid.substr(0, length));
    INFO("length " << length);
    REQUIRE(!refusal([&] { load_scan_trace(folder.file("cut")); }).empty());
  }
}
