// The syntax of a liberty file, without its meaning: groups `kind (names) { ... }` with attributes
// `name : value;` and `name (values);` in them. Contract: nothing is lost but comments; quotes are taken off.
// Errors: input_error with file and line. Internal to host/energy.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace scansim {

struct liberty_group {
  std::string kind;
  std::vector<std::string> names;
  int line = 0;
  std::vector<std::pair<std::string, std::vector<std::string>>> attributes;
  std::vector<liberty_group> groups;

  // The first value; empty: there is none.
  std::string value(const std::string& attribute) const;
  const std::vector<std::string>* values(const std::string& attribute) const;
  const liberty_group* first(const std::string& of_kind) const;
};

liberty_group parse_liberty(const std::string& text, const std::string& file);

}  // namespace scansim
