#include "host/network/layer_kind.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace scansim {

std::span<const layer_kind> layer_kinds() {
  static const std::vector<layer_kind> kinds = [] {
    std::vector<layer_kind> all = language_layers();
    for (const auto& part : {vision_layers(), single_layers()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return kinds;
}

const layer_kind* find_layer_kind(const std::string& name) {
  for (const layer_kind& kind : layer_kinds())
    if (name == kind.name) return &kind;
  return nullptr;
}

std::string layer_kinds_text() {
  std::string text;
  for (const layer_kind& kind : layer_kinds()) {
    text += fmt::format("{}: {}\n", kind.name, kind.meaning);
    if (kind.says_what) text += "  what (a text)\n";
    for (const layer_field& field : kind.fields) {
      const std::string range = field.choices.empty() ? fmt::format("{} to {}", field.least, field.most)
                                                      : fmt::format("{}", fmt::join(field.choices, ", "));
      std::string usual = "must be stated";
      if (field.usual)
        usual = "usually " + (field.choices.empty()
                                  ? fmt::format("{}", *field.usual)
                                  : std::string(field.choices[static_cast<size_t>(*field.usual)]));
      text += fmt::format("  {} ({}; {})\n", field.name, range, usual);
    }
  }
  return text;
}

}  // namespace scansim
