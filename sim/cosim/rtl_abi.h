/* The boundary between the programs and one Verilated machine: the pins of ssm_top as plain C. Every design
 * point is its own shared library with this interface; the library knows no protocol and no time, all of that
 * is in rtl_machine.h. One clock cycle is scansim_rtl_settle (clock low: outputs follow the inputs), then
 * scansim_rtl_clock (ready inputs, then the rising edge): two evaluations. Contract: only the inputs passed
 * to a call are driven by it; output pointers stay valid until destroy and show the pins of the latest settle
 * until the next clock. Not for multi-threaded use of one handle. */
#ifndef SCANSIM_SIM_COSIM_RTL_ABI_H
#define SCANSIM_SIM_COSIM_RTL_ABI_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Part of the cache key: a change of this file rebuilds every library. */
#define SCANSIM_RTL_ABI_VERSION 3

/* Driven by scansim_rtl_settle. */
struct scansim_rtl_inputs {
  const void* rdata; /* axi_bytes bytes; read only while rvalid is 1 */
  uint32_t axil_awaddr, axil_wdata, axil_araddr;
  uint8_t rst_n;
  uint8_t axil_awvalid, axil_wvalid, axil_bready, axil_arvalid, axil_rready;
  uint8_t rvalid, rlast, bvalid;
};

/* Driven by scansim_rtl_clock. */
struct scansim_rtl_readies {
  uint8_t arready, awready, wready;
};

/* Filled by scansim_rtl_settle. */
struct scansim_rtl_outputs {
  const void* wdata; /* axi_bytes bytes, little-endian words */
  const void* wstrb; /* axi_bytes bits */
  const char*
      violation; /* the first contract inside that a clock before this broke (rtl/checks.f); null: none */
  uint64_t araddr, awaddr;
  uint32_t axil_rdata;
  uint8_t axil_awready, axil_wready, axil_bvalid, axil_bresp, axil_arready, axil_rvalid, axil_rresp;
  uint8_t arvalid, arlen, arsize, arburst, rready;
  uint8_t awvalid, awlen, awsize, awburst, wvalid, wlast, bready;
  uint8_t irq;
};

struct scansim_rtl;

typedef int scansim_rtl_version_fn(void);
typedef int scansim_rtl_axi_bytes_fn(void);
/* `wave_path`: an FST file to write, or null; null is returned if the library was built without waves but one
 * is asked for. `seed`: of what registers hold at first, where the library is one that draws it. */
typedef struct scansim_rtl* scansim_rtl_create_fn(const char* wave_path, uint32_t seed);
typedef void scansim_rtl_destroy_fn(struct scansim_rtl*);
/* Whether the waves get what happens from now on; at first they do. Their time goes on meanwhile. */
typedef void scansim_rtl_record_fn(struct scansim_rtl*, int on);
typedef void scansim_rtl_settle_fn(struct scansim_rtl*, const struct scansim_rtl_inputs*,
                                   struct scansim_rtl_outputs*);
typedef void scansim_rtl_clock_fn(struct scansim_rtl*, const struct scansim_rtl_readies*);

/* Of a library that was built for coverage, and of no other: writes what was covered so far to a file. */
typedef void scansim_rtl_cover_fn(struct scansim_rtl*, const char* path);

/* The symbols of the library. */
scansim_rtl_version_fn scansim_rtl_version;
scansim_rtl_axi_bytes_fn scansim_rtl_axi_bytes;
scansim_rtl_create_fn scansim_rtl_create;
scansim_rtl_destroy_fn scansim_rtl_destroy;
scansim_rtl_record_fn scansim_rtl_record;
scansim_rtl_settle_fn scansim_rtl_settle;
scansim_rtl_clock_fn scansim_rtl_clock;
scansim_rtl_cover_fn scansim_rtl_cover;

#ifdef __cplusplus
}
#endif
#endif
