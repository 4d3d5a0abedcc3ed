#include "host/quantise/make_shifts.h"

#include "host/quantise/scan_shift_rules.h"
#include "traces/input_error.h"

namespace scansim {

namespace {

uint8_t checked(int shift, int largest, const char* scale) {
  if (shift < 0 || shift > largest) {
    throw input_error("scales", scale, "a shift of 0.." + std::to_string(largest) + " in the machine",
                      "shift " + std::to_string(shift));
  }
  return static_cast<uint8_t>(shift);
}

}  // namespace

hls::scan_shifts make_shifts(const scan_scales& scales, const hls::widths& w, const shift_form& form) {
  const raw_shifts r = shifts_of(scales, w, form);
  hls::scan_shifts s;
  s.delta = checked(r.delta, largest_align_shift, "frac_delta");
  s.bias = checked(r.bias, largest_align_shift, "frac_bias");
  s.z = checked(r.z, largest_align_shift, "frac_z");
  s.dt2 = checked(r.dt2, largest_product_shift, "frac_a");
  s.du = checked(r.du, largest_product_shift, "frac_state (with frac_u, frac_b)");
  s.skip = checked(r.skip, largest_product_shift, "frac_d (with frac_u, frac_c, frac_state)");
  s.v = checked(r.v, largest_product_shift, "frac_skip_v (with frac_c, frac_state)");
  s.y = checked(r.y, largest_product_shift, "frac_y (with frac_skip_v, frac_z)");
  s.align_a = static_cast<uint8_t>(r.align_a);
  s.quant = checked(r.quant, largest_quant_shift, "frac_y");
  return s;
}

int gate_output_frac(const scan_scales& scales) {
  return scales.frac_y + (scales.output_bits == 8 ? output_quant_shift : 0);
}

}  // namespace scansim
