#include "host/cluster/text_template.h"

#include <functional>
#include <regex>

#include "traces/input_error.h"

namespace scansim {
namespace {

// Calls `plain` for stretches of text and `name` for placeholders, in order.
void walk_template(const std::string& text, const std::function<void(const std::string&)>& plain,
                   const std::function<void(const std::string&)>& name) {
  static const std::regex braced(R"(\$?\{\{[A-Za-z_]\w*\}\}|\$?\{[A-Za-z_]\w*\})");
  auto from = text.cbegin();
  for (std::sregex_iterator at(text.begin(), text.end(), braced), end; at != end; ++at) {
    plain({from, text.cbegin() + at->position()});
    from = text.cbegin() + at->position() + at->length();
    const std::string found = at->str();
    if (found[0] == '$')
      plain(found);
    else if (found[1] == '{')
      plain(found.substr(1, found.size() - 2));
    else
      name(found.substr(1, found.size() - 2));
  }
  plain({from, text.cend()});
}

}  // namespace

std::vector<std::string> placeholders_in(const std::string& text) {
  std::vector<std::string> names;
  walk_template(
      text, [](const std::string&) {}, [&](const std::string& name) { names.push_back(name); });
  return names;
}

std::string filled_template(const std::string& text, const std::map<std::string, std::string>& values) {
  std::string filled;
  walk_template(
      text, [&](const std::string& plain) { filled += plain; },
      [&](const std::string& name) {
        const auto value = values.find(name);
        if (value == values.end()) throw tool_error("no value for the placeholder {" + name + "}");
        filled += value->second;
      });
  return filled;
}

}  // namespace scansim
