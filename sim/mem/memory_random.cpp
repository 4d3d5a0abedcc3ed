#include "sim/mem/memory_random.h"

#include <bit>

namespace scansim {
namespace {

constexpr std::uint64_t read_latency_stream = 16, write_latency_stream = 17, character_stream = 18;

// Finaliser of the splitmix64 generator (Steele, Lea, Flood, OOPSLA 2014).
std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// Keeps runs short; a longer stall shows nothing a shorter one does not.
constexpr int longest_stall = 64;

}  // namespace

memory_random::memory_random(int axi_bytes, std::uint64_t seed)
    : memory_in_order(axi_bytes, 8, 8), seed_(mix(seed)) {}

std::uint64_t memory_random::draw(std::uint64_t stream, std::uint64_t index) const {
  return mix(mix(seed_ ^ (stream * 0xd1342543de82ef95)) + index);
}

cycle_t memory_random::stall(axi_channel channel, std::uint64_t index) const {
  const auto stream = static_cast<std::uint64_t>(channel);
  const std::uint64_t character = draw(character_stream, stream);
  const std::uint64_t rarity = character & 3;  // a stall in 1 of 1, 2, 4 or 8 handshakes
  const int scale = 1 << ((character >> 2) % 3);
  const std::uint64_t bits = draw(stream, index);
  if ((bits & ((1u << rarity) - 1)) != 0) return 0;
  const int length = scale * std::countr_zero((bits >> 8) | (std::uint64_t{1} << 40));
  return length < longest_stall ? length : longest_stall;
}

void memory_random::serve_read(const burst&, cycle_t accept, std::span<cycle_t> earliest) {
  const cycle_t first = accept + 1 + static_cast<cycle_t>(draw(read_latency_stream, reads_++) % 64);
  for (cycle_t& beat : earliest) beat = first;
}

cycle_t memory_random::serve_write(const burst&, cycle_t accept, cycle_t) {
  return accept + static_cast<cycle_t>(draw(write_latency_stream, writes_++) % 64);
}

}  // namespace scansim
