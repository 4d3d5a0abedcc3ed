// RTL side of a contract test: the FIFOs in front of a Verilated block and the taking of its results,
// clocked.
//   rtl_side side(dut, stimulus);
//   side.input(dut.x_valid_i, dut.x_i, dut.x_pop_o);   side.output(dut.y_valid_o, dut.y_o, dut.y_pop_i);
//   side.counters("gemm_nm", dut.inc_o);               in the order of the stimulus; they add up per cycle
//   stream_trace trace = side.run();
// Ports: clk_i, rst_ni. A block that hangs leaves a trace with fewer results. Results after the last one
// expected are noticed for `settle_cycles` and appended.
#pragma once
#include <deque>

#include "hls/map/counter_map.h"
#include "hls/map/depth_map.h"
#include "tests/support/clocked.h"
#include "tests/support/stream_contract.h"

namespace scansim::test {

template <class Port>
void write_port(Port& port, const entry_words& words) {
  if constexpr (std::is_integral_v<Port>) {
    uint64_t value = words.empty() ? 0 : words[0];
    if (words.size() > 1) value |= uint64_t{words[1]} << 32;
    port = static_cast<Port>(value);
  } else {
    for (size_t i = 0; i < sizeof port / sizeof(uint32_t); ++i) port[i] = i < words.size() ? words[i] : 0;
  }
}

template <class Port>
entry_words read_port(const Port& port) {
  if constexpr (std::is_integral_v<Port>) {
    entry_words words{static_cast<uint32_t>(port)};
    if constexpr (sizeof port > sizeof(uint32_t)) words.push_back(static_cast<uint32_t>(port >> 32));
    return words;
  } else {
    entry_words words(sizeof port / sizeof(uint32_t));
    for (size_t i = 0; i < words.size(); ++i) words[i] = port[i];
    return words;
  }
}

template <class Module>
class rtl_side {
 public:
  rtl_side(Module& dut, const stream_stimulus& stimulus) : dut_(dut), stimulus_(stimulus) {}

  template <class Valid, class Data, class Pop>
  void input(Valid& valid, Data& data, const Pop& pop) {
    inputs_.push_back({[&](bool value) { valid = value; },
                       [&](const entry_words& words) { write_port(data, words); },
                       [&] { return pop != 0; },
                       {},
                       0,
                       0});
  }
  template <class Valid, class Data, class Pop>
  void output(const Valid& valid, const Data& data, Pop& pop) {
    outputs_.push_back(
        {[&] { return valid != 0; }, [&] { return read_port(data); }, [&](bool value) { pop = value; }});
  }
  // The counters of a block of the machine's map, out of the vector of what each gains in a cycle.
  template <class Port>
  void counters(std::string_view block, const Port& increments) {
    int first = 0;
    for (const counter_name& row : counter_names) {
      if (row.block != block) continue;
      counters_.push_back({row.event.data(), [&increments, first] {
                             const entry_words words = read_port(increments);
                             uint64_t value = 0;
                             for (int bit = 0; bit < inc_bits; ++bit)
                               value |= uint64_t{words[(first + bit) / 32] >> (first + bit) % 32 & 1u} << bit;
                             return value;
                           }});
      first += inc_bits;
    }
  }
  template <class Port>
  void counter(const char* name, const Port& port) {
    counters_.push_back({name, [&] { return static_cast<uint64_t>(port); }});
  }

  stream_trace run(cycle_t limit = 1000000, cycle_t settle_cycles = 64) {
    trace_ = {};
    trace_.pushes.resize(inputs_.size());
    trace_.outputs.resize(outputs_.size());
    for (const auto& [name, value] : counters_) trace_.counters.emplace_back(name, 0);
    reset();
    cycle_t cycle = 0;
    for (; cycle < limit && !complete(); ++cycle) one_cycle(cycle, true);
    trace_.cycles = cycle;
    for (cycle_t i = 0; i < settle_cycles; ++i) one_cycle(cycle + i, false);
    return trace_;
  }

 private:
  struct input_port {
    std::function<void(bool)> set_valid;
    std::function<void(const entry_words&)> set_data;
    std::function<bool()> popped;
    std::deque<cycle_t> visible;  // of the entries in the FIFO
    size_t pushes, pops;
  };
  struct output_port {
    std::function<bool()> valid;
    std::function<entry_words()> data;
    std::function<void(bool)> set_pop;
  };

  void reset() {
    for (input_port& port : inputs_) {
      port.visible.clear();
      port.pushes = port.pops = 0;
      port.set_valid(false);
    }
    for (output_port& port : outputs_) port.set_pop(false);
    dut_.rst_ni = 0;
    tick(dut_);
    dut_.rst_ni = 1;
  }

  bool complete() const {
    for (size_t i = 0; i < outputs_.size(); ++i)
      if (trace_.outputs[i].pops.size() < stimulus_.outputs[i].entries) return false;
    return true;
  }

  void one_cycle(cycle_t cycle, bool counted) {
    for (size_t i = 0; i < inputs_.size(); ++i) offer(i, cycle);
    dut_.clk_i = 0;
    dut_.eval();
    for (size_t i = 0; i < outputs_.size(); ++i) take(i, cycle);
    dut_.eval();
    if (counted)
      for (size_t i = 0; i < counters_.size(); ++i) trace_.counters[i].second += counters_[i].second();
    for (size_t i = 0; i < inputs_.size(); ++i) advance(i, cycle);
    dut_.clk_i = 1;
    dut_.eval();
  }

  void offer(size_t i, cycle_t cycle) {
    input_port& port = inputs_[i];
    const bool valid = !port.visible.empty() && port.visible.front() <= cycle;
    port.set_valid(valid);
    if (valid) port.set_data(stimulus_.inputs[i].entries[port.pops]);
  }

  void take(size_t i, cycle_t cycle) {
    output_trace& trace = trace_.outputs[i];
    const bool valid = outputs_[i].valid();
    if (valid && trace.seen.size() == trace.pops.size()) {
      trace.seen.push_back(cycle);
      trace.entries.push_back(outputs_[i].data());
    }
    const auto& delays = stimulus_.outputs[i].delays;
    const size_t next = trace.pops.size();
    const bool pop = valid && cycle >= trace.seen.back() + (next < delays.size() ? delays[next] : 0);
    outputs_[i].set_pop(pop);
    if (pop) trace.pops.push_back(cycle);
  }

  // The FIFO's own push and the block's pop; a place freed in this cycle counts from the next.
  void advance(size_t i, cycle_t cycle) {
    input_port& port = inputs_[i];
    const input_stimulus& stimulus = stimulus_.inputs[i];
    const bool place = port.visible.size() < static_cast<size_t>(stimulus.depth);
    if (port.popped()) {
      if (port.visible.empty()) throw std::runtime_error(stimulus.name + ": popped while empty");
      port.visible.pop_front();
      ++port.pops;
    }
    if (place && port.pushes < stimulus.entries.size() && stimulus.arrivals[port.pushes] <= cycle) {
      port.visible.push_back(cycle + 1);
      trace_.pushes[i].push_back(cycle);
      ++port.pushes;
    }
  }

  Module& dut_;
  const stream_stimulus& stimulus_;
  std::vector<input_port> inputs_;
  std::vector<output_port> outputs_;
  std::vector<std::pair<const char*, std::function<uint64_t()>>> counters_;
  stream_trace trace_;
};

}  // namespace scansim::test
