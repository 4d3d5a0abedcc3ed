// How far an output may be from the recorded one: |got - want| <= atol + rtol * |want|; the defaults are
// those of mamba_ssm's own float test.
#pragma once

namespace scansim {

struct expect_tolerance {
  double rtol = 6e-4;
  double atol = 2e-3;
};

}  // namespace scansim
