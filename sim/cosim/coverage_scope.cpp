#include "sim/cosim/coverage_scope.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <regex>

namespace scansim {
namespace {

namespace fs = std::filesystem;

struct declarations {
  std::vector<int> ports, inner;  // numbers of lines; inner without handshakes
  bool handshake = false;
};

bool has_handshake(const std::string& line) {
  return line.find("valid") != std::string::npos || line.find("ready") != std::string::npos;
}

declarations declarations_of(const std::string& source) {
  static const std::regex port("^ *(input|output) .*"),
      inner("^ +(logic|[a-z0-9_]+_pkg::\\w+|\\w+_[te])\\b.*;.*");
  declarations found;
  std::ifstream file(source);
  bool in_ports = true;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.rfind(");", 0) == 0) in_ports = false;
    if (in_ports && std::regex_match(line, port)) {
      found.ports.push_back(number);
      found.handshake = found.handshake || has_handshake(line.substr(0, line.find("//")));
    } else if (!in_ports && !has_handshake(line) && std::regex_match(line, inner)) {
      found.inner.push_back(number);
    }
  }
  return found;
}

}  // namespace

std::string coverage_scope(const std::vector<std::string>& sources) {
  std::string text = "`verilator_config\n";
  for (const std::string& source : sources) {
    const fs::path path(source);
    const std::string pattern = "*/" + (path.parent_path().filename() / path.filename()).string();
    if (path.parent_path().filename() == "check" || path.parent_path().filename() == "watch") {
      text += fmt::format("coverage_off -file \"{}\"\n", pattern);
      continue;
    }
    const declarations found = declarations_of(source);
    const auto off = [&](const std::vector<int>& lines) {
      for (const int line : lines)
        text += fmt::format("coverage_off -file \"{}\" -lines {}\n", pattern, line);
    };
    if (!found.handshake) off(found.ports);
    off(found.inner);
  }
  return text;
}

}  // namespace scansim
