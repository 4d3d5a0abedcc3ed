#include "sim/cosim/rtl_cache.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <fstream>

#include "sim/cosim/file_lock.h"
#include "traces/input_error.h"
#include "traces/output_file.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr const char* seal_name = "librtl.seal";
constexpr const char* build_mark = ".tmp.";
constexpr const char* entry_stem = "rtl-";
constexpr size_t hash_digits = 16;
constexpr auto longest_build = std::chrono::hours(24);

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

struct seal {
  uint64_t bytes = 0;
  std::string sha256, entry;
};

seal read_seal(const fs::path& entry) {
  seal s;
  std::error_code failed;
  if (!fs::is_regular_file(entry / seal_name, failed)) return {};  // a pipe would be waited for
  std::ifstream file(entry / seal_name);
  if (!(file >> s.bytes >> s.sha256 >> s.entry)) return {};
  return s;
}

std::string host_name() {
  char name[HOST_NAME_MAX + 1] = {};
  if (gethostname(name, HOST_NAME_MAX) != 0) return "host";
  std::string host = name;
  for (char& c : host)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-') c = '_';
  return host.empty() ? "host" : host;
}

// rtl-<design point>-<hash>: what else lies in the folder is somebody else's.
bool is_entry_name(const std::string& name) {
  const size_t dash = name.rfind('-');
  return name.starts_with(entry_stem) && dash >= std::char_traits<char>::length(entry_stem) &&
         name.size() == dash + 1 + hash_digits &&
         name.find_first_not_of("0123456789abcdef", dash + 1) == std::string::npos;
}

// Of an entry or of a build folder: that of the entry.
std::string entry_name_of(const std::string& name) {
  return is_entry_name(name) ? name : name.substr(0, name.rfind(build_mark));
}

// The latest change of a folder or of what lies at most two levels below it.
fs::file_time_type last_change(const fs::path& folder) {
  std::error_code ignored;
  fs::file_time_type latest = fs::last_write_time(folder, ignored);
  if (ignored) latest = fs::file_time_type::min();
  for (auto it = fs::recursive_directory_iterator(folder, ignored); it != fs::recursive_directory_iterator();
       it.increment(ignored)) {
    if (it.depth() >= 1) it.disable_recursion_pending();
    const auto time = fs::last_write_time(it->path(), ignored);
    if (!ignored) latest = std::max(latest, time);
  }
  return latest;
}

uint64_t bytes_below(const fs::path& folder) {
  uint64_t bytes = 0;
  std::error_code ignored;
  for (auto it = fs::recursive_directory_iterator(folder, ignored); it != fs::recursive_directory_iterator();
       it.increment(ignored))
    if (it->is_regular_file(ignored)) bytes += it->file_size(ignored);
  return bytes;
}

entry_state state_of(const fs::path& path) {
  if (!is_entry_name(path.filename().string()))
    return is_abandoned(path) ? entry_state::abandoned : entry_state::building;
  return entry_is_whole(path) ? entry_state::whole : entry_state::damaged;
}

}  // namespace

cache_place find_cache() {
  if (const std::string chosen = environment("SCANSIM_CACHE"); !chosen.empty())
    return {fs::absolute(chosen).string(), "SCANSIM_CACHE"};
  // The rule of the XDG base directories: a relative path is as good as none.
  if (const std::string base = environment("XDG_CACHE_HOME"); fs::path(base).is_absolute())
    return {base + "/scansim", "XDG_CACHE_HOME"};
  if (const std::string home = environment("HOME"); fs::path(home).is_absolute())
    return {home + "/.cache/scansim", "HOME"};
  const std::string own = "scansim-cache-" + std::to_string(getuid());
  return {(fs::temp_directory_path() / own).string(), "temporary folder"};
}

std::string rtl_cache_directory() { return find_cache().folder; }

void seal_entry(const fs::path& entry) {
  const fs::path library = entry / library_name;
  write_output((entry / seal_name).string(), std::to_string(fs::file_size(library)) + " " +
                                                 sha256_of_file(library.string()) + " " +
                                                 entry_name_of(entry.filename().string()) + "\n");
}

std::string sealed_sha256(const fs::path& entry) { return read_seal(entry).sha256; }

bool entry_is_whole(const fs::path& entry) {
  const fs::path library = entry / library_name;
  const seal sealed = read_seal(entry);
  std::error_code failed;
  if (sealed.entry != entry.filename().string() || !fs::is_regular_file(library, failed)) return false;
  if (fs::file_size(library, failed) != sealed.bytes || failed) return false;
  try {
    return sha256_of_file(library.string()) == sealed.sha256;
  } catch (const input_error&) {
    return false;
  }
}

