#include "host/run/reference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "traces/input_error.h"

namespace scansim {
namespace {

// As float, which recorded outputs are.
void require_finite(const operator_case& one, const named_reals& output, const std::string& notes) {
  const auto at = std::find_if(output.values.begin(), output.values.end(),
                               [](double value) { return !std::isfinite(static_cast<float>(value)); });
  if (at == output.values.end()) return;
  throw input_error(one.facts().path, output.name + " " + one.place(output.name, at - output.values.begin()),
                    "an output below 3.4e38 of ref", fmt::format("{:g}", *at))
      .explained(notes);
}

}  // namespace

reference_result run_reference(const operator_case& one) {
  reference_result result{one.ref(), {}};
  const std::string notes = fmt::format("{}", fmt::join(one.notes(), "; "));
  for (const named_reals& output : result.outputs) require_finite(one, output, notes);
  result.verdict = one.compare_with_recorded(result.outputs);
  if (!notes.empty()) result.verdict.finding += "; note: " + notes;
  return result;
}

}  // namespace scansim
