// A regression's outcome as text: what a terminal shows, Markdown for a comment, JUnit XML for a server, CSV
// for grep and diff (without times: equal wherever the jobs ran). Contract: made of the outcome alone.
#pragma once
#include <optional>
#include <string>

#include "host/coverage/bin_coverage.h"
#include "host/regress/failure_case.h"
#include "host/regress/regress_outcome.h"

namespace scansim {

struct regress_report {
  const regress_plan& plan;
  const plan_choice& choice;
  const regress_outcome& outcome;
  const std::map<std::string, failure_case>& failures;  // made small, by bucket
  std::map<std::string, uint64_t> left_out = {};        // by test: its budget was spent
  std::optional<bin_coverage> coverage = {};            // of the folder's jobs, where it was asked for
};

std::string regress_text(const regress_report& report);
std::string regress_markdown(const regress_report& report);
// A suite a testpoint, a case a job (tests/host/regress/junit.xsd).
std::string regress_junit(const regress_report& report);
std::string regress_csv(const regress_report& report);

}  // namespace scansim
