#include "host/page/rung_page.h"

#include <algorithm>

#include "host/report/or_null.h"

namespace scansim {
namespace {

using nlohmann::json;

json costs_of(const json_object& part) {
  return {{"low_pj", part.amount("low_pj")},
          {"nominal_pj", part.amount("nominal_pj")},
          {"high_pj", part.amount("high_pj")}};
}

// The largest first.
void sort_by_energy(json& list) {
  std::stable_sort(list.begin(), list.end(),
                   [](const json& a, const json& b) { return a["nominal_pj"] > b["nominal_pj"]; });
}

json energy_page(const json_object& energy) {
  const json_object sum = energy.object("system_estimate"), dram = energy.object("dram");
  json page = costs_of(sum);
  page["technology"] = energy.text("technology");
  page["dram"] = dram.text("costs", json_object::may_be_empty);
  page["not_modelled"] = energy.text("not_modelled");
  page["blocks"] = page["events"] = json::array();
  std::string levels;
  for (const std::string& level : energy.object("by_level").keys())
    levels += (levels.empty() ? "" : " + ") + level;
  page["level"] = levels;
  for (const json_object& block : energy.objects("by_block")) {
    json row = costs_of(block);
    row["name"] = block.text("block") + (block.text("level") == "circuit" ? "" : ", " + block.text("level"));
    page["blocks"].push_back(row);
  }
  for (const json_object& event : energy.objects("events")) {
    json row = costs_of(event);
    row["name"] = event.text("block") + " " + event.text("event");
    page["events"].push_back(row);
  }
  sort_by_energy(page["blocks"]);
  sort_by_energy(page["events"]);
  return page;
}

json gpu_energy_page(const json_object& rung) {
  const auto energy = rung.optional_object("energy");
  if (!energy) return {};
  return {{"level", energy->text("level")},
          {"idle_included_uj", or_null(energy->optional_amount("idle_included_uj"))},
          {"idle_subtracted_uj", or_null(energy->optional_number("idle_subtracted_uj"))},
          {"upper_bound_uj", or_null(energy->optional_amount("upper_bound_uj"))},
          {"basis", energy->text("basis", json_object::may_be_empty)}};
}

json gpu_page(const json_object& rung) {
  const json_object time = rung.object("time_us"), roofline = rung.object("roofline");
  json page = {{"label", rung.one_of("label", {"live", "recorded", "modelled"})},
               {"precision", rung.text("precision")},
               {"device", rung.text("device", json_object::may_be_empty)},
               {"kernel", or_null(rung.optional_text("kernel"))},
               {"source", rung.text("source", json_object::may_be_empty)},
               {"time_us",
                {{"median", time.amount("median")},
                 {"low", or_null(time.optional_amount("low"))},
                 {"high", or_null(time.optional_amount("high"))},
                 {"basis", time.text("basis", json_object::may_be_empty)}}},
               {"energy", gpu_energy_page(rung)},
               {"ceilings", json::array()},
               {"roofline",
                {{"time_us", or_null(roofline.optional_amount("time_us"))},
                 {"ceiling", or_null(roofline.optional_text("ceiling"))},
                 {"achieved_share", or_null(roofline.optional_amount("achieved_share"))}}},
               {"ratios", nullptr}};
  for (const json_object& one : rung.objects("ceilings"))
    page["ceilings"].push_back({{"name", one.text("name")},
                                {"value", one.amount("value")},
                                {"unit", one.text("unit")},
                                {"basis", one.text("basis")},
                                {"source", one.text("source", json_object::may_be_empty)}});
  if (const auto ratios = rung.optional_object("ratios"))
    page["ratios"] = {{"rung", ratios->text("rung")},
                      {"time", or_null(ratios->optional_amount("time"))},
                      {"energy_idle_included", or_null(ratios->optional_amount("energy_idle_included"))},
                      {"energy_idle_subtracted", or_null(ratios->optional_number("energy_idle_subtracted"))},
                      {"withheld", or_null(ratios->optional_text("withheld"))}};
  return page;
}

// Blocks that count their cycles and are not idle throughout.
json blocks_page(const json_object& rung) {
  json blocks = json::array();
  const json_object counters = rung.object("counters");
  for (const std::string& name : counters.keys()) {
    const json_object block = counters.object(name);
    const std::vector<std::string> events = block.keys();
    if (std::find(events.begin(), events.end(), "busy") == events.end()) continue;
    const json row = {{"name", name},
                      {"busy", block.whole("busy", 0)},
                      {"wait_in", block.whole("wait_in", 0)},
                      {"wait_out", block.whole("wait_out", 0)},
                      {"idle", block.whole("idle", 0)}};
    if (row["busy"] != 0 || row["wait_in"] != 0 || row["wait_out"] != 0) blocks.push_back(row);
  }
  return blocks;
}

json operators_page(const json_object& rung) {
  json list = json::array();
  const auto operators = rung.optional_objects("operators");
  if (!operators) return list;
  for (const json_object& one : *operators)
    list.push_back({{"name", one.text("name")},
                    {"unit", one.text("unit")},
                    {"busy_cycles", one.whole("busy_cycles", 0)},
                    {"steps", one.whole("steps", 0)},
                    {"weight_bytes", one.whole("weight_bytes", 0)},
                    {"energy_pj", one.amount("energy_pj")}});
  return list;
}

json machine_page(const json_object& rung, const json& trace, double clock_hz) {
  const auto metrics = rung.optional_object("metrics");
  const auto traffic = rung.optional_object("traffic");
  if (!metrics) return {};
  const json_object bound = metrics->object("bound_by"), both = metrics->object("read_and_write");
  json page = {{"bound_by",
                {{"kind", bound.text("kind")},
                 {"cause", bound.text("cause")},
                 {"block", or_null(bound.optional_text("block"))},
                 {"share", bound.amount("share")}}},
               {"bytes_per_s", both.amount("bytes_per_s")},
               {"peak_bytes_per_s", both.amount("peak_bytes_per_s")},
               {"power_w", nullptr},
               {"roofs", json::array()},
               {"moved_bytes", nullptr},
               {"tensors", json::array()},
               {"blocks", blocks_page(rung)},
               {"operators", operators_page(rung)}};
  if (const auto power = metrics->optional_object("power_w"))
    page["power_w"] = {{"low", power->amount("low")},
                       {"nominal", power->amount("nominal")},
                       {"high", power->amount("high")}};
  const auto add_roof = [&](const char* use, const char* amount, const char* unit) {
    const auto array = metrics->optional_object(use);
    if (array && !trace[amount].is_null())
      page["roofs"].push_back(
          {{"unit", unit}, {"amount", trace[amount]}, {"peak_per_s", array->amount("capacity") * clock_hz}});
  };
  add_roof("useful_macs", "macs", "MACs");
  add_roof("useful_state_updates", "state_updates", "state updates");
  const auto read = traffic ? traffic->optional_whole("bytes_read", 0) : std::nullopt;
  if (!read) return page;
  page["moved_bytes"] = *read + traffic->whole("bytes_written", 0);
  const json_object tensors = traffic->object("tensors");
  for (const std::string& name : tensors.keys()) {
    const json_object tensor = tensors.object(name);
    page["tensors"].push_back({{"name", name},
                               {"read", tensor.whole("bytes_read", 0)},
                               {"written", tensor.whole("bytes_written", 0)},
                               {"compulsory", tensor.whole("compulsory_bytes", 0)}});
  }
  return page;
}

}  // namespace

json rung_page(const std::string& name, const json_object& rung, const json& trace, double clock_hz) {
  const std::vector<std::string> keys = rung.keys();
  const bool is_gpu = std::find(keys.begin(), keys.end(), "label") != keys.end();
  json page = {{"name", name},
               {"verdict", rung.one_of("verdict", {"agree", "disagree", "not compared"})},
               {"compared_with", or_null(rung.optional_text("compared_with"))},
               {"finding", or_null(rung.optional_text("finding"))},
               {"cycles", or_null(rung.optional_whole("cycles", 0))},
               {"time_s", or_null(rung.optional_amount("time_s"))},
               {"wall_s", or_null(rung.optional_amount("wall_s"))},
               {"simulated", nullptr},
               {"energy", nullptr},
               {"gpu", is_gpu ? gpu_page(rung) : json()},
               {"machine", machine_page(rung, trace, clock_hz)}};
  if (std::find(keys.begin(), keys.end(), "simulated") != keys.end())
    page["simulated"] = {{"chunks", rung.object("simulated").whole("chunks", 0)},
                         {"of", rung.object("simulated").whole("of", 0)}};
  if (const auto energy = rung.optional_object("energy"); energy && !is_gpu)
    page["energy"] = energy_page(*energy);
  return page;
}

}  // namespace scansim
