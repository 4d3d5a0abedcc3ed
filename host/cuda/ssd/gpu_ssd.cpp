#include <algorithm>
#include <limits>
#include <stdexcept>

#include "host/cuda/ssd/gpu_ssd_update.h"
#include "traces/calls/ssd.h"
#include "traces/input_error.h"

namespace scansim {

ssd_tables ssd_tables_of(const ssd_call& call, int chunk_tokens) {
  if (call.batch * call.length > std::numeric_limits<int>::max())
    throw input_error("trace", "x.shape", "batch L below 2^31", std::to_string(call.batch * call.length));
  ssd_tables tables;
  for (const ssd_segment& s : call.segments()) {
    ssd_sequence sequence;
    sequence.first_chunk = static_cast<int>(tables.chunks.size());
    sequence.initial_state = static_cast<int>(s.initial_state);
    sequence.final_state = static_cast<int>(s.final_state);
    for (int64_t t = s.begin; t < s.end; t += chunk_tokens) {
      const int64_t tokens = std::min<int64_t>(chunk_tokens, s.end - t);
      tables.chunks.push_back({static_cast<int>(s.batch * call.length + t), static_cast<int>(tokens)});
      ++sequence.chunks;
    }
    tables.sequences.push_back(sequence);
  }
  return tables;
}

int ssd_chunk_tokens(const ssd_call& call, int multiprocessors) {
  int64_t longest = 0;
  for (const ssd_segment& s : call.segments()) longest = std::max(longest, s.end - s.begin);
  const int64_t columns = call.heads * ((call.head_channels + ssd_tile - 1) / ssd_tile);
  const auto blocks = [&](int tokens) { return (call.batch * call.length + tokens - 1) / tokens * columns; };
  int tokens = most_chunk_tokens;
  while (tokens > ssd_tile && (tokens / 2 >= longest || blocks(tokens) < multiprocessors)) tokens /= 2;
  return tokens;
}

namespace {

void require(bool good, const char* what) {
  if (!good) throw std::invalid_argument(what);
}

template <typename Call>
void check_scales(const Call& call, bool int8_states) {
  const ssd_state_scales& s = call.scales;
  require(!int8_states || (s.scale && s.inverse), "ssd: an int8 state without scales and their inverses");
  require((s.head_cluster == nullptr) == (s.channel_cluster == nullptr),
          "ssd: clusters of heads without those of channels");
  const ssd_activation_scales& a = call.activations;
  require(call.precision != gpu_precision::int8 || (a.x && a.b && a.c),
          "ssd: int8 activations without scales");
}

}  // namespace

void check_ssd(const gpu_ssd& call) {
  require(call.heads >= 1 && call.head_channels >= 1 && call.groups >= 1 && call.chunks >= 1 &&
              call.sequences >= 1 && call.heads % call.groups == 0,
          "ssd: a size below 1, or groups that do not divide the heads");
  require(call.states >= 1 && call.states <= most_ssd_states, "ssd: N from 1 to 256");
  require(call.chunk_tokens >= ssd_tile && call.chunk_tokens <= most_chunk_tokens &&
              call.chunk_tokens % ssd_tile == 0,
          "ssd: chunks of 64, 128, 192 or 256 tokens");
  check_scales(call, call.precision == gpu_precision::int8);
}

void check_ssd_update(const ssd_update& call) {
  require(call.batch >= 1 && call.heads >= 1 && call.head_channels >= 1 && call.groups >= 1 &&
              call.heads % call.groups == 0,
          "ssd_update: a size below 1, or groups that do not divide the heads");
  require(call.states >= 1 && call.states <= most_ssd_states, "ssd_update: N from 1 to 256");
  require(int64_t{call.batch} * call.heads * call.head_channels < int64_t{1} << 31,
          "ssd_update: fewer than 2^31 channels over the batch");
  check_scales(call, call.state_precision == gpu_precision::int8);
}

ssd_update_vectors ssd_vectors_of(const ssd_update& call) {
  const auto bytes = [](gpu_precision precision) {
    return precision == gpu_precision::fp32 ? 4 : precision == gpu_precision::int8 ? 1 : 2;
  };
  const auto whole = [](const void* start, int row) {
    return row % 16 == 0 && reinterpret_cast<uintptr_t>(start) % 16 == 0;
  };
  const int row = call.states * bytes(call.precision);
  return {whole(call.state, call.states * bytes(call.state_precision)),
          whole(call.b, row) && whole(call.c, row), fast_divisor(static_cast<uint32_t>(call.heads)),
          fast_divisor(static_cast<uint32_t>(call.heads / call.groups))};
}

}  // namespace scansim
