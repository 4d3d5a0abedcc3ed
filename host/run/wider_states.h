// Whether the width of its states is what keeps a scan on hls from ref: the call runs again on hls with wider
// ones, scales chosen anew, until it keeps every bar. Contract: a run, not an estimate, of what --set
// state_bits=<bits> does to this call; seconds for a long scan, so for a call that disagrees. It judges
// nothing by itself.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "host/operators/operator_case.h"

namespace scansim {

struct wider_states {
  int bits = 0;                    // the narrowest that agrees, else the widest that was tried
  bool agree = false;              // with them
  std::optional<double> scan_mse;  // of the scan alone with them
};

using case_at_point = std::function<std::unique_ptr<operator_case>(const design_point&)>;

// nullopt: no wider state can be tried. `reference`: ref() of the call as given.
std::optional<wider_states> try_wider_states(const design_point& point, const case_at_point& call,
                                             const std::vector<named_reals>& reference);

// "; the 16 bits of its states limit it: ...", behind the finding of a scan that disagrees.
std::string state_width_text(int state_bits, const wider_states& tried);

}  // namespace scansim
