#include "host/timeline/timeline_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "hls/map/descriptor_map.h"
#include "hls/scan/scan_descriptor.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

// The groups of rows, and the first row of each: a row is told by its number alone.
enum row_group { of_run = 1, of_blocks, of_port };
constexpr size_t start_row = 1, descriptor_row = 2, block_row = 101, read_row = 1001, write_row = 2001;

// In the order of block_state; idle is a gap.
constexpr const char* state_names[] = {"busy", "wait_in", "wait_out"};

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string opcode_name(uint32_t code) {
  for (const map::opcode_row& row : map::opcodes)
    if (static_cast<uint32_t>(row.code) == code) return row.name;
  return fmt::format("opcode {}", code);
}

// Rows of spans that may overlap: each takes the first row that is free.
class overlap_rows {
 public:
  size_t take(cycle_t first, cycle_t last) {
    for (size_t row = 0; row < ends_.size(); ++row)
      if (ends_[row] < first) {
        ends_[row] = last;
        return row;
      }
    ends_.push_back(last);
    most_ = std::max(most_, ends_.size());
    return ends_.size() - 1;
  }
  void begin_start() { ends_.clear(); }
  size_t rows() const { return most_; }

 private:
  std::vector<cycle_t> ends_;
  size_t most_ = 0;
};

class timeline_writer {
 public:
  timeline_writer(const std::string& path, const run_timeline& timeline) : file_(path), timeline_(timeline) {}

  void write(const timeline_facts& facts) {
    begin(facts);
    for (const timeline_start& start : timeline_.starts) write_start(start);
    name_rows();
    add("\n]}}\n");
    flush();
    file_.commit();
  }

 private:
  template <class... Values>
  void add(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
    if (text_.size() >= piece) flush();
  }
  void flush() {
    file_.write(text_.data(), text_.size());
    text_.clear();
  }
  void begin_line() { add("{}\n", std::exchange(any_, true) ? "," : ""); }
  struct place {
    row_group group;
    size_t row;
  };
  // The event but for its closing brace.
  void event(const char* kind, std::string_view name, uint64_t first, cycle_t cycles, place at) {
    begin_line();
    add(R"({{"name":{},"cat":"{}","ph":"X","ts":{},"dur":{},"pid":{},"tid":{})", quoted(name), kind, first,
        cycles, static_cast<int>(at.group), at.row);
  }
  void name(const char* what, std::string_view text, place at) {
    begin_line();
    add(R"({{"name":"{}_name","ph":"M","pid":{},"tid":{},"args":{{"name":"{}"}}}})", what,
        static_cast<int>(at.group), at.row, text);
    begin_line();
    add(R"({{"name":"{}_sort_index","ph":"M","pid":{},"tid":{},"args":{{"sort_index":{}}}}})", what,
        static_cast<int>(at.group), at.row, at.row);
  }

  void begin(const timeline_facts& facts);
  void write_start(const timeline_start& start);
  void write_descriptors(const timeline_start& start);
  void write_bursts(const timeline_start& start, bool write);
  void name_rows();

  static constexpr size_t piece = 1 << 16;

  output_file file_;
  const run_timeline& timeline_;
  fmt::memory_buffer text_;
  bool any_ = false;  // events
  overlap_rows descriptor_rows_, read_rows_, write_rows_;
};

void timeline_writer::begin(const timeline_facts& facts) {
  const nlohmann::ordered_json other = {
      {"format", "scansim timeline 1"},
      {"ts", "cycle of the run"},
      {"operator", facts.operator_name},
      {"trace_sha256", facts.trace_sha256},
      {"config", facts.config},
      {"clock_mhz", facts.clock_mhz},
      {"memory", facts.memory_model},
      {"seed", facts.seed},
      {"cycles", timeline_.cycles},
      {"first_cycle", timeline_.first_cycle},
      {"last_cycle", timeline_.last_cycle},
      {"events", timeline_.events},
      {"complete", timeline_.complete},
  };
  add(R"({{"displayTimeUnit":"ns","otherData":{},"traceEvents":[)",
      other.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  name("process", "run", {of_run, start_row});
  name("process", "blocks", {of_blocks, block_row});
  name("process", "memory port", {of_port, read_row});
  name("thread", "starts", {of_run, start_row});
  for (size_t block = 0; block < timeline_.blocks.size(); ++block)
    name("thread", timeline_.blocks[block], {of_blocks, block_row + block});
}

void timeline_writer::write_start(const timeline_start& start) {
  event("start", fmt::format("start {}", start.number), start.first_cycle, start.recorded.cycles,
        {of_run, start_row});
  add("}}");
  write_descriptors(start);
  for (size_t block = 0; block < timeline_.blocks.size(); ++block)
    each_state(start, block, [&](const state_run& run) {
      event("block", state_names[static_cast<size_t>(run.state)],
            start.first_cycle + static_cast<uint64_t>(run.first), run.cycles, {of_blocks, block_row + block});
      add("}}");
    });
  write_bursts(start, false);
  write_bursts(start, true);
}

void timeline_writer::write_descriptors(const timeline_start& start) {
  descriptor_rows_.begin_start();
  size_t at = 0;
  each_span(start, start.recorded.descriptors, [&](const descriptor_span& span) {
    const size_t row = descriptor_row + descriptor_rows_.take(span.first, span.last);
    event("descriptor", opcode_name(start.opcodes[at++]),
          start.first_cycle + static_cast<uint64_t>(span.first), span.last + 1 - span.first, {of_run, row});
    add(R"(,"args":{{"start":{},"number":{},"address":"{:#x}"}}}})", start.number, span.number,
        start.list_address + static_cast<uint64_t>(span.number) * hls::descriptor_bytes);
  });
}

void timeline_writer::write_bursts(const timeline_start& start, bool write) {
  overlap_rows& rows = write ? write_rows_ : read_rows_;
  rows.begin_start();
  each_span(start, write ? start.recorded.writes : start.recorded.reads, [&](const burst_span& span) {
    const std::string* tensor =
        write ? timeline_.tensors.written_at(span.address) : timeline_.tensors.read_at(span.address);
    const size_t row = (write ? write_row : read_row) + rows.take(span.first, span.last);
    event(write ? "write" : "read", tensor == nullptr ? "no tensor" : *tensor,
          start.first_cycle + static_cast<uint64_t>(span.first), span.last + 1 - span.first, {of_port, row});
    add(R"(,"args":{{"address":"{:#x}","bytes":{}}}}})", span.address,
        static_cast<uint64_t>(span.beats) * timeline_.axi_bytes);
  });
}

// How many rows there are is known at the end.
void timeline_writer::name_rows() {
  for (size_t row = 0; row < descriptor_rows_.rows(); ++row)
    name("thread", fmt::format("descriptors {}", row), {of_run, descriptor_row + row});
  for (size_t row = 0; row < read_rows_.rows(); ++row)
    name("thread", fmt::format("reads {}", row), {of_port, read_row + row});
  for (size_t row = 0; row < write_rows_.rows(); ++row)
    name("thread", fmt::format("writes {}", row), {of_port, write_row + row});
}

}  // namespace

void write_timeline(const std::string& path, const run_timeline& timeline, const timeline_facts& facts) {
  timeline_writer(path, timeline).write(facts);
}

}  // namespace scansim
