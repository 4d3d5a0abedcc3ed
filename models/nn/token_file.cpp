#include "models/nn/token_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/safetensors.h"
#include "traces/sizes_text.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr size_t most_tokens = size_t{1} << 31;
constexpr int64_t byte_vocabulary = 256;

// Integers in memory: 1, 2, 4 or 8 bytes, little-endian.
struct integer_view {
  const std::byte* data = nullptr;
  size_t count = 0;
  size_t bytes = 0;
  bool is_signed = true;

  int64_t at(size_t i) const {
    uint64_t raw = 0;
    std::memcpy(&raw, data + i * bytes, bytes);
    const unsigned unused = static_cast<unsigned>(64 - 8 * bytes);
    // An unsigned value above 2^63 turns negative, outside every vocabulary as well.
    return is_signed ? static_cast<int64_t>(raw << unused) >> unused : static_cast<int64_t>(raw);
  }
};

void require_sequence(const std::vector<int64_t>& shape, const std::string& path, const std::string& field) {
  const bool row = shape.size() == 2 && shape[0] == 1;
  if ((shape.size() != 1 && !row) || shape.back() < 1)
    throw input_error(path, field + ".shape", "[L] or [1, L], one sequence of token ids", sizes_text(shape));
}

class id_reader {
 public:
  id_reader(const std::string& path, const std::string& field, int64_t vocabulary)
      : path_(path), field_(field), vocabulary_(vocabulary) {}

  void add(int64_t id) {
    if (id < 0 || id >= vocabulary_)
      throw input_error(path_, fmt::format("{}[{}]", field_, ids_.size()),
                        fmt::format("a token id, 0 to {}", vocabulary_ - 1), fmt::format("{}", id));
    if (ids_.size() >= most_tokens) throw input_error(path_, field_, "at most 2^31 token ids", "more");
    ids_.push_back(static_cast<int32_t>(id));
  }
  std::vector<int32_t> take(const integer_view& view) {
    for (size_t i = 0; i < view.count; ++i) add(view.at(i));
    return std::move(ids_);
  }
  std::vector<int32_t> take() { return std::move(ids_); }

 private:
  const std::string& path_;
  std::string field_;
  int64_t vocabulary_;
  std::vector<int32_t> ids_;
};

bool is_integer(tensor_dtype dtype) {
  const std::string name = dtype_name(dtype);
  return name[0] == 'I' || name[0] == 'U';
}

const tensor_entry& token_tensor(const safetensors_file& file) {
  for (const char* name : {"input_ids", "tokens"})
    if (const tensor_entry* entry = file.find(name)) return *entry;
  if (file.tensors().size() == 1) return file.tensors().front();
  throw input_error(file.path(), "tensors", "one tensor of token ids, or one named input_ids or tokens",
                    fmt::format("{} others", file.tensors().size()));
}

token_file from_safetensors(const std::string& path, int64_t vocabulary) {
  const safetensors_file file = safetensors_file::open(path);
  const tensor_entry& entry = token_tensor(file);
  const std::string name = printable(entry.name);
  if (!is_integer(entry.dtype))
    throw input_error(path, name + ".dtype", "integers (I32 or I64)", dtype_name(entry.dtype));
  require_sequence(entry.shape, path, name);
  const integer_view view{entry.data, entry.count(), dtype_bytes(entry.dtype),
                          dtype_name(entry.dtype)[0] == 'I'};
  return {id_reader(path, name, vocabulary).take(view),
          fmt::format("tensor {} ({})", name, dtype_name(entry.dtype))};
}

// The header of a .npy file: a Python dictionary of one form.
struct npy_header {
  std::string descr;
  std::vector<int64_t> shape;
  size_t data_at = 0;
};

std::vector<int64_t> parse_shape(const std::string& text, const std::string& path) {
  std::vector<int64_t> shape;
  for (size_t at = text.find_first_of("0123456789"); at != std::string::npos;) {
    int64_t size = 0;
    const auto [stop, failed] = std::from_chars(text.data() + at, text.data() + text.size(), size);
    if (failed != std::errc()) throw input_error(path, "shape", "sizes below 2^63", "(" + text + ")");
    shape.push_back(size);
    at = text.find_first_of("0123456789", static_cast<size_t>(stop - text.data()));
  }
  return shape;
}

// Takes a numpy header apart: words and what stands between them, white space left out.
class header_cursor {
 public:
  explicit header_cursor(std::string_view text) : rest_(text) {}

  bool take(std::string_view word) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  // What stands before the next `end`, which is taken too.
  bool take_until(char end, std::string& between) {
    const size_t at = rest_.find(end);
    if (at == std::string_view::npos) return false;
    between = rest_.substr(0, at);
    rest_.remove_prefix(at + 1);
    return true;
  }
  bool at_end() { return take("") && rest_.empty(); }

 private:
  std::string_view rest_;
};

// {'descr': '<i4', 'fortran_order': False, 'shape': (12,), }
bool parse_npy_header(std::string_view text, std::string& descr, std::string& shape) {
  header_cursor at(text);
  bool whole =
      at.take("{") && at.take("'descr'") && at.take(":") && at.take("'") && at.take_until('\'', descr);
  whole = whole && at.take(",") && at.take("'fortran_order'") && at.take(":");
  whole = whole && (at.take("True") || at.take("False"));
  whole = whole && at.take(",") && at.take("'shape'") && at.take(":") && at.take("(") &&
          at.take_until(')', shape);
  whole = whole && shape.find_first_not_of("0123456789, ") == std::string::npos;
  if (whole) at.take(",");
  return whole && at.take("}") && at.at_end();
}

