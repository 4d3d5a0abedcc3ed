// text_cache: small texts that took long to compute, in a folder of the cache, each under a name that is a
// digest of all it depends on. A file is the SHA-256 of name and text, in hexadecimal, a line feed, the text.
// Contract: a text comes back whole and under its own name or not at all, so damage by a full disk, a copy or
// an edit costs the text alone; it appears by one rename, and two writers of one name write the same. A
// folder that cannot be read or written is as good as an empty one: nothing is thrown, nothing waits.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace scansim {

std::optional<std::string> cached_text(const std::filesystem::path& folder, const std::string& name);
void cache_text(const std::filesystem::path& folder, const std::string& name, std::string_view text);

struct text_cache_state {
  int whole = 0, damaged = 0;  // damaged: or what a killed writer left
  uint64_t bytes = 0;
  std::filesystem::file_time_type changed = std::filesystem::file_time_type::min();  // the latest
};
text_cache_state state_of_texts(const std::filesystem::path& folder);

struct cleared_texts {
  int removed = 0, kept = 0;
  uint64_t bytes = 0;  // removed
};
// Those that have not changed since; the folder with the last of them. Throws tool_error if one cannot be
// removed.
cleared_texts clear_texts(const std::filesystem::path& folder, std::filesystem::file_time_type since);

}  // namespace scansim
