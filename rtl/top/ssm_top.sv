// ssm_top: the selective-scan machine. Host on AXI4-Lite, memory on AXI4; sim/README.md is its specification.
// With GemmDepth > 0 also the units of the whole Mamba block around a scratch memory (sim/PROGRAM.md).
//   descriptors -> sequencer -> jobs -> dma -> operand buffers -> delta_softplus -> scan_serial -> gate_silu -> dma
//                      commands -> scan_tokens -> the rows and tags of every token ---^
// Legal parameters are those models/configs/design_point.h allows. Everything between blocks is a valid/ready stream or
// a buffer with counted places; no block knows a neighbour's latency.
module ssm_top #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned Interleave = 2,
  parameter int unsigned MaxStates = 64,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned StateBits = 16,
  parameter int unsigned OutputBits = 16,
  parameter int unsigned ExpSegments = 64,
  parameter int unsigned ChunkTokens = 16,
  parameter int unsigned TileBuffers = 4,
  parameter int unsigned StateCapacity = 32768,
  parameter int unsigned MaxSets = 0,           // scans of one descriptor; 0: single scans only (sim/SETS.md)
  parameter int unsigned AxiDataBits = 128,
  parameter int unsigned AxiMaxBurst = 64,
  parameter int unsigned ReadOutstanding = 16,
  parameter int unsigned GemmDepth = 0,         // 0: no units, and the next four are not used
  parameter int unsigned GemmWeightRows = 0,
  parameter int unsigned GemmXWords = 0,
  parameter int unsigned ScratchWords = 0,
  parameter int unsigned ChannelWords = 0,
  parameter logic [31:0] MapValue = ssm_map_pkg::MapValue  // what CSR MAP reads; area counts a fixed one
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic                         s_axil_awvalid_i,
  output logic                         s_axil_awready_o,
  input  logic [11:0]                  s_axil_awaddr_i,
  input  logic                         s_axil_wvalid_i,
  output logic                         s_axil_wready_o,
  input  logic [31:0]                  s_axil_wdata_i,
  input  logic [3:0]                   s_axil_wstrb_i,
  output logic                         s_axil_bvalid_o,
  input  logic                         s_axil_bready_i,
  output logic [1:0]                   s_axil_bresp_o,
  input  logic                         s_axil_arvalid_i,
  output logic                         s_axil_arready_o,
  input  logic [11:0]                  s_axil_araddr_i,
  output logic                         s_axil_rvalid_o,
  input  logic                         s_axil_rready_i,
  output logic [31:0]                  s_axil_rdata_o,
  output logic [1:0]                   s_axil_rresp_o,
  output logic                         m_axi_arvalid_o,
  input  logic                         m_axi_arready_i,
  output logic [ssm_pkg::AddrBits-1:0] m_axi_araddr_o,
  output logic [7:0]                   m_axi_arlen_o,
  output logic [2:0]                   m_axi_arsize_o,
  output logic [1:0]                   m_axi_arburst_o,
  input  logic                         m_axi_rvalid_i,
  output logic                         m_axi_rready_o,
  input  logic [AxiDataBits-1:0]       m_axi_rdata_i,
  input  logic [1:0]                   m_axi_rresp_i,
  input  logic                         m_axi_rlast_i,
  output logic                         m_axi_awvalid_o,
  input  logic                         m_axi_awready_i,
  output logic [ssm_pkg::AddrBits-1:0] m_axi_awaddr_o,
  output logic [7:0]                   m_axi_awlen_o,
  output logic [2:0]                   m_axi_awsize_o,
  output logic [1:0]                   m_axi_awburst_o,
  output logic                         m_axi_wvalid_o,
  input  logic                         m_axi_wready_i,
  output logic [AxiDataBits-1:0]       m_axi_wdata_o,
  output logic [AxiDataBits/8-1:0]     m_axi_wstrb_o,
  output logic                         m_axi_wlast_o,
  input  logic                         m_axi_bvalid_i,
  output logic                         m_axi_bready_o,
  input  logic [1:0]                   m_axi_bresp_i,
  output logic                         irq_o
);
  localparam int unsigned CountBits   = ssm_pkg::CountBits;
  localparam int unsigned IncBits     = ssm_map_pkg::IncBits;
  localparam int unsigned DuBits      = OperandBits == 8 ? 24 : 27;
  localparam int unsigned AccBits     = OperandBits + StateBits + 8;
  localparam int unsigned StoredBits  = StateBits <= 16 ? 16 : 32;
  localparam int unsigned NumPe       = NumLanes * StatesPerLane;
  localparam int unsigned StateRows   = StateCapacity / NumPe;
  localparam int unsigned MaxPasses   = MaxStates / StatesPerLane;
  localparam int unsigned SlotCount   = Interleave * MaxPasses;
  localparam int unsigned TileRows    = ChunkTokens * Interleave;
  localparam int unsigned ChunkRows   = ChunkTokens * MaxPasses;
  localparam int unsigned LaneRow     = NumLanes * OperandBits;
  localparam int unsigned RateRow     = NumPe * OperandBits;
  localparam int unsigned PassRow     = StatesPerLane * OperandBits;
  localparam int unsigned StateRow    = NumPe * StoredBits;
  localparam int unsigned OutputRow   = NumLanes * OutputBits;
  localparam int unsigned ParamRow    = NumLanes * 2 * ssm_pkg::ParamBits;
  localparam int unsigned DtRow       = NumLanes * (ssm_pkg::Dt2Bits + DuBits);
  localparam int unsigned ByteShift   = $clog2(AxiDataBits / 8);
  localparam int unsigned H0Slots     = MaxSets != 0 ? 4 : 2;  // short sets leave h0 faster than it is read
  localparam int unsigned ListEntries = MaxSets * (ChunkTokens > AxiDataBits / 32 ? ChunkTokens : AxiDataBits / 32);

  // ---- Control: registers and the run ----
  logic                         start, busy_q, finished, quiet;
  logic [7:0]                   error;
  logic [ssm_pkg::AddrBits-1:0] desc_addr;
  logic [15:0]                  desc_count;
  logic [9:0]                   counter_word;
  logic [31:0]                  counter_data;
  logic [ssm_map_pkg::NumCounters-1:0][IncBits-1:0] inc;  // what each counter gains

  localparam int unsigned ParametersBits = 32 * ssm_map_pkg::NumParameters;
  localparam logic [ParametersBits-1:0] Parameters =
      ParametersBits'(NumLanes) << (32 * ssm_map_pkg::ParameterNumLanes)
    | ParametersBits'(StatesPerLane) << (32 * ssm_map_pkg::ParameterStatesPerLane)
    | ParametersBits'(Interleave) << (32 * ssm_map_pkg::ParameterInterleave)
    | ParametersBits'(MaxStates) << (32 * ssm_map_pkg::ParameterMaxStates)
    | ParametersBits'(OperandBits) << (32 * ssm_map_pkg::ParameterOperandBits)
    | ParametersBits'(StateBits) << (32 * ssm_map_pkg::ParameterStateBits)
    | ParametersBits'(OutputBits) << (32 * ssm_map_pkg::ParameterOutputBits)
    | ParametersBits'(ExpSegments) << (32 * ssm_map_pkg::ParameterExpSegments)
    | ParametersBits'(ChunkTokens) << (32 * ssm_map_pkg::ParameterChunkTokens)
    | ParametersBits'(TileBuffers) << (32 * ssm_map_pkg::ParameterTileBuffers)
    | ParametersBits'(StateCapacity) << (32 * ssm_map_pkg::ParameterStateCapacity)
    | ParametersBits'(MaxSets) << (32 * ssm_map_pkg::ParameterMaxSets)
    | ParametersBits'(AxiDataBits) << (32 * ssm_map_pkg::ParameterAxiDataBits)
    | ParametersBits'(GemmDepth) << (32 * ssm_map_pkg::ParameterGemmDepth)
    | ParametersBits'(GemmWeightRows) << (32 * ssm_map_pkg::ParameterGemmWeightRows)
    | ParametersBits'(GemmXWords) << (32 * ssm_map_pkg::ParameterGemmXWords)
    | ParametersBits'(ScratchWords) << (32 * ssm_map_pkg::ParameterScratchWords)
    | ParametersBits'(ChannelWords) << (32 * ssm_map_pkg::ParameterChannelWords);

  ssm_csr #(.Parameters(Parameters), .MapValue(MapValue)) u_csr (
    .clk_i, .rst_ni,
    .s_axil_awvalid_i, .s_axil_awready_o, .s_axil_awaddr_i, .s_axil_wvalid_i, .s_axil_wready_o, .s_axil_wdata_i,
    .s_axil_wstrb_i, .s_axil_bvalid_o, .s_axil_bready_i, .s_axil_bresp_o, .s_axil_arvalid_i, .s_axil_arready_o,
    .s_axil_araddr_i, .s_axil_rvalid_o, .s_axil_rready_i, .s_axil_rdata_o, .s_axil_rresp_o,
    .start_o(start), .busy_i(busy_q), .error_i(error), .desc_addr_o(desc_addr), .desc_count_o(desc_count),
    .counter_word_o(counter_word),
    .counter_data_i(counter_data)
  );

  // The run ends when everything is emitted, transferred and answered.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) busy_q <= 1'b0;
    else         busy_q <= start || (busy_q && !(finished && quiet && block_quiet));
  end
  assign irq_o = !busy_q;

  // ---- Between the sequencer and the units ----
  logic [ssm_map_pkg::DescBits-1:0]     unit_desc;
  logic [ssm_map_pkg::NumUnitCmds-1:0]    unit_cmd_push, unit_cmd_ready;
  logic [6:0]                          unit_cmd_left;
  logic                                scratch_read_push, scratch_read_ready, scratch_write_push, scratch_write_ready;
  logic [ssm_pkg::ScratchJobBits-1:0]  scratch_job;
  logic [ssm_map_pkg::NumParamMemories-1:0] memory_clear;
  logic                                weight_slots;
  logic                                scan_local, block_quiet;

  // ---- Sequencer, job queue, dma ----
  logic                             job_push, job_ready, job_valid, job_pop;
  logic [ssm_pkg::JobBits-1:0]      job_in, job;
  logic                             cmd_push, token_ready, delta_ready, scan_ready, gate_ready;
  logic [ssm_pkg::TokenCmdBits-1:0] token_cmd_in, token_cmd;
  logic                             token_cmd_valid, token_cmd_pop, with_sets, sets_clear;
  logic [ssm_pkg::DeltaCmdBits-1:0] delta_cmd_in, delta_cmd;
  logic [ssm_pkg::ScanCmdBits-1:0]  scan_cmd_in, scan_cmd;
  logic [ssm_pkg::PackCmdBits-1:0]  pack_cmd_in, pack_cmd;
  logic [ssm_pkg::GateCmdBits-1:0]  gate_cmd_in, gate_cmd;
  logic                             delta_valid, delta_pop, scan_valid, scan_pop, gate_valid, gate_pop;
  logic                             param_clear;
  logic [ssm_map_pkg::NumReadTargets-1:0] target_free, target_alloc, rd_valid;
  logic                             rd_last;
  logic [AxiDataBits-1:0]           rd_data;
  logic [ssm_map_pkg::NumWriteSources-1:0] source_done, source_claim, source_rd_en, source_release;
  logic                             source_rd_last;
  logic [ssm_map_pkg::NumWriteSources*AxiDataBits-1:0] source_data;

  ssm_sequencer #(
    .NumLanes(NumLanes), .StatesPerLane(StatesPerLane), .Interleave(Interleave), .MaxStates(MaxStates),
    .OperandBits(OperandBits), .OutputBits(OutputBits), .StoredBits(StoredBits), .ChunkTokens(ChunkTokens),
    .TileBuffers(TileBuffers), .StateRows(StateRows), .DataBits(AxiDataBits), .MaxSets(MaxSets),
    .GemmDepth(GemmDepth), .GemmWeightRows(GemmWeightRows), .GemmXWords(GemmXWords), .ScratchWords(ScratchWords),
    .ChannelWords(ChannelWords)
  ) u_sequencer (
    .clk_i, .rst_ni,
    .start_i(start), .desc_addr_i(desc_addr), .desc_count_i(desc_count), .finished_o(finished), .error_o(error),
    .desc_wr_valid_i(rd_valid[ssm_map_pkg::TargetDesc]), .desc_wr_last_i(rd_last), .desc_wr_data_i(rd_data),
    .job_push_o(job_push), .job_o(job_in), .job_ready_i(job_ready),
    .cmd_push_o(cmd_push), .cmd_ready_i(token_ready && delta_ready && scan_ready && gate_ready),
    .token_cmd_o(token_cmd_in), .delta_cmd_o(delta_cmd_in), .scan_cmd_o(scan_cmd_in), .pack_cmd_o(pack_cmd_in), .gate_cmd_o(gate_cmd_in),
    .tile_release_i(scan_pop), .param_clear_o(param_clear), .sets_o(with_sets), .sets_clear_o(sets_clear),
    .unit_desc_o(unit_desc), .unit_cmd_push_o(unit_cmd_push), .unit_cmd_ready_i(unit_cmd_ready),
    .unit_cmd_left_i(unit_cmd_left), .scratch_read_push_o(scratch_read_push),
    .scratch_read_ready_i(scratch_read_ready), .scratch_write_push_o(scratch_write_push),
    .scratch_write_ready_i(scratch_write_ready), .scratch_job_o(scratch_job), .memory_clear_o(memory_clear), .weight_slots_o(weight_slots),
    .scratch_quiet_i(block_quiet), .scan_local_o(scan_local),
    .inc_o(inc[ssm_map_pkg::LastSequencer:ssm_map_pkg::FirstSequencer])
  );

  ssm_stream_fifo #(.Width(ssm_pkg::JobBits), .Depth(ssm_map_pkg::JobDepth)) u_job_fifo (
    .clk_i, .rst_ni, .push_i(job_push), .data_i(job_in), .ready_o(job_ready),
    .valid_o(job_valid), .data_o(job), .pop_i(job_pop)
  );
  // Without sets a command is its plain part.
  localparam int unsigned TokenCmdWidth = MaxSets != 0 ? ssm_pkg::TokenCmdBits : ssm_pkg::TokenPlainBits;
  localparam int unsigned DeltaCmdWidth = MaxSets != 0 ? ssm_pkg::DeltaCmdBits : ssm_pkg::DeltaPlainBits;
  localparam int unsigned GateCmdWidth  = MaxSets != 0 ? ssm_pkg::GateCmdBits : ssm_pkg::GatePlainBits;
  logic [TokenCmdWidth-1:0] token_cmd_queued;
  logic [DeltaCmdWidth-1:0] delta_cmd_queued;
  logic [GateCmdWidth-1:0]  gate_cmd_queued;
  ssm_stream_fifo #(.Width(TokenCmdWidth), .Depth(ssm_map_pkg::CommandDepth)) u_token_cmd_fifo (
    .clk_i, .rst_ni, .push_i(cmd_push), .data_i(token_cmd_in[TokenCmdWidth-1:0]), .ready_o(token_ready),
    .valid_o(token_cmd_valid), .data_o(token_cmd_queued), .pop_i(token_cmd_pop)
  );
  assign token_cmd = ssm_pkg::TokenCmdBits'(token_cmd_queued);
  ssm_stream_fifo #(.Width(DeltaCmdWidth), .Depth(ssm_map_pkg::CommandDepth)) u_delta_cmd_fifo (
    .clk_i, .rst_ni, .push_i(cmd_push), .data_i(delta_cmd_in[DeltaCmdWidth-1:0]), .ready_o(delta_ready),
    .valid_o(delta_valid), .data_o(delta_cmd_queued), .pop_i(delta_pop)
  );
  assign delta_cmd = ssm_pkg::DeltaCmdBits'(delta_cmd_queued);
  ssm_stream_fifo #(.Width(ssm_pkg::ScanCmdBits), .Depth(ssm_map_pkg::CommandDepth)) u_scan_cmd_fifo (
    .clk_i, .rst_ni, .push_i(cmd_push), .data_i(scan_cmd_in), .ready_o(scan_ready),
    .valid_o(scan_valid), .data_o(scan_cmd), .pop_i(scan_pop)
  );
  generate
    if (MaxSets != 0) begin : gen_pack_cmd
      logic unused_ready, unused_valid;
      ssm_stream_fifo #(.Width(ssm_pkg::PackCmdBits), .Depth(ssm_map_pkg::CommandDepth)) u_pack_cmd_fifo (
        .clk_i, .rst_ni, .push_i(cmd_push), .data_i(pack_cmd_in), .ready_o(unused_ready),
        .valid_o(unused_valid), .data_o(pack_cmd), .pop_i(scan_pop)
      );
    end else begin : gen_no_pack_cmd
      assign pack_cmd = pack_cmd_in;
    end
  endgenerate
  ssm_stream_fifo #(.Width(GateCmdWidth), .Depth(ssm_map_pkg::CommandDepth)) u_gate_cmd_fifo (
    .clk_i, .rst_ni, .push_i(cmd_push), .data_i(gate_cmd_in[GateCmdWidth-1:0]), .ready_o(gate_ready),
    .valid_o(gate_valid), .data_o(gate_cmd_queued), .pop_i(gate_pop)
  );
  assign gate_cmd = ssm_pkg::GateCmdBits'(gate_cmd_queued);

  ssm_dma_burst #(.DataBits(AxiDataBits), .MaxBurst(AxiMaxBurst), .Outstanding(ReadOutstanding)) u_dma_burst (
    .clk_i, .rst_ni,
    .job_valid_i(job_valid), .job_i(job), .job_pop_o(job_pop),
    .target_free_i(target_free), .target_alloc_o(target_alloc),
    .rd_valid_o(rd_valid), .rd_last_o(rd_last), .rd_data_o(rd_data),
    .source_done_i(source_done), .source_claim_o(source_claim), .source_rd_en_o(source_rd_en),
    .source_rd_last_o(source_rd_last), .source_data_i(source_data), .source_release_o(source_release),
    .quiet_o(quiet),
    .inc_o(inc[ssm_map_pkg::LastDma:ssm_map_pkg::FirstDma]),
    .m_axi_arvalid_o, .m_axi_arready_i, .m_axi_araddr_o, .m_axi_arlen_o,
    .m_axi_rvalid_i, .m_axi_rready_o, .m_axi_rdata_i, .m_axi_rlast_i,
    .m_axi_awvalid_o, .m_axi_awready_i, .m_axi_awaddr_o, .m_axi_awlen_o,
    .m_axi_wvalid_o, .m_axi_wready_i, .m_axi_wdata_o, .m_axi_wlast_o,
    .m_axi_bvalid_i, .m_axi_bready_o
  );
  assign m_axi_arsize_o  = 3'(ByteShift);
  assign m_axi_awsize_o  = 3'(ByteShift);
  assign m_axi_arburst_o = 2'b01;
  assign m_axi_awburst_o = 2'b01;
  assign m_axi_wstrb_o   = '1;

  // ---- Operand buffers and parameter memories ----
  logic [CountBits-1:0] row_u, row_delta, z_row, db_row, a_row, b_row, c_row, h0_row, h0_read_row, list_row;
  logic                 list_ok, list_read, a_release, u_release, delta_release, db_release, row_read, u_ok, d_ok, db_ok, a_ok, b_ok, c_ok, h0_ok, z_ok;
  logic                 z_read, z_release, bc_release, scan_read, h0_next, h0_read, h0_release;
  logic [LaneRow-1:0]   u_row, d_row, z_data;
  logic [ParamRow-1:0]  db_data;
  logic [RateRow-1:0]   a_data;
  logic [PassRow-1:0]   b_data, c_data;
  logic [StateRow-1:0]  h0_data, ht_data;
  logic [31:0]          list_data;

  // Who fills the buffers of u, delta, B, C, z when a scan is local: the scratch memory, and gemm the one of z.
  logic [4:0]             fill_free, scratch_alloc, scratch_valid;
  logic [AxiDataBits-1:0] scratch_data, zg_data;
  logic                   scratch_last, zg_alloc, zg_valid, zg_last;
  ssm_operand_buffers #(
    .DataBits(AxiDataBits), .LaneRow(LaneRow), .PassRow(PassRow), .RateRow(RateRow), .StateRow(StateRow),
    .ParamRow(ParamRow), .TileRows(TileRows), .ChunkRows(ChunkRows), .SlotCount(SlotCount), .StateRows(StateRows),
    .TileBuffers(TileBuffers), .MaxSets(MaxSets), .H0Slots(H0Slots), .ListEntries(MaxSets == 0 ? 1 : ListEntries)
  ) u_operand_buffers (
    .clk_i, .rst_ni, .param_clear_i(param_clear), .sets_i(with_sets), .sets_clear_i(sets_clear), .local_i(scan_local),
    .target_free_o(target_free[ssm_map_pkg::TargetList:ssm_map_pkg::TargetDesc]),
    .target_alloc_i(target_alloc[ssm_map_pkg::TargetList:ssm_map_pkg::TargetDesc]),
    .rd_valid_i(rd_valid[ssm_map_pkg::TargetList:ssm_map_pkg::TargetDesc]), .rd_last_i(rd_last), .rd_data_i(rd_data),
    .scratch_free_o(fill_free), .scratch_alloc_i(scratch_alloc), .scratch_valid_i(scratch_valid),
    .scratch_last_i(scratch_last), .scratch_data_i(scratch_data),
    .zg_alloc_i(zg_alloc), .zg_valid_i(zg_valid), .zg_last_i(zg_last), .zg_data_i(zg_data),
    .row_u_i(row_u), .row_delta_i(row_delta), .row_read_i(row_read), .u_release_i(u_release), .delta_release_i(delta_release),
    .db_release_i(db_release),
    .u_ok_o(u_ok), .u_data_o(u_row), .delta_ok_o(d_ok), .delta_data_o(d_row), .db_row_i(db_row), .db_ok_o(db_ok), .db_data_o(db_data),
    .z_row_i(z_row), .z_read_i(z_read), .z_release_i(z_release), .z_ok_o(z_ok), .z_data_o(z_data),
    .scan_read_i(scan_read), .a_row_i(a_row), .a_release_i(a_release), .a_ok_o(a_ok), .a_data_o(a_data), .b_row_i(b_row), .c_row_i(c_row),
    .bc_release_i(bc_release), .b_ok_o(b_ok), .b_data_o(b_data), .c_ok_o(c_ok), .c_data_o(c_data),
    .h0_row_i(h0_row), .h0_ok_o(h0_ok), .h0_next_i(h0_next), .h0_read_i(h0_read), .h0_read_row_i(h0_read_row),
    .h0_release_i(h0_release), .h0_data_o(h0_data),
    .list_row_i(list_row), .list_read_i(list_read), .list_ok_o(list_ok), .list_data_o(list_data)
  );

  // ---- Compute ----
  logic                        dt_valid, dt_pop, skip_valid, skip_pop, acc_valid, acc_pop;
  logic [DtRow-1:0]            dt_data;
  logic [NumLanes*AccBits-1:0] skip_data, acc_data;
  logic                        token_valid, token_pop, sum_read, sum_last, sum_there;
  logic [ssm_pkg::TokenBits-1:0]     token;
  logic [ssm_pkg::DtTokenBits-1:0]   dt_token;
  logic [ssm_pkg::SkipTokenBits-1:0] skip_token;
  logic [CountBits-1:0]        sum_row;
  logic [OutputRow-1:0]        sum_data;
  logic                        y_free, y_alloc, y_valid, y_done, ht_free, ht_alloc, ht_valid, ht_done;
  logic [CountBits-1:0]        y_row, ht_row;
  logic [OutputRow-1:0]        y_data;

  ssm_scan_tokens #(.MaxSets(MaxSets)) u_scan_tokens (
    .clk_i, .rst_ni,
    .cmd_valid_i(token_cmd_valid), .cmd_i(token_cmd), .cmd_pop_o(token_cmd_pop),
    .list_row_o(list_row), .list_valid_i(list_ok), .list_read_o(list_read), .list_data_i(list_data),
    .token_valid_o(token_valid), .token_o(token), .token_pop_i(token_pop),
    .inc_o(inc[ssm_map_pkg::LastScanTokens:ssm_map_pkg::FirstScanTokens])
  );

  ssm_delta_softplus #(.NumLanes(NumLanes), .OperandBits(OperandBits), .DuBits(DuBits), .AccBits(AccBits), .Sets(MaxSets != 0))
  u_delta_softplus (
    .clk_i, .rst_ni,
    .cmd_valid_i(delta_valid), .cmd_i(delta_cmd), .cmd_pop_o(delta_pop),
    .token_valid_i(token_valid), .token_i(token), .token_pop_o(token_pop),
    .row_u_o(row_u), .row_delta_o(row_delta), .row_read_o(row_read), .u_release_o(u_release), .delta_release_o(delta_release),
    .db_release_o(db_release),
    .u_valid_i(u_ok), .u_data_i(u_row), .delta_valid_i(d_ok), .delta_data_i(d_row),
    .db_row_o(db_row), .db_valid_i(db_ok), .db_data_i(db_data),
    .dt_valid_o(dt_valid), .dt_data_o(dt_data), .dt_token_o(dt_token), .dt_pop_i(dt_pop),
    .skip_valid_o(skip_valid), .skip_data_o(skip_data), .skip_token_o(skip_token), .skip_pop_i(skip_pop),
    .inc_o(inc[ssm_map_pkg::LastDeltaSoftplus:ssm_map_pkg::FirstDeltaSoftplus])
  );

  ssm_scan_serial #(
    .NumLanes(NumLanes), .StatesPerLane(StatesPerLane), .OperandBits(OperandBits), .StateBits(StateBits),
    .StoredBits(StoredBits), .ExpSegments(ExpSegments), .DuBits(DuBits), .AccBits(AccBits), .SlotCount(SlotCount),
    .StateRows(StateRows), .H0Slots(H0Slots), .Interleave(Interleave), .Sets(MaxSets != 0)
  ) u_scan_serial (
    .clk_i, .rst_ni,
    .cmd_valid_i(scan_valid), .cmd_i(scan_cmd), .pack_i(pack_cmd), .cmd_pop_o(scan_pop),
    .dt_valid_i(dt_valid), .dt_data_i(dt_data), .dt_token_i(dt_token), .dt_pop_o(dt_pop),
    .a_row_o(a_row), .a_release_o(a_release), .a_valid_i(a_ok), .a_data_i(a_data),
    .b_row_o(b_row), .c_row_o(c_row), .bc_release_o(bc_release),
    .b_valid_i(b_ok), .b_data_i(b_data), .c_valid_i(c_ok), .c_data_i(c_data), .read_o(scan_read),
    .h0_row_o(h0_row), .h0_valid_i(h0_ok), .h0_next_o(h0_next), .h0_read_o(h0_read), .h0_read_row_o(h0_read_row),
    .h0_release_o(h0_release), .h0_data_i(h0_data),
    .ht_free_i(ht_free), .ht_alloc_o(ht_alloc), .ht_valid_o(ht_valid), .ht_row_o(ht_row), .ht_data_o(ht_data),
    .ht_done_o(ht_done),
    .acc_valid_o(acc_valid), .acc_data_o(acc_data), .acc_pop_i(acc_pop),
    .inc_o(inc[ssm_map_pkg::LastScanSerial:ssm_map_pkg::FirstScanSerial])
  );

  ssm_gate_silu #(.NumLanes(NumLanes), .OperandBits(OperandBits), .OutputBits(OutputBits), .AccBits(AccBits), .Sums(MaxSets != 0))
  u_gate_silu (
    .clk_i, .rst_ni,
    .cmd_valid_i(gate_valid), .cmd_i(gate_cmd), .cmd_pop_o(gate_pop),
    .acc_valid_i(acc_valid), .acc_data_i(acc_data), .acc_pop_o(acc_pop),
    .skip_valid_i(skip_valid), .skip_data_i(skip_data), .skip_token_i(skip_token), .skip_pop_o(skip_pop),
    .z_row_o(z_row), .z_read_o(z_read), .z_release_o(z_release), .z_valid_i(z_ok),
    .z_data_i(z_data),
    .y_free_i(y_free), .y_alloc_o(y_alloc), .y_valid_o(y_valid), .y_row_o(y_row), .y_data_o(y_data),
    .y_done_o(y_done), .sum_read_o(sum_read), .sum_row_o(sum_row), .sum_last_o(sum_last),
    .sum_there_i(sum_there), .sum_data_i(sum_data),
    .inc_o(inc[ssm_map_pkg::LastGateSilu:ssm_map_pkg::FirstGateSilu])
  );

  // Who drains y: the DMA, or the scratch memory when scans are local.
  logic y_claimed, y_read, y_read_last, y_released;
  assign y_claimed   = scan_local ? y_claim : source_claim[ssm_map_pkg::SourceY];
  assign y_read      = scan_local ? y_rd_en : source_rd_en[ssm_map_pkg::SourceY];
  assign y_read_last = scan_local ? y_rd_last : source_rd_last;
  assign y_released  = scan_local ? y_release : source_release[ssm_map_pkg::SourceY];
  generate
    if (MaxSets != 0) begin : gen_sums
      ssm_sum_buffer #(.RowBits(OutputRow), .ReadBits(AxiDataBits), .MaxRows(TileRows), .Slots(TileBuffers)) u_buffer_y (
        .clk_i, .rst_ni, .slot_free_o(y_free), .alloc_i(y_alloc), .wr_valid_i(y_valid), .wr_row_i(y_row),
        .wr_data_i(y_data), .tile_done_i(y_done), .sum_read_i(sum_read), .sum_row_i(sum_row), .sum_last_i(sum_last),
        .sum_there_o(sum_there), .sum_data_o(sum_data), .done_o(source_done[ssm_map_pkg::SourceY]), .claim_i(y_claimed), .rd_en_i(y_read), .rd_last_i(y_read_last),
        .rd_data_o(source_data[2*AxiDataBits-1:AxiDataBits]), .release_i(y_released)
      );
    end else begin : gen_rows
      logic unused_sum;
      assign unused_sum = ^{sum_read, sum_row, sum_last};
      assign sum_there  = 1'b0;
      assign sum_data   = '0;
      ssm_output_buffer #(.RowBits(OutputRow), .ReadBits(AxiDataBits), .MaxRows(TileRows), .Slots(TileBuffers)) u_buffer_y (
        .clk_i, .rst_ni, .slot_free_o(y_free), .alloc_i(y_alloc), .wr_valid_i(y_valid), .wr_row_i(y_row),
        .wr_data_i(y_data), .tile_done_i(y_done), .done_o(source_done[ssm_map_pkg::SourceY]), .claim_i(y_claimed), .rd_en_i(y_read), .rd_last_i(y_read_last),
        .rd_data_o(source_data[2*AxiDataBits-1:AxiDataBits]), .release_i(y_released)
      );
    end
  endgenerate
  ssm_output_buffer #(.RowBits(StateRow), .ReadBits(AxiDataBits), .MaxRows(SlotCount), .Slots(TileBuffers))
  u_buffer_ht (
    .clk_i, .rst_ni, .slot_free_o(ht_free), .alloc_i(ht_alloc), .wr_valid_i(ht_valid), .wr_row_i(ht_row),
    .wr_data_i(ht_data), .tile_done_i(ht_done), .done_o(source_done[ssm_map_pkg::SourceHt]),
    .claim_i(source_claim[ssm_map_pkg::SourceHt]), .rd_en_i(source_rd_en[ssm_map_pkg::SourceHt]), .rd_last_i(source_rd_last),
    .rd_data_o(source_data[AxiDataBits-1:0]), .release_i(source_release[ssm_map_pkg::SourceHt])
  );

  // ---- Units ----
  logic y_claim, y_rd_en, y_rd_last, y_release;
  generate
    if (GemmDepth != 0) begin : gen_units
      ssm_units #(
        .GemmDepth(GemmDepth), .GemmWeightRows(GemmWeightRows), .GemmXWords(GemmXWords), .ScratchWords(ScratchWords),
        .ChannelWords(ChannelWords), .AxiDataBits(AxiDataBits)
      ) u_units (
        .clk_i, .rst_ni,
        .desc_i(unit_desc), .cmd_push_i(unit_cmd_push), .cmd_ready_o(unit_cmd_ready), .cmd_left_o(unit_cmd_left),
        .read_push_i(scratch_read_push), .read_job_i(scratch_job), .read_ready_o(scratch_read_ready),
        .write_push_i(scratch_write_push), .write_job_i(scratch_job), .write_ready_o(scratch_write_ready),
        .quiet_o(block_quiet), .param_clear_i(memory_clear), .weight_slots_i(weight_slots),
        .target_free_o(target_free[ssm_map_pkg::TargetW4:ssm_map_pkg::TargetParams]),
        .target_alloc_i(target_alloc[ssm_map_pkg::TargetW4:ssm_map_pkg::TargetParams]),
        .rd_valid_i(rd_valid[ssm_map_pkg::TargetW4:ssm_map_pkg::TargetParams]), .rd_last_i(rd_last), .rd_data_i(rd_data),
        .store_done_o(source_done[ssm_map_pkg::SourceStore]), .store_claim_i(source_claim[ssm_map_pkg::SourceStore]),
        .store_rd_en_i(source_rd_en[ssm_map_pkg::SourceStore]), .store_rd_last_i(source_rd_last),
        .store_data_o(source_data[3*AxiDataBits-1:2*AxiDataBits]),
        .store_release_i(source_release[ssm_map_pkg::SourceStore]),
        .scan_free_i(fill_free), .scan_alloc_o(scratch_alloc), .scan_valid_o(scratch_valid),
        .scan_last_o(scratch_last), .scan_data_o(scratch_data),
        .zg_alloc_o(zg_alloc), .zg_valid_o(zg_valid), .zg_last_o(zg_last), .zg_data_o(zg_data),
        .y_done_i(source_done[ssm_map_pkg::SourceY]), .y_claim_o(y_claim), .y_rd_en_o(y_rd_en), .y_rd_last_o(y_rd_last),
        .y_data_i(source_data[2*AxiDataBits-1:AxiDataBits]), .y_release_o(y_release),
        .inc_o(inc[ssm_map_pkg::NumCounters-1:ssm_map_pkg::FirstUnitCounter])
      );
    end else begin : gen_no_units
      logic unused_block;
      assign unused_block = ^{unit_desc, unit_cmd_push, scratch_read_push, scratch_write_push, scratch_job,
                              memory_clear, weight_slots, target_alloc[ssm_map_pkg::TargetW4:ssm_map_pkg::TargetParams],
                              rd_valid[ssm_map_pkg::TargetW4:ssm_map_pkg::TargetParams], source_claim[ssm_map_pkg::SourceStore],
                              source_rd_en[ssm_map_pkg::SourceStore], source_release[ssm_map_pkg::SourceStore], fill_free};
      assign unit_cmd_ready     = '1;
      assign unit_cmd_left      = '0;
      assign scratch_read_ready  = 1'b1;
      assign scratch_write_ready = 1'b1;
      assign block_quiet         = 1'b1;
      assign inc[ssm_map_pkg::NumCounters-1:ssm_map_pkg::FirstUnitCounter] = '0;
      assign target_free[ssm_map_pkg::TargetW4:ssm_map_pkg::TargetParams] = '1;
      assign source_done[ssm_map_pkg::SourceStore] = 1'b0;
      assign source_data[3*AxiDataBits-1:2*AxiDataBits] = '0;
      assign {scratch_alloc, scratch_valid, scratch_last, zg_alloc, zg_valid, zg_last} = '0;
      assign {scratch_data, zg_data} = '0;
      assign {y_claim, y_rd_en, y_rd_last, y_release} = '0;
    end
  endgenerate

  // ---- Counters ----
  assign inc[ssm_map_pkg::CounterMachineCycles] = IncBits'(1);
  ssm_counters #(.Units(GemmDepth != 0), .Sets(MaxSets != 0)) u_counters (
    .clk_i, .rst_ni, .clear_i(start), .run_i(busy_q), .inc_i(inc), .word_i(counter_word), .word_o(counter_data)
  );

  // Responses other than OKAY are not expected on a memory port; they are not looked at.
  logic unused_resp;
  assign unused_resp = ^{m_axi_rresp_i, m_axi_bresp_i};
endmodule
