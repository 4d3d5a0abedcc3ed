#include "traces/file_name.h"

#include "traces/sha256.h"

namespace scansim {
namespace {

constexpr size_t digest_digits = 8;

bool continues_a_letter(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

std::string shortened_name(const std::string& name, size_t most) {
  if (name.size() <= most) return name;
  const std::string ending = "-" + sha256_hex(name.data(), name.size()).substr(0, digest_digits);
  size_t kept = most > ending.size() ? most - ending.size() : 0;
  while (kept > 0 && continues_a_letter(name[kept])) --kept;
  return name.substr(0, kept) + ending;
}

}  // namespace scansim
