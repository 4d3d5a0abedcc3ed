#include "host/report/markup_text.h"

#include "traces/one_line.h"

namespace scansim {

std::string markup_text(const std::string& text) {
  std::string escaped;
  for (const char c : plain_lines(text)) switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  return escaped;
}

}  // namespace scansim
