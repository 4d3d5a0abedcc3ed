// A call of several sets as one block of memory and the call of its kernel in a copy of it, on a device or a
// host. Operands that sets share are there once. Contract: `start` is a copy of image().bytes() on a 16-byte
// boundary; final states of the sets that return one follow each other, in the order of the sets. Errors:
// input_error as of scan_sets_image.
#pragma once
#include <map>
#include <utility>

#include "host/cuda/measure/call_image.h"
#include "host/cuda/scan/scan_sets_call.h"
#include "traces/calls/scan_sets.h"

namespace scansim {

class scan_sets_memory {
 public:
  scan_sets_memory(const scan_sets_call& given, gpu_precision precision);

  const call_image& image() const { return image_; }
  gpu_scan_sets at(std::byte* start) const;

  int64_t y_offset() const { return y_; }
  size_t y_bytes() const { return y_bytes_; }
  // Of all final states, float32.
  int64_t h_last_offset() const { return h_last_; }
  size_t h_last_bytes() const { return h_last_bytes_; }

 private:
  struct set_places {
    int64_t rows_u, rows_p, rows_out, flags, delta, b, c, a, d, delta_bias, h0, h_last;
  };
  int64_t add(const void* data, int64_t bytes);

  gpu_scan_sets sizes_;  // no pointers
  call_image image_;
  std::multimap<size_t, int64_t> known_;  // bytes of an operand, its place
  int64_t u_, z_, y_, h_last_;
  size_t y_bytes_, h_last_bytes_ = 0;
  set_places sets_[most_gpu_sets];
};

}  // namespace scansim
