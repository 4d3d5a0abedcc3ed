#include "sim/bins/bin_record.h"

#include <errno.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/cosim/file_lock.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/output_file.h"
#include "traces/sha256.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr const char* record_ending = ".bins.json";

nlohmann::json point_json(const machine_parameters& point) {
  nlohmann::json object;
  for (const parameter_row& row : map::parameters) object[row.key] = point.*row.member;
  return object;
}

std::string text_of(const nlohmann::json& object) {
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// The same for the same test and machine.
std::string stem_of(const bin_record& record) {
  constexpr size_t digits = 16;
  const std::string key = text_of({record.test, point_json(record.point)});
  return sha256_hex(key.data(), key.size()).substr(0, digits);
}

bin_record record_from_json(const nlohmann::json& object) {
  bin_record record{object.at("test"), {}, object.at("bins").get<bin_set>(), {}};
  if (object.contains("inside")) record.inside = object.at("inside").get<bin_set>();
  for (const parameter_row& row : map::parameters) record.point.*row.member = object.at("point").at(row.key);
  return record;
}

// What a killed run may leave. Of what is no file, reading says so.
bool is_empty_file(const std::filesystem::path& path) {
  std::error_code failed;
  return std::filesystem::file_size(path, failed) == 0 && !failed;
}

bin_record read_record(const std::filesystem::path& path) {
  const mapped_file file(path.string());
  try {
    return record_from_json(parse_json_strict(file.text(), path.string(), "file"));
  } catch (const nlohmann::json::exception&) {
    throw input_error(path.string(), "file", "test, point and bins of a run with SCANSIM_BINS",
                      "something else");
  }
}

}  // namespace

std::optional<bin_place> bin_place_of_environment() {
  const char* folder = std::getenv(bins_variable);
  if (folder == nullptr || *folder == '\0') return std::nullopt;
  const char* test = std::getenv(bins_test_variable);
  return bin_place{folder, test == nullptr || *test == '\0' ? program_invocation_short_name : test};
}

void write_bin_record(const std::string& folder, const bin_record& record) {
  make_output_folder(folder);
  const std::string stem = folder + "/" + stem_of(record), path = stem + record_ending;
  const file_lock lock(stem + ".lock", "", {});
  bin_record all = record;
  if (std::filesystem::exists(path)) {
    const bin_record before = read_record(path);
    all.bins.insert(before.bins.begin(), before.bins.end());
    all.inside.insert(before.inside.begin(), before.inside.end());
    const bool same = all.bins.size() == before.bins.size() && all.inside.size() == before.inside.size();
    if (same) return;  // as most machines of a long test
  }
  nlohmann::json object = {{"test", all.test}, {"bins", all.bins}, {"point", point_json(all.point)}};
  if (!all.inside.empty()) object["inside"] = all.inside;
  write_own_file(path, text_of(object) + "\n");
}

std::vector<bin_record> read_bin_records(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code failed;
  for (std::filesystem::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed))
    if (at->path().string().ends_with(record_ending) && !is_empty_file(at->path()))
      paths.push_back(at->path());
  if (failed) throw input_error(folder, "folder", "a folder with records of SCANSIM_BINS", failed.message());
  std::sort(paths.begin(), paths.end());
  std::vector<bin_record> records;
  for (const std::filesystem::path& path : paths) records.push_back(read_record(path));
  std::stable_sort(records.begin(), records.end(),
                   [](const bin_record& one, const bin_record& other) { return one.test < other.test; });
  return records;
}

}  // namespace scansim
