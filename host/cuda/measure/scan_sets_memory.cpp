#include "host/cuda/measure/scan_sets_memory.h"

#include <cstring>

#include "host/cuda/scan/scan_sets_dispatch.h"
#include "host/cuda/scan/scan_sets_image.h"

namespace scansim {

// One that is there already is not added again.
int64_t scan_sets_memory::add(const void* data, int64_t bytes) {
  if (data == nullptr) return call_image::none;
  const auto size = static_cast<size_t>(bytes);
  const auto [first, last] = known_.equal_range(size);
  for (auto one = first; one != last; ++one)
    if (std::memcmp(image_.bytes().data() + one->second, data, size) == 0) return one->second;
  const int64_t place = image_.add_bytes(data, size);
  known_.emplace(size, place);
  return place;
}

scan_sets_memory::scan_sets_memory(const scan_sets_call& given, gpu_precision precision) {
  const scan_sets_image host(given, precision);
  const gpu_scan_sets& call = host.call();
  check_scan_sets(call);
  sizes_ = call;
  const auto each = static_cast<int64_t>(storage_bytes(precision));
  const int64_t rows = int64_t{call.batch} * call.channels;
  u_ = add(call.u, rows * call.length * each), z_ = add(call.z, rows * call.output_rows * each);
  for (int k = 0; k < call.sets; ++k) {
    const gpu_scan_set& set = call.set[k];
    const int64_t lines = int64_t{call.batch} * set.channels, states = int64_t{set.channels} * set.states;
    const int64_t projected = int64_t{call.batch} * set.groups * set.states * call.length * each;
    set_places& to = sets_[k];
    to.rows_u = add(set.rows_u, int64_t{4} * set.positions),
    to.rows_p = add(set.rows_p, int64_t{4} * set.positions);
    to.rows_out = add(set.rows_out, int64_t{4} * set.positions), to.flags = add(set.flags, set.positions);
    to.delta = add(set.delta, lines * call.length * each);
    to.b = add(set.b, projected), to.c = add(set.c, projected);
    to.a = add(set.a, 4 * states), to.d = add(set.d, int64_t{4} * set.channels);
    to.delta_bias = add(set.delta_bias, int64_t{4} * set.channels);
    to.h0 = add(set.h0, 4 * call.batch * states);
    to.h_last = call_image::none;
  }
  y_bytes_ = static_cast<size_t>(rows * call.output_rows) * sizeof(float);
  y_ = image_.reserve(y_bytes_);
  for (int k = 0; k < call.sets; ++k) {
    if (!given.sets[static_cast<size_t>(k)].final_state) continue;
    sets_[k].h_last = static_cast<int64_t>(h_last_bytes_);  // of all of them
    h_last_bytes_ += sizeof(float) * static_cast<size_t>(call.batch) *
                     static_cast<size_t>(call.set[k].channels * call.set[k].states);
  }
  h_last_ = h_last_bytes_ > 0 ? image_.reserve(h_last_bytes_) : call_image::none;
}

gpu_scan_sets scan_sets_memory::at(std::byte* start) const {
  const auto place = [&](int64_t offset) { return offset == call_image::none ? nullptr : start + offset; };
  const auto floats = [&](int64_t offset) { return reinterpret_cast<const float*>(place(offset)); };
  const auto rows = [&](int64_t offset) { return reinterpret_cast<const int32_t*>(place(offset)); };
  gpu_scan_sets call = sizes_;
  call.u = place(u_), call.z = place(z_), call.y = reinterpret_cast<float*>(place(y_));
  for (int k = 0; k < call.sets; ++k) {
    const set_places& from = sets_[k];
    gpu_scan_set& set = call.set[k];
    set.rows_u = rows(from.rows_u), set.rows_p = rows(from.rows_p), set.rows_out = rows(from.rows_out);
    set.flags = reinterpret_cast<const uint8_t*>(place(from.flags));
    set.delta = place(from.delta), set.b = place(from.b), set.c = place(from.c);
    set.a = floats(from.a), set.d = floats(from.d), set.delta_bias = floats(from.delta_bias);
    set.h0 = floats(from.h0);
    set.h_last =
        from.h_last == call_image::none ? nullptr : reinterpret_cast<float*>(start + h_last_ + from.h_last);
  }
  return call;
}

}  // namespace scansim
