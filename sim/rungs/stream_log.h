// The beats of every stream of a machine, written down while it runs:
//   start | enter: stream, cycle, row, values | leave: stream, cycle
// Rungs with time and values that agree write the same down, whatever order the streams come in, and the
// first beat that is not the same says which block parts them (host/run/stream_difference.h). Contract: the
// descriptor serves every process that inherits it; of one start and stream, beats are in order. A log ends
// where it has more than `most_log_bytes`. Choose it for a second run of what differed.
#pragma once
#include <array>
#include <map>
#include <string>
#include <vector>

#include "sim/cosim/rtl_stream_abi.h"
#include "sim/top/stream_list.h"

namespace scansim {

struct stream_beat {
  cycle_t cycle = 0;  // of the start
  int row = -1;       // of a buffer
  std::vector<int64_t> values;
};
// Of one stream: what enters it, and the cycles in which it leaves.
struct stream_record {
  std::vector<stream_beat> beats;
  std::vector<cycle_t> left;
};
using start_streams = std::array<stream_record, static_cast<size_t>(machine_stream::count)>;

struct stream_records {
  std::vector<start_streams> starts;
  bool whole = true;  // false: the log was full
};

class stream_log {
 public:
  stream_log();  // throws tool_error if the system has no room
  ~stream_log();
  stream_log(const stream_log&) = delete;
  stream_log& operator=(const stream_log&) = delete;

  int descriptor() const { return descriptor_; }
  // Once the machine is gone, of a run of so many starts. Throws tool_error with the cause where the record
  // ends early.
  stream_records records(size_t starts) const;

 private:
  int descriptor_;
};

class stream_writer final : public stream_listener {
 public:
  explicit stream_writer(int descriptor) : descriptor_(descriptor) {}
  ~stream_writer() override { flush(); }
  stream_writer(const stream_writer&) = delete;
  stream_writer& operator=(const stream_writer&) = delete;

  bool wanted() const { return descriptor_ >= 0; }
  void begin_start();
  void enter(machine_stream stream, cycle_t cycle, int row, std::span<const int64_t> values) override;
  void leave(machine_stream stream, cycle_t cycle) override;
  void flush();

 private:
  void add(std::initializer_list<int64_t> head, std::span<const int64_t> values = {});

  int descriptor_;
  std::vector<int64_t> pending_;
  uint64_t written_ = 0;
  bool cut_ = false;
};

// Beats of a Verilated machine, as its library tells them, to a listener.
class rtl_streams {
 public:
  rtl_streams(const design_point& point, stream_listener& to) : shape_(point), to_(to) {}
  void tell(const scansim_rtl_beat& beat, cycle_t cycle);

 private:
  struct known_place {
    std::optional<machine_stream> stream;  // nullopt: between no two blocks
    beat_format format;
  };
  const known_place& at(const char* place);

  machine_shape shape_;
  stream_listener& to_;
  std::map<const char*, known_place> places_;
  std::vector<int64_t> values_;
};

}  // namespace scansim
