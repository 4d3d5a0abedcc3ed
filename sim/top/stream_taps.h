// Taps on the queues of a SystemC machine: each tells a listener of its beats, in the cycles of the RTL's
// push and pop. An entry that is pushed in cycle c is visible from c + 1.
#pragma once
#include <functional>
#include <memory>
#include <span>

#include "sim/stream/timed_fifo.h"
#include "sim/top/stream_list.h"

namespace scansim {

class stream_taps {
 public:
  stream_taps(const machine_shape& shape, stream_listener& to) : shape_(shape), to_(to) {}

  // put(entry, values): the values of a beat, lane by lane.
  template <class Entry, class Put>
  void tap(machine_stream stream, timed_fifo<Entry>& fifo, Put put) {
    auto made = std::make_unique<entry_tap<Entry, Put>>(stream, fifo, shape_.values, put, to_);
    auto pops = std::make_unique<pop_tap>(stream, to_);
    fifo.listen(made.get(), pops.get());
    taps_.push_back(std::move(made)), taps_.push_back(std::move(pops));
  }
  // In time alone.
  template <class Entry>
  void tap(machine_stream stream, timed_fifo<Entry>& fifo) {
    tap(stream, fifo, [](const Entry&, std::vector<int64_t>&) {});
  }

  // Rows of a buffer: visible(cycle, row, values).
  stream_listener& listener() const { return to_; }
  const machine_shape& shape() const { return shape_; }

 private:
  template <class Entry, class Put>
  class entry_tap final : public time_listener {
   public:
    entry_tap(machine_stream stream, const timed_fifo<Entry>& fifo, bool has_values, Put put,
              stream_listener& to)
        : stream_(stream), fifo_(fifo), has_values_(has_values), put_(put), to_(to) {}
    void hear(cycle_t visible) override {
      values_.clear();
      if (has_values_) put_(fifo_.newest(), values_);
      to_.enter(stream_, visible - 1, -1, values_);
    }

   private:
    machine_stream stream_;
    const timed_fifo<Entry>& fifo_;
    bool has_values_;
    Put put_;
    stream_listener& to_;
    std::vector<int64_t> values_;
  };
  class pop_tap final : public time_listener {
   public:
    pop_tap(machine_stream stream, stream_listener& to) : stream_(stream), to_(to) {}
    void hear(cycle_t cycle) override { to_.leave(stream_, cycle); }

   private:
    machine_stream stream_;
    stream_listener& to_;
  };

  const machine_shape& shape_;
  stream_listener& to_;
  std::vector<std::unique_ptr<time_listener>> taps_;
};

// Elements 0..lanes - 1 of an array of an entry.
template <class Values>
void put_lanes(const Values& from, int lanes, std::vector<int64_t>& to) {
  for (int lane = 0; lane < lanes; ++lane) to.push_back(static_cast<int64_t>(from[lane]));
}

}  // namespace scansim
