#include "models/area/fpga_memory.h"

#include <array>

namespace scansim {
namespace {

int64_t blocks_of(int64_t value, int64_t by) { return (value + by - 1) / by; }

constexpr int64_t luts_of_lutram = 8;  // of a RAM32M16 and of a RAM64M8

// Words and bits of a block RAM of 36 kbit; one of 18 kbit has half the bits of a word.
struct aspect {
  int64_t words, bits;
};
constexpr std::array<aspect, 4> aspects = {{{512, 72}, {1024, 36}, {2048, 18}, {4096, 9}}};

int64_t block_rams(const memory_shape& memory, const aspect& as, int64_t bits) {
  return blocks_of(memory.words, as.words) * blocks_of(memory.bits, bits);
}

// In halves of a RAMB36; of equals the larger one.
memory_resources in_block_rams(const memory_shape& memory) {
  int64_t best = 0;
  memory_resources found;
  const auto offer = [&](int64_t halves, int64_t ramb36, int64_t ramb18) {
    if (best != 0 && halves >= best) return;
    best = halves;
    found.ramb36 = ramb36 * memory.copies, found.ramb18 = ramb18 * memory.copies;
  };
  for (const aspect& as : aspects) {
    const int64_t count = block_rams(memory, as, as.bits);
    offer(2 * count, count, 0);
  }
  // Deeper ones have no parity bits.
  for (int64_t words = 8192, bits = 4; bits >= 1; words *= 2, bits /= 2) {
    const int64_t count = block_rams(memory, {words, bits}, bits);
    offer(2 * count, count, 0);
  }
  for (const aspect& as : aspects) {
    const int64_t count = block_rams(memory, as, as.bits / 2);
    offer(count, 0, count);
  }
  return found;
}

}  // namespace

memory_resources fpga_resources(const memory_shape& memory) {
  constexpr int64_t most_words = 64;  // of a RAM64M8
  // Of a deeper memory in LUTs. Synthesised points: 128 words of 16 bits (48 LUTs) are there, of 32 bits (80)
  // not; of 40 bits (96) they are where the word that is being written passes through, which costs a block
  // RAM registers.
  const int64_t most_luts = memory.passes_through ? 96 : 64;
  const int64_t bits_of_lutram = memory.words <= 32 ? 14 : 7;
  const int64_t lut =
      luts_of_lutram * blocks_of(memory.bits, bits_of_lutram) * blocks_of(memory.words, most_words);
  if (memory.words > most_words && lut > most_luts && !memory.at_once) return in_block_rams(memory);
  return {lut * memory.copies, 0, 0};
}

}  // namespace scansim
