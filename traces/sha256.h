// SHA-256 (FIPS 180-4) of bytes or of a file, as 64 lower-case hexadecimal digits; computed by OpenSSL's
// libcrypto. Contract: the same bytes give the same text everywhere; it is what identifies a trace in every
// result.
#pragma once
#include <cstddef>
#include <string>

namespace scansim {

// Throws tool_error if libcrypto refuses.
std::string sha256_hex(const void* data, size_t bytes);

// Throws input_error if the file cannot be read.
std::string sha256_of_file(const std::string& path);

// Of the program that runs.
std::string sha256_of_program();

}  // namespace scansim
