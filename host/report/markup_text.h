// Text as the content or an attribute of an element of HTML or XML: & < > " as entities, every other byte as
// it is.
#pragma once
#include <string>

namespace scansim {

std::string markup_text(const std::string& text);

}  // namespace scansim
