// Command records and widths of conv1d_silu and rms_norm (sim/UNITS.md). Ports carry them as plain vectors.
package ssm_unit_pkg;

  // conv1d_silu. Taps and the bytes of a state go by age: number 0 is the newest.
  // Repeated from ssm_gemm_pkg and ssm_pkg: Yosys takes no constant of another package inside a package. A difference
  // shows as a port of the wrong width under Verilator -Wall.
  localparam int unsigned FinishParamBits = 43;
  localparam int unsigned FinishShiftBits = 5;
  localparam int unsigned FinishLatency = 5;
  localparam int unsigned RoundShiftBits = 6;

  localparam int unsigned ValueBits = 8;
  localparam int unsigned MaxWidth = 4;
  localparam int unsigned TapsBits = MaxWidth * ValueBits;
  localparam int unsigned StateBits = (MaxWidth - 1) * ValueBits;                  // of one channel
  localparam int unsigned ConvParamBits = TapsBits + FinishParamBits;      // of one channel
  localparam int unsigned ConvLaneLatency = 2 + FinishLatency;       // taps to u

  typedef struct packed {
    logic [15:0]                        tokens;
    logic [15:0]                        groups;
    logic [1:0]                         width;        // W - 1
    logic [FinishShiftBits-1:0] shift_out;
    logic                               store_state;
    logic                               has_state;
    logic                               silu;
  } conv_cmd_t;
  localparam int unsigned ConvCmdBits = 16 + 16 + 2 + FinishShiftBits + 3;

  // rms_norm.
  localparam int unsigned NormBits = 16;      // x and w
  localparam int unsigned NormSumBits = 48;
  localparam int unsigned NormShiftBits = 7;  // signed
  localparam int unsigned MantissaBits = 18;
  localparam int unsigned RsqrtBits = 17;
  localparam int unsigned ZerosBits = 6;

  typedef struct packed {
    logic [15:0]              rows;
    logic [15:0]              beats;
    logic [NormSumBits-1:0]   eps_sum;
    logic [NormShiftBits-1:0] shift;
  } norm_cmd_t;
  localparam int unsigned NormCmdBits = 16 + 16 + NormSumBits + NormShiftBits;

  // What the second pass needs to know of a row.
  typedef struct packed {
    logic                          first;   // row of its command: weights from the stream
    logic [15:0]                   beats;
    logic [RoundShiftBits-1:0] amount;
    logic [RsqrtBits-1:0]          r;
  } norm_row_t;
  localparam int unsigned NormRowBits = 1 + 16 + RoundShiftBits + RsqrtBits;

endpackage
