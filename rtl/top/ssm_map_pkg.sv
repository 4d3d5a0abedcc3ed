// The machine's map: descriptors, registers, errors, counters, ports and depths. Written by hls/map/map_rtl.cpp; do not edit.
// Fields, codes and indices of every module come from here; what they mean stands in the tables of hls/map/.
package ssm_map_pkg;

  // Descriptors (sim/README.md, sim/PROGRAM.md, section 2): one layout of fields each, and any of them.
  localparam int unsigned DescBits = 1024;
  localparam logic [7:0] OpScan = 8'd1;
  localparam logic [7:0] OpLoad = 8'd2;
  localparam logic [7:0] OpStore = 8'd3;
  localparam logic [7:0] OpParams = 8'd4;
  localparam logic [7:0] OpGemm = 8'd5;
  localparam logic [7:0] OpConv = 8'd6;
  localparam logic [7:0] OpNorm = 8'd7;
  localparam logic [7:0] OpHadamard = 8'd8;
  localparam logic [7:0] OpSet = 8'd9;

  typedef struct packed {
    logic [31:0]  reserved_992;
    logic [31:0]  stride_y;
    logic [31:0]  stride_bc;
    logic [31:0]  stride_u;
    logic [63:0]  addr_ht;
    logic [63:0]  addr_y;
    logic [63:0]  addr_h0;
    logic [63:0]  addr_db;
    logic [63:0]  addr_a;
    logic [63:0]  addr_c;
    logic [63:0]  addr_b;
    logic [63:0]  addr_z;
    logic [63:0]  addr_delta;
    logic [63:0]  addr_u;
    logic [3:0]   reserved_252;
    logic [8:0]   states;
    logic [2:0]   log2_packed;
    logic [3:0]   sets;
    logic [1:0]   reserved_234;
    logic [1:0]   align_a;
    logic [7:0]   shift_quant;
    logic [7:0]   shift_y;
    logic [7:0]   shift_v;
    logic [7:0]   shift_skip;
    logic [7:0]   shift_du;
    logic [7:0]   shift_dt2;
    logic [7:0]   shift_z;
    logic [7:0]   shift_bias;
    logic [7:0]   shift_delta;
    logic [15:0]  rest_tokens;
    logic [15:0]  chunk_tokens;
    logic [31:0]  num_chunks;
    logic [23:0]  reserved_72;
    logic [7:0]   passes;
    logic [15:0]  first_group;
    logic [15:0]  lane_groups;
    logic         fence;
    logic [3:0]   reserved_27;
    logic         banked;
    logic         reserved_25;
    logic [6:0]   newer;
    logic         z_gemm;
    logic         keep;
    logic         resume;
    logic         local_scan;
    logic         load_params;
    logic         reverse;
    logic         store_state;
    logic         has_h0;
    logic         has_z;
    logic         softplus;
    logic [7:0]   opcode;
  } scan_desc_t;

  typedef struct packed {
    logic [831:0] reserved_192;
    logic [63:0]  dram;
    logic [63:0]  reserved_64;
    logic [15:0]  scratch;
    logic [15:0]  words;
    logic         fence;
    logic         drain;
    logic [4:0]   reserved_25;
    logic [6:0]   newer;
    logic [9:0]   reserved_8;
    logic [7:0]   opcode;
  } transfer_desc_t;

  typedef struct packed {
    logic [831:0] reserved_192;
    logic [63:0]  dram;
    logic [15:0]  reserved_112;
    logic [15:0]  rows;
    logic [11:0]  reserved_84;
    logic [3:0]   index_bits;
    logic         reserved_79;
    logic [2:0]   log2_groups;
    logic [1:0]   reserved_74;
    logic [1:0]   log2_m;
    logic [2:0]   reserved_69;
    logic [4:0]   n;
    logic [12:0]  reserved_51;
    logic [2:0]   memory;
    logic [15:0]  beats;
    logic [20:0]  reserved_11;
    logic         slots;
    logic         w4;
    logic         clear;
    logic [7:0]   opcode;
  } params_desc_t;

  typedef struct packed {
    logic [655:0] reserved_368;
    logic [15:0]  r_step;
    logic [15:0]  y_step;
    logic [15:0]  x_step;
    logic [15:0]  x_tokens;
    logic [15:0]  k_words;
    logic [15:0]  r_pitch;
    logic [15:0]  r;
    logic [15:0]  y_pitch;
    logic [15:0]  y;
    logic [15:0]  x_pitch;
    logic [15:0]  x;
    logic [15:0]  bias_row;
    logic [15:0]  shift_row;
    logic [15:0]  pos_row;
    logic [15:0]  w_row;
    logic [18:0]  reserved_109;
    logic [4:0]   shift_out;
    logic [3:0]   reserved_100;
    logic         has_bias;
    logic         wide;
    logic [1:0]   kind;
    logic         reserved_95;
    logic [2:0]   log2_groups;
    logic [1:0]   reserved_90;
    logic [1:0]   log2_m;
    logic [2:0]   reserved_85;
    logic [4:0]   n;
    logic [15:0]  beats;
    logic [15:0]  tiles;
    logic [15:0]  tokens;
    logic         fence;
    logic [5:0]   reserved_25;
    logic [6:0]   newer;
    logic [3:0]   reserved_14;
    logic         release_w;
    logic         scatter;
    logic         gather;
    logic         to_z;
    logic         release_x;
    logic         load_x;
    logic [7:0]   opcode;
  } gemm_desc_t;

  typedef struct packed {
    logic [735:0] reserved_288;
    logic [15:0]  h;
    logic [15:0]  s;
    logic [15:0]  u_pitch;
    logic [15:0]  u;
    logic [15:0]  x_pitch;
    logic [15:0]  x;
    logic [79:0]  reserved_112;
    logic [15:0]  p_row;
    logic [14:0]  reserved_81;
    logic         silu;
    logic [2:0]   reserved_77;
    logic [4:0]   shift_out;
    logic [5:0]   reserved_66;
    logic [1:0]   width;
    logic [15:0]  tiles;
    logic [15:0]  tokens;
    logic         fence;
    logic [5:0]   reserved_25;
    logic [6:0]   newer;
    logic [6:0]   reserved_11;
    logic         reverse;
    logic         store_state;
    logic         has_state;
    logic [7:0]   opcode;
  } conv_desc_t;

  typedef struct packed {
    logic [767:0] reserved_256;
    logic [15:0]  y_pitch;
    logic [15:0]  y;
    logic [15:0]  x_pitch;
    logic [15:0]  x;
    logic [15:0]  reserved_176;
    logic [15:0]  w_row;
    logic [15:0]  reserved_144;
    logic [47:0]  eps_sum;
    logic [24:0]  reserved_71;
    logic [6:0]   shift;
    logic [15:0]  tiles;
    logic [15:0]  tokens;
    logic         fence;
    logic [5:0]   reserved_25;
    logic [6:0]   newer;
    logic [9:0]   reserved_8;
    logic [7:0]   opcode;
  } norm_desc_t;

  typedef struct packed {
    logic [767:0] reserved_256;
    logic [15:0]  y_pitch;
    logic [15:0]  y;
    logic [15:0]  x_pitch;
    logic [15:0]  x;
    logic [101:0] reserved_90;
    logic         pass;
    logic         wide;
    logic [4:0]   reserved_83;
    logic [2:0]   order;
    logic [3:0]   reserved_76;
    logic [3:0]   log2_beats;
    logic [2:0]   reserved_69;
    logic [4:0]   shift;
    logic [15:0]  tiles;
    logic [15:0]  tokens;
    logic         fence;
    logic [5:0]   reserved_25;
    logic [6:0]   newer;
    logic [9:0]   reserved_8;
    logic [7:0]   opcode;
  } hadamard_desc_t;

  typedef struct packed {
    logic [127:0] reserved_896;
    logic [63:0]  addr_ht;
    logic [63:0]  addr_u;
    logic [63:0]  addr_h0;
    logic [63:0]  addr_db;
    logic [63:0]  addr_a;
    logic [63:0]  addr_c;
    logic [63:0]  addr_b;
    logic [54:0]  reserved_393;
    logic [8:0]   states;
    logic [63:0]  addr_delta;
    logic [63:0]  addr_list;
    logic [10:0]  reserved_245;
    logic         own_u;
    logic         same_params;
    logic         same_c;
    logic         same_b;
    logic         same_delta;
    logic [5:0]   reserved_234;
    logic [1:0]   align_a;
    logic [7:0]   shift_quant;
    logic [7:0]   shift_y;
    logic [7:0]   shift_v;
    logic [7:0]   shift_skip;
    logic [7:0]   shift_du;
    logic [7:0]   shift_dt2;
    logic [7:0]   shift_z;
    logic [7:0]   shift_bias;
    logic [7:0]   shift_delta;
    logic [15:0]  s2;
    logic [15:0]  s1;
    logic [15:0]  s0;
    logic [15:0]  n1;
    logic [15:0]  n0;
    logic [15:0]  base;
    logic [15:0]  first_segment;
    logic [15:0]  positions;
    logic [1:0]   reserved_30;
    logic         linear_gate;
    logic         plain_drive;
    logic [3:0]   log2_segment;
    logic         tap_pre;
    logic [2:0]   map_out;
    logic [2:0]   map_p;
    logic [2:0]   map_u;
    logic         snake;
    logic         has_list;
    logic         store_state;
    logic         has_h0;
    logic         gate;
    logic         softplus;
    logic [7:0]   opcode;
  } set_record_desc_t;

  typedef union packed {
    scan_desc_t       scan;
    transfer_desc_t   transfer;
    params_desc_t     params;
    gemm_desc_t       gemm;
    conv_desc_t       conv;
    norm_desc_t       norm;
    hadamard_desc_t   hadamard;
    set_record_desc_t set_record;
  } desc_t;

  // Registers (sim/README.md, section 6), by word.
  localparam logic [9:0] CsrId = 10'h000;
  localparam logic [9:0] CsrVersion = 10'h001;
  localparam logic [9:0] CsrControl = 10'h002;
  localparam logic [9:0] CsrStatus = 10'h003;
  localparam logic [9:0] CsrDescAddrLo = 10'h004;
  localparam logic [9:0] CsrDescAddrHi = 10'h005;
  localparam logic [9:0] CsrDescCount = 10'h006;
  localparam logic [9:0] CsrMap = 10'h007;
  localparam logic [9:0] CsrParameters = 10'h010;
  localparam logic [9:0] CsrCounters = 10'h040;
  localparam logic [31:0] IdValue = 32'h53434e31;
  localparam logic [31:0] VersionValue = 32'h00000001;
  localparam logic [31:0] MapValue = 32'hd07aca04;

  // Parameters of the design point that have a register, in their order.
  localparam int unsigned NumParameters = 18;
  localparam int unsigned ParameterNumLanes = 0;
  localparam int unsigned ParameterStatesPerLane = 1;
  localparam int unsigned ParameterInterleave = 2;
  localparam int unsigned ParameterMaxStates = 3;
  localparam int unsigned ParameterOperandBits = 4;
  localparam int unsigned ParameterStateBits = 5;
  localparam int unsigned ParameterOutputBits = 6;
  localparam int unsigned ParameterExpSegments = 7;
  localparam int unsigned ParameterChunkTokens = 8;
  localparam int unsigned ParameterTileBuffers = 9;
  localparam int unsigned ParameterStateCapacity = 10;
  localparam int unsigned ParameterMaxSets = 11;
  localparam int unsigned ParameterAxiDataBits = 12;
  localparam int unsigned ParameterGemmDepth = 13;
  localparam int unsigned ParameterGemmWeightRows = 14;
  localparam int unsigned ParameterGemmXWords = 15;
  localparam int unsigned ParameterScratchWords = 16;
  localparam int unsigned ParameterChannelWords = 17;

  // Error codes, in the order in which the rules are checked.
  localparam logic [7:0] ErrNone = 8'd0;
  localparam logic [7:0] ErrOpcode = 8'd1;
  localparam logic [7:0] ErrLaneGroups = 8'd2;
  localparam logic [7:0] ErrPasses = 8'd3;
  localparam logic [7:0] ErrNumChunks = 8'd4;
  localparam logic [7:0] ErrChunkTokens = 8'd5;
  localparam logic [7:0] ErrRestTokens = 8'd6;
  localparam logic [7:0] ErrTokens = 8'd7;
  localparam logic [7:0] ErrShape = 8'd8;
  localparam logic [7:0] ErrBounds = 8'd9;
  localparam logic [7:0] ErrMode = 8'd10;
  localparam logic [7:0] ErrSets = 8'd11;

  // Counters in CSR order (sim/README.md, section 5; sim/PROGRAM.md, section 7). First and Last: of a block.
  localparam int unsigned NumCounters = 135;
  localparam int unsigned FirstUnitCounter = 62;

  localparam int unsigned FirstMachine = 0;
  localparam int unsigned LastMachine = 0;
  localparam int unsigned CounterMachineCycles = 0;

  localparam int unsigned FirstSequencer = 1;
  localparam int unsigned LastSequencer = 4;
  localparam int unsigned CounterSequencerBusy = 1;
  localparam int unsigned CounterSequencerWaitIn = 2;
  localparam int unsigned CounterSequencerWaitOut = 3;
  localparam int unsigned CounterSequencerIdle = 4;

  localparam int unsigned FirstDma = 5;
  localparam int unsigned LastDma = 14;
  localparam int unsigned CounterDmaBusy = 5;
  localparam int unsigned CounterDmaWaitIn = 6;
  localparam int unsigned CounterDmaWaitOut = 7;
  localparam int unsigned CounterDmaIdle = 8;
  localparam int unsigned CounterDmaDramReadBytes = 9;
  localparam int unsigned CounterDmaDramWriteBytes = 10;
  localparam int unsigned CounterDmaBufferWriteBits = 11;
  localparam int unsigned CounterDmaBufferReadBits = 12;
  localparam int unsigned CounterDmaReadBursts = 13;
  localparam int unsigned CounterDmaWriteBursts = 14;

  localparam int unsigned FirstScanTokens = 15;
  localparam int unsigned LastScanTokens = 22;
  localparam int unsigned CounterScanTokensBusy = 15;
  localparam int unsigned CounterScanTokensWaitIn = 16;
  localparam int unsigned CounterScanTokensWaitOut = 17;
  localparam int unsigned CounterScanTokensIdle = 18;
  localparam int unsigned CounterScanTokensTokens = 19;
  localparam int unsigned CounterScanTokensListReadBits = 20;
  localparam int unsigned CounterScanTokensResets = 21;
  localparam int unsigned CounterScanTokensHolds = 22;

  localparam int unsigned FirstDeltaSoftplus = 23;
  localparam int unsigned LastDeltaSoftplus = 33;
  localparam int unsigned CounterDeltaSoftplusBusy = 23;
  localparam int unsigned CounterDeltaSoftplusWaitIn = 24;
  localparam int unsigned CounterDeltaSoftplusWaitOut = 25;
  localparam int unsigned CounterDeltaSoftplusIdle = 26;
  localparam int unsigned CounterDeltaSoftplusSoftplusOps = 27;
  localparam int unsigned CounterDeltaSoftplusMacDelta = 28;
  localparam int unsigned CounterDeltaSoftplusBufferReadBits = 29;
  localparam int unsigned CounterDeltaSoftplusParamReadBits = 30;
  localparam int unsigned CounterDeltaSoftplusSaturationsDelta = 31;
  localparam int unsigned CounterDeltaSoftplusSaturationsDu = 32;
  localparam int unsigned CounterDeltaSoftplusSaturationsSkip = 33;

  localparam int unsigned FirstScanSerial = 34;
  localparam int unsigned LastScanSerial = 48;
  localparam int unsigned CounterScanSerialBusy = 34;
  localparam int unsigned CounterScanSerialWaitIn = 35;
  localparam int unsigned CounterScanSerialWaitOut = 36;
  localparam int unsigned CounterScanSerialIdle = 37;
  localparam int unsigned CounterScanSerialStateUpdates = 38;
  localparam int unsigned CounterScanSerialExpOps = 39;
  localparam int unsigned CounterScanSerialParamReadBits = 40;
  localparam int unsigned CounterScanSerialBcReadBits = 41;
  localparam int unsigned CounterScanSerialSlotReadBits = 42;
  localparam int unsigned CounterScanSerialSlotWriteBits = 43;
  localparam int unsigned CounterScanSerialStateSramReadBits = 44;
  localparam int unsigned CounterScanSerialStateSramWriteBits = 45;
  localparam int unsigned CounterScanSerialBufferReadBits = 46;
  localparam int unsigned CounterScanSerialBufferWriteBits = 47;
  localparam int unsigned CounterScanSerialSaturationsState = 48;

  localparam int unsigned FirstGateSilu = 49;
  localparam int unsigned LastGateSilu = 61;
  localparam int unsigned CounterGateSiluBusy = 49;
  localparam int unsigned CounterGateSiluWaitIn = 50;
  localparam int unsigned CounterGateSiluWaitOut = 51;
  localparam int unsigned CounterGateSiluIdle = 52;
  localparam int unsigned CounterGateSiluSiluOps = 53;
  localparam int unsigned CounterGateSiluMacGate = 54;
  localparam int unsigned CounterGateSiluBufferReadBits = 55;
  localparam int unsigned CounterGateSiluBufferWriteBits = 56;
  localparam int unsigned CounterGateSiluYAddOps = 57;
  localparam int unsigned CounterGateSiluMutedRows = 58;
  localparam int unsigned CounterGateSiluSaturationsV = 59;
  localparam int unsigned CounterGateSiluSaturationsY = 60;
  localparam int unsigned CounterGateSiluSaturationsQuant = 61;

  localparam int unsigned FirstScratchRead = 62;
  localparam int unsigned LastScratchRead = 66;
  localparam int unsigned CounterScratchReadBusy = 62;
  localparam int unsigned CounterScratchReadWaitIn = 63;
  localparam int unsigned CounterScratchReadWaitOut = 64;
  localparam int unsigned CounterScratchReadIdle = 65;
  localparam int unsigned CounterScratchReadScratchReadBits = 66;

  localparam int unsigned FirstScratchWrite = 67;
  localparam int unsigned LastScratchWrite = 72;
  localparam int unsigned CounterScratchWriteBusy = 67;
  localparam int unsigned CounterScratchWriteWaitIn = 68;
  localparam int unsigned CounterScratchWriteWaitOut = 69;
  localparam int unsigned CounterScratchWriteIdle = 70;
  localparam int unsigned CounterScratchWriteScratchWriteBits = 71;
  localparam int unsigned CounterScratchWriteZWriteBits = 72;

  localparam int unsigned FirstIndexUnrank = 73;
  localparam int unsigned LastIndexUnrank = 78;
  localparam int unsigned CounterIndexUnrankBusy = 73;
  localparam int unsigned CounterIndexUnrankWaitIn = 74;
  localparam int unsigned CounterIndexUnrankWaitOut = 75;
  localparam int unsigned CounterIndexUnrankIdle = 76;
  localparam int unsigned CounterIndexUnrankUnranks = 77;
  localparam int unsigned CounterIndexUnrankIndexBits = 78;

  localparam int unsigned FirstGemmNm = 79;
  localparam int unsigned LastGemmNm = 92;
  localparam int unsigned CounterGemmNmBusy = 79;
  localparam int unsigned CounterGemmNmWaitIn = 80;
  localparam int unsigned CounterGemmNmWaitOut = 81;
  localparam int unsigned CounterGemmNmIdle = 82;
  localparam int unsigned CounterGemmNmMacs = 83;
  localparam int unsigned CounterGemmNmMacSlots = 84;
  localparam int unsigned CounterGemmNmOutputs = 85;
  localparam int unsigned CounterGemmNmSiluOps = 86;
  localparam int unsigned CounterGemmNmXReadBits = 87;
  localparam int unsigned CounterGemmNmWReadBits = 88;
  localparam int unsigned CounterGemmNmPReadBits = 89;
  localparam int unsigned CounterGemmNmRReadBits = 90;
  localparam int unsigned CounterGemmNmYWriteBits = 91;
  localparam int unsigned CounterGemmNmSaturations = 92;

  localparam int unsigned FirstConv1dSilu = 93;
  localparam int unsigned LastConv1dSilu = 108;
  localparam int unsigned CounterConv1dSiluBusy = 93;
  localparam int unsigned CounterConv1dSiluWaitIn = 94;
  localparam int unsigned CounterConv1dSiluWaitOut = 95;
  localparam int unsigned CounterConv1dSiluIdle = 96;
  localparam int unsigned CounterConv1dSiluMacs = 97;
  localparam int unsigned CounterConv1dSiluOutputs = 98;
  localparam int unsigned CounterConv1dSiluSiluOps = 99;
  localparam int unsigned CounterConv1dSiluXReadBits = 100;
  localparam int unsigned CounterConv1dSiluUWriteBits = 101;
  localparam int unsigned CounterConv1dSiluPReadBits = 102;
  localparam int unsigned CounterConv1dSiluPMemoryReadBits = 103;
  localparam int unsigned CounterConv1dSiluSReadBits = 104;
  localparam int unsigned CounterConv1dSiluStateMemoryReadBits = 105;
  localparam int unsigned CounterConv1dSiluStateMemoryWriteBits = 106;
  localparam int unsigned CounterConv1dSiluHWriteBits = 107;
  localparam int unsigned CounterConv1dSiluSaturations = 108;

  localparam int unsigned FirstRmsNorm = 109;
  localparam int unsigned LastRmsNorm = 122;
  localparam int unsigned CounterRmsNormBusy = 109;
  localparam int unsigned CounterRmsNormWaitIn = 110;
  localparam int unsigned CounterRmsNormWaitOut = 111;
  localparam int unsigned CounterRmsNormIdle = 112;
  localparam int unsigned CounterRmsNormMacs = 113;
  localparam int unsigned CounterRmsNormXReadBits = 114;
  localparam int unsigned CounterRmsNormRowWriteBits = 115;
  localparam int unsigned CounterRmsNormRsqrtOps = 116;
  localparam int unsigned CounterRmsNormScaleOps = 117;
  localparam int unsigned CounterRmsNormRowReadBits = 118;
  localparam int unsigned CounterRmsNormWReadBits = 119;
  localparam int unsigned CounterRmsNormWMemoryReadBits = 120;
  localparam int unsigned CounterRmsNormYWriteBits = 121;
  localparam int unsigned CounterRmsNormSaturations = 122;

  localparam int unsigned FirstHadamardFwht = 123;
  localparam int unsigned LastHadamardFwht = 133;
  localparam int unsigned CounterHadamardFwhtBusy = 123;
  localparam int unsigned CounterHadamardFwhtWaitIn = 124;
  localparam int unsigned CounterHadamardFwhtWaitOut = 125;
  localparam int unsigned CounterHadamardFwhtIdle = 126;
  localparam int unsigned CounterHadamardFwhtAddOps = 127;
  localparam int unsigned CounterHadamardFwhtXReadBits = 128;
  localparam int unsigned CounterHadamardFwhtRowWriteBits = 129;
  localparam int unsigned CounterHadamardFwhtRowReadBits = 130;
  localparam int unsigned CounterHadamardFwhtDelayBits = 131;
  localparam int unsigned CounterHadamardFwhtYWriteBits = 132;
  localparam int unsigned CounterHadamardFwhtSaturations = 133;

  localparam int unsigned FirstWeightLoad = 134;
  localparam int unsigned LastWeightLoad = 134;
  localparam int unsigned CounterWeightLoadExpansions = 134;

  // Counted only while a run lasts: cycles and stalls.
  localparam logic [NumCounters-1:0] TimeCounters = {
    100'b0000000011110000000000111100000000000011110000000000111100111100111101111000000000111100000000000111,
    35'b10000000111100001111000000111111111};
  // What only machines with sets count.
  localparam logic [NumCounters-1:0] SetCounters = {
    100'b0000000000000000000000000000000000000000000000000000000000000000000000000000110000000000000000000000,
    35'b00000000000011111111000000000000000};

  // Targets of read jobs (params: the first of NumParamMemories), sources of write jobs.
  localparam int unsigned NumReadTargets = 20;
  localparam int unsigned TargetBits = 5;
  localparam logic [4:0] TargetDesc = 5'd0;
  localparam logic [4:0] TargetDb = 5'd1;
  localparam logic [4:0] TargetB = 5'd2;
  localparam logic [4:0] TargetC = 5'd3;
  localparam logic [4:0] TargetU = 5'd4;
  localparam logic [4:0] TargetDelta = 5'd5;
  localparam logic [4:0] TargetA = 5'd6;
  localparam logic [4:0] TargetH0 = 5'd7;
  localparam logic [4:0] TargetZ = 5'd8;
  localparam logic [4:0] TargetList = 5'd9;
  localparam logic [4:0] TargetParams = 5'd10;
  localparam logic [4:0] TargetLoad = 5'd18;
  localparam logic [4:0] TargetW4 = 5'd19;
  localparam int unsigned NumUnitTargets = 10;
  localparam int unsigned NumWriteSources = 3;
  localparam logic [1:0] SourceHt = 2'd0;
  localparam logic [1:0] SourceY = 2'd1;
  localparam logic [1:0] SourceStore = 2'd2;

  // Parameter memories.
  localparam int unsigned NumParamMemories = 8;
  localparam logic [2:0] MemWeights = 3'd0;
  localparam logic [2:0] MemIndex = 3'd1;
  localparam logic [2:0] MemShifts = 3'd2;
  localparam logic [2:0] MemBias = 3'd3;
  localparam logic [2:0] MemConv = 3'd4;
  localparam logic [2:0] MemNorm = 3'd5;
  localparam logic [2:0] MemGather = 3'd6;
  localparam logic [2:0] MemScatter = 3'd7;

  // Ports and modes of the scratch memory (sim/PROGRAM.md, section 4).
  localparam int unsigned NumScratchReads = 12;
  localparam logic [3:0] ReadGemmX = 4'd0;
  localparam logic [3:0] ReadGemmR = 4'd1;
  localparam logic [3:0] ReadConvX = 4'd2;
  localparam logic [3:0] ReadConvS = 4'd3;
  localparam logic [3:0] ReadNormX = 4'd4;
  localparam logic [3:0] ReadHadamardX = 4'd5;
  localparam logic [3:0] ReadStore = 4'd6;
  localparam logic [3:0] ReadU = 4'd7;
  localparam logic [3:0] ReadDelta = 4'd8;
  localparam logic [3:0] ReadB = 4'd9;
  localparam logic [3:0] ReadC = 4'd10;
  localparam logic [3:0] ReadZ = 4'd11;
  localparam int unsigned NumScratchWrites = 8;
  localparam logic [3:0] WriteGemm = 4'd0;
  localparam logic [3:0] WriteGemmZ = 4'd1;
  localparam logic [3:0] WriteConvU = 4'd2;
  localparam logic [3:0] WriteConvH = 4'd3;
  localparam logic [3:0] WriteNorm = 4'd4;
  localparam logic [3:0] WriteHadamard = 4'd5;
  localparam logic [3:0] WriteLoad = 4'd6;
  localparam logic [3:0] WriteScanY = 4'd7;
  localparam logic [2:0] ModeSingle = 3'd0;
  localparam logic [2:0] ModeDouble = 3'd1;
  localparam logic [2:0] ModeTriple = 3'd2;
  localparam logic [2:0] ModeQuad = 3'd3;
  localparam logic [2:0] ModePair = 3'd4;
  localparam logic [2:0] ModeHalfLow = 3'd5;
  localparam logic [2:0] ModeHalfHigh = 3'd6;

  // Command queues of the units, by bit of the push vector.
  localparam int unsigned NumUnitCmds = 5;
  localparam int unsigned CmdGemm = 0;
  localparam int unsigned CmdConv = 1;
  localparam int unsigned CmdNorm = 2;
  localparam int unsigned CmdHadamard = 3;
  localparam int unsigned CmdIndex = 4;

  // Fixed depths and sizes.
  localparam int unsigned IncBits = 20;
  localparam int unsigned JobDepth = 8;
  localparam int unsigned CommandDepth = 8;
  localparam int unsigned TokenDepth = 8;
  localparam int unsigned DtDepth = 16;
  localparam int unsigned SkipDepth = 32;
  localparam int unsigned AccDepth = 16;
  localparam int unsigned WriteBurstDepth = 4;
  localparam int unsigned GemmShiftRows = 1024;
  localparam int unsigned GemmBiasRows = 64;
  localparam int unsigned GemmListEntries = 256;
  localparam int unsigned PieceWords = 64;
  localparam int unsigned PieceSlots = 2;
  localparam int unsigned ScratchQueueDepth = 8;
  localparam int unsigned UnitCommandDepth = 4;
  localparam int unsigned OperandDepth = 4;
  localparam int unsigned ResultDepth = 16;
  localparam int unsigned TileDepth = 2;
  localparam int unsigned RankDepth = 2;
  localparam int unsigned ParameterDepth = 2;
  localparam int unsigned NormScaleDepth = 4;

endpackage
