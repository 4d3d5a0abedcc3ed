// A scan_sets call of a trace in the layout that the kernel takes, in host memory: values rounded to the
// storage type, walks as index arrays. Contract: call() points into this object, which stays where it is;
// outputs are there after a run. Errors: input_error as of steps_of.
#pragma once
#include <vector>

#include "host/cuda/scan/scan_sets_call.h"
#include "traces/calls/scan_sets_view.h"

namespace scansim {

class scan_sets_image {
 public:
  scan_sets_image(const scan_sets_call& given, gpu_precision precision);
  scan_sets_image(const scan_sets_image&) = delete;
  scan_sets_image& operator=(const scan_sets_image&) = delete;

  const gpu_scan_sets& call() const { return call_; }
  const std::vector<float>& y() const { return y_; }
  const std::vector<float>& h_last(size_t set) const { return sets_[set].h_last; }
  // The call with the values that the storage type holds.
  const scan_sets_call& rounded() const { return rounded_; }

 private:
  struct set_arrays {
    scan_tensors tensors;  // its weights, float32
    std::vector<uint8_t> delta, b, c;
    std::vector<int32_t> rows_u, rows_p, rows_out;
    std::vector<uint8_t> flags;
    std::vector<float> h_last;
  };

  void add(size_t k);

  scan_sets_call rounded_;
  gpu_scan_sets call_;
  std::vector<uint8_t> u_, z_;
  std::vector<float> y_;
  std::vector<set_arrays> sets_;
};

}  // namespace scansim
