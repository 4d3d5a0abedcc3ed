// The folder of Verilated libraries: which one it is, what is in it, and how an entry gets in and out.
// An entry is a folder `rtl-<design point>-<hash>` with librtl.so, its seal (size and SHA-256 of the library,
// name of the entry) and the log of its build. Contract: an entry is used only while library, seal and name
// fit, so damage by a full disk, a crash or a copy, also one of another entry, is found before the library is
// loaded; an entry appears by one rename; what has no name of an entry is nobody's business here. A build
// works in
// `<entry>.tmp.<host>.<process>`, which nobody else removes while that process, or on another host its age,
// says that it lives. Locks are flock on `<entry>.lock`; where a file system does not carry them to other
// hosts, two hosts build twice and the later one takes the entry of the earlier.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace scansim {

inline constexpr const char* library_name = "librtl.so";

struct cache_place {
  std::string folder;  // absolute
  std::string
      chosen_by;  // "SCANSIM_CACHE", "XDG_CACHE_HOME", "HOME" or, without any of them, "temporary folder"
};

// $SCANSIM_CACHE, else $XDG_CACHE_HOME/scansim, else $HOME/.cache/scansim.
cache_place find_cache();
std::string rtl_cache_directory();

// Writes the seal of the library in `entry`. Throws tool_error if it cannot.
void seal_entry(const std::filesystem::path& entry);

// True where library and seal are there and fit.
bool entry_is_whole(const std::filesystem::path& entry);

// SHA-256 of the library as the seal of `entry` has it; empty: there is none.
std::string sealed_sha256(const std::filesystem::path& entry);

// Throws tool_error if it cannot.
void remove_entry(const std::filesystem::path& entry);

// Moves a sealed folder to its place. What lies there and is damaged goes; what is whole stays and `built`
// goes.
void publish_entry(const std::filesystem::path& built, const std::filesystem::path& entry);

// The folder in which this process builds: <stem>.tmp.<host>.<process>.
std::string build_folder_name(const std::string& stem);

// True for a build folder that nobody works in: its process is gone from this host, or it has not changed for
// a day.
bool is_abandoned(const std::filesystem::path& build_folder);

// Removes the abandoned build folders whose names start with `stem`; the caller holds the lock of the entry.
void remove_abandoned(const std::filesystem::path& parent, const std::string& stem);

enum class entry_state { whole, damaged, building, abandoned };

struct cache_entry {
  std::string name;
  entry_state state = entry_state::damaged;
  uint64_t bytes = 0;
  std::filesystem::file_time_type changed;
};

// Libraries and build folders, by name; none where the folder is not there. Throws tool_error for one that
// cannot be read.
std::vector<cache_entry> cache_entries(const std::string& folder);

struct cleared_cache {
  int removed = 0, kept = 0;  // kept: being built now, or younger
  uint64_t bytes = 0;         // removed
};

// Removes libraries and abandoned build folders that have not changed for `older_than`, and logs and locks of
// entries that are gone; a build that runs is left alone. Nothing else in the folder is touched. Throws
// tool_error if one cannot be removed.
cleared_cache clear_cache(const std::string& folder, std::chrono::hours older_than);

}  // namespace scansim
