// A profile from what another profiler wrote (import_source.h), of the launches that a choice names
// (import_selection.h). Contract: one place for all sources decides what is refused. Columns in use (time,
// bytes of DRAM, facts of the device) must have a known unit and a finite number in every chosen launch, or
// one input_error names all that have not; other columns and metrics that cannot be read are left out and
// listed with the reason (choice.strict: refused like the others). Several launches give the median, whose
// extremes are low and high; launches of one call are added up where the metric adds up, kept where it is the
// same in all, left out otherwise. What a profiler slows down (ncu serialises and locks clocks, tracing costs
// a little) is in the numbers; the profile's origin says so.
#pragma once
#include <string>

#include "host/gpu_profile/gpu_profile.h"
#include "host/gpu_profile/import_selection.h"
#include "host/gpu_profile/import_source.h"

namespace scansim {

// Leaves profile.created, trace and kernel.precision for the caller ("unknown"), and import.sha256. `file`
// names the page in errors.
gpu_profile profile_of_page(const import_page& page, const std::string& file, const import_choice& choice);
// Of a file.
gpu_profile import_profile(const std::string& path, import_tool tool, const import_choice& choice);
// Of text of any tool.
gpu_profile import_text(const std::string& text, const std::string& file, import_tool tool,
                        const import_choice& choice);

}  // namespace scansim
