// What a gzip file holds (RFC 1952, several members one after the other too), by zlib: the form in which
// PyTorch's handlers write traces. Contract: whole, or an input_error: cut off, damaged, followed by other
// bytes, or more than `largest` bytes when unpacked.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace scansim {

bool is_gzip(std::string_view bytes);
std::string gzip_text(std::string_view bytes, size_t largest, const std::string& file);

}  // namespace scansim
