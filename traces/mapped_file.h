// A regular file mapped read-only into memory: bytes [0, size) of the file, no copy.
// Contract: the bytes stay valid as long as the object; the file must not be shortened meanwhile by another
// process. Choose it for inputs of any size; it does not write and does not open pipes or devices.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace scansim {

class mapped_file {
 public:
  // Throws input_error (field "file") if `path` is not a readable regular file.
  explicit mapped_file(const std::string& path);
  ~mapped_file();
  mapped_file(const mapped_file&) = delete;
  mapped_file& operator=(const mapped_file&) = delete;

  const std::byte* data() const { return data_; }  // nullptr for an empty file
  size_t size() const { return size_; }
  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }

 private:
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

// A copy of the bytes of a file that may be missing: empty where there is no regular file that can be read. A
// pipe in its place is not waited for.
std::string text_if_there(const std::string& path);

}  // namespace scansim
