// Plans for tests: a small one, and ones that are wrong in one place.
#pragma once
#include <string>

#include "host/regress/job_drawing.h"
#include "tests/traces/raw_safetensors.h"

namespace scansim::test {

inline const std::string small_plan = R"(regress: 1
name: small
design_points: [tiny, {label: far, base: tiny, set: {interleave: 8}}]
memories: [random, ideal]
testpoints:
  - {name: scans, desc: scans at the edges, stage: V1, tags: [scan], tests: [scan]}
  - {name: steps, desc: a call a token, stage: V2, tags: [decode], tests: [decode]}
tests:
  - name: scan
    kind: compare
    rungs: [hls, systemc]
    stimulus:
      operator: selective_scan
      let: {of_group: 1..3}
      groups: 1..2
      channels: groups * of_group
      states: {dist: [[1..4, 1], [{around: [states_per_lane]}, 2]]}
      length: {around: [chunk_tokens], by: 2}
      reverse: coin
      h0: {value: true, when: "reverse == 1"}
    constraint: channels * states <= 12
    seeds: 6
  - name: decode
    kind: compare
    points: [tiny]
    rungs: [hls, systemc]
    stimulus: {operator: selective_scan, decode: true, channels: 2, states: 4, length: 1..3}
    seeds: 2
)";

// With the first place of `from` replaced.
inline std::string changed(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  if (at == std::string::npos) throw tool_error("no such text in the plan: " + from);
  return text.replace(at, from.size(), to);
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct plan_place {
  temporary_folder folder;
  std::string write(const std::string& text) const {
    write_bytes(folder.file("p.yaml"), text);
    return folder.file("p.yaml");
  }
  regress_plan load(const std::string& text = small_plan) const { return load_regress_plan(write(text)); }
  std::string refused(const std::string& from, const std::string& to) const {
    return refusal([&] { load(changed(small_plan, from, to)); });
  }
};

}  // namespace scansim::test
