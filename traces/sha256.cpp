// The file is mapped and not read into a buffer: the digest walks it once.
#include "traces/sha256.h"

#include <openssl/evp.h>

#include "traces/input_error.h"
#include "traces/mapped_file.h"

namespace scansim {

std::string sha256_hex(const void* data, size_t bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(data, bytes, digest, &length, EVP_sha256(), nullptr) != 1) {
    throw tool_error("libcrypto: SHA-256 failed");
  }
  constexpr const char* digits = "0123456789abcdef";  // written by hand: sweeps hash a million points
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

std::string sha256_of_file(const std::string& path) {
  const mapped_file file(path);
  return sha256_hex(file.data(), file.size());
}

std::string sha256_of_program() {
  static const std::string digest = sha256_of_file("/proc/self/exe");
  return digest;
}

}  // namespace scansim
