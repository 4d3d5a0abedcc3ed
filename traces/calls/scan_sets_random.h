// Sets drawn at random, for tests: every kind of map, lists with repeated and missing rows, trees, tags,
// segments, slices of the channels. Contract: the same stream gives the same sets on every machine; what is
// drawn is legal and runs on a machine (tap post, drive dt, gate silu or none).
#pragma once
#include "traces/calls/scan_sets.h"
#include "traces/random_streams.h"

namespace scansim {

// Fills sets, lists, trees and tags of a call whose sizes and grid are there.
void draw_sets(scan_sets_call& call, int64_t count, random_stream& stream);

}  // namespace scansim
