// What a simulation that shows its streams tells the harness (sim/cosim/rtl_stream_abi.h). Bound to the machine beside it;
// synthesis does not read this folder.
package ssm_watch_pkg;
  // A number for the stream at this place, when the simulation begins.
  import "DPI-C" function int scansim_rtl_stream(input string place);
  // 32 bits of the beat to come, the lowest first; the beat, in this row of a buffer, -1: of a queue; a beat leaves a queue.
  import "DPI-C" function void scansim_rtl_word(input int bits);
  import "DPI-C" function void scansim_rtl_push(input int stream, input int row);
  import "DPI-C" function void scansim_rtl_pop(input int stream);
endpackage
