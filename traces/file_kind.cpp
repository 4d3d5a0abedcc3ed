#include "traces/file_kind.h"

#include <fmt/format.h>

#include <algorithm>

#include "traces/input_error.h"
#include "traces/mapped_file.h"

namespace scansim {
namespace {

using namespace std::string_view_literals;

constexpr size_t looked_at = 4096;

struct signature {
  std::string_view bytes;
  const char* name;
  size_t at = 0;
};

constexpr signature signatures[] = {
    {"version https://git-lfs.github.com/spec"sv,
     "a Git LFS pointer (the file itself is not here: git lfs pull fetches it)"},
    {"/annex/objects/"sv, "a git-annex pointer (the file itself is not here: git annex get fetches it)"},
    {"PAR1"sv, "a Parquet file"},
    {"ARROW1"sv, "an Arrow file"},
    {"\x93NUMPY"sv, "a numpy array (.npy)"},
    {"\x1f\x8b"sv, "a gzip file (unpack it first)"},
    {"\xfd"
     "7zXZ\0"sv,
     "an xz file (unpack it first)"},
    {"BZh"sv, "a bzip2 file (unpack it first)"},
    {"\x28\xb5\x2f\xfd"sv, "a zstd file (unpack it first)"},
    {"7z\xbc\xaf\x27\x1c"sv, "a 7z archive (unpack it first)"},
    {"ustar"sv, "a tar archive (unpack it first)", 257},
    {"\x89HDF\r\n\x1a\n"sv, "an HDF5 file"},
    {"GGUF"sv, "a GGUF file"},
    {"\x7f"
     "ELF"sv,
     "a program or library (ELF)"},
    {"\x89PNG"sv, "a PNG image"},
    {"\xff\xd8\xff"sv, "a JPEG image"},
    {"%PDF-"sv, "a PDF file"},
    {"SQLite format 3\0"sv, "an SQLite database"},
    {"\xff\xfe"sv, "text in UTF-16"},
    {"\xfe\xff"sv, "text in UTF-16"},
};

bool has(std::string_view bytes, std::string_view part) { return bytes.find(part) != std::string_view::npos; }

// The length of a header that the format allows, and the bracket that opens it.
bool begins_as_safetensors(std::string_view bytes) {
  return bytes.size() > 8 && bytes[8] == '{' && bytes.substr(4, 4) == "\0\0\0\0"sv;
}

// torch.save names its members "<stem>/data.pkl", numpy.savez "<array>.npy".
std::string zip_name(std::string_view bytes) {
  if (has(bytes, "/data.pkl") || has(bytes, "/constants.pkl"))
    return "a zip archive of torch.save (write its tensors with safetensors.torch.save_file)";
  if (has(bytes, ".npy")) return "a zip archive of numpy arrays (.npz)";
  return "a zip archive";
}

// Protocols 2 and up begin with their number, 1 and 0 with an empty dictionary or list and where it is kept.
bool is_pickle(std::string_view bytes) {
  if (bytes.size() >= 3 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5) return true;
  for (const std::string_view start : {"}q\0"sv, "]q\0"sv, "(dp0\n"sv, "(lp0\n"sv})
    if (bytes.starts_with(start)) return true;
  return false;
}

// The first byte that no text has, in UTF-8 or an older encoding of one byte a character; npos: none.
size_t find_no_text(std::string_view bytes) {
  const auto at = std::find_if(bytes.begin(), bytes.end(), [](char c) {
    const auto value = static_cast<unsigned char>(c);
    const bool control = value < 0x20 && "\t\n\r\f"sv.find(c) == std::string_view::npos;
    return control || value == 0x7f || value >= 0xfe;
  });
  return at == bytes.end() ? std::string_view::npos : static_cast<size_t>(at - bytes.begin());
}

std::string text_name(std::string_view bytes) {
  const size_t first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "text of nothing but white space";
  const std::string_view text = bytes.substr(first);
  if (text.starts_with("<!DOCTYPE") || text.starts_with("<!doctype") || text.starts_with("<html"))
    return "an HTML page (a download that did not give the file?)";
  if (text[0] == '{' && has(text, "\"weight_map\""))
    return "the index of a sharded checkpoint (model.safetensors.index.json)";
  return text[0] == '{' || text[0] == '[' ? json_kind_name : "text";
}

std::string first_bytes(std::string_view bytes) {
  std::string text;
  for (const char c : bytes.substr(0, 8)) text += fmt::format(" {:02x}", static_cast<unsigned char>(c));
  return "data of no known format (first bytes" + text + ")";
}

}  // namespace

file_kind kind_of(std::string_view bytes) {
  bytes = bytes.substr(0, looked_at);
  if (bytes.empty()) return {file_family::empty, "an empty file"};
  if (begins_as_safetensors(bytes)) return {file_family::safetensors, "a safetensors file"};
  for (const signature& one : signatures)
    if (bytes.size() >= one.at + one.bytes.size() && bytes.substr(one.at, one.bytes.size()) == one.bytes)
      return {file_family::named, one.name};
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"))
    return {file_family::named, zip_name(bytes)};
  if (bytes.size() >= 16 && bytes.find_first_not_of('\0') == std::string_view::npos)
    return {file_family::named, "zeros (a download or a copy that did not end?)"};
  if (is_pickle(bytes))
    return {file_family::named,
            "a Python pickle (load it with torch.load or numpy, write its tensors with "
            "safetensors.torch.save_file)"};
  if (find_no_text(bytes) == std::string_view::npos) return {file_family::text, text_name(bytes)};
  return {file_family::unknown, first_bytes(bytes)};
}

file_kind kind_of(std::span<const std::byte> bytes) {
  return kind_of(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void require_at_most(const mapped_file& file, size_t largest, const std::string& path) {
  if (file.size() > largest)
    throw input_error(path, "file", fmt::format("at most {} bytes", largest),
                      fmt::format("{} bytes of {}", file.size(), kind_of(file.bytes()).name));
}

void require_text(std::string_view bytes, const std::string& file, const std::string& expected) {
  const file_kind kind = kind_of(bytes);
  const size_t at = find_no_text(bytes);
  if (kind.family == file_family::text && at == std::string_view::npos) return;
  const bool byte_says_more = kind.family == file_family::text || kind.family == file_family::unknown;
  throw input_error(file, "file", expected,
                    kind.name + (byte_says_more ? fmt::format(", 0x{:02x} at byte {}",
                                                              static_cast<unsigned char>(bytes[at]), at)
                                                : ""));
}

}  // namespace scansim
