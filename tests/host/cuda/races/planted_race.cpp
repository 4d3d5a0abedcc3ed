#include "tests/host/cuda/races/planted_race.h"

#include <utility>

namespace scansim {
namespace {

// A template, so that each report has a stack of its own: equal ones are given once.
template <planted_barrier barrier, int partner>
void planted_kernel(int* out) {
  __shared__ int cell[64];
  cell[threadIdx.x] = static_cast<int>(threadIdx.x);
  if (barrier == planted_barrier::shuffle) __shfl_xor_sync(0xffffffffu, 1, 1);
  if (barrier == planted_barrier::warp) __syncwarp();
  if (barrier == planted_barrier::block) __syncthreads();
  out[threadIdx.x] = cell[threadIdx.x ^ partner];
}

template <planted_barrier barrier, int partner>
void launch() {
  int out[64];
  emulation::launch({2}, {64}, [&] { planted_kernel<barrier, partner>(out); });
}

template <planted_barrier barrier>
void launch_with(int partner) {
  partner < 32 ? launch<barrier, 1>() : launch<barrier, 33>();
}

}  // namespace

void run_planted(planted_barrier barrier, int partner) {
  if (barrier == planted_barrier::none) return launch_with<planted_barrier::none>(partner);
  if (barrier == planted_barrier::shuffle) return launch_with<planted_barrier::shuffle>(partner);
  if (barrier == planted_barrier::warp) return launch_with<planted_barrier::warp>(partner);
  launch_with<planted_barrier::block>(partner);
}

}  // namespace scansim
