// Strict reader and writer of .safetensors files: 8 bytes of header length (little-endian), that many bytes
// of JSON {name: {dtype, shape, data_offsets}, "__metadata__": {string: string}}, then the data of all
// tensors without gaps. Contract: the reader maps the file and copies no tensor; whatever it accepts is
// consistent (sizes, offsets, names), and everything else is one input_error that names the field. The writer
// makes the whole file or leaves the old one. It does not read sharded checkpoints or dtypes below one byte,
// and does not protect against another process that shortens a file while it is mapped. Hosts are
// little-endian.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace scansim {

enum class tensor_dtype {
  boolean,
  u8,
  i8,
  f8_e4m3,
  f8_e5m2,
  u16,
  i16,
  f16,
  bf16,
  u32,
  i32,
  f32,
  u64,
  i64,
  f64,
  c64
};

// Bytes of one element.
size_t dtype_bytes(tensor_dtype dtype);
// The spelling in the file: "F32", "BF16", "I8", "BOOL", ...
const char* dtype_name(tensor_dtype dtype);

struct tensor_entry {
  std::string name;
  tensor_dtype dtype = tensor_dtype::f32;
  std::vector<int64_t> shape;       // empty: a scalar
  const std::byte* data = nullptr;  // into the mapping, row-major; not necessarily aligned to the element
  size_t bytes = 0;                 // = count() * dtype_bytes(dtype), checked
  size_t count() const;             // number of elements
};

class safetensors_file {
 public:
  // Throws input_error if the file cannot be read or is not a well-formed safetensors file.
  static safetensors_file open(const std::string& path);

  // nullptr if there is no such tensor. Entries live as long as this object (or the one it is moved to).
  const tensor_entry* find(const std::string& name) const;
  // Ordered by position in the file.
  const std::vector<tensor_entry>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  const std::string& path() const { return path_; }
  // The whole file, header included: what a checksum is taken over.
  const std::byte* file_data() const;
  size_t file_bytes() const;

  // The tensor as float, converted from F64, F32, F16 or BF16 (F64 is rounded). Other dtypes: input_error.
  std::vector<float> read_floats(const tensor_entry& entry) const;

 private:
  std::string path_;
  std::shared_ptr<const void> mapping_;  // the mapped_file; shared so that copies of this object stay valid
  std::vector<tensor_entry> tensors_;
  std::map<std::string, size_t> index_;  // name -> position in tensors_
  std::map<std::string, std::string> metadata_;
};

// The same conversion for an entry that belongs to any file; `file` only names it in the error.
std::vector<float> read_floats(const tensor_entry& entry, const std::string& file = "tensor");

class safetensors_writer {
 public:
  // `data` is borrowed until write() returns; it must hold product(shape) * dtype_bytes(dtype) bytes.
  // Throws std::invalid_argument on a repeated name, a negative size or a wrong number of bytes.
  void add(const std::string& name, tensor_dtype dtype, const std::vector<int64_t>& shape, const void* data,
           size_t bytes);
  void add_floats(const std::string& name, const std::vector<int64_t>& shape,
                  const std::vector<float>& values);
  // A temporary would be gone before write().
  void add_floats(const std::string& name, const std::vector<int64_t>& shape, std::vector<float>&&) = delete;
  void set_metadata(const std::string& key, const std::string& value) { metadata_[key] = value; }

  // As every output (output_file.h). The header is padded with spaces so that data starts at a multiple of 8.
  // Tensors are laid out by falling element size, then in the order added, so every tensor is aligned. Throws
  // tool_error if the file cannot be written.
  void write(const std::string& path) const;

 private:
  std::vector<tensor_entry> tensors_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace scansim
