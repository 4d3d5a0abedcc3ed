// Helpers of the trace tests: a folder that disappears with the test, and .safetensors files put together
// from header text and data bytes, right or wrong.
#pragma once
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "traces/input_error.h"

namespace scansim::test {

class temporary_folder {
 public:
  temporary_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "scansim-traces-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw tool_error("no temporary folder");
    path_ = pattern;
  }
  ~temporary_folder() { std::filesystem::remove_all(path_); }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string read_bytes(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::string with_length(const std::string& header, const std::string& data, uint64_t length) {
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

inline std::string raw_safetensors(const std::string& header, const std::string& data) {
  return with_length(header, data, header.size());
}

// The message of the input_error that `action` throws; empty if it throws nothing. Others pass through.
inline std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const input_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace scansim::test
