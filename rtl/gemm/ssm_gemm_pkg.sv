// Command records of the gemm group (sim/UNITS.md). Ports carry them as plain vectors.
package ssm_gemm_pkg;

  localparam int unsigned AccBits = 32;
  localparam int unsigned ValueBits = 8;
  localparam int unsigned PosBits = 4;
  localparam int unsigned MaxM = 16;
  localparam int unsigned ShiftBits = 5;
  localparam int unsigned AlignBits = 6;
  localparam int unsigned ParamBits = AccBits + ShiftBits + AlignBits;
  localparam int unsigned ResidualBits = 16;

  localparam logic [1:0] KindNone = 2'd0;
  localparam logic [1:0] KindSilu = 2'd1;
  localparam logic [1:0] KindResidual = 2'd2;
  localparam logic [1:0] KindRaw = 2'd3;

  typedef struct packed {
    logic [15:0]          outputs;
    logic [15:0]          beats;      // of one output
    logic [4:0]           n;
    logic [1:0]           log2_m;     // log2 M - 2
    logic [2:0]           log2_gb;    // groups per beat and lane
    logic [1:0]           kind;
    logic [ShiftBits-1:0] shift_out;
    logic                 wide;       // kind none: 16 bits
  } gemm_cmd_t;
  localparam int unsigned GemmCmdBits = 32 + 5 + 2 + 3 + 2 + ShiftBits + 1;

  // What the epilogue needs to know of an output's command.
  typedef struct packed {
    logic [1:0]           kind;
    logic [ShiftBits-1:0] shift_out;
    logic                 wide;
  } finish_t;
  localparam int unsigned FinishBits = 2 + ShiftBits + 1;
  localparam int unsigned FinishLatency = 5;  // accumulator to y, y combinational from registers

  localparam int unsigned RankBits = 14;  // C(16, 8) = 12870
  typedef struct packed {
    logic [15:0] beats;
    logic [3:0]  index_bits;
    logic [4:0]  n;
    logic [1:0]  log2_m;
  } unrank_cmd_t;
  localparam int unsigned UnrankCmdBits = 16 + 4 + 5 + 2;

  typedef struct packed {
    logic [15:0] groups;
    logic [4:0]  n;
    logic [1:0]  log2_m;
  } topn_cmd_t;
  localparam int unsigned TopnCmdBits = 16 + 5 + 2;

  // Command of gemm_feed (sim/PROGRAM.md, section 5).
  typedef struct packed {
    logic                 release_x;
    logic                 release_w;
    logic                 gather;
    logic                 has_bias;
    logic [15:0]          tiles;
    logic [15:0]          w_row;
    logic [15:0]          pos_row;
    logic [15:0]          shift_row;
    logic [15:0]          bias_row;
    logic [15:0]          k_words;    // words of x per token
    logic [15:0]          tokens;     // from here on as in gemm_cmd_t
    logic [15:0]          beats;
    logic [4:0]           n;
    logic [1:0]           log2_m;
    logic [2:0]           log2_gb;
    logic [1:0]           kind;
    logic [ShiftBits-1:0] shift_out;
    logic                 wide;
  } feed_cmd_t;
  localparam int unsigned FeedCmdBits = 4 + 6 * 16 + GemmCmdBits;

  // Command of index_load.
  typedef struct packed {
    logic [15:0] rows;
    logic [2:0]  log2_gb;
    logic [3:0]  index_bits;
    logic [4:0]  n;
    logic [1:0]  log2_m;
  } index_cmd_t;
  localparam int unsigned IndexCmdBits = 16 + 3 + 4 + 5 + 2;

endpackage
