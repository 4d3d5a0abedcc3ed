// The data of a regression's page (host/page/README.md): kind "regress", name, plan, seed, stages [{stage,
// planned, passed, failed, refused, missing}], testpoints [{name, desc, stage, tests, counts...}], buckets
// [{id, kind, signature, jobs, first, message, minimal, line, waves}], slowest [{job, wall_s, cycles}], runs
// [{time, revision, passed, failed, wall_s, ...}], program {version, revision, dirty}. Contract: made of the
// outcome alone; runs as they were kept.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "host/regress/regress_text.h"

namespace scansim {

nlohmann::json regress_page(const std::string& folder, const regress_report& report,
                            const std::vector<nlohmann::json>& runs);

}  // namespace scansim
