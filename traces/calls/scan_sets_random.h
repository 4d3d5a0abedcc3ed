// Sets drawn at random, for tests: every kind of map, lists with repeated and missing rows, trees, tags,
// segments, slices of the channels. Contract: the same stream gives the same sets on every machine; what is
// drawn is legal and runs on a machine (drive dt, gate silu or none); a tap before the drive, which only a
// machine with sets has, and a set without its last state only where they are asked for, each from a stream
// of its own, so that they change nothing else.
#pragma once
#include "traces/calls/scan_sets.h"
#include "traces/random_streams.h"

namespace scansim {

// Fills sets, lists, trees and tags of a call whose sizes and grid are there.
void draw_sets(scan_sets_call& call, int64_t count, random_stream& stream);

// Of sets that are there.
void draw_taps(scan_sets_call& call, uint64_t seed);
void draw_final_states(scan_sets_call& call, uint64_t seed);

}  // namespace scansim
