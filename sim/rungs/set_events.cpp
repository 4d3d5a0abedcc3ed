#include "sim/rungs/set_events.h"

#include <fmt/format.h>

#include "hls/scan/sets_top.h"
#include "sim/rungs/block_events.h"

namespace scansim {

namespace {

// What the tokens of a set are, the same in every tile. resets_behind: of the resets, those that are not
// position 0.
struct token_tally {
  uint64_t positions = 0, resets = 0, resets_behind = 0, holds = 0, muted = 0, added = 0;
};

// f(token) for every position.
template <class Function>
void each_token(const hls::set_descriptor& set, std::span<const uint8_t> memory, Function f) {
  hls::set_walk walk(set, memory.data() + set.addr_list);
  for (int i = 0; i < walk.positions(); ++i) f(walk.next());
}

// `written`: rows of y that have a value.
token_tally tally_of(const hls::set_descriptor& set, std::span<const uint8_t> memory,
                     std::vector<bool>& written) {
  token_tally tally;
  each_token(set, memory, [&](const hls::scan_token& token) {
    ++tally.positions;
    tally.resets += token.reset;
    tally.resets_behind += static_cast<uint64_t>(token.reset && !token.first);
    tally.holds += static_cast<uint64_t>(token.hold);
    tally.muted += static_cast<uint64_t>(token.mute);
    if (token.mute) return;
    tally.added += static_cast<uint64_t>(written[token.row_out]);
    written[token.row_out] = true;
  });
  return tally;
}

std::vector<token_tally> tallies_of(const set_scan& scan, std::span<const uint8_t> memory) {
  std::vector<bool> written(scan.descriptor.rest_tokens);
  std::vector<token_tally> tallies;
  for (const hls::set_descriptor& set : scan.sets) tallies.push_back(tally_of(set, memory, written));
  return tallies;
}

void count_tile_set(const hls::set_descriptor& set, const token_tally& tally, uint64_t groups,
                    uint64_t passes, block_events& count) {
  const uint64_t beats_of_token = groups * passes;
  count.tokens(tally.positions);
  if (set.has_list) count.list_entries(tally.positions);
  count.resets(tally.resets);
  count.holds(tally.holds);
  count.delta_rows(tally.positions * groups, set.plain_drive);
  count.scan_states(tally.positions * groups * set.states);
  count.from_slots((tally.positions - 1 - tally.resets_behind) * beats_of_token);
  count.to_slots((tally.positions - 1) * beats_of_token);
  if (set.has_h0) count.from_h0(beats_of_token);
  if (set.store_state) count.to_h_last(beats_of_token);
  count.gate_rows((tally.positions - tally.muted) * groups, hls::gate_of(set.gate, set.linear_gate));
  count.added_rows(tally.added * groups);
  count.muted_rows(tally.muted * groups);
}

}  // namespace

bool sets_inside_memory(const set_scan& scan, const design_point& point, uint64_t memory_bytes) {
  bool inside = true;
  walk_set_jobs(
      scan, machine_shape(point), [](int, int) {},
      [&](const walk_job& job, int) {
        inside &= job.local || inside_memory(job.address, job.bytes, point, memory_bytes);
      });
  return inside;
}

std::optional<std::string> row_outside_tile(const set_scan& scan, std::span<const uint8_t> memory) {
  const int tokens = scan.descriptor.chunk_tokens, rest = scan.descriptor.rest_tokens;
  std::optional<std::string> fault;
  for (size_t set = 0; set < scan.sets.size(); ++set) {
    int position = 0;
    each_token(scan.sets[set], memory, [&](const hls::scan_token& token) {
      const auto outside = [&](const char* of, int row, int rows) {
        if (row >= rows && !fault)
          fault =
              fmt::format("position {} of set {}: row {} of {}, which has {}", position, set, row, of, rows);
      };
      outside("u", token.row_u, tokens);
      outside("delta, B and C", token.row_p, tokens);
      if (!token.mute) outside("y", token.row_out, rest);
      ++position;
    });
  }
  return fault;
}

void count_set_events(const set_scan& scan, const design_point& point, std::span<const uint8_t> memory,
                      counter_values& counters) {
  const std::vector<token_tally> tallies = tallies_of(scan, memory);
  block_events count(point, counters);
  walk_set_jobs(
      scan, machine_shape(point),
      [&](int set, int groups) {
        const auto at = static_cast<size_t>(set);
        count_tile_set(scan.sets[at], tallies[at], counted(groups), scan.descriptor.passes, count);
      },
      [&](const walk_job& job, int) {
        if (!job.local) count_transfer(job.write(), job.address, job.bytes, point, counters);
      });
}

}  // namespace scansim
