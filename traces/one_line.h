// Text that somebody else wrote (names, paths, options, tensors, what a tool said) where it is printed.
// Contract: what ends a line, steers a terminal or turns the direction of the text beside it is shown as \n,
// \t, \u001b, a byte that is no UTF-8 as \xNN; every other character stays. What it gives, it leaves as it
// is. Every error, cell of a table and line of a report goes through it; JSON and CSV escape by themselves.
#pragma once
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace scansim {

struct utf8_character {
  uint32_t code = 0;
  size_t bytes = 0;  // 0: no character begins there
};

inline utf8_character utf8_character_at(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : uint8_t{0};
  };
  const uint32_t first = byte(0);
  const size_t bytes = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (bytes < 2) return {first, bytes};
  uint32_t code = first & (0x7fU >> bytes);
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fU);
  }
  constexpr uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool wrong = code < least[bytes] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000);
  return {code, wrong ? 0 : bytes};
}

inline bool steers(uint32_t code) {
  const bool control = code < 0x20 || (code >= 0x7f && code < 0xa0),
             line_end = code == 0x2028 || code == 0x2029;
  const bool direction = code == 0x061c || code == 0x200e || code == 0x200f ||
                         (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return control || line_end || direction;
}

// `kept`: control characters that stay.
inline std::string escaped_controls(std::string_view text, std::string_view kept) {
  std::string out;
  char escape[16];
  for (size_t at = 0; at < text.size();) {
    const auto [code, bytes] = utf8_character_at(text, at);
    const std::string_view character = text.substr(at, bytes == 0 ? 1 : bytes);
    at += character.size();
    if (bytes > 0 && (!steers(code) || (bytes == 1 && kept.find(character[0]) != std::string_view::npos))) {
      out += character;
    } else if (bytes > 0 && (code == '\n' || code == '\t' || code == '\r')) {
      out += code == '\n' ? "\\n" : code == '\t' ? "\\t" : "\\r";
    } else {
      std::snprintf(escape, sizeof escape, bytes == 0 ? "\\x%02x" : "\\u%04x",
                    bytes == 0 ? static_cast<unsigned char>(character[0]) : code);
      out += escape;
    }
  }
  return out;
}

inline std::string one_line(std::string_view text) { return escaped_controls(text, ""); }

// Of text that has lines.
inline std::string plain_lines(std::string_view text) { return escaped_controls(text, "\n\t"); }

}  // namespace scansim
