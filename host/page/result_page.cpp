#include "host/page/result_page.h"

#include <algorithm>

#include "host/page/rung_page.h"
#include "host/report/or_null.h"
#include "host/report/result_json.h"
#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

using nlohmann::json;

// By which a reader knows what file it is.
std::string first_keys(const json& document) {
  constexpr size_t most = 4;
  if (!document.is_object() || document.empty()) return "";
  std::string text;
  size_t named = 0;
  for (const auto& [key, value] : document.items())
    if (named++ < most) text += (text.empty() ? "" : ", ") + printable(key);
  return " (keys " + text + (named > most ? ", ...)" : ")");
}

// A result of a long layer has some ten thousand values.
json read_document(const std::string& file) {
  const mapped_file given(file);  // a pipe given by mistake is not waited for
  require_text(given.text(), file, "a result (--json of compare or run)");
  if (const file_kind kind = scansim::kind_of(given.text()); kind.name != json_kind_name)
    throw input_error(file, "file", "a result (--json of compare or run)", kind.name);
  json document = parse_json_strict(given.text(), file, "file");
  if (!document.is_object() || !document.contains("schema_version") || !document.contains("rungs"))
    throw input_error(file, "file", "a result (--json of compare or run)",
                      "JSON of another kind" + first_keys(document));
  return document;
}

json trace_of(const json_object& root) {
  const json_object trace = root.object("trace");
  return {{"path", trace.text("path", json_object::may_be_empty)},
          {"sha256", or_null(trace.optional_text("sha256"))},
          {"operator", or_null(trace.optional_text("operator"))},
          {"tokens", trace.whole("tokens", 0)},
          {"state_updates", or_null(trace.optional_whole("state_updates", 0))},
          {"macs", or_null(trace.optional_whole("macs", 0))},
          {"compulsory_bytes", or_null(trace.optional_whole("compulsory_bytes", 0))}};
}

json errors_of(const json_object& root) {
  const json_object errors = root.object("errors");
  json list = json::array();
  const auto add = [&](const char* part, const char* key, const char* what) {
    if (const auto value = errors.object(part).optional_amount(key)) list.push_back({what, *value});
  };
  add("hls_vs_ref", "relative_mse", "hls against ref, same quantised inputs");
  add("hls_vs_ref", "scan", "  of what the scan adds");
  add("hls_vs_ref", "h_last", "  of the last state");
  add("quantisation", "relative_mse", "ref on quantised inputs against ref");
  add("lost", "relative_mse", "hls against ref on the trace as given");
  add("recorded", "scan", "ref against the recording, of what the scan adds");
  return list;
}

json warnings_of(const json_object& root) {
  json list = json::array();
  for (const json_object& one : root.objects("warnings"))
    list.push_back({{"kind", one.text("kind")}, {"rung", one.text("rung")}, {"text", one.text("text")}});
  return list;
}

// As text: a script's numbers have 53 bits.
std::string seed_of(const json_object& root, const json& document) {
  if (!document.contains("seed") || !document["seed"].is_number_unsigned())
    root.fail("seed", "a whole number >= 0");
  return document["seed"].dump();
}

json point_of(const json_object& root, const json& document) {
  json point;
  for (const std::string& key : root.object("design_point").keys()) {
    const json& value = document["design_point"][key];
    if (!value.is_number() && !value.is_string()) root.object("design_point").fail(key, "a number or a text");
    point[key] = value;
  }
  return point;
}

}  // namespace

json result_page(const std::string& file) {
  const json document = read_document(file);
  const json_object root(document, file, "");
  if (root.whole("schema_version", 0) != result_schema_version)
    root.fail("schema_version", std::to_string(result_schema_version));
  const json_object program = root.object("scansim");
  json page = {{"kind", "result"},
               {"file", file},
               {"verdict", root.one_of("verdict", {"agree", "disagree", "not compared"})},
               {"command", root.text("command", json_object::may_be_empty)},
               {"reproduce", or_null(root.optional_text("reproduce"))},
               {"memory_model", root.text("memory_model")},
               {"seed", seed_of(root, document)},
               {"program",
                {{"version", program.text("version")},
                 {"revision", program.text("revision")},
                 {"dirty", program.boolean("dirty")}}},
               {"trace", trace_of(root)},
               {"design_point", point_of(root, document)},
               {"errors", errors_of(root)},
               {"limits", json::array()},
               {"warnings", warnings_of(root)},
               {"rungs", json::array()}};
  const json_object limits = root.object("limits"), rungs = root.object("rungs");
  for (const std::string& name : limits.keys())
    if (const int64_t count = limits.whole(name, 0); count > 0) page["limits"].push_back({name, count});
  std::vector<std::pair<int64_t, std::string>> order;
  for (const std::string& name : rungs.keys()) order.emplace_back(rungs.object(name).whole("order", 0), name);
  std::sort(order.begin(), order.end());
  const double clock_hz = root.object("design_point").amount("clock_mhz") * 1e6;
  for (const auto& [place, name] : order)
    page["rungs"].push_back(rung_page(name, rungs.object(name), page["trace"], clock_hz));
  return page;
}

}  // namespace scansim
