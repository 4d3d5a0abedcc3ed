// Kernels of which most have a race on purpose: 64 threads write a cell each, and read that of thread
// i ^ partner, with one kind of barrier between. They show that the race test sees what it should.
#pragma once

namespace scansim {

enum class planted_barrier { none, shuffle, warp, block };
void run_planted(planted_barrier barrier, int partner);

}  // namespace scansim
