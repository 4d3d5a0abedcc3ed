#include "host/cuda/scan/scan_sets_image.h"

#include <cstring>

#include "host/cuda/scan/selective_scan_dispatch.h"

namespace scansim {

namespace {

// In the storage type; `values` become what it holds.
std::vector<uint8_t> stored(std::vector<float>& values, gpu_precision precision) {
  std::vector<uint8_t> bytes;
  with_storage_type(precision, [&]<typename T>(T) {
    bytes.resize(values.size() * sizeof(T));
    for (size_t i = 0; i < values.size(); ++i) {
      const T value = from_float<T>(values[i]);
      std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
      values[i] = to_float(value);
    }
    return true;
  });
  return bytes;
}

const float* or_null(const std::vector<float>& values) { return values.empty() ? nullptr : values.data(); }

}  // namespace

scan_sets_image::scan_sets_image(const scan_sets_call& given, gpu_precision precision) : rounded_(given) {
  call_.batch = static_cast<int>(given.batch), call_.channels = static_cast<int>(given.channels);
  call_.length = static_cast<int>(given.length), call_.output_rows = static_cast<int>(given.output_rows);
  call_.sets = static_cast<int>(given.sets.size());
  call_.delta_softplus = given.delta_softplus, call_.precision = precision;
  u_ = stored(rounded_.u, precision), z_ = stored(rounded_.z, precision);
  y_.resize(static_cast<size_t>(given.batch * given.channels * given.output_rows));
  call_.u = u_.data(), call_.z = z_.empty() ? nullptr : z_.data(), call_.y = y_.data();
  sets_.resize(given.sets.size());
  for (size_t k = 0; k < sets_.size(); ++k) add(k);
  rounded_.shared = {};
}

void scan_sets_image::add(size_t k) {
  set_arrays& arrays = sets_[k];
  const scan_set& given = rounded_.sets[k];
  arrays.tensors = tensors_of_set(rounded_, k);
  scan_tensors& t = arrays.tensors;
  arrays.delta = stored(t.delta, call_.precision);
  arrays.b = stored(t.b, call_.precision), arrays.c = stored(t.c, call_.precision);
  for (const scan_step& step : steps_of(rounded_, k, "trace")) {
    arrays.rows_u.push_back(static_cast<int32_t>(step.u));
    arrays.rows_p.push_back(static_cast<int32_t>(step.p));
    arrays.rows_out.push_back(static_cast<int32_t>(step.out));
    arrays.flags.push_back(
        static_cast<uint8_t>((step.reset ? step_resets : 0) | (step.hold ? step_holds : 0)));
  }
  arrays.h_last.resize(static_cast<size_t>(t.shape.batch * t.shape.channels * t.shape.states));
  gpu_scan_set& set = call_.set[k];
  set.positions = static_cast<int>(arrays.flags.size());
  set.first_channel = static_cast<int>(given.first_channel), set.channels = static_cast<int>(given.channels);
  set.states = static_cast<int>(t.shape.states), set.groups = static_cast<int>(t.shape.groups);
  set.rows_u = arrays.rows_u.data(), set.rows_p = arrays.rows_p.data();
  set.rows_out = arrays.rows_out.data(), set.flags = arrays.flags.data();
  set.tap_pre = given.tap == set_tap::pre, set.plain_drive = given.drive == set_drive::plain;
  set.gate = static_cast<gpu_gate>(given.gate);
  set.delta = arrays.delta.data(), set.b = arrays.b.data(), set.c = arrays.c.data();
  set.a = t.a.data(), set.d = or_null(t.d), set.delta_bias = or_null(t.delta_bias), set.h0 = or_null(t.h0);
  set.h_last = arrays.h_last.data();
  scan_tensors weights = t;
  give_own_weights(rounded_.sets[k], std::move(weights));
}

}  // namespace scansim
