// What the checks beside the machine say of a broken contract: the harness of a simulation hears of it (sim/cosim). Checks are
// bound to the modules of the machine; synthesis does not read this folder.
package ssm_check_pkg;
  import "DPI-C" function void scansim_rtl_violation(input string what);
endpackage
