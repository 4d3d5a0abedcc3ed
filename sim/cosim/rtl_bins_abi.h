/* What a library with checks (rtl/checks.f) tells of bins of functional coverage: those that its machine has,
 * and whether any machine of the library has hit one since it was loaded. Plain C, beside rtl_abi.h. */
#ifndef SCANSIM_SIM_COSIM_RTL_BINS_ABI_H
#define SCANSIM_SIM_COSIM_RTL_BINS_ABI_H

#ifdef __cplusplus
extern "C" {
#endif

/* `bin`: "<group>/<place>.<state>", the place as the simulator's %m; valid during the call. */
typedef void scansim_rtl_bin_visitor(void* to, const char* bin, int hit);
typedef void scansim_rtl_each_bin_fn(scansim_rtl_bin_visitor* visit, void* to);
scansim_rtl_each_bin_fn scansim_rtl_each_bin;

#ifdef __cplusplus
}
#endif
#endif
