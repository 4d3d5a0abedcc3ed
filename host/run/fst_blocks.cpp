#include "host/run/fst_blocks.h"

#include <array>
#include <cstdint>
#include <fstream>
#include <set>

namespace scansim {
namespace {

// Types of the format; 255 is a block that its writer has not finished.
constexpr int header = 0, geometry = 3, unfinished = 255;
constexpr std::array hierarchies = {4, 6, 7};

}  // namespace

bool is_whole_fst(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return false;
  const auto size = static_cast<uint64_t>(file.tellg());
  std::set<int> types;
  uint64_t at = 0;
  while (at < size) {
    std::array<unsigned char, 9> head{};
    file.seekg(static_cast<std::streamoff>(at));
    if (!file.read(reinterpret_cast<char*>(head.data()), head.size())) return false;
    uint64_t length = 0;
    for (size_t k = 1; k < head.size(); ++k) length = length << 8 | head[k];
    if (head[0] == unfinished || length < 8 || length > size - at - 1) return false;
    types.insert(head[0]);
    at += 1 + length;
  }
  bool hierarchy = false;
  for (const int type : hierarchies) hierarchy |= types.contains(type);
  return types.contains(header) && types.contains(geometry) && hierarchy;
}

}  // namespace scansim
