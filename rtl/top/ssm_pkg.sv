// Constants and record layouts of the machine beside its map (ssm_map_pkg). Number formats repeat hls/formats.h (the leaf tests compare them bit by
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
  localparam int unsigned ExpFrac = 25;
  localparam int unsigned ExponentFrac = 18;
  localparam int unsigned ExponentBits = 22;
  localparam int unsigned DecayBits = 26;
  localparam int unsigned ExpBaseBits = 20;
  localparam int unsigned ExpWordBits = 31;
  localparam int unsigned ExpSlowBits = 4;
  localparam int unsigned SigmoidBits = 17;
  localparam int unsigned VBits = 26;
  localparam int unsigned GateBits = 18;
  localparam int unsigned YBits = 16;
  localparam int unsigned ParamBits = 16;
  localparam int unsigned ShiftBias = 16;
  localparam int unsigned ShiftBits = 6;
  localparam int unsigned AlignBits = 2;

  // Memory port and descriptors.
  localparam int unsigned AddrBits = 40;
  localparam int unsigned DescBytes = 128;
  localparam int unsigned CountBits = 16;

  // One job of the scratch memory: words at base + i0 s0 + i1 s1 + i2 s2, i0 innermost.
  typedef struct packed {
    logic        fence;    // wait until `count` jobs of the other queue are complete
    logic [7:0]  count;
    logic [3:0]  port;
    logic [2:0]  mode;
    logic        scatter;
    logic [15:0] base;
    logic [15:0] n0;
    logic [15:0] s0;
    logic [15:0] n1;
    logic [15:0] s1;
    logic [15:0] n2;
    logic [15:0] s2;
  } scratch_job_t;
  localparam int unsigned ScratchJobBits = 17 + 7 * 16;

  // Where the sequencer sends an item.
  localparam logic [1:0] EmitDma = 2'd0;
  localparam logic [1:0] EmitRead = 2'd1;   // scratch read queue
  localparam logic [1:0] EmitWrite = 2'd2;  // scratch write queue
  localparam logic [1:0] EmitCmd = 2'd3;

  localparam int unsigned TargetBits = 5;  // as in ssm_map_pkg: Yosys takes no constant of another package inside one

  // One transfer of the DMA: `beats` beats from `addr` upwards.
  typedef struct packed {
    logic                  write;
    logic                  drain;   // read: wait until every write response is in
    logic [TargetBits-1:0] target;
    logic [AddrBits-1:0]   addr;
    logic [CountBits-1:0]  beats;
  } job_t;
  localparam int unsigned JobBits = 2 + TargetBits + AddrBits + CountBits;

  // The order of a tile's positions: a machine without sets has the fields from reverse on.
  localparam logic [2:0] MapForward = 3'd0;  // hls/scan/scan_tokens.h
  localparam logic [2:0] MapReverse = 3'd1;
  localparam logic [2:0] MapAffine = 3'd2;
  localparam logic [2:0] MapListA = 3'd3;
  localparam logic [2:0] MapListB = 3'd4;
  typedef struct packed {
    logic [2:0]           map_u;
    logic [2:0]           map_p;
    logic [2:0]           map_out;
    logic                 has_list;
    logic [CountBits-1:0] list_base;      // entry of position 0
    logic [3:0]           log2_segment;
    logic [CountBits-1:0] first_segment;
    logic                 snake;
    logic [CountBits-1:0] base;
    logic [CountBits-1:0] n0;
    logic [CountBits-1:0] n1;
    logic [CountBits-1:0] s0;
    logic [CountBits-1:0] s1;
    logic [CountBits-1:0] s2;
    logic                 reverse;
    logic [CountBits-1:0] positions;
    logic [3:0]           groups;         // lane groups of the tile
    logic [7:0]           passes;
    logic [CountBits-1:0] rows;           // positions x lane groups
    logic [CountBits-1:0] rows_bc;        // positions x passes
  } token_cmd_t;
  localparam int unsigned TokenPlainBits = 1 + 3 * CountBits + 4 + 8;
  localparam int unsigned TokenCmdBits = 9 + 1 + 4 + 1 + 8 * CountBits + TokenPlainBits;

  // A position: its rows, each that of lane group 0 or pass 0, and what happens to the state.
  localparam int unsigned TokenRowBits = 12;
  typedef struct packed {
    logic [TokenRowBits-1:0] row_u;
    logic [TokenRowBits-1:0] row_p;    // of delta
    logic [TokenRowBits-1:0] row_out;  // of z and y
    logic [CountBits-1:0]    row_bc;
    logic                    first;
    logic                    last;
    logic                    reset;
    logic                    hold;
    logic                    mute;
  } token_t;
  localparam int unsigned TokenBits = 3 * TokenRowBits + CountBits + 5;

  // What of it goes on with a dt row and with a skip row.
  typedef struct packed {
    logic [CountBits-1:0] row_bc;
    logic                 first;
    logic                 last;
    logic                 reset;
  } dt_token_t;
  localparam int unsigned DtTokenBits = CountBits + 3;
  typedef struct packed {
    logic [TokenRowBits-1:0] row_out;
    logic                    last;
    logic                    mute;
  } skip_token_t;
  localparam int unsigned SkipTokenBits = TokenRowBits + 2;

  // One tile, with sets one set of it, as each block sees it.
  typedef struct packed {
    logic                 plain_drive;    // of sets alone: not part of a plain command
    logic                 softplus;
    logic                 release_u;      // behind the tile: no set of it reads them again
    logic                 release_delta;
    logic                 release_db;
    logic [3:0]           groups;     // lane groups of the tile
    logic [CountBits-1:0] db_base;    // row of the first lane group
    logic [ShiftBits-1:0] sh_delta;
    logic [ShiftBits-1:0] sh_bias;
    logic [ShiftBits-1:0] sh_dt2;
    logic [ShiftBits-1:0] sh_du;
    logic [ShiftBits-1:0] sh_skip;
  } delta_cmd_t;
  localparam int unsigned DeltaPlainBits = 4 + CountBits + 4 + 5 * ShiftBits;
  localparam int unsigned DeltaCmdBits   = 1 + DeltaPlainBits;

  typedef struct packed {
    logic                 first_chunk;
    logic                 last_chunk;
    logic                 has_h0;
    logic                 store_state;
    logic                 single;          // the descriptor has one tile and is not banked: its state stays in the slot file
    logic                 last_tile;       // of the chunk: B and C are released behind it
    logic [3:0]           groups;
    logic [7:0]           passes;
    logic [CountBits-1:0] row_base;        // first row of the tile in the A and state memories
    logic                 release_a;       // behind the tile
    logic [CountBits-1:0] b_base;          // of the rows of B
    logic [CountBits-1:0] c_base;          // of those of C
    logic [AlignBits-1:0] align_a;         // 8-bit operands: rate = -A << 2 * align_a
    logic [8:0]           states;          // that live, of all passes
  } scan_cmd_t;
  localparam int unsigned ScanCmdBits = 7 + 3 * CountBits + 4 + 8 + AlignBits + 9;

  // Beside a scan_cmd_t, on machines with sets.
  typedef struct packed {
    logic [2:0]           log2_packed;
    logic                 tap_pre;
  } pack_cmd_t;
  localparam int unsigned PackCmdBits = 3 + 1;

  typedef struct packed {
    logic                 linear_gate;  // of sets alone: not part of a plain command
    logic                 has_z;      // gated
    logic                 release_z;  // behind the tile
    logic                 last_set;   // y is complete behind it
    logic [ShiftBits-1:0] sh_z;
    logic [ShiftBits-1:0] sh_v;
    logic [ShiftBits-1:0] sh_y;
    logic [3:0]           sh_quant;
  } gate_cmd_t;
  localparam int unsigned GatePlainBits = 3 + 3 * ShiftBits + 4;
  localparam int unsigned GateCmdBits   = 1 + GatePlainBits;

  // Write jobs of a tile, waiting for their place in the fixed order of the DMA.
  typedef struct packed {
    logic                 has_y;
    logic                 has_ht;
    logic [AddrBits-1:0]  addr_ht;
    logic [CountBits-1:0] beats_ht;
    logic [AddrBits-1:0]  addr_y;
    logic [CountBits-1:0] beats_y;
  } lag_t;
  localparam int unsigned LagBits = 2 + 2 * (AddrBits + CountBits);

endpackage
