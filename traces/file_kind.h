// What a file is, told by its first bytes: "a zip archive of torch.save (...)", "a Git LFS pointer (...)",
// "text". For the `found` of a message: a reader that meets bytes of another format says what they are
// instead of what its own format makes of them. Contract: any bytes have an answer of one line. It checks no
// file: one that begins as another format is not known to be whole.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace scansim {

class mapped_file;

enum class file_family {
  empty,
  safetensors,
  text,   // plain, JSON, YAML, CSV: nothing but printable characters
  named,  // another format, known by its first bytes
  unknown
};

inline constexpr const char* json_kind_name = "JSON text";

struct file_kind {
  file_family family = file_family::unknown;
  std::string name;  // with advice where there is some
};

// `bytes`: the file or its beginning, at least 4096 bytes where it has them.
file_kind kind_of(std::span<const std::byte> bytes);
file_kind kind_of(std::string_view bytes);

// Refuses a file of more than `largest` bytes, and says what it is.
void require_at_most(const mapped_file& file, size_t largest, const std::string& path);
// Refuses what is no text, or has control characters other than white space: field "file",
// `expected` and what was found.
void require_text(std::string_view bytes, const std::string& file, const std::string& expected);

}  // namespace scansim