void remove_entry(const fs::path& path) {
  std::error_code failed;
  fs::remove_all(path, failed);
  if (failed) throw tool_error(path.string() + ": cannot be removed: " + failed.message());
}

void publish_entry(const fs::path& built, const fs::path& entry) {
  if (fs::exists(fs::symlink_status(entry)) && !entry_is_whole(entry)) remove_entry(entry);
  std::error_code failed;
  fs::rename(built, entry, failed);
  if (!failed) return;
  // Another host, which this one's lock does not reach, was first.
  if (!entry_is_whole(entry)) throw fs::filesystem_error("cannot rename", built, entry, failed);
  remove_entry(built);
}

std::string build_folder_name(const std::string& stem) {
  return stem + build_mark + host_name() + "." + std::to_string(getpid());
}

bool is_abandoned(const fs::path& build_folder) {
  const std::string name = build_folder.filename().string();
  const size_t mark = name.rfind(build_mark), dot = name.rfind('.');
  const size_t host = mark == std::string::npos ? dot : mark + std::char_traits<char>::length(build_mark);
  if (host < dot && name.substr(host, dot - host) == host_name()) {
    const int process = std::atoi(name.c_str() + dot + 1);
    if (process == getpid()) return true;  // this process asks before it makes its own
    if (process > 0 && kill(process, 0) != 0 && errno == ESRCH) return true;
  }
  return last_change(build_folder) + longest_build < fs::file_time_type::clock::now();
}

void remove_abandoned(const fs::path& parent, const std::string& stem) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, ignored))
    if (entry.path().filename().string().starts_with(stem + build_mark) && is_abandoned(entry.path()))
      fs::remove_all(entry.path(), ignored);
}

std::vector<cache_entry> cache_entries(const std::string& folder) {
  std::vector<cache_entry> entries;
  std::error_code failed, ignored;
  const fs::directory_iterator all(folder, failed);
  if (failed && failed != std::errc::no_such_file_or_directory)
    throw tool_error(folder + ": cannot be read: " + failed.message());
  for (const fs::directory_entry& found : all) {
    const std::string name = found.path().filename().string();
    if (!is_entry_name(entry_name_of(name)) || !found.is_directory(ignored)) continue;
    entries.push_back({name, state_of(found.path()), bytes_below(found.path()), last_change(found.path())});
  }
  std::sort(entries.begin(), entries.end(),
            [](const cache_entry& a, const cache_entry& b) { return a.name < b.name; });
  return entries;
}

namespace {

bool is_younger(const fs::path& path, std::chrono::hours than) {
  std::error_code failed;
  const auto changed = fs::last_write_time(path, failed);
  return failed || changed + than > fs::file_time_type::clock::now();
}

// Logs of builds that failed, and locks, whose entry is gone.
void remove_remains(const std::string& folder, std::chrono::hours older_than) {
  std::error_code ignored;
  for (const fs::directory_entry& found : fs::directory_iterator(folder, ignored)) {
    const fs::path path = found.path(), entry = path.parent_path() / path.stem();
    const bool ours = path.extension() == ".log" || path.extension() == ".lock";
    if (!ours || !is_entry_name(path.stem().string()) || !found.is_regular_file(ignored)) continue;
    if (fs::exists(fs::symlink_status(entry, ignored)) || is_younger(path, older_than)) continue;
    const std::string lock_path = entry.string() + ".lock";
    const std::unique_ptr<file_lock> lock = file_lock::if_free(lock_path);
    if (!lock) continue;
    fs::remove(entry.string() + ".log", ignored);
    fs::remove(lock_path, ignored);
  }
}

}  // namespace

cleared_cache clear_cache(const std::string& folder, std::chrono::hours older_than) {
  cleared_cache cleared;
  for (const cache_entry& entry : cache_entries(folder)) {
    const fs::path path = fs::path(folder) / entry.name;
    const std::string lock_path = (fs::path(folder) / (entry_name_of(entry.name) + ".lock")).string();
    const std::unique_ptr<file_lock> lock = file_lock::if_free(lock_path);
    if (!lock || entry.state == entry_state::building ||
        entry.changed + older_than > fs::file_time_type::clock::now()) {
      ++cleared.kept;
      continue;
    }
    remove_entry(path);
    std::error_code ignored;
    fs::remove(path.string() + ".log", ignored);
    fs::remove(lock_path, ignored);
    ++cleared.removed, cleared.bytes += entry.bytes;
  }
  remove_remains(folder, older_than);
  return cleared;
}

}  // namespace scansim
