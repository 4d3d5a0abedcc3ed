#include "host/run/port_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace scansim {
namespace {

struct write_beat {
  uint64_t address = 0;
  cycle_t valid = 0, handshake = 0;
};

// Of one start.
struct port_record {
  std::vector<port_event> commands;
  std::vector<write_beat> beats;
};

std::vector<port_record> records_of(const std::vector<port_event>& events, uint64_t axi_bytes) {
  std::vector<port_record> starts;
  std::vector<uint64_t> places;  // of the W beats to come
  size_t next = 0;
  for (const port_event& event : events) {
    if (event.channel == port_channel::start) {
      if (starts.empty() || !starts.back().commands.empty()) starts.emplace_back();
      places.clear();
      next = 0;
      continue;
    }
    port_record& start = starts.back();
    if (event.channel != port_channel::write_data) {
      start.commands.push_back(event);
    } else if (next < places.size()) {
      start.beats.push_back({places[next++], event.valid, event.handshake});
    }
    if (event.channel != port_channel::write_address) continue;
    for (int beat = 0; beat < event.beats; ++beat)
      places.push_back(event.address + static_cast<uint64_t>(beat) * axi_bytes);
  }
  if (!starts.empty() && starts.back().commands.empty()) starts.pop_back();
  return starts;
}

// One of two that are compared.
struct port_side {
  port_side(const port_run& one, uint64_t axi_bytes) : run(one), starts(records_of(one.events, axi_bytes)) {}
  uint64_t cycle_of(size_t start, cycle_t cycle) const {
    return run.first_cycles.at(start) + static_cast<uint64_t>(cycle);
  }
  const port_run& run;
  std::vector<port_record> starts;
};

class port_comparison {
 public:
  port_comparison(const port_run& above, const port_run& below, uint64_t axi_bytes)
      : above_(above, axi_bytes), below_(below, axi_bytes), axi_bytes_(axi_bytes) {}

  std::optional<port_difference> first() {
    const size_t both = std::min(above_.starts.size(), below_.starts.size());
    for (size_t start = 0; start < both; ++start) compare_time(start);
    compare_bytes();
    return found_;
  }

 private:
  void compare_time(size_t start);
  void compare_bytes();
  void take(uint64_t cycle, const std::string& signal, const std::string& what) {
    if (found_ && found_->place.cycle <= cycle) return;
    found_ = {{cycle, signal},
              fmt::format("first difference on the memory port in cycle {}: {}: {}", cycle, signal, what)};
  }

  const port_side above_, below_;
  uint64_t axi_bytes_;
  std::optional<port_difference> found_;
};

std::string command_text(const port_side& side, const port_record& start, size_t at) {
  if (at >= start.commands.size()) return fmt::format("{} none", side.run.rung);
  const port_event& event = start.commands[at];
  return fmt::format("{} {} of {} beats at {:#x} in cycle {}", side.run.rung,
                     event.channel == port_channel::read_address ? "read" : "write", event.beats,
                     event.address, event.valid);
}

std::string beat_text(const port_side& side, const port_record& start, size_t at) {
  if (at >= start.beats.size()) return fmt::format("{} none", side.run.rung);
  return fmt::format("{} beat at {:#x} in cycle {}", side.run.rung, start.beats[at].address,
                     start.beats[at].valid);
}

void port_comparison::compare_time(size_t start) {
  const port_record &above = above_.starts[start], &below = below_.starts[start];
  const auto cycle_at = [&](const auto& one, const auto& other, size_t at) {
    const cycle_t first = at < one.size() ? one[at].valid : INT64_MAX;
    const cycle_t second = at < other.size() ? other[at].valid : INT64_MAX;
    return first < second ? above_.cycle_of(start, first) : below_.cycle_of(start, second);
  };
  const size_t commands = std::max(above.commands.size(), below.commands.size());
  for (size_t i = 0; i < commands; ++i) {
    const bool both = i < above.commands.size() && i < below.commands.size();
    if (both && above.commands[i].valid == below.commands[i].valid &&
        above.commands[i].channel == below.commands[i].channel &&
        above.commands[i].address == below.commands[i].address &&
        above.commands[i].beats == below.commands[i].beats)
      continue;
    const port_event& event = i < below.commands.size() ? below.commands[i] : above.commands[i];
    take(cycle_at(above.commands, below.commands, i),
         event.channel == port_channel::read_address ? "m_axi_ar" : "m_axi_aw",
         command_text(below_, below, i) + ", " + command_text(above_, above, i));
    break;
  }
  for (size_t i = 0; i < std::max(above.beats.size(), below.beats.size()); ++i) {
    const bool both = i < above.beats.size() && i < below.beats.size();
    if (both && above.beats[i].valid == below.beats[i].valid) continue;
    take(cycle_at(above.beats, below.beats, i), "m_axi_wvalid_o",
         beat_text(below_, below, i) + ", " + beat_text(above_, above, i));
    break;
  }
}

// The beat that memory has its bytes of is the last one there.
void port_comparison::compare_bytes() {
  const port_side& timed = below_.starts.empty() ? above_ : below_;
  const std::vector<uint8_t>&above = above_.run.memory, &below = below_.run.memory;
  if (above.empty() || below.empty()) return;
  std::map<uint64_t, uint64_t> last;   // address -> cycle
  std::vector<uint64_t> written_over;  // cycles
  for (size_t start = 0; start < timed.starts.size(); ++start)
    for (const write_beat& beat : timed.starts[start].beats) {
      const uint64_t cycle = timed.cycle_of(start, beat.handshake);
      const auto [place, is_first] = last.emplace(beat.address, cycle);
      if (is_first) continue;
      written_over.push_back(place->second);
      place->second = cycle;
    }
  for (const auto& [address, cycle] : last)
    for (uint64_t at = address; at < address + axi_bytes_; ++at) {
      if (above[at] == below[at]) continue;
      take(cycle, "m_axi_wdata_o",
           fmt::format("beat at {:#x}, byte {}: {} {:#04x}, {} {:#04x}", address, at - address,
                       below_.run.rung, below[at], above_.run.rung, above[at]));
      break;
    }
  const auto unseen = std::count_if(written_over.begin(), written_over.end(),
                                    [&](uint64_t cycle) { return found_ && cycle < found_->place.cycle; });
  if (unseen > 0)
    found_->text +=
        fmt::format(" (the bytes of {} beats before it, written over since, are not compared)", unseen);
}

}  // namespace

std::optional<port_difference> compare_ports(const port_run& above, const port_run& below,
                                             uint64_t axi_bytes) {
  return port_comparison(above, below, axi_bytes).first();
}

}  // namespace scansim
