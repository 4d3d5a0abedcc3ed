// What the checks beside the machine say of a broken contract, and of states that a run should have seen: the harness of a
// simulation hears of it (sim/cosim). Checks are bound to the modules of the machine; synthesis does not read this folder.
package ssm_check_pkg;
  import "DPI-C" function void scansim_rtl_violation(input string what);
  // A bin of functional coverage, "group/place.state": that there is one, when the simulation begins, and once it was seen.
  import "DPI-C" function void scansim_rtl_bin(input string group, input string place, input string state, input int seen);
endpackage
