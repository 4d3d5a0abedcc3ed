// A decode as a gpu_kernel: L launches, one a token, as one graph a buffer set, on a state that stays on the
// device. Contract: later launches go on from the state that the one before left (times do not depend on
// values); from_the_start() begins with the state of before the first token again. A decode's own class lays
// out its operands, hands them to prepare() and says what a token launches. Errors: tool_error of the driver.
#pragma once
#include "host/cuda/measure/buffered_kernel.h"
#include "host/cuda/measure/launch_graphs.h"

namespace scansim {

class decode_graphs : public buffered_kernel {
 public:
  void launch(int set) override { graphs_.launch(set); }
  int grouped_sets() const override { return graphs_.group(); }
  void launch_group(int first_set) override { graphs_.launch_group(first_set); }
  int most_buffer_sets() const override;

 protected:
  decode_graphs(const gpu_work& work, int64_t tokens, void* stream)
      : buffered_kernel(work, stream),
        tokens_(static_cast<int>(tokens)),
        graphs_(static_cast<cudaStream_t>(stream)) {}

  // Copies the image to every set and records the graphs; the first launch, which loads the kernel, is
  // before.
  void prepare(const call_image& image, int64_t state, std::vector<std::byte> initial_state, int sets);
  virtual void launch_token(int set, int k) = 0;  // the k-th of the decode

  void from_the_start(int set);  // and through the whole decode
  std::vector<std::byte> download_state(int set) const {
    return download(set, state_, initial_state_.size());
  }

  // Row `token` of an operand that has one for each; nullptr for one that is absent.
  std::byte* row(int set, int64_t offset, int64_t token, size_t row_bytes) const {
    std::byte* start = at<std::byte>(set, offset);
    return start ? start + static_cast<size_t>(token) * row_bytes : nullptr;
  }
  std::string launches() const { return launches_text(tokens_, graphs_.group()); }

 private:
  int tokens_;
  int64_t state_ = call_image::none;
  std::vector<std::byte> initial_state_;
  launch_graphs graphs_;
};

}  // namespace scansim
