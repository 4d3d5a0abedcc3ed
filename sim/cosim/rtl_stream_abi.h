/* What a library that shows its streams has beside rtl_abi.h: each beat that enters a queue, or a row of a
 * buffer, and each that leaves a queue (rtl/watch). Contract: `to` is told during scansim_rtl_clock, of the
 * cycle that it ends, until another listener takes its place; one on each thread, NULL: none. */
#ifndef SCANSIM_SIM_COSIM_RTL_STREAM_ABI_H
#define SCANSIM_SIM_COSIM_RTL_STREAM_ABI_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct scansim_rtl_beat {
  const char* place;     /* of the stream, as the simulator's %m; valid while the library is loaded */
  int row;               /* of a buffer; -1: of a queue */
  int enters;            /* 0: it leaves, and has no words */
  const uint32_t* words; /* its bits, the lowest first; valid during the call */
  int count;
};
typedef void scansim_rtl_beat_visitor(void* to, const struct scansim_rtl_beat*);
typedef void scansim_rtl_listen_fn(scansim_rtl_beat_visitor*, void* to);
scansim_rtl_listen_fn scansim_rtl_listen;

#ifdef __cplusplus
}
#endif
#endif
