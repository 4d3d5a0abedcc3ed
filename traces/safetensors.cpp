// The reader: every rule of the format is checked before a tensor is handed out. The order matters: sizes are
// compared before anything is allocated or multiplied, so that a hostile header costs no more memory than its
// own text.
#include "traces/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>
#include <tuple>

#include "traces/file_kind.h"
#include "traces/input_error.h"
#include "traces/mapped_file.h"
#include "traces/strict_json.h"

namespace scansim {

static_assert(std::endian::native == std::endian::little, "the format is little-endian and is read in place");

using nlohmann::json;

namespace {

constexpr uint64_t length_bytes = 8;
constexpr uint64_t least_header_bytes = 2;          // "{}"
constexpr uint64_t max_header_bytes = 100'000'000;  // the limit of the reference implementation

struct dtype_row {
  tensor_dtype dtype;
  const char* name;
  size_t bytes;
};
constexpr dtype_row dtype_rows[] = {
    {tensor_dtype::boolean, "BOOL", 1},    {tensor_dtype::u8, "U8", 1},
    {tensor_dtype::i8, "I8", 1},           {tensor_dtype::f8_e4m3, "F8_E4M3", 1},
    {tensor_dtype::f8_e5m2, "F8_E5M2", 1}, {tensor_dtype::u16, "U16", 2},
    {tensor_dtype::i16, "I16", 2},         {tensor_dtype::f16, "F16", 2},
    {tensor_dtype::bf16, "BF16", 2},       {tensor_dtype::u32, "U32", 4},
    {tensor_dtype::i32, "I32", 4},         {tensor_dtype::f32, "F32", 4},
    {tensor_dtype::u64, "U64", 8},         {tensor_dtype::i64, "I64", 8},
    {tensor_dtype::f64, "F64", 8},         {tensor_dtype::c64, "C64", 8},
};

const dtype_row& row_of(tensor_dtype dtype) { return dtype_rows[static_cast<size_t>(dtype)]; }

std::optional<tensor_dtype> dtype_from_name(const std::string& name) {
  for (const auto& row : dtype_rows) {
    if (name == row.name) return row.dtype;
  }
  return std::nullopt;
}

// One tensor's entry of the header, with offsets still relative to the data section.
struct header_entry {
  tensor_entry tensor;
  uint64_t begin = 0, end = 0;
};

class header_reader {
 public:
  header_reader(const std::string& path, uint64_t data_bytes) : path_(path), data_bytes_(data_bytes) {}

  header_entry read_entry(const std::string& name, const json& value) const {
    const std::string field = printable(name);
    if (!value.is_object()) fail(field, "an object", describe_json(value));
    for (const auto& [key, unused] : value.items()) {
      if (key != "dtype" && key != "shape" && key != "data_offsets") {
        fail(field + "." + printable(key), "only dtype, shape and data_offsets", "another key");
      }
    }
    header_entry entry;
    entry.tensor.name = name;
    entry.tensor.dtype = read_dtype(field + ".dtype", value);
    const uint64_t bytes = read_shape(field + ".shape", value, entry.tensor);
    read_offsets(field + ".data_offsets", value, entry);
    if (entry.end - entry.begin != bytes) {
      fail(field + ".data_offsets",
           fmt::format("{} bytes (shape x {})", bytes, dtype_name(entry.tensor.dtype)),
           fmt::format("{}", entry.end - entry.begin));
    }
    entry.tensor.bytes = bytes;
    return entry;
  }

  std::map<std::string, std::string> read_metadata(const json& value) const {
    if (!value.is_object()) fail("__metadata__", "an object of strings", describe_json(value));
    std::map<std::string, std::string> metadata;
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) fail("__metadata__." + printable(key), "a string", describe_json(text));
      metadata[key] = text.get<std::string>();
    }
    return metadata;
  }

  // Sorts by position and refuses overlaps, gaps and bytes that belong to no tensor.
  void check_layout(std::vector<header_entry>& entries) const {
    std::sort(entries.begin(), entries.end(), [](const header_entry& x, const header_entry& y) {
      return std::tie(x.begin, x.end, x.tensor.name) < std::tie(y.begin, y.end, y.tensor.name);
    });
    uint64_t position = 0;
    for (const auto& entry : entries) {
      if (entry.begin != position) {
        fail(printable(entry.tensor.name) + ".data_offsets",
             fmt::format("begin {} (no gap, no overlap)", position),
             fmt::format("{} ({})", entry.begin, entry.begin < position ? "an overlap" : "a gap"));
      }
      position = entry.end;
    }
    if (position != data_bytes_) {
      fail("data", fmt::format("{} bytes, the sum of the tensors", position), fmt::format("{}", data_bytes_));
    }
  }

 private:
  [[noreturn]] void fail(const std::string& field, const std::string& expected,
                         const std::string& found) const {
    throw input_error(path_, field, expected, found);
  }

  const json& member(const std::string& field, const json& value, const char* key) const {
    const auto found = value.find(key);
    if (found == value.end()) fail(field, "a value", "nothing");
    return *found;
  }

  tensor_dtype read_dtype(const std::string& field, const json& value) const {
    const json& text = member(field, value, "dtype");
    const auto dtype = text.is_string() ? dtype_from_name(text.get_ref<const std::string&>()) : std::nullopt;
    if (!dtype) fail(field, "a known dtype such as \"F32\"", describe_json(text));
    return *dtype;
  }

