// The shifts that a descriptor carries for the scales of a scan. Contract: a scale whose shift the machine
// cannot state is an input_error that names it; the scales of calibrate.h never are.
#pragma once
#include "host/quantise/quantised_scan.h"

namespace scansim {

// What a scan has, as far as its shifts depend on it.
struct shift_form {
  bool has_z = false, softplus = true, has_bias = true;
};
template <class Scan>  // scan_tensors or quantised_scan
shift_form shift_form_of(const Scan& scan) {
  return {!scan.z.empty(), scan.options.delta_softplus, !scan.delta_bias.empty()};
}

// The shifts of a descriptor (hls/scan/scan_descriptor.h). Errors: input_error naming the scale whose shift
// is out of range.
hls::scan_shifts make_shifts(const scan_scales& scales, const hls::widths& w, const shift_form& form);

// Fraction bits of the 16-bit y that gate_silu makes; y leaves with scales.frac_y, which is less for 8-bit
// outputs.
int gate_output_frac(const scan_scales& scales);

}  // namespace scansim
