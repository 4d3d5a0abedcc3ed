#include <algorithm>

#include "host/cuda/measure/cuda_errors.h"
#include "host/cuda/measure/decode_graphs.h"

namespace scansim {

int decode_graphs::most_buffer_sets() const { return std::max(1, most_graph_nodes / tokens_); }

void decode_graphs::prepare(const call_image& image, int64_t state, std::vector<std::byte> initial_state,
                            int sets) {
  state_ = state;
  initial_state_ = std::move(initial_state);
  fill(image, sets);
  launch_token(0, 0);
  check_cuda(cudaStreamSynchronize(static_cast<cudaStream_t>(stream())), "running a token of a decode");
  upload(0, state_, initial_state_);
  graphs_.record(sets, grouped_sets_of(tokens_, sets), [this](int set) {
    for (int k = 0; k < tokens_; ++k) launch_token(set, k);
  });
}

void decode_graphs::from_the_start(int set) {
  upload(set, state_, initial_state_);
  launch(set);
}

}  // namespace scansim
