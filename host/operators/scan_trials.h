// The scan of a call as scan_part.h judges it: what y is without it, and ref with each fault planted. Choose
// the overload by what the call is. Contract: trials cost a small share of ref: rows of a long scan, the
// first tokens of a long layer; a layer of both directions that is long has none, for it cannot be cut.
#pragma once
#include <optional>

#include "host/operators/scan_part.h"
#include "traces/calls/mamba_block.h"
#include "traces/calls/selective_scan.h"

namespace scansim {

std::vector<double> gates_of(const std::vector<float>& z);  // silu

scan_share share_of(const scan_tensors& tensors);
scan_share share_of(const scan_tensors& tensors, std::vector<double> gate);  // as ref has it (scan_terms)
scan_share share_of(const mamba_block_call& call);

std::optional<scan_trial> try_faults(const selective_scan_call& call);
std::optional<scan_trial> try_faults(const mamba_block_call& call);

}  // namespace scansim
