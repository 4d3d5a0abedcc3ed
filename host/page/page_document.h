// A page: one HTML file with its data, script and style in it (host/page/README.md).
// Contract: opens from a file URL and loads nothing, which its content security policy holds; text in title
// or data is shown as it is, whatever is in it, and bytes that are not UTF-8 as replacement characters.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace scansim {

// `data`: of sweep_page.h or result_page.h; its "kind" says whose script draws it.
std::string html_page(const std::string& title, const nlohmann::json& data);

}  // namespace scansim
