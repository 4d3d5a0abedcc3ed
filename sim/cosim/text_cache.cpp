#include "sim/cosim/text_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "traces/input_error.h"
#include "traces/sha256.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

constexpr size_t seal_chars = 64, most_bytes = 16 << 20;  // the netlist of a unit has some MB
constexpr const char* ending = ".txt";
constexpr const char* partial_mark = ".tmp.";

std::string seal_of(const std::string& name, std::string_view text) {
  const std::string both = name + "\n" + std::string(text);
  return sha256_hex(both.data(), both.size());
}

// Of a regular file of sensible size; a pipe or a device is not waited for.
std::optional<std::string> content_of(const fs::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat is {};
  std::optional<std::string> content;
  if (fstat(file, &is) == 0 && S_ISREG(is.st_mode) && static_cast<size_t>(is.st_size) <= most_bytes) {
    content.emplace(static_cast<size_t>(is.st_size), '\0');
    if (read(file, content->data(), content->size()) != is.st_size) content.reset();
  }
  close(file);
  return content;
}

bool write_whole(const fs::path& path, const std::string& content) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) return false;
  const bool written = write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  return close(file) == 0 && written;
}

bool is_text(const std::string& file_name) {
  return file_name.ends_with(ending) || file_name.find(partial_mark) != std::string::npos;
}

std::vector<fs::directory_entry> files_in(const fs::path& folder) {
  std::vector<fs::directory_entry> files;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (is_text(entry.path().filename().string()) && !entry.is_directory(ignored)) files.push_back(entry);
  return files;
}

uint64_t size_of(const fs::path& file) {
  std::error_code failed;
  const auto bytes = fs::file_size(file, failed);
  return failed ? 0 : bytes;
}

fs::file_time_type change_of(const fs::path& file) {
  std::error_code failed;
  const auto time = fs::last_write_time(file, failed);
  return failed ? fs::file_time_type::min() : time;
}

}  // namespace

std::optional<std::string> cached_text(const fs::path& folder, const std::string& name) {
  const std::optional<std::string> content = content_of(folder / (name + ending));
  if (!content || content->size() <= seal_chars || (*content)[seal_chars] != '\n') return std::nullopt;
  std::string text = content->substr(seal_chars + 1);
  if (content->compare(0, seal_chars, seal_of(name, text)) != 0) return std::nullopt;
  return text;
}

void cache_text(const fs::path& folder, const std::string& name, std::string_view text) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  const fs::path place = folder / (name + ending);
  const fs::path partial = folder / (name + partial_mark + std::to_string(getpid()));
  fs::remove(partial, failed);  // of a process of the same number that was killed
  if (write_whole(partial, seal_of(name, text) + "\n" + std::string(text))) {
    fs::rename(partial, place, failed);
    if (!failed) return;
  }
  fs::remove(partial, failed);
}

text_cache_state state_of_texts(const fs::path& folder) {
  text_cache_state state;
  for (const fs::directory_entry& file : files_in(folder)) {
    const bool whole =
        file.path().extension() == ending && cached_text(folder, file.path().stem().string()).has_value();
    ++(whole ? state.whole : state.damaged);
    state.bytes += size_of(file.path());
    state.changed = std::max(state.changed, change_of(file.path()));
  }
  return state;
}

cleared_texts clear_texts(const fs::path& folder, fs::file_time_type since) {
  cleared_texts cleared;
  std::error_code failed;
  for (const fs::directory_entry& file : files_in(folder)) {
    if (change_of(file.path()) > since) {
      ++cleared.kept;
      continue;
    }
    const uint64_t bytes = size_of(file.path());
    fs::remove(file.path(), failed);
    if (failed) throw tool_error(file.path().string() + ": cannot be removed: " + failed.message());
    ++cleared.removed, cleared.bytes += bytes;
  }
  fs::remove(folder, failed);  // where nothing is left in it
  return cleared;
}

}  // namespace scansim
