#include "host/report/call_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/report/text_table.h"

namespace scansim {
namespace {

std::string storage_text(const nlohmann::json& storage) {
  const auto bytes = [&](const char* key) { return storage[key].get<uint64_t>(); };
  return fmt::format("weights {} bytes (dense 8-bit {}): values {}, indices {}, multipliers {}\n",
                     bytes("total_bytes"), bytes("dense_int8_bytes"), bytes("value_bytes"),
                     bytes("index_bytes"), bytes("multiplier_bytes"));
}

}  // namespace

std::string call_line(const run_result& result) {
  std::string text = "call " + result.operator_name;
  const auto add = [&](const std::string& amount) { text += ", " + amount; };
  if (result.tokens > 0) add(fmt::format("{} tokens", result.tokens));
  if (result.state_updates > 0) add(fmt::format("{} state updates", result.state_updates));
  if (result.macs > 0) add(fmt::format("{} MACs", result.macs));
  if (result.compulsory_bytes) add(fmt::format("{} bytes that must move", *result.compulsory_bytes));
  return text + "\n";
}

std::string arithmetic_text(const run_result& result) {
  for (const rung_result& rung : result.rungs) {
    const auto counted = rung.counters.find(result.operator_name);  // a machine counts by block
    if (counted == rung.counters.end()) continue;
    std::string text = rung.rung + ":";
    size_t zeros = 0;
    for (const auto& [name, count] : counted->second) {
      if (count == 0) ++zeros;
      if (count > 0) text += fmt::format(" {} {},", name, count);
    }
    if (zeros > 0) text += fmt::format(" {} other counts are 0,", zeros);
    text.back() = '\n';
    if (rung.storage) text += rung.rung + ": " + storage_text(*rung.storage);
    return text;
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
  return table.text();
}

}  // namespace scansim
