#include "host/regress/recorded_cycles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <sstream>

#include "traces/json_text.h"
#include "traces/mapped_file.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

constexpr const char* header =
    "id;job;cycles;busy/wait_in/wait_out by block;relative MSE of hls against ref;slope of y - 1;mean of y "
    "in "
    "last places;reason";
constexpr size_t cells_of_row = 8;
constexpr size_t id_digits = 12;

std::string id_of(const regress_job& job) {
  const std::string text = json_text(identity_of(job));
  return sha256_hex(text.data(), text.size()).substr(0, id_digits);
}

std::string cell(std::string text) {
  for (char& c : text)
    if (c == ';' || c == '\n' || c == '\r') c = ',';
  return text;
}

// A plan whose rungs leave ref out records none.
std::string error_text(const job_row& row) { return row.error > 0 ? fmt::format("{:.3g}", row.error) : "-"; }

std::string slope_text(const job_row& row) { return row.line ? fmt::format("{:+.2e}", (*row.line)[0]) : "-"; }
std::string mean_text(const job_row& row) { return row.line ? fmt::format("{:+.4f}", (*row.line)[1]) : "-"; }

// Empty: at most twice what was recorded; a line also what is nothing beside its bar.
std::string worse(const job_row& row, const recorded_row& was) {
  constexpr double allowed = 2, slope_chance = 1e-5, mean_chance = 0.005;
  const auto number = [](const std::string& text) { return std::fabs(std::strtod(text.c_str(), nullptr)); };
  if (row.error > allowed * number(was.error))
    return fmt::format("relative MSE {} against ref, recorded is {}", error_text(row), was.error);
  if (!row.line) return "";
  if (was.slope == "-" || std::fabs((*row.line)[0]) > allowed * number(was.slope) + slope_chance)
    return fmt::format("slope of y on ref 1 {}, recorded is 1 {}", slope_text(row), was.slope);
  if (was.mean == "-" || std::fabs((*row.line)[1]) > allowed * number(was.mean) + mean_chance)
    return fmt::format("mean of y off by {} last places, recorded is {}", mean_text(row), was.mean);
  return "";
}

}  // namespace

std::string recorded_cycles::difference(const regress_job& job, const job_row& row) const {
  const auto found = rows.find(id_of(job));
  if (found == rows.end())
    return fmt::format("{} cycles, and none are recorded (scansim regress approve)", row.cycles);
  const recorded_row& was = found->second;
  if (was.cycles == std::to_string(row.cycles) && was.stalls == row.stalls) return worse(row, was);
  return fmt::format("{} cycles, recorded are {}; {} instead of {}", row.cycles, was.cycles, row.stalls,
                     was.stalls);
}

bool recorded_cycles::approve(const regress_job& job, const job_row& row, const std::string& reason) {
  if (difference(job, row).empty()) return false;
  rows[id_of(job)] = {job_title(job),  std::to_string(row.cycles),
                      row.stalls,      error_text(row),
                      slope_text(row), mean_text(row),
                      cell(reason)};
  return true;
}

std::vector<std::string> recorded_cycles::forget_others(const std::vector<const regress_job*>& jobs) {
  std::set<std::string> kept;
  for (const regress_job* job : jobs) kept.insert(id_of(*job));
  std::vector<std::string> titles;
  for (auto row = rows.begin(); row != rows.end();) {
    if (kept.contains(row->first)) {
      ++row;
      continue;
    }
    titles.push_back(row->second.title);
    row = rows.erase(row);
  }
  return titles;
}

std::string recorded_path(const std::string& plan_file) {
  const size_t end = plan_file.rfind(".y");
  return plan_file.substr(0, end) + ".cycles.csv";
}

recorded_cycles read_recorded_cycles(const std::string& path) {
  recorded_cycles recorded;
  std::istringstream file(text_if_there(path));
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (number == 1) {
      if (line != header) throw input_error(path, "line 1", header, "'" + line + "'");
      continue;
    }
    std::vector<std::string> cells;
    std::istringstream parts(line);
    for (std::string one; std::getline(parts, one, ';');) cells.push_back(one);
    if (cells.size() != cells_of_row)
      throw input_error(path, fmt::format("line {}", number), fmt::format("{} cells", cells_of_row),
                        fmt::format("{}", cells.size()));
    recorded.rows[cells[0]] = {cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]};
  }
  return recorded;
}

std::string recorded_csv(const recorded_cycles& recorded) {
  std::vector<std::string> lines;
  for (const auto& [id, row] : recorded.rows)
    lines.push_back(fmt::format("{};{};{};{};{};{};{};{}\n", id, cell(row.title), row.cycles, row.stalls,
                                row.error, row.slope, row.mean, row.reason));
  std::sort(lines.begin(), lines.end(), [](const std::string& a, const std::string& b) {
    return a.substr(id_digits) < b.substr(id_digits);
  });
  std::string text = std::string(header) + "\n";
  for (const std::string& line : lines) text += line;
  return text;
}

}  // namespace scansim
