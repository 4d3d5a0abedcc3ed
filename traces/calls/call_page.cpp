#include "traces/calls/call_page.h"

#include <fmt/format.h>

namespace scansim {

namespace {

std::string shape_text(const call_tensor& tensor) {
  std::string text;
  for (const call_axis& axis : tensor.axes) {
    std::string symbol = axis.symbol;
    if (const size_t at = symbol.find(" - "); at != std::string::npos) symbol.replace(at, 3, " − ");
    text += (text.empty() ? "(" : ", ") + symbol;
  }
  return text + (tensor.required ? ")" : "), optional");
}

}  // namespace

std::string call_tables(const call_kind& kind) {
  const std::unique_ptr<call> one = kind.make();
  one->show_every_tensor();
  std::string text = "| tensor | shape | |\n|---|---|---|\n";
  for (const call_tensor& tensor : one->tensors())
    text += fmt::format("| `{}` | {} | {} |\n", tensor.name, shape_text(tensor), tensor.text);
  const std::vector<call_option> options = one->options();
  if (!options.empty()) text += "\n| key | value | default |\n|---|---|---|\n";
  for (const call_option& option : options)
    text += fmt::format("| `{}` | {} | {} |\n", option.key, option.range, option.fallback);
  if (const std::unique_ptr<call_scales> scales = one->make_scales())
    text += "\n| in an object of `scales` | value | |\n|---|---|---|\n" + scale_page_rows(scales->rows());
  return text;
}

}  // namespace scansim
