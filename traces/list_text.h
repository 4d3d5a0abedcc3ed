// A list in a text: "ref,hls" is ref and hls. Contract: every part is there, an empty one too ("a,,b" is
// three, "" one, "a," two), so that whoever reads it can refuse what somebody forgot to fill in.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace scansim {

inline std::vector<std::string> list_in(std::string_view text, char between) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == between)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

}  // namespace scansim