  // Returns the bytes of the tensor; sizes and their products stay below 2^63.
  uint64_t read_shape(const std::string& field, const json& value, tensor_entry& tensor) const {
    const json& shape = member(field, value, "shape");
    if (!shape.is_array()) fail(field, "an array of sizes", describe_json(shape));
    uint64_t bytes = dtype_bytes(tensor.dtype);
    bool empty = false;
    for (const auto& size : shape) {
      constexpr auto largest = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
      if (!size.is_number_unsigned() || size.get<uint64_t>() > largest) {
        fail(field, "sizes that are integers >= 0", describe_json(size));
      }
      const auto extent = size.get<uint64_t>();
      tensor.shape.push_back(static_cast<int64_t>(extent));
      if (extent == 0) {
        empty = true;  // the other sizes must still multiply without overflow
      } else if (bytes > largest / extent) {
        fail(field, "a product that fits 63 bits", describe_json(size) + " as the last factor");
      } else {
        bytes *= extent;
      }
    }
    return empty ? 0 : bytes;
  }

  void read_offsets(const std::string& field, const json& value, header_entry& entry) const {
    const json& offsets = member(field, value, "data_offsets");
    if (!offsets.is_array() || offsets.size() != 2) fail(field, "two integers", describe_json(offsets));
    for (const auto& offset : offsets) {
      if (!offset.is_number_unsigned()) fail(field, "two integers >= 0", describe_json(offset));
    }
    entry.begin = offsets[0].get<uint64_t>();
    entry.end = offsets[1].get<uint64_t>();
    if (entry.begin > entry.end) {
      fail(field, "begin <= end", fmt::format("[{}, {}]", entry.begin, entry.end));
    }
    if (entry.end > data_bytes_) {
      fail(field, fmt::format("end <= {}, the bytes of data in the file", data_bytes_),
           fmt::format("{} (a file cut short?)", entry.end));
    }
  }

  const std::string& path_;
  uint64_t data_bytes_;
};

// The JSON text of the header; checks the length field against the file.
std::string_view header_text(const mapped_file& file, const std::string& path) {
  const file_kind kind = kind_of(file.bytes());
  if (kind.family == file_family::named || (kind.family == file_family::text && file.size() >= length_bytes))
    throw input_error(path, "file", "a safetensors file (8 bytes of header length, then JSON)", kind.name);
  if (file.size() < length_bytes + least_header_bytes) {
    throw input_error(
        path, "file",
        fmt::format("at least {} bytes (8 of header length, then JSON)", length_bytes + least_header_bytes),
        fmt::format("{}{}", file.size(), file.size() == 0 ? ", an empty file" : ""));
  }
  uint64_t length = 0;
  std::memcpy(&length, file.data(), length_bytes);
  const uint64_t limit = std::min(max_header_bytes, static_cast<uint64_t>(file.size()) - length_bytes);
  if (length > limit || length < least_header_bytes) {
    const bool cut = kind.family == file_family::safetensors && length > limit && length <= max_header_bytes;
    const std::string what = kind.family == file_family::unknown ? ", " + kind.name : "";
    throw input_error(path, "header length", fmt::format("{} to {} bytes", least_header_bytes, limit),
                      fmt::format("{}{}", length, cut ? " (a file cut short?)" : what));
  }
  return {reinterpret_cast<const char*>(file.data()) + length_bytes, static_cast<size_t>(length)};
}

}  // namespace

size_t dtype_bytes(tensor_dtype dtype) { return row_of(dtype).bytes; }
const char* dtype_name(tensor_dtype dtype) { return row_of(dtype).name; }

size_t tensor_entry::count() const { return bytes / dtype_bytes(dtype); }

safetensors_file safetensors_file::open(const std::string& path) {
  const auto file = std::make_shared<mapped_file>(path);
  const std::string_view text = header_text(*file, path);
  if (text.front() != '{') throw input_error(path, "header", "a JSON object", printable(text.substr(0, 16)));
  // Three levels: header, tensor, shape. Four million values are about half a million tensors.
  const json header = parse_json_strict(text, path, "header", {.depth = 3, .values = 4'000'000});

  const uint64_t data_offset = length_bytes + text.size();
  const header_reader reader(path, file->size() - data_offset);
  safetensors_file result;
  std::vector<header_entry> entries;
  for (const auto& [name, value] : header.items()) {
    if (name == "__metadata__") {
      result.metadata_ = reader.read_metadata(value);
    } else {
      entries.push_back(reader.read_entry(name, value));
    }
  }
  reader.check_layout(entries);

  result.path_ = path;
  for (auto& entry : entries) {
    entry.tensor.data = file->data() + data_offset + entry.begin;
    result.index_[entry.tensor.name] = result.tensors_.size();
    result.tensors_.push_back(std::move(entry.tensor));
  }
  result.mapping_ = file;
  return result;
}

const tensor_entry* safetensors_file::find(const std::string& name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

const std::byte* safetensors_file::file_data() const {
  return static_cast<const mapped_file*>(mapping_.get())->data();
}
size_t safetensors_file::file_bytes() const {
  return static_cast<const mapped_file*>(mapping_.get())->size();
}

std::vector<float> safetensors_file::read_floats(const tensor_entry& entry) const {
  return scansim::read_floats(entry, path_);
}

}  // namespace scansim