npy_header read_npy_header(std::string_view bytes, const std::string& path) {
  const auto refuse = [&](const std::string& found) -> npy_header {
    throw input_error(path, "header", "a numpy array (.npy, version 1 to 3)", found);
  };
  if (bytes.size() < 12) return refuse("a cut file");
  const int version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3) return refuse(fmt::format("version {}", version));
  const size_t length_bytes = version == 1 ? 2 : 4, begin = 8 + length_bytes;
  uint32_t length = 0;
  std::memcpy(&length, bytes.data() + 8, length_bytes);
  if (length > bytes.size() - begin) return refuse("a cut file");
  const std::string text(bytes.substr(begin, length));
  npy_header header;
  std::string shape;
  if (!parse_npy_header(text, header.descr, shape)) return refuse(printable(text));
  header.shape = parse_shape(shape, path);
  header.data_at = begin + length;
  return header;
}

token_file from_npy(std::string_view bytes, const std::string& path, int64_t vocabulary) {
  const npy_header header = read_npy_header(bytes, path);
  const std::string& d = header.descr;
  const bool whole = d.size() == 3 && (d[0] == '<' || d[0] == '|') && (d[1] == 'i' || d[1] == 'u') &&
                     std::string("1248").find(d[2]) != std::string::npos;
  if (!whole) throw input_error(path, "descr", "little-endian integers (<i4 or <i8)", printable(d));
  require_sequence(header.shape, path, "array");
  integer_view view{reinterpret_cast<const std::byte*>(bytes.data()) + header.data_at,
                    static_cast<size_t>(header.shape.back()), static_cast<size_t>(d[2] - '0'), d[1] == 'i'};
  const size_t there = bytes.size() - header.data_at;
  if (view.count > there / view.bytes || view.count * view.bytes != there)
    throw input_error(path, "data", fmt::format("{} elements of {} bytes", view.count, view.bytes),
                      fmt::format("{} bytes", there));
  return {id_reader(path, "array", vocabulary).take(view), fmt::format("numpy array ({})", d)};
}

ptrdiff_t line_at(std::string_view text, size_t at) {
  return 1 + std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(at), '\n');
}

token_file from_text(std::string_view text, const std::string& path, int64_t vocabulary) {
  require_text(text, path, "token ids: .safetensors, .npy, or text of integers");
  id_reader ids(path, "token", vocabulary);
  static constexpr std::string_view between = " \t\r\n,[]";
  size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  const size_t begin = at;
  at = text.find_first_not_of(between, at);
  if (text.substr(begin, at == std::string_view::npos ? at : at - begin).find(',') != std::string_view::npos)
    throw input_error(path, "line 1", "an integer in front of the first comma", "none");
  for (; at != std::string_view::npos;) {
    const size_t end = std::min(text.find_first_of(between, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    int64_t id = 0;
    const auto [stop, failed] = std::from_chars(word.data(), word.data() + word.size(), id);
    if (failed != std::errc() || stop != word.data() + word.size())
      throw input_error(path, fmt::format("line {}", line_at(text, at)),
                        "integers between white space or commas", "\"" + printable(word) + "\"");
    ids.add(id);
    at = text.find_first_not_of(between, end);
    const std::string_view gap = text.substr(end, at == std::string_view::npos ? at : at - end);
    if (std::count(gap.begin(), gap.end(), ',') > 1)
      throw input_error(path, fmt::format("line {}", line_at(text, end)), "an integer between two commas",
                        "none");
  }
  // A list that was cut has the wrong last id, too.
  const auto opened = std::count(text.begin(), text.end(), '['),
             closed = std::count(text.begin(), text.end(), ']');
  if (opened != closed)
    throw input_error(path, "file", "as many ] as [", fmt::format("{} [ and {} ]", opened, closed));
  token_file file{ids.take(), "text of integers"};
  if (file.ids.empty()) throw input_error(path, "file", "at least one token id", "none");
  return file;
}

// What takes bytes that are no text.
std::string other_bytes(const std::string& else_option) {
  return else_option.empty() ? "" : " (bytes that are none: " + else_option + ", an array of U8)";
}

}  // namespace

token_file read_tokens(const std::string& path, int64_t vocabulary) {
  const mapped_file file(path);
  const file_kind kind = kind_of(file.bytes());
  if (kind.family == file_family::safetensors) return from_safetensors(path, vocabulary);
  if (kind.name.starts_with("a numpy array")) return from_npy(file.text(), path, vocabulary);
  return from_text(file.text(), path, vocabulary);
}

std::vector<uint8_t> read_text_bytes(const std::string& path, int64_t vocabulary,
                                     const std::string& else_option) {
  if (vocabulary != byte_vocabulary)
    throw input_error("command line", "--text",
                      "a model whose tokens are bytes (a vocabulary of 256)" +
                          (else_option.empty() ? "" : ", or " + else_option + " with token ids"),
                      fmt::format("a vocabulary of {}", vocabulary));
  const mapped_file file(path);
  const file_kind kind = kind_of(file.bytes());
  const std::string_view text = file.text();
  if (kind.family != file_family::text && kind.family != file_family::unknown)
    throw input_error(path, "file", "a text", kind.name);
  // Text may be in any encoding of bytes and have any control character but this one.
  if (const size_t at = text.find('\0'); at != std::string_view::npos)
    throw input_error(path, "file", "a text" + other_bytes(else_option), fmt::format("0x00 at byte {}", at));
  return {text.begin(), text.end()};
}

}  // namespace scansim
