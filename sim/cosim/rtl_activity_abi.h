/* What a library that was built for timelines has beside rtl_abi.h: what happens inside the machine in a
 * cycle. Contract: scansim_rtl_show stands between scansim_rtl_settle and scansim_rtl_clock and is given the
 * readies of the latter; what it fills shows the cycle until that clock. It costs an evaluation: a library
 * without timelines has none of it. */
#ifndef SCANSIM_SIM_COSIM_RTL_ACTIVITY_ABI_H
#define SCANSIM_SIM_COSIM_RTL_ACTIVITY_ABI_H
#include "rtl_abi.h"

#ifdef __cplusplus
extern "C" {
#endif

struct scansim_rtl_activity {
  const uint32_t* increments; /* of every counter, as ssm_top puts them together: the first one lowest */
  uint16_t pushed,
      popped;      /* a bit for each queue of the sequencer, in the order of sim/top/descriptor_span.h */
  uint8_t running; /* the cycle counts */
  uint8_t load;    /* the sequencer loads a descriptor */
};

typedef void scansim_rtl_show_fn(struct scansim_rtl*, const struct scansim_rtl_readies*,
                                 struct scansim_rtl_activity*);
scansim_rtl_show_fn scansim_rtl_show;

#ifdef __cplusplus
}
#endif
#endif
