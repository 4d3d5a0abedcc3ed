#include "host/report/call_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/report/text_table.h"

namespace scansim {
namespace {

std::string storage_text(const nlohmann::json& storage) {
  const auto bytes = [&](const char* key) { return storage[key].get<uint64_t>(); };
  return fmt::format("weights: {} bytes (dense 8-bit {}): values {}, indices {}, multipliers {}\n",
                     bytes("total_bytes"), bytes("dense_int8_bytes"), bytes("value_bytes"),
                     bytes("index_bytes"), bytes("multiplier_bytes"));
}

}  // namespace

std::string arithmetic_text(const run_result& result) {
  for (const rung_result& rung : result.rungs) {
    const auto counted = rung.counters.find(result.operator_name);  // a machine counts by block
    if (counted == rung.counters.end()) continue;
    std::string text = "operator " + result.operator_name + "\n";
    for (const auto& [name, count] : counted->second) text += fmt::format("  {} {}\n", name, count);
    if (rung.storage) text += storage_text(*rung.storage);
    return text + fmt::format("compulsory traffic: {} bytes\n", sum_of(rung.traffic).compulsory_bytes);
  }
  return "";
}

std::string traffic_text(const run_result& result) {
  const auto found = std::find_if(result.rungs.rbegin(), result.rungs.rend(),
                                  [](const rung_result& rung) { return rung.moved; });
  if (found == result.rungs.rend()) return "";
  text_table table({"<bytes by tensor", "read", "written", "compulsory"});
  const auto add_row = [&](const tensor_traffic& bytes) {
    table.add_row({bytes.tensor, std::to_string(bytes.read_bytes), std::to_string(bytes.written_bytes),
                   std::to_string(bytes.compulsory_bytes)});
  };
  for (const tensor_traffic& bytes : found->traffic) add_row(bytes);
  const tensor_traffic sum = sum_of(found->traffic);
  table.add_rule();
  add_row(sum);
  const double ratio =
      static_cast<double>(sum.read_bytes + sum.written_bytes) / static_cast<double>(sum.compulsory_bytes);
  return table.text() + fmt::format("traffic {:.4f} x compulsory\n", ratio);
}

std::string busiest_text(const run_result& result) {
  std::string text;
  for (const rung_result& rung : result.rungs) {
    const auto part = busiest(result, rung);
    if (!part) continue;
    text += fmt::format("{}: busy longest: {}, {:.1f} % of the call; memory port {:.1f} %", rung.rung,
                        part->name, 100 * part->share, 100 * part->port_share);
    if (part->multipliers)
      text += fmt::format("; multipliers {:.1f} % used while gemm_nm is busy", 100.0 * *part->multipliers);
    text += part->memory_bound ? " (bound by memory)\n" : "\n";
  }
  return text;
}

}  // namespace scansim
