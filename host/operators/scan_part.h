// What the scan in a call adds to y, judged by itself: a skip D u far above C.h, or a gate that is large in a
// few places, make y say little of the scan.
//   part = (y - origin) / gate,   error = sum (part - want's part)^2,   relative = error / sum (want's
//   part)^2
// Contract: elements whose gate is nearly closed are left out; a part that is zero everywhere has error 0 or
// infinity. A recording is given its own rounding: error <= bar * power + sum (roundoff * y / gate)^2. It
// decides nothing about y as a whole (compare_to_expect.h, relative_mse.h).
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "host/operators/operator_case.h"
#include "models/ref/scan_fault.h"
#include "traces/calls/call.h"
#include "traces/safetensors.h"

namespace scansim {

struct scan_share {
  std::vector<double> origin;  // y without what the scan adds; empty: zeros
  std::vector<double> gate;    // what it was multiplied by; empty: ones
};

// So far that y / gate says nothing.
bool is_closed(double gate);

struct part_error {
  double error = 0, power = 0, rounding = 0;
  double relative() const;
  bool within(double bar) const { return error <= bar * power + rounding; }
};

part_error error_of_part(const scan_share& share, const std::vector<double>& got,
                         const std::vector<double>& want, double roundoff = 0);

// How much of the scan's part `got` carries: sum got's part * want's part / sum (want's part)^2, the gate
// left in; 1 is all of it. Rounding that has nothing to do with the scan moves it by about `noise`.
struct part_gain {
  double gain = 1, noise = 0;
  bool kept() const;
};
part_gain gain_of_part(const scan_share& share, const std::vector<double>& got,
                       const std::vector<double>& want);

// Relative MSE of what a machine alone read out of the scan, C.h, from (y - origin) / gate; places with a
// closed gate count as zero in both.
double lost_readout(const scan_share& share, const std::vector<double>& readout,
                    const std::vector<double>& y);

// What a recording in this type is held to, of y's part and of h_last.
struct recorded_bar {
  double relative_mse, roundoff;
};
recorded_bar recorded_bar_of(tensor_dtype recorded);

// Bars between hls and ref on the same quantised inputs, relative MSE; 0: not judged by it.
struct scan_bars {
  double y = 0, part = 0, state = 0;
};

// ref with faults in the scan of a call, or of a part of it that is small enough to try.
struct scan_trial {
  std::shared_ptr<const call> part;
  std::string extent;  // "8 of 1536 channels"; empty: all of the call
  scan_share share;
  std::vector<double> residual;  // that the call adds to; empty: zeros
  std::vector<named_reals> reference;
  struct planted {
    std::string fault;
    std::vector<named_reals> outputs;
  };
  std::vector<planted> faults;
};

// Faults whose outputs would pass the bars in place of ref's.
std::vector<std::string> unseen_faults(const scan_bars& bars, const scan_trial& trial);

const std::vector<double>* find_output(const std::vector<named_reals>& outputs, const std::string& name);

}  // namespace scansim
