// Text as the content or an attribute of an element of HTML or XML: & < > " as entities, control characters
// but tabs and line feeds, which XML has no form of, escaped as in reports (traces/one_line.h).
#pragma once
#include <string>

namespace scansim {

std::string markup_text(const std::string& text);

}  // namespace scansim
