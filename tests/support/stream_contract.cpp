#include "tests/support/stream_contract.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace scansim::test {
namespace {

template <class Value>
std::string shown(const std::vector<Value>& values, size_t i) {
  return i < values.size() ? std::to_string(values[i]) : "nothing";
}
std::string shown(const std::vector<entry_words>& entries, size_t i) {
  if (i >= entries.size()) return "nothing";
  std::string text;
  char word[16];
  for (const uint32_t value : entries[i]) {
    std::snprintf(word, sizeof word, "%08x", value);
    text = word + (text.empty() ? "" : "_" + text);
  }
  return text;
}

template <class Values>
std::string part(const std::string& stream, const char* what, const Values& rtl, const Values& systemc) {
  for (size_t i = 0; i < std::max(rtl.size(), systemc.size()); ++i)
    if (i >= rtl.size() || i >= systemc.size() || rtl[i] != systemc[i])
      return stream + "[" + std::to_string(i) + "] " + what + ": rtl " + shown(rtl, i) + ", systemc " +
             shown(systemc, i);
  return "";
}

// A trace as 64-bit numbers, for the pipe from the child.
class flat_trace {
 public:
  std::vector<uint64_t> words;
  size_t at = 0;

  uint64_t take() { return words.at(at++); }
  template <class Value>
  void put(const std::vector<Value>& values) {
    words.push_back(values.size());
    for (const Value& value : values) words.push_back(static_cast<uint64_t>(value));
  }
  void put(const std::string& text) { put(std::vector<char>(text.begin(), text.end())); }
  template <class Value>
  std::vector<Value> take_all() {
    std::vector<Value> values(take());
    for (Value& value : values) value = static_cast<Value>(take());
    return values;
  }
  std::string take_text() {
    const auto letters = take_all<char>();
    return {letters.begin(), letters.end()};
  }
};

flat_trace flatten(const std::string& error, const stream_trace& trace) {
  flat_trace flat;
  flat.put(error);
  flat.words.push_back(static_cast<uint64_t>(trace.cycles));
  flat.words.push_back(trace.pushes.size());
  for (const auto& pushes : trace.pushes) flat.put(pushes);
  flat.words.push_back(trace.outputs.size());
  for (const output_trace& output : trace.outputs) {
    flat.put(output.seen);
    flat.put(output.pops);
    flat.words.push_back(output.entries.size());
    for (const entry_words& entry : output.entries) flat.put(entry);
  }
  flat.words.push_back(trace.counters.size());
  for (const auto& [name, value] : trace.counters) {
    flat.put(name);
    flat.words.push_back(value);
  }
  return flat;
}

stream_trace restored(flat_trace& flat) {
  if (const std::string error = flat.take_text(); !error.empty()) throw std::runtime_error(error);
  stream_trace trace;
  trace.cycles = static_cast<cycle_t>(flat.take());
  trace.pushes.resize(flat.take());
  for (auto& pushes : trace.pushes) pushes = flat.take_all<cycle_t>();
  trace.outputs.resize(flat.take());
  for (output_trace& output : trace.outputs) {
    output.seen = flat.take_all<cycle_t>();
    output.pops = flat.take_all<cycle_t>();
    output.entries.resize(flat.take());
    for (entry_words& entry : output.entries) entry = flat.take_all<uint32_t>();
  }
  trace.counters.resize(flat.take());
  for (auto& [name, value] : trace.counters) {
    name = flat.take_text();
    value = flat.take();
  }
  return trace;
}

void write_all(int file, const flat_trace& flat) {
  const auto* bytes = reinterpret_cast<const char*>(flat.words.data());
  for (size_t left = flat.words.size() * sizeof(uint64_t); left > 0;) {
    const ssize_t written = write(file, bytes, left);
    if (written <= 0) return;
    bytes += written;
    left -= static_cast<size_t>(written);
  }
}

flat_trace read_all(int file) {
  std::string bytes;
  char piece[65536];
  for (ssize_t got; (got = read(file, piece, sizeof piece)) > 0;)
    bytes.append(piece, static_cast<size_t>(got));
  flat_trace flat;
  flat.words.resize(bytes.size() / sizeof(uint64_t));
  std::copy_n(bytes.data(), flat.words.size() * sizeof(uint64_t), reinterpret_cast<char*>(flat.words.data()));
  return flat;
}

}  // namespace

