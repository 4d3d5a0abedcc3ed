#include "host/page/page_document.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/page/page_source.h"
#include "host/report/markup_text.h"

namespace scansim {
namespace {

// Whole UTF-8 of what may be a file name in any bytes.
std::string utf8(const std::string& text) {
  const std::string quoted =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return nlohmann::json::parse(quoted).get<std::string>();
}

// In JSON '<' stands in texts alone, so none of them can end the script element that holds the data.
std::string script_json(const nlohmann::json& data) {
  std::string escaped;
  for (const char c : data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
    escaped += c == '<' ? "\\u003c" : std::string(1, c);
  return escaped;
}

const char* script_of(const nlohmann::json& data) {
  if (data.at("kind") == "sweep") return page_source::sweep_script;
  return data.at("kind") == "regress" ? page_source::regress_script : page_source::result_script;
}

}  // namespace

std::string html_page(const std::string& title, const nlohmann::json& data) {
  return fmt::format(R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{} - scansim</title>
<style>
{}</style>
</head>
<body>
<main></main>
<noscript>This page draws its data with a script.</noscript>
<script type="application/json" id="data">{}</script>
<script>
{}{}</script>
</body>
</html>
)",
                     markup_text(utf8(title)), page_source::style, script_json(data),
                     page_source::chart_script, script_of(data));
}

}  // namespace scansim
