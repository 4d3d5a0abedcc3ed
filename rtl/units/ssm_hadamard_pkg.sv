// Formats and records of hadamard_fwht (sim/UNITS.md). Ports carry the records as plain vectors.
package ssm_hadamard_pkg;

  localparam int unsigned XBits = 16;
  localparam int unsigned BaseBits = 22;   // sums of 40 values
  localparam int unsigned SumBits = 29;    // sums of 8192 values
  localparam int unsigned MaxOrder = 40;
  localparam int unsigned BlockBits = 6;   // number of a block of a row
  localparam int unsigned ShiftBits = 5;
  localparam int unsigned LogBits = 4;

  typedef struct packed {
    logic                 pass;       // requantises only: order and log2_beats 0, a row is a beat
    logic [15:0]          rows;       // 0: 65,536, with pass
    logic [2:0]           order;      // 0..4: m = 1, 12, 20, 28, 40
    logic [LogBits-1:0]   log2_beats; // of a block
    logic [ShiftBits-1:0] shift;
    logic                 wide;       // 16-bit results
  } hadamard_cmd_t;
  localparam int unsigned CmdBits = 1 + 16 + 3 + LogBits + ShiftBits + 1;

  // What travels with a beat to the end.
  typedef struct packed {
    logic [LogBits-1:0]   log2_beats;
    logic [ShiftBits-1:0] shift;
    logic                 wide;
  } hadamard_side_t;
  localparam int unsigned SideBits = LogBits + ShiftBits + 1;

endpackage
