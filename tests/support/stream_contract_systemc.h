// SystemC side of a contract test: sources and sinks around one block, inside forked_trace. Use:
//   systemc_side side(stimulus);
//   auto& x = side.input<row>(unpack);  auto& y = side.output<row>(depth, pack);   in the order of the
//   stimulus block unit("unit", {x, y});  return side.run(unit);
// unpack(const entry_words&, T&) and pack(const T&) -> entry_words translate between port words and payloads.
#pragma once
#include <memory>
#include <stdexcept>

#include "sim/stream/systemc_host.h"
#include "tests/support/stream_contract.h"

namespace scansim::test {

// A block of the environment, whatever it sends or takes.
class stream_end : public block_process {
 public:
  using block_process::block_process;
  virtual ~stream_end() = default;
};

template <class T>
class stream_source : public stream_end {
 public:
  using unpack = std::function<void(const entry_words&, T&)>;
  stream_source(const input_stimulus& stimulus, unpack into, std::vector<cycle_t>& pushes)
      : stream_end("source_" + stimulus.name),
        fifo(stimulus.depth),
        stimulus_(stimulus),
        into_(into),
        pushes_(pushes) {
    add_process(&stream_source::process);
  }
  timed_fifo<T> fifo;

 private:
  void process() {
    cycle_t next = 0;
    for (size_t i = 0; i < stimulus_.entries.size(); ++i) {
      const cycle_t push = std::max({next, stimulus_.arrivals.at(i), fifo.credit_time()});
      into_(stimulus_.entries[i], fifo.back());
      fifo.push(push + 1);
      pushes_.push_back(push);
      next = push + 1;
    }
    fifo.close();
  }

  const input_stimulus& stimulus_;
  unpack into_;
  std::vector<cycle_t>& pushes_;
};

template <class T>
class stream_sink : public stream_end {
 public:
  using pack = std::function<entry_words(const T&)>;
  stream_sink(const output_stimulus& stimulus, int depth, pack from, output_trace& trace)
      : stream_end("sink_" + stimulus.name), fifo(depth), stimulus_(stimulus), from_(from), trace_(trace) {
    add_process(&stream_sink::process);
  }
  timed_fifo<T> fifo;

 private:
  void process() {
    for (cycle_t next = 0; !fifo.ended();) {
      const cycle_t seen = std::max(next, fifo.front_time());
      const size_t i = trace_.seen.size();
      const cycle_t pop = seen + (i < stimulus_.delays.size() ? stimulus_.delays[i] : 0);
      trace_.entries.push_back(from_(fifo.front()));
      trace_.seen.push_back(seen);
      trace_.pops.push_back(pop);
      fifo.pop(pop);
      next = pop + 1;
    }
  }

  const output_stimulus& stimulus_;
  pack from_;
  output_trace& trace_;
};

class systemc_side {
 public:
  explicit systemc_side(const stream_stimulus& stimulus) : stimulus_(stimulus) {
    trace_.pushes.resize(stimulus.inputs.size());
    trace_.outputs.resize(stimulus.outputs.size());
  }

  template <class T>
  timed_fifo<T>& input(typename stream_source<T>::unpack into) {
    const input_stimulus& stimulus = stimulus_.inputs.at(inputs_);
    auto source = std::make_shared<stream_source<T>>(stimulus, into, trace_.pushes.at(inputs_++));
    ends_.push_back(source);
    return source->fifo;
  }
  template <class T>
  timed_fifo<T>& output(int depth, typename stream_sink<T>::pack from) {
    const output_stimulus& stimulus = stimulus_.outputs.at(outputs_);
    auto sink = std::make_shared<stream_sink<T>>(stimulus, depth, from, trace_.outputs.at(outputs_++));
    ends_.push_back(sink);
    return sink->fifo;
  }

  // To the end of all streams; the block closes its outputs.
  template <class Block>
  stream_trace run(Block& unit) {
    systemc_host host;
    for (const auto& end : ends_) host.add(*end);
    host.add(unit);
    unit.begin();
    host.run();
    for (const output_trace& output : trace_.outputs)
      if (!output.pops.empty()) trace_.cycles = std::max(trace_.cycles, output.pops.back() + 1);
    for (const auto& [name, value] : unit.counters(trace_.cycles)) trace_.counters.emplace_back(name, value);
    return trace_;
  }

 private:
  const stream_stimulus& stimulus_;
  stream_trace trace_;
  size_t inputs_ = 0, outputs_ = 0;
  std::vector<std::shared_ptr<stream_end>> ends_;
};

}  // namespace scansim::test
