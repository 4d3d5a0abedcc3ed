// State space duality in double precision, as the recurrence (traces/calls/ssd.h), token after token.
// Contract: inputs are the call's float tensors, every operation is double; sequences by
// ssd_call::segments(). The chunked forms of kernels are judged against it; none of their structure is in it.
// Of decode the same. Source: Dao and Gu, Transformers are SSMs, 2024; ssd of mamba_ssm in recurrent form.
#pragma once
#include <vector>

#include "traces/calls/ssd.h"

namespace scansim {

struct ssd_output {
  std::vector<double> y;             // (batch, L, H, P)
  std::vector<double> final_states;  // (S, H, P, N)
};

ssd_output ssd_ref(const ssd_call& call);

}  // namespace scansim
