// The correlation for people: of each call its rows, then shares of ceilings; fits and outliers at the end.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "host/correlate/gpu_correlation.h"
#include "host/report/text_table.h"
#include "traces/one_line.h"

namespace scansim {
namespace {

constexpr double j_per_uj = 1e-6, s_per_us = 1e-6;

std::string seconds(const std::optional<double>& us) {
  return us ? with_si_prefix(*us * s_per_us, "s") : "-";
}

std::string energy_cell(const correlation_row& row) {
  if (!row.energy) return "-";
  return (row.energy->basis == "at most" ? "<= " : "") + with_si_prefix(row.energy->uj * j_per_uj, "J");
}

std::string heading(const correlated_call& call) {
  const profile_trace& t = call.trace;
  std::string text = fmt::format("{} ({:.12}), {}", one_line(t.path), *t.sha256, one_line(t.op));
  if (t.length > 0)
    text += fmt::format(" {}: batch {}, D {}, N {}, L {}", one_line(t.mode), t.batch, t.channels, t.states,
                        t.length);
  return text + "\n";
}

std::string row_table(const correlated_call& call, size_t first) {
  text_table table({"row", "<label", "<on", "<type", "time", "low - high", "bytes", "<of", "energy", "<level",
                    "model", "error"});
  for (size_t i = 0; i < call.rows.size(); ++i) {
    const correlation_row& row = call.rows[i];
    const auto error = row.model_error();
    table.add_row({std::to_string(first + i), row.label, row.on, row.precision.empty() ? "-" : row.precision,
                   seconds(row.time_us),
                   row.low_us && row.high_us ? seconds(row.low_us) + " - " + seconds(row.high_us) : "-",
                   row.bytes ? with_si_prefix(*row.bytes) : "-",
                   row.bytes_basis.empty() ? "-" : row.bytes_basis, energy_cell(row),
                   row.energy ? row.energy->level : "-", seconds(row.model_us),
                   error ? fmt::format("{:+.1f} %", 100 * *error) : "-"});
  }
  return table.text();
}

// Where each row is from, and what is to be known of it.
std::string row_list(const correlated_call& call, size_t first, const std::string& folder) {
  std::string text;
  for (size_t i = 0; i < call.rows.size(); ++i) {
    const correlation_row& row = call.rows[i];
    const std::string file = std::filesystem::path(row.file).lexically_relative(folder).string();
    text += fmt::format("{}: ", first + i);
    if (!row.kernel.empty()) text += one_line(row.kernel) + ", ";
    if (row.label == "modelled" && row.origin.starts_with("datasheet"))
      text += row.origin;
    else
      text += one_line((row.label == "imported" ? row.origin + ", " : "") + (file.empty() ? row.file : file));
    if (row.model_us)
      text += fmt::format("; model bound by {}, {}", one_line(row.model_ceiling), one_line(row.model_basis));
    if (!row.note.empty()) text += "; " + one_line(row.note);
    text += "\n";
  }
  return text;
}

std::string share_table(const correlated_call& call, size_t first) {
  text_table table({"row", "<share of", "<ceiling", "share"});
  bool any = false;
  for (size_t i = 0; i < call.rows.size(); ++i)
    for (const ceiling_share& one : call.rows[i].shares) {
      table.add_row(
          {std::to_string(first + i), one.basis, one.ceiling, fmt::format("{:.1f} %", 100 * one.share)});
      any = true;
    }
  return any ? "\n" + table.text() : "";
}

std::string fit_text(const gpu_correlation& found) {
  if (found.modelled_rows == 0) return "model: no measured row has one\n";
  std::string text = fmt::format(
      "model, {} measured row{}: measured over modelled {:.3g} (geometric mean), mean error {:.1f} %",
      found.modelled_rows, found.modelled_rows == 1 ? "" : "s", *found.factor, 100 * *found.mean_error);
  if (found.correlation) text += fmt::format(", correlation of log times {:.3f}", *found.correlation);
  text += "\n";
  text_table table({"<kernel", "<type", "<device", "rows", "measured/modelled", "least", "most"});
  for (const model_fit& fit : found.fits)
    table.add_row({fit.kernel, fit.precision, fit.device, std::to_string(fit.rows),
                   fmt::format("{:.3g}", fit.factor), fmt::format("{:.3g}", fit.least),
                   fmt::format("{:.3g}", fit.most)});
  return text + table.text();
}

}  // namespace

std::string correlation_text(const gpu_correlation& found) {
  std::string text;
  std::vector<size_t> first;
  size_t next = 1;
  for (const correlated_call& call : found.calls) {
    first.push_back(next);
    text += heading(call) + row_table(call, next) + row_list(call, next, found.folder) +
            share_table(call, next) + "\n";
    next += call.rows.size();
  }
  text += fit_text(found);
  text += found.outliers.empty() ? "outliers: none\n" : fmt::format("outliers, {}:\n", found.outliers.size());
  for (const correlation_outlier& one : found.outliers) {
    const correlation_row& row = found.calls[one.call].rows[one.row];
    text += fmt::format("  row {}, {} {} {}: {}\n", first[one.call] + one.row, one_line(row.label),
                        one_line(row.kernel), one_line(row.precision), one_line(one.what));
  }
  std::vector<std::string> names;
  for (const std::string& path : found.passed_over)
    names.push_back(one_line(std::filesystem::path(path).lexically_relative(found.folder).string()));
  if (!names.empty())
    text += fmt::format("passed over, no JSON (pages of profilers come in by scansim gpu import): {}\n",
                        fmt::join(names, ", "));
  return text;
}

}  // namespace scansim
