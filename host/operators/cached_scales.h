// cached_scales: chosen scales, kept from run to run in the folder `scales` of the cache. Choosing takes
// several times as long as everything else of a run on systemc, and depends on the trace, on some parameters
// of the design point (operator_row::scale_parameters) and on this program alone: the name of an entry is the
// digest of those. Contract: the trace is that of a file, as its SHA-256 says; what comes back is what was
// chosen, checked as stored scales are; a cache that cannot be read or written costs time alone
// (text_cache.h).
#pragma once
#include <memory>

#include "host/operators/operator_list.h"

namespace scansim {

std::string scale_cache_folder();

// nullptr: none.
std::shared_ptr<const call_scales> cached_scales(const trace& given, const operator_row& row,
                                                 const design_point& point);
void cache_scales(const trace& given, const operator_row& row, const design_point& point,
                  const call_scales& chosen);

}  // namespace scansim
