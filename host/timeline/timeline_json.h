// A timeline as a file of trace events (JSON), which ui.perfetto.dev and chrome://tracing open:
//   {"displayTimeUnit": "ns", "otherData": {what ran}, "traceEvents": [...]}, one event a line
// Contract: 1 cycle is 1 us, so the time that a viewer shows is the cycle of the run. Every event is complete
// (ph X: ts, dur); those of one row do not overlap, because bursts and descriptors that do have rows of their
// own. Nothing in it tells the rung. It is written piece by piece, so its size is not held in memory; the
// writer is that of every output (traces/output_file.h): tool_error. The format: host/timeline/README.md.
#pragma once
#include <string>

#include "host/timeline/run_timeline.h"

namespace scansim {

// What ran, for the reader of the file.
struct timeline_facts {
  std::string trace_sha256, operator_name, config, memory_model;
  double clock_mhz = 0;
  uint64_t seed = 0;
};

void write_timeline(const std::string& path, const run_timeline& timeline, const timeline_facts& facts);

}  // namespace scansim
