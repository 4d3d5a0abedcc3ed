#include "host/run/port_difference.h"

#include <fmt/format.h>

#include <map>

#include "sim/mem/port_log.h"

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

struct second_run {
  const rung* row;
  std::vector<uint8_t> memory;  // empty: the rung has no values
  std::vector<port_record> starts;
  std::vector<program_start> times;
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

second_run run_again(operator_case& call, const rung& row, const machine_setting& setting,
                     run_observer& observer) {
  const program& made = call.compiled(setting.options);
  port_log log;
  second_run run{&row, {}, {}, {}};
  {
    const auto hold = row.waves ? observer.hold() : nullptr;
    device_options options{.memory_model = setting.memory_model, .seed = setting.seed};
    options.waves_ready = setting.waves != nullptr && setting.waves->wanted();
    options.port_log = log.descriptor();
    const auto machine = row.make(setting.point, options, observer.callback());
    observer.begin_step(std::string(row.name) + " again, for the first difference");
    run.times = run_program(*machine, made, setting.point).starts;
    if (row.outputs == rung_outputs::integer)
      run.memory.assign(machine->memory().begin(), machine->memory().end());
  }
  run.starts = records_of(log.events(), static_cast<uint64_t>(setting.point.axi_bytes()));
  return run;
}

class port_comparison {
 public:
  port_comparison(const second_run& above, const second_run& below, uint64_t axi_bytes)
      : above_(above), below_(below), axi_bytes_(axi_bytes) {}

  std::optional<port_difference> first() {
    const size_t both = std::min(above_.starts.size(), below_.starts.size());
    for (size_t start = 0; start < both; ++start) compare_time(start);
    compare_bytes();
    return found_;
  }

 private:
  void compare_time(size_t start);
  void compare_bytes();

  uint64_t cycle_of(const second_run& run, size_t start, cycle_t cycle) const {
    return run.times.at(start).first_cycle + static_cast<uint64_t>(cycle);
  }
  void take(uint64_t cycle, const std::string& signal, const std::string& what) {
    if (found_ && found_->cycle <= cycle) return;
    found_ = {cycle,
              fmt::format("first difference on the memory port in cycle {}: {}: {}", cycle, signal, what)};
  }

  const second_run &above_, &below_;
  uint64_t axi_bytes_;
  std::optional<port_difference> found_;
};

std::string command_text(const second_run& run, const port_record& start, size_t at) {
  if (at >= start.commands.size()) return fmt::format("{} none", run.row->name);
  const port_event& event = start.commands[at];
  return fmt::format("{} {} of {} beats at {:#x} in cycle {}", run.row->name,
                     event.channel == port_channel::read_address ? "read" : "write", event.beats,
                     event.address, event.valid);
}

std::string beat_text(const second_run& run, const port_record& start, size_t at) {
  if (at >= start.beats.size()) return fmt::format("{} none", run.row->name);
  return fmt::format("{} beat at {:#x} in cycle {}", run.row->name, start.beats[at].address,
                     start.beats[at].valid);
}

void port_comparison::compare_time(size_t start) {
  const port_record &above = above_.starts[start], &below = below_.starts[start];
  const auto cycle_at = [&](const auto& one, const auto& other, size_t at) {
    const cycle_t first = at < one.size() ? one[at].valid : INT64_MAX;
    const cycle_t second = at < other.size() ? other[at].valid : INT64_MAX;
    return first < second ? cycle_of(above_, start, first) : cycle_of(below_, start, second);
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
  const second_run& timed = below_.starts.empty() ? above_ : below_;
  if (above_.memory.empty() || below_.memory.empty()) return;
  std::map<uint64_t, uint64_t> last;  // address -> cycle
  for (size_t start = 0; start < timed.starts.size(); ++start)
    for (const write_beat& beat : timed.starts[start].beats)
      last[beat.address] = cycle_of(timed, start, beat.handshake);
  for (const auto& [address, cycle] : last) {
    for (uint64_t at = address; at < address + axi_bytes_; ++at) {
      if (above_.memory[at] == below_.memory[at]) continue;
      take(cycle, "m_axi_wdata_o",
           fmt::format("beat at {:#x}, byte {}: {} {:#04x}, {} {:#04x}", address, at - address,
                       below_.row->name, below_.memory[at], above_.row->name, above_.memory[at]));
      break;
    }
  }
}

}  // namespace

std::optional<port_difference> find_port_difference(operator_case& call, const rung& above, const rung& below,
                                                    const machine_setting& setting, run_observer& observer) {
  if (above.time != rung_time::cycles && below.time != rung_time::cycles) return std::nullopt;
  const second_run one = run_again(call, above, setting, observer);
  const second_run other = run_again(call, below, setting, observer);
  if (one.starts.empty() && other.starts.empty()) return std::nullopt;
  return port_comparison(one, other, static_cast<uint64_t>(setting.point.axi_bytes())).first();
}

}  // namespace scansim
