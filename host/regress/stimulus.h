// How a value of a test is drawn: written in a plan as
//   32, dense          one value                    1..max_states        a whole number between two, both
//   included coin               true or false                [A, B, C]            one of them, each as likely
//   {dist: [[A, 3], [B, 1]]}                        one of them, by weight
//   {around: [A, B], by: 2}                         one of them, up to `by` (default 1) more or less, from 1
//   on {value: A, when: RULE}                          A where the rule holds, else the key is left out
// A, B: any of these; a number may be an expression (host/sweep/expression.h) over fields of the design point
// and what was drawn above. Contract: the same numbers from the same generator state on every machine; names
// that nothing has, and ranges that end before they begin, are an input_error of the plan with its field.
#pragma once
#include <yaml-cpp/yaml.h>

#include <memory>
#include <optional>
#include <random>
#include <string>

#include "host/sweep/expression.h"
#include "host/sweep/operator_workload.h"

namespace scansim {

using random_source = std::mt19937_64;

class stimulus {
 public:
  virtual ~stimulus() = default;
  // nullopt: the key is left out.
  virtual std::optional<sweep_value> draw(random_source& random, const name_lookup& lookup) const = 0;
};

// `form`: what the key takes; numbers may be expressions, words stand as they are. `field` is for messages.
std::shared_ptr<const stimulus> read_stimulus(const YAML::Node& node, call_key form, const std::string& file,
                                              const std::string& field);

// 0 .. count - 1, the same on every machine.
inline uint64_t drawn_below(random_source& random, uint64_t count) { return random() % count; }

}  // namespace scansim
