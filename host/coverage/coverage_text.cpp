#include "host/coverage/coverage_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/report/text_table.h"

namespace scansim {
namespace {

constexpr size_t most_told = 150;  // open bins of a group

std::string share_text(const covered_group& group) {
  if (group.asked == 0) return "-";
  return fmt::format("{:.1f} %",
                     100.0 * static_cast<double>(group.covered) / static_cast<double>(group.asked));
}

std::string stale_text(const bin_coverage& coverage) {
  std::string text;
  for (const stale_exclusion& one : coverage.excluded.stale)
    text += fmt::format("stale exclusion {}: {}\n", one.bin, one.why);
  return text;
}

std::string parameters_text(const bin_coverage& coverage) {
  return fmt::format("values of parameters on rtl machines: {}, the others on systemc alone",
                     coverage.parameter_values_on_rtl);
}

}  // namespace

std::string coverage_table(const bin_coverage& coverage) {
  text_table table({"<group", "covered", "of", "share", "excluded"});
  const auto add = [&](const covered_group& group) {
    table.add_row({group.name, std::to_string(group.covered), std::to_string(group.asked), share_text(group),
                   std::to_string(group.excluded)});
  };
  for (const covered_group& group : coverage.groups) add(group);
  table.add_rule();
  add(coverage.sum());
  return table.text() + stale_text(coverage);
}

std::string coverage_text(const bin_coverage& coverage, const std::vector<ranked_test>& ranking) {
  std::string text = coverage_table(coverage) + parameters_text(coverage) + "\n";
  for (const covered_group& group : coverage.groups) {
    if (group.open.empty()) continue;
    text += fmt::format("\nopen, {} of {}:\n", group.open.size(), group.name);
    const size_t told = std::min(group.open.size(), most_told);
    for (size_t i = 0; i < told; ++i) text += "  " + group.open[i] + "\n";
    if (told < group.open.size()) text += fmt::format("  and {} more (--csv)\n", group.open.size() - told);
  }
  text += fmt::format("\n{} of {} tests hit all that is hit:\n", ranking.size(), coverage.tests);
  text += " adds  together  test\n";  // names are too long for a table
  for (const ranked_test& one : ranking)
    text += fmt::format("{:5}  {:8}  {}\n", one.adds, one.together, one.test);
  return text;
}

std::string coverage_markdown(const bin_coverage& coverage) {
  std::string text = "| coverage | covered | of | share | excluded |\n|---|---|---|---|---|\n";
  const auto add = [&](const covered_group& group) {
    text += fmt::format("| {} | {} | {} | {} | {} |\n", group.name, group.covered, group.asked,
                        share_text(group), group.excluded);
  };
  for (const covered_group& group : coverage.groups) add(group);
  add(coverage.sum());
  return text + "\n" + parameters_text(coverage) + ".\n";
}

std::string coverage_csv(const bin_coverage& coverage) {
  std::string text = "bin;state;test\n";
  for (const std::string& bin : coverage.excluded.bins) text += bin + ";excluded;\n";
  for (const auto& [bin, test] : coverage.first) text += fmt::format("{};covered;{}\n", bin, test);
  for (const covered_group& group : coverage.groups)
    for (const std::string& bin : group.open) text += bin + ";open;\n";
  return text;
}

}  // namespace scansim
