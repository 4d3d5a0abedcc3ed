// Design points of the tests that no file of models/configs has: corners of what a machine can be, and random
// ones. The only place where a test fills a point by hand, so that a new parameter is a line here. A test
// that wants a known machine loads it by name; one that changes a parameter of that says so in the overrides
// of load_design_point. Contract: random points depend on the generator alone; they may have depths (an
// interleave of 1, three tile buffers) that the models run and check_design_point refuses, so they are not
// for the rtl rung.
#pragma once
#include <random>
#include <vector>

#include "models/configs/design_point.h"

namespace scansim::test {

design_point narrow_point();                // 2 lanes of 4 states, 64-bit port: small, several of everything
design_point one_lane_point();              // one lane of one state
design_point wide_point();                  // 4 x 8, 16-bit operands, wide state
design_point deep_point();                  // interleave 8, many tiles
std::vector<design_point> corner_points();  // these four
std::vector<design_point> points_with_sets();  // the corners as they are when scans have sets
design_point sets_with_units_point();          // 2 x 8, words of 16 bytes, up to three scans of a descriptor
design_point unusual_point();    // 16-bit operands, wide state, 8-bit output, fewest segments and places
design_point countable_point();  // a hand can count the events of a short scan
design_point square_point();     // 16 x 16, the widest port

// Capacities so low that a scan is cut into several descriptors and tiles.
design_point random_low_point(std::mt19937_64& random);
// Any widths and depths, the port no narrower than a row.
design_point random_wide_point(std::mt19937_64& random);

}  // namespace scansim::test
