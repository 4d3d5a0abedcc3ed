#include "host/timeline/run_timeline.h"

#include <algorithm>
#include <cstring>

#include "hls/map/descriptor_fields.h"
#include "hls/map/machine_map.h"
#include "hls/scan/scan_descriptor.h"

namespace scansim {
namespace {

// The cycles in which the events of a start begin, as far as it has them.
std::vector<cycle_t> begins_of(const timeline_start& start) {
  std::vector<cycle_t> begins = {start.recorded.first_cycle};  // of the start itself
  const auto add = [&](const auto& event) {
    begins.push_back(std::max(event.first, start.recorded.first_cycle));
  };
  each_span(start, start.recorded.descriptors, add);
  for (size_t block = 0; block < num_counted_blocks; ++block) each_state(start, block, add);
  each_span(start, start.recorded.reads, add);
  each_span(start, start.recorded.writes, add);
  return begins;
}

// Of `start` so many events as `room` has: true if that is all of them.
bool fit(timeline_start& start, uint64_t room, uint64_t& events) {
  std::vector<cycle_t> begins = begins_of(start);
  if (begins.size() <= room) {
    events = begins.size();
    return true;
  }
  const auto first_left_out = begins.begin() + static_cast<ptrdiff_t>(room);
  std::nth_element(begins.begin(), first_left_out, begins.end());
  const cycle_t cut = *first_left_out;
  start.last = cut - 1;
  events = static_cast<uint64_t>(
      std::count_if(begins.begin(), begins.end(), [cut](cycle_t begin) { return begin < cut; }));
  return false;
}

std::vector<uint8_t> opcodes_of(const recorded_start& start, const program& p, uint64_t list_address) {
  std::vector<uint8_t> opcodes;
  for (const descriptor_span& span : start.descriptors) {
    const uint64_t at = list_address + static_cast<uint64_t>(span.number) * hls::descriptor_bytes;
    uint32_t words[hls::descriptor_words] = {};
    if (at + hls::descriptor_bytes <= p.image.size()) std::memcpy(words, p.image.data() + at, sizeof words);
    opcodes.push_back(static_cast<uint8_t>(map::opcode_of(words)));
  }
  return opcodes;
}

}  // namespace

run_timeline make_timeline(std::vector<recorded_start> recorded, const program& p, const design_point& point,
                           const timeline_request& request) {
  run_timeline made;
  for (const std::string_view block : counted_blocks)
    if (point.has_units() || counter_index(block, "busy") < first_unit_counter) made.blocks.push_back(block);
  made.tensors = burst_tensors(p, point);
  made.axi_bytes = static_cast<uint64_t>(point.axi_bytes());
  made.first_cycle = request.window.first;
  for (size_t i = 0; i < recorded.size(); ++i) {
    const uint64_t first = made.cycles, last = first + static_cast<uint64_t>(recorded[i].cycles) - 1;
    made.cycles = last + 1;
    if (!made.complete || last < request.window.first || first > request.window.last) continue;
    timeline_start start{std::move(recorded[i]), i, first, 0, {}, p.runs.at(i).address};
    start.last = static_cast<cycle_t>(std::min(last, request.window.last) - first);
    uint64_t events = 0;
    made.complete = fit(start, static_cast<uint64_t>(request.most) - made.events, events);
    made.last_cycle = first + static_cast<uint64_t>(start.last);
    if (events == 0) continue;
    made.events += events;
    start.opcodes = opcodes_of(start.recorded, p, start.list_address);
    made.starts.push_back(std::move(start));
  }
  return made;
}

}  // namespace scansim
