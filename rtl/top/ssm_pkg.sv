// Constants and record layouts of the machine. Number formats repeat hls/formats.h (the leaf tests compare them bit by
// bit); records are the payloads of the job, command and write-lag streams. Ports carry them as plain vectors.
package ssm_pkg;

  // Number formats (hls/README.md).
  localparam int unsigned XBits = 17;
  localparam int unsigned DtBits = 26;
  localparam int unsigned DtFrac = 22;
  localparam int unsigned XFrac = 12;
  localparam int unsigned Log2eBits = 17;
  localparam logic [Log2eBits-1:0] Log2e = 17'd94548;
  localparam int unsigned Dt2Bits = 24;
  localparam int unsigned ExpFrac = 16;
  localparam int unsigned ExponentFrac = 12;
  localparam int unsigned ExponentBits = 17;
  localparam int unsigned DecayBits = 17;
  localparam int unsigned SigmoidBits = 17;
  localparam int unsigned VBits = 26;
  localparam int unsigned GateBits = 18;
  localparam int unsigned YBits = 16;
  localparam int unsigned ParamBits = 16;
  localparam int unsigned ShiftBias = 16;
  localparam int unsigned ShiftBits = 6;

  // Memory port and descriptors.
  localparam int unsigned AddrBits = 40;
  localparam int unsigned DescBytes = 128;
  localparam int unsigned CountBits = 16;

  // Targets of read jobs (index of the buffer that receives the beats) and write jobs (index of the buffer).
  localparam int unsigned NumReadTargets = 9;
  localparam logic [3:0] TargetDesc = 4'd0;
  localparam logic [3:0] TargetDb = 4'd1;
  localparam logic [3:0] TargetB = 4'd2;
  localparam logic [3:0] TargetC = 4'd3;
  localparam logic [3:0] TargetU = 4'd4;
  localparam logic [3:0] TargetDelta = 4'd5;
  localparam logic [3:0] TargetA = 4'd6;
  localparam logic [3:0] TargetH0 = 4'd7;
  localparam logic [3:0] TargetZ = 4'd8;
  localparam logic SourceHt = 1'b0;
  localparam logic SourceY = 1'b1;

  // One transfer of the DMA: `beats` beats from `addr` upwards.
  typedef struct packed {
    logic                 write;
    logic [3:0]           target;
    logic [AddrBits-1:0]  addr;
    logic [CountBits-1:0] beats;
  } job_t;
  localparam int unsigned JobBits = 1 + 4 + AddrBits + CountBits;

  // One tile, as each block sees it.
  typedef struct packed {
    logic                 softplus;
    logic                 reverse;
    logic [CountBits-1:0] rows;     // tokens x lane groups
    logic [3:0]           groups;   // lane groups of the tile
    logic [CountBits-1:0] db_base;  // first lane group of the tile
    logic [ShiftBits-1:0] sh_delta;
    logic [ShiftBits-1:0] sh_bias;
    logic [ShiftBits-1:0] sh_dt2;
    logic [ShiftBits-1:0] sh_du;
    logic [ShiftBits-1:0] sh_skip;
  } delta_cmd_t;
  localparam int unsigned DeltaCmdBits = 2 + 2 * CountBits + 4 + 5 * ShiftBits;

  typedef struct packed {
    logic                 reverse;
    logic                 first_chunk;
    logic                 last_chunk;
    logic                 has_h0;
    logic                 store_state;
    logic                 single;          // the descriptor has one tile: its state stays in the slot file
    logic                 last_tile;       // of the chunk: B and C are released behind it
    logic [CountBits-1:0] tokens;
    logic [3:0]           groups;
    logic [7:0]           passes;
    logic [CountBits-1:0] row_base;        // first row of the tile in the A and state memories
    logic [CountBits-1:0] groups_passes;   // groups * passes
    logic [CountBits-1:0] tokens_passes;   // tokens * passes
  } scan_cmd_t;
  localparam int unsigned ScanCmdBits = 7 + 4 * CountBits + 4 + 8;

  typedef struct packed {
    logic                 has_z;
    logic                 reverse;
    logic [CountBits-1:0] rows;
    logic [ShiftBits-1:0] sh_z;
    logic [ShiftBits-1:0] sh_v;
    logic [ShiftBits-1:0] sh_y;
    logic [3:0]           sh_quant;
  } gate_cmd_t;
  localparam int unsigned GateCmdBits = 2 + CountBits + 3 * ShiftBits + 4;

  // Write jobs of a tile, waiting for their place in the fixed order of the DMA.
  typedef struct packed {
    logic                 has_ht;
    logic [AddrBits-1:0]  addr_ht;
    logic [CountBits-1:0] beats_ht;
    logic [AddrBits-1:0]  addr_y;
    logic [CountBits-1:0] beats_y;
  } lag_t;
  localparam int unsigned LagBits = 1 + 2 * (AddrBits + CountBits);

  // Counters in CSR order (sim/README.md, section 5).
  localparam int unsigned NumCounters = 52;
  localparam int unsigned IncBits = 20;

  // Descriptor errors (sim/README.md, section 6).
  localparam logic [7:0] ErrNone = 8'd0;
  localparam logic [7:0] ErrOpcode = 8'd1;
  localparam logic [7:0] ErrLaneGroups = 8'd2;
  localparam logic [7:0] ErrPasses = 8'd3;
  localparam logic [7:0] ErrNumChunks = 8'd4;
  localparam logic [7:0] ErrChunkTokens = 8'd5;
  localparam logic [7:0] ErrRestTokens = 8'd6;

endpackage
