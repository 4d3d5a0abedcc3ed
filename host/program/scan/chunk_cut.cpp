#include "host/program/scan/chunk_cut.h"

#include <algorithm>

namespace scansim {
namespace {

constexpr int burst_gap_cycles = 2;  // between write bursts of two jobs
constexpr int write_jobs = 2;

int64_t beats(int64_t bytes, const design_point& point) {
  return (bytes + point.axi_bytes() - 1) / point.axi_bytes();
}

// Whether a tile of t tokens computes at least as long as its transfers take in the first and in the last
// chunk.
bool hides_transfers(int64_t t, int passes, const design_point& point) {
  const int64_t k = point.interleave;
  const int64_t state_bytes = k * passes * point.num_pe() * point.state_bytes();
  const int64_t rate_bytes = k * passes * point.num_pe() * point.operand_bytes();
  const int64_t operand_bytes = t * k * point.num_lanes * point.operand_bytes();
  const int64_t output_bytes = t * k * point.num_lanes * point.output_bytes();
  const int64_t read =
      beats(rate_bytes, point) + beats(k * point.num_lanes * 4, point) + 3 * beats(operand_bytes, point);
  const int64_t written =
      beats(state_bytes, point) + beats(output_bytes, point) + write_jobs * burst_gap_cycles;
  return std::max(read, written) <= k * passes * t;
}

// Tokens whose operands fill whole beats in every tile of full width: no padding in memory.
int whole_beat_tokens(const design_point& point) {
  return std::max(1, point.axi_bytes() / (point.tile_channels() * point.operand_bytes()));
}

}  // namespace

chunk_cut cut_chunks(int64_t length, int passes, const design_point& point) {
  const int longest = point.chunk_tokens;
  if (length <= longest) return {static_cast<int>(length), 1, static_cast<int>(length)};
  int least = 1;
  while (least <= longest && !hides_transfers(least, passes, point)) ++least;
  const int step = whole_beat_tokens(point);
  const int first = (std::max(least, longest / 2) + step - 1) / step * step;
  for (int tokens = first; tokens <= longest; tokens += step) {
    // The rest goes to the last chunk, or is one of its own when that would be too long.
    for (const int64_t chunks : {length / tokens, (length + tokens - 1) / tokens}) {
      const int64_t rest = length - (chunks - 1) * tokens;
      if (rest >= least && rest <= longest) return {tokens, chunks, static_cast<int>(rest)};
    }
  }
  const int64_t chunks = (length + longest - 1) / longest;
  return {longest, chunks, static_cast<int>(length - (chunks - 1) * longest)};
}

}  // namespace scansim
