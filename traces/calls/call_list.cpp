#include "traces/calls/call_list.h"

#include "traces/calls/conv1d.h"
#include "traces/calls/embedding.h"
#include "traces/calls/gemm.h"
#include "traces/calls/hadamard.h"
#include "traces/calls/mamba_block.h"
#include "traces/calls/rms_norm.h"
#include "traces/calls/scan_sets.h"
#include "traces/calls/selective_scan.h"
#include "traces/calls/ssd.h"

namespace scansim {

call_kinds call_list() {
  static constexpr const call_kind* kinds[] = {
      &selective_scan_kind,  //
      &gemm_kind,            //
      &conv1d_kind,          //
      &hadamard_kind,        //
      &rms_norm_kind,        //
      &mamba_block_kind,     //
      &scan_sets_kind,       //
      &embedding_kind,       //
      &ssd_kind,             //
  };
  return kinds;
}

std::vector<std::string> call_names(call_kinds kinds) {
  std::vector<std::string> names;
  for (const call_kind* kind : kinds) names.emplace_back(kind->name);
  return names;
}

}  // namespace scansim