std::string first_difference(const stream_stimulus& stimulus, const stream_trace& rtl,
                             const stream_trace& systemc) {
  std::string found;
  for (size_t i = 0; found.empty() && i < stimulus.outputs.size(); ++i) {
    const output_trace &r = rtl.outputs.at(i), &s = systemc.outputs.at(i);
    const std::string& name = stimulus.outputs[i].name;
    found = part(name, "value", r.entries, s.entries);
    if (found.empty()) found = part(name, "seen", r.seen, s.seen);
    if (found.empty()) found = part(name, "popped", r.pops, s.pops);
  }
  for (size_t i = 0; found.empty() && i < stimulus.inputs.size(); ++i)
    found = part(stimulus.inputs[i].name, "pushed", rtl.pushes.at(i), systemc.pushes.at(i));
  if (found.empty() && rtl.cycles != systemc.cycles)
    found = "cycles: rtl " + std::to_string(rtl.cycles) + ", systemc " + std::to_string(systemc.cycles);
  auto r = rtl.counters, s = systemc.counters;
  std::sort(r.begin(), r.end());
  std::sort(s.begin(), s.end());
  for (size_t i = 0; found.empty() && i < std::max(r.size(), s.size()); ++i)
    if (i >= r.size() || i >= s.size() || r[i] != s[i])
      found = "counter: rtl " + (i < r.size() ? r[i].first + " " + std::to_string(r[i].second) : "none") +
              ", systemc " + (i < s.size() ? s[i].first + " " + std::to_string(s[i].second) : "none");
  return found;
}

uint64_t counter(const stream_trace& trace, const std::string& name) {
  for (const auto& [key, value] : trace.counters)
    if (key == name) return value;
  throw std::runtime_error("no counter " + name);
}

std::vector<cycle_t> arrivals(pace how, size_t entries, std::mt19937_64& random, size_t spacing) {
  std::vector<cycle_t> times(entries);
  cycle_t now = 0;
  for (cycle_t& time : times) {
    if (how == pace::random) now += static_cast<cycle_t>(random() % 3);
    if (how == pace::bursts && random() % 16 == 0) now += static_cast<cycle_t>(random() % 40);
    if (how == pace::slow) now += static_cast<cycle_t>(1 + random() % 8);
    time = now * static_cast<cycle_t>(spacing);
  }
  return times;
}

std::vector<int> pop_delays(pace how, size_t entries, std::mt19937_64& random) {
  std::vector<int> delays(entries);
  for (int& delay : delays) {
    if (how == pace::random) delay = static_cast<int>(random() % 3);
    if (how == pace::bursts) delay = random() % 16 == 0 ? static_cast<int>(random() % 100) : 0;
    if (how == pace::slow) delay = static_cast<int>(1 + random() % 12);
  }
  return delays;
}

stream_trace forked_trace(const std::function<stream_trace()>& body) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("forked_trace: pipe");
  const pid_t child = fork();
  if (child == 0) {
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    try {
      write_all(ends[1], flatten("", body()));
    } catch (const std::exception& error) {
      write_all(ends[1], flatten(error.what(), {}));
    }
    _exit(0);
  }
  close(ends[1]);
  flat_trace flat = read_all(ends[0]);
  close(ends[0]);
  waitpid(child, nullptr, 0);
  if (flat.words.empty()) throw std::runtime_error("the child ended early");
  return restored(flat);
}

entry_writer& entry_writer::put(uint64_t value, int bits) {
  for (int i = 0; i < bits; ++i, ++at_) {
    if (static_cast<size_t>(at_ / 32) >= words_.size()) words_.push_back(0);
    words_[static_cast<size_t>(at_ / 32)] |= static_cast<uint32_t>(value >> i & 1) << (at_ % 32);
  }
  return *this;
}

entry_writer& entry_writer::put(const entry_writer& after) {
  entry_reader reader(after.words_);
  for (int left = after.at_; left > 0; left -= 32) {
    const int bits = std::min(left, 32);
    put(reader.take(bits), bits);
  }
  return *this;
}

uint64_t entry_reader::take(int bits) {
  uint64_t value = 0;
  for (int i = 0; i < bits; ++i, ++at_)
    value |= uint64_t{words_.at(static_cast<size_t>(at_ / 32)) >> (at_ % 32) & 1} << i;
  return value;
}

int64_t entry_reader::take_signed(int bits) {
  return static_cast<int64_t>(take(bits) << (64 - bits)) >> (64 - bits);
}

}  // namespace scansim::test
