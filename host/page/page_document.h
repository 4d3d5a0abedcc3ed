// A page: one HTML file with its data, script and style in it (host/page/README.md).
// Contract: opens from a file URL and loads nothing, which its content security policy holds; text in title
// or data is shown as it is, whatever is in it, and bytes that are not UTF-8 as replacement characters.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace scansim {

// With the script of a sweep's page (sweep_page.h).
std::string html_page(const std::string& title, const nlohmann::json& data);

}  // namespace scansim
