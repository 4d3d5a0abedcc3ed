#include "host/area/synthesis_failure.h"

#include <fmt/format.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <regex>

#include "sim/cosim/tool_process.h"

namespace scansim {
namespace {

constexpr size_t longest_line = 300;

// Without what stands around it.
std::string message_line(const std::string& line) {
  const size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return line.substr(first, std::min(line.find_last_not_of(" \t\r") + 1 - first, longest_line));
}

std::string first_line(const std::string& log, const std::function<bool(const std::string&)>& is_cause) {
  std::ifstream stream(log);
  for (std::string line; std::getline(stream, line);)
    if (is_cause(line)) return message_line(line);
  return "";
}

bool is_tool_error(const std::string& line) {
  // The second is what the package throws after Yosys has said why.
  return line.find("ERROR:") != std::string::npos && line.find("Exited with status") == std::string::npos;
}

// "TypeError: ...", "Error [ERR_X]: ...", as node prints what nobody caught.
bool is_script_error(const std::string& line) {
  static const std::regex form(R"(^\s*(Uncaught\s+)?[A-Za-z_.]*(Error|Exception)(\s\[\w+\])?:\s.*)");
  return line.size() < 4096 && std::regex_match(line, form);
}

bool is_npm_error(const std::string& line) {
  static const std::regex form(R"(^npm (ERR!|error) (?!(code|errno|syscall|path|dest|type) )\S.*)");
  return line.size() < 4096 && std::regex_match(line, form);
}

std::string without_words(int status) {
  if (status <= 128) return "no message";
  return fmt::format("no message; ended by signal {} ({})", status - 128, strsignal(status - 128));
}

std::string first_of(const std::string& log, int status,
                     std::initializer_list<std::function<bool(const std::string&)>> causes) {
  for (const auto& is_cause : causes)
    if (const std::string line = first_line(log, is_cause); !line.empty()) return line;
  const std::string complaint = first_complaint(log);
  if (complaint.empty()) return without_words(status);
  return status > 128 ? fmt::format("ended by signal {} ({}) after \"{}\"", status - 128,
                                    strsignal(status - 128), message_line(complaint))
                      : message_line(complaint);
}

}  // namespace

std::string synthesis_failure(const std::string& log, int status) {
  return first_of(log, status, {is_tool_error, is_script_error});
}

std::string npm_failure(const std::string& log, int status) { return first_of(log, status, {is_npm_error}); }

}  // namespace scansim
