// What one run of a sweep may take: points, or seconds of the clock. Contract: a budget that is spent leaves
// whole rows and a set that says PARTIAL; the next run goes on. A number alone is points; with s, m or h it
// is a time. Errors: input_error for what is neither.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace scansim {

struct sweep_budget {
  std::optional<uint64_t> points;
  std::optional<double> seconds;
};

sweep_budget read_budget(const std::string& text);  // of the option; empty: no budget

}  // namespace scansim
