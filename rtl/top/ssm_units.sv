// ssm_units: the units around the scan with their feeds, and the scratch memory that joins them (sim/PROGRAM.md).
// Contract: cmd_push_i (gemm, conv, norm, hadamard, index) pushes the command of desc_i into every queue it goes to, only while
// cmd_ready_o; cmd_left_o pulses when a command leaves its queue (gemm_feed, conv, conv feed, norm, norm feed, hadamard,
// index_load). Jobs of the scratch memory come by read_push_i and write_push_i. Bits 0..7 of the DMA's targets are the
// parameter memories (1: the index buffer), bit 8 the load buffer, bit 9 memory 0 for weights of 4 bits. inc_o: what the counters of
// the units gain in this cycle.
module ssm_units #(
  parameter int unsigned GemmDepth = 8,
  parameter int unsigned GemmWeightRows = 1024,
  parameter int unsigned GemmXWords = 1024,
  parameter int unsigned ScratchWords = 16384,
  parameter int unsigned ChannelWords = 64,
  parameter int unsigned AxiDataBits = 256
) (
  input  logic                                   clk_i,
  input  logic                                   rst_ni,
  // Commands.
  input  logic [ssm_map_pkg::DescBits-1:0]        desc_i,
  input  logic [ssm_map_pkg::NumUnitCmds-1:0]       cmd_push_i,
  output logic [ssm_map_pkg::NumUnitCmds-1:0]       cmd_ready_o,
  output logic [6:0]                             cmd_left_o,
  // Jobs of the scratch memory.
  input  logic                                   read_push_i,
  input  logic [ssm_pkg::ScratchJobBits-1:0]     read_job_i,
  output logic                                   read_ready_o,
  input  logic                                   write_push_i,
  input  logic [ssm_pkg::ScratchJobBits-1:0]     write_job_i,
  output logic                                   write_ready_o,
  output logic                                   quiet_o,     // both queues empty
  input  logic [ssm_map_pkg::NumParamMemories-1:0]   param_clear_i,
  input  logic                                   weight_slots_i,  // with a clear of memory 0 or 1
  // DMA: read targets.
  output logic [ssm_map_pkg::NumUnitTargets-1:0]    target_free_o,
  input  logic [ssm_map_pkg::NumUnitTargets-1:0]    target_alloc_i,
  input  logic [ssm_map_pkg::NumUnitTargets-1:0]    rd_valid_i,
  input  logic                                   rd_last_i,
  input  logic [AxiDataBits-1:0]                 rd_data_i,
  // DMA: store buffer, read side.
  output logic                                   store_done_o,
  input  logic                                   store_claim_i,
  input  logic                                   store_rd_en_i,
  input  logic                                   store_rd_last_i,
  output logic [AxiDataBits-1:0]                 store_data_o,
  input  logic                                   store_release_i,
  // Tile buffers of the scan filled from the scratch memory: u, delta, b, c, z; write side.
  input  logic [4:0]                             scan_free_i,
  output logic [4:0]                             scan_alloc_o,
  output logic [4:0]                             scan_valid_o,
  output logic                                   scan_last_o,
  output logic [AxiDataBits-1:0]                 scan_data_o,
  // z buffer filled by gemm; its free slot is scan_free_i[4].
  output logic                                   zg_alloc_o,
  output logic                                   zg_valid_o,
  output logic                                   zg_last_o,
  output logic [AxiDataBits-1:0]                 zg_data_o,
  // y buffer of the scan, read side.
  input  logic                                   y_done_i,
  output logic                                   y_claim_o,
  output logic                                   y_rd_en_o,
  output logic                                   y_rd_last_o,
  input  logic [AxiDataBits-1:0]                 y_data_i,
  output logic                                   y_release_o,
  // Counters.
  output logic [ssm_map_pkg::NumCounters-1:ssm_map_pkg::FirstUnitCounter][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned Half       = AxiDataBits / 16;  // lanes of rms_norm and hadamard_fwht
  localparam int unsigned IncBits    = ssm_map_pkg::IncBits;
  localparam int unsigned GemmX = 32'(ssm_map_pkg::ReadGemmX), GemmR = 32'(ssm_map_pkg::ReadGemmR);
  localparam int unsigned ConvX = 32'(ssm_map_pkg::ReadConvX), ConvS = 32'(ssm_map_pkg::ReadConvS);
  localparam int unsigned NormX = 32'(ssm_map_pkg::ReadNormX), HadamardX = 32'(ssm_map_pkg::ReadHadamardX);
  localparam int unsigned ToScratch = 32'(ssm_map_pkg::WriteGemm), ToZ = 32'(ssm_map_pkg::WriteGemmZ);
  localparam int unsigned ConvU = 32'(ssm_map_pkg::WriteConvU), ConvH = 32'(ssm_map_pkg::WriteConvH);
  localparam int unsigned NormY = 32'(ssm_map_pkg::WriteNorm), HadamardY = 32'(ssm_map_pkg::WriteHadamard);
  localparam int unsigned ScanY = 32'(ssm_map_pkg::WriteScanY);
  localparam int unsigned MemWeights = 32'(ssm_map_pkg::MemWeights), MemIndex = 32'(ssm_map_pkg::MemIndex);
  localparam int unsigned MemShifts = 32'(ssm_map_pkg::MemShifts), MemBias = 32'(ssm_map_pkg::MemBias);
  localparam int unsigned MemConv = 32'(ssm_map_pkg::MemConv), MemNorm = 32'(ssm_map_pkg::MemNorm);
  localparam int unsigned MemGather = 32'(ssm_map_pkg::MemGather), MemScatter = 32'(ssm_map_pkg::MemScatter);
  localparam int unsigned LoadTarget = 32'(ssm_map_pkg::TargetLoad) - 32'(ssm_map_pkg::TargetParams);
  localparam int unsigned W4Target   = 32'(ssm_map_pkg::TargetW4) - 32'(ssm_map_pkg::TargetParams);

  // ---- Scratch memory ----
  logic [ssm_map_pkg::NumScratchReads-1:0]  place, take, arrive;
  logic [ssm_map_pkg::NumScratchWrites-1:0] entry_valid, entry_pop, step;
  logic                   last, gemm_y_valid, conv_u_valid, conv_h_valid, norm_y_valid, hadamard_y_valid;
  logic                   scatter_there, gather_there;
  logic [AxiDataBits-1:0] word, conv_u, hadamard_y;
  logic [2*AxiDataBits-1:0] pair;
  logic [3*AxiDataBits-1:0] triple, conv_h;
  logic [4*AxiDataBits-1:0] gemm_y;
  logic [AxiDataBits/2-1:0] norm_y;
  logic [7:0]             scatter_index, scatter_entry, gather_index, gather_entry;

  // By port; places of store and entries of load are the scratch memory's own.
  assign place[ssm_map_pkg::NumScratchReads-1:32'(ssm_map_pkg::ReadStore)] = {scan_free_i, 1'b0};
  assign entry_valid  = {y_done_i, 1'b0, hadamard_y_valid, norm_y_valid, conv_h_valid, conv_u_valid, gemm_y_valid,
                         gemm_y_valid};
  assign scan_alloc_o = {take[ssm_map_pkg::ReadZ], take[ssm_map_pkg::ReadC], take[ssm_map_pkg::ReadB], take[ssm_map_pkg::ReadDelta],
                         take[ssm_map_pkg::ReadU]};
  assign scan_valid_o = {arrive[ssm_map_pkg::ReadZ], arrive[ssm_map_pkg::ReadC], arrive[ssm_map_pkg::ReadB],
                         arrive[ssm_map_pkg::ReadDelta], arrive[ssm_map_pkg::ReadU]};
  assign scan_last_o  = last;
  assign scan_data_o  = word;
  assign y_rd_en_o    = step[ScanY];
  assign y_rd_last_o  = entry_pop[ScanY];
  assign y_claim_o    = entry_pop[ScanY];
  assign y_release_o  = entry_pop[ScanY];

  ssm_scratch #(.WordBits(AxiDataBits), .Words(ScratchWords)) u_scratch (
    .clk_i, .rst_ni, .read_push_i, .read_job_i, .read_ready_o, .write_push_i, .write_job_i, .write_ready_o, .quiet_o,
    .place_i(place), .take_o(take), .valid_o(arrive), .last_o(last), .word_o(word), .pair_o(pair), .triple_o(triple),
    .entry_valid_i(entry_valid), .step_o(step), .pop_o(entry_pop), .gemm_y_i(gemm_y), .conv_u_i(conv_u),
    .conv_h_i(conv_h), .norm_y_i(norm_y), .hadamard_y_i(hadamard_y), .scan_y_data_i(y_data_i),
    .list_index_o(scatter_index), .list_entry_i(scatter_entry), .list_valid_i(scatter_there),
    .zg_place_i(scan_free_i[4]), .zg_alloc_o, .zg_valid_o, .zg_last_o, .zg_data_o, .load_free_o(target_free_o[LoadTarget]),
    .load_alloc_i(target_alloc_i[LoadTarget]), .load_valid_i(rd_valid_i[LoadTarget]), .load_last_i(rd_last_i),
    .load_data_i(rd_data_i), .store_done_o, .store_claim_i, .store_rd_en_i, .store_rd_last_i, .store_data_o,
    .store_release_i, .inc_o(inc_o[ssm_map_pkg::LastScratchWrite:ssm_map_pkg::FirstScratchRead])
  );
  ssm_list_memory #(.DataBits(AxiDataBits)) u_gather (
    .clk_i, .rst_ni, .clear_i(param_clear_i[MemGather]), .wr_valid_i(rd_valid_i[MemGather]), .wr_data_i(rd_data_i),
    .index_i(gather_index), .valid_o(gather_there), .entry_o(gather_entry)
  );
  ssm_list_memory #(.DataBits(AxiDataBits)) u_scatter (
    .clk_i, .rst_ni, .clear_i(param_clear_i[MemScatter]), .wr_valid_i(rd_valid_i[MemScatter]), .wr_data_i(rd_data_i),
    .index_i(scatter_index), .valid_o(scatter_there), .entry_o(scatter_entry)
  );
  // Resident memories always have a place, weights in slots where one is free.
  logic weights_free;
  assign target_free_o[MemWeights]           = weights_free;
  assign target_free_o[W4Target]             = weights_free;
  assign target_free_o[MemScatter:MemShifts] = '1;

  // ---- Commands ----
  logic [ssm_gemm_pkg::FeedCmdBits-1:0]  gemm_cmd;
  logic [ssm_unit_pkg::ConvCmdBits-1:0] conv_cmd;
  logic [ssm_unit_pkg::NormCmdBits-1:0] norm_cmd_new, norm_cmd;
  logic [ssm_hadamard_pkg::CmdBits-1:0]  hadamard_cmd_new, hadamard_cmd;
  logic [ssm_gemm_pkg::IndexCmdBits-1:0] index_cmd;
  logic [15:0] conv_row, conv_rows, norm_row, norm_rows;
  logic        norm_cmd_valid, hadamard_cmd_valid, norm_ready, norm_feed_ready;

  ssm_unit_commands u_commands (
    .desc_i, .gemm_o(gemm_cmd), .conv_o(conv_cmd), .norm_o(norm_cmd_new), .hadamard_o(hadamard_cmd_new),
    .index_o(index_cmd), .conv_row_o(conv_row), .conv_rows_o(conv_rows), .norm_row_o(norm_row), .norm_rows_o(norm_rows)
  );
  ssm_stream_fifo #(.Width(ssm_unit_pkg::NormCmdBits), .Depth(ssm_map_pkg::UnitCommandDepth)) u_norm_cmd (
    .clk_i, .rst_ni, .push_i(cmd_push_i[ssm_map_pkg::CmdNorm]), .data_i(norm_cmd_new), .ready_o(norm_ready),
    .valid_o(norm_cmd_valid), .data_o(norm_cmd), .pop_i(cmd_left_o[3])
  );
  ssm_stream_fifo #(.Width(ssm_hadamard_pkg::CmdBits), .Depth(ssm_map_pkg::UnitCommandDepth)) u_hadamard_cmd (
    .clk_i, .rst_ni, .push_i(cmd_push_i[ssm_map_pkg::CmdHadamard]), .data_i(hadamard_cmd_new),
    .ready_o(cmd_ready_o[ssm_map_pkg::CmdHadamard]), .valid_o(hadamard_cmd_valid), .data_o(hadamard_cmd), .pop_i(cmd_left_o[5])
  );
  assign cmd_ready_o[ssm_map_pkg::CmdNorm] = norm_ready && norm_feed_ready;

  // ---- gemm_nm and conv1d_silu ----
  logic expand;
  assign inc_o[ssm_map_pkg::CounterWeightLoadExpansions] = expand ? IncBits'(AxiDataBits / 4) : '0;  // weights of a beat
  ssm_gemm_path #(
    .WordBits(AxiDataBits), .Depth(GemmDepth), .XWords(GemmXWords), .WeightRows(GemmWeightRows)
  ) u_gemm (
    .clk_i, .rst_ni, .cmd_push_i(cmd_push_i[ssm_map_pkg::CmdGemm]), .cmd_i(gemm_cmd),
    .cmd_ready_o(cmd_ready_o[ssm_map_pkg::CmdGemm]), .cmd_left_o(cmd_left_o[0]), .index_push_i(cmd_push_i[ssm_map_pkg::CmdIndex]),
    .index_cmd_i(index_cmd), .index_ready_o(cmd_ready_o[ssm_map_pkg::CmdIndex]), .index_left_o(cmd_left_o[6]),
    .param_clear_i(param_clear_i[MemBias:MemWeights]), .slots_i(weight_slots_i), .w_free_o(weights_free),
    .w_alloc_i(target_alloc_i[MemWeights] || target_alloc_i[W4Target]), .index_free_o(target_free_o[MemIndex]),
    .index_alloc_i(target_alloc_i[MemIndex]), .rd_valid_i(rd_valid_i[MemBias:MemWeights]), .w4_valid_i(rd_valid_i[W4Target]), .rd_last_i, .rd_data_i,
    .x_free_o(place[GemmX]), .x_take_i(take[GemmX]), .x_arrive_i(arrive[GemmX]), .word_last_i(last), .word_i(word),
    .r_free_o(place[GemmR]), .r_take_i(take[GemmR]), .r_arrive_i(arrive[GemmR]), .pair_i(pair),
    .list_index_o(gather_index), .list_entry_i(gather_entry), .list_valid_i(gather_there), .y_valid_o(gemm_y_valid),
    .y_o(gemm_y), .y_pop_i(entry_pop[ToScratch] || entry_pop[ToZ]), .ev_expand_o(expand),
    .inc_o(inc_o[ssm_map_pkg::LastGemmNm:ssm_map_pkg::FirstIndexUnrank])
  );
  ssm_conv_path #(.WordBits(AxiDataBits), .ChannelWords(ChannelWords)) u_conv (
    .clk_i, .rst_ni, .cmd_push_i(cmd_push_i[ssm_map_pkg::CmdConv]), .cmd_i(conv_cmd), .first_row_i(conv_row),
    .rows_i(conv_rows), .cmd_ready_o(cmd_ready_o[ssm_map_pkg::CmdConv]), .cmd_left_o(cmd_left_o[1]), .feed_left_o(cmd_left_o[2]),
    .param_clear_i(param_clear_i[MemConv]), .rd_valid_i(rd_valid_i[MemConv]), .rd_data_i, .x_free_o(place[ConvX]),
    .x_take_i(take[ConvX]), .x_arrive_i(arrive[ConvX]), .word_i(word), .s_free_o(place[ConvS]), .s_take_i(take[ConvS]),
    .s_arrive_i(arrive[ConvS]), .triple_i(triple), .u_valid_o(conv_u_valid), .u_o(conv_u), .u_pop_i(entry_pop[ConvU]),
    .h_valid_o(conv_h_valid), .h_o(conv_h), .h_pop_i(entry_pop[ConvH]),
    .inc_o(inc_o[ssm_map_pkg::LastConv1dSilu:ssm_map_pkg::FirstConv1dSilu])
  );

  // ---- rms_norm ----
  logic                   norm_x_valid, norm_x_pop, norm_w_valid, norm_w_pop;
  logic [AxiDataBits-1:0] norm_x, norm_w;

  ssm_parameter_feed #(.BeatBits(AxiDataBits), .RowBits(AxiDataBits), .Rows(4 * ChannelWords)) u_norm_feed (
    .clk_i, .rst_ni, .clear_i(param_clear_i[MemNorm]), .wr_valid_i(rd_valid_i[MemNorm]), .wr_data_i(rd_data_i),
    .cmd_push_i(cmd_push_i[ssm_map_pkg::CmdNorm]), .cmd_first_i(norm_row), .cmd_count_i(norm_rows),
    .cmd_ready_o(norm_feed_ready), .cmd_left_o(cmd_left_o[4]), .row_valid_o(norm_w_valid), .row_o(norm_w),
    .row_pop_i(norm_w_pop)
  );
  ssm_credit_fifo #(.Width(AxiDataBits), .Depth(ssm_map_pkg::OperandDepth)) u_norm_x (
    .clk_i, .rst_ni, .take_i(take[NormX]), .available_o(place[NormX]), .push_i(arrive[NormX]), .data_i(word),
    .valid_o(norm_x_valid), .data_o(norm_x), .pop_i(norm_x_pop)
  );
  ssm_rms_norm #(.NumLanes(Half), .RowBeats(4 * ChannelWords), .ScaleDepth(ssm_map_pkg::NormScaleDepth), .YDepth(ssm_map_pkg::ResultDepth)) u_norm (
    .clk_i, .rst_ni, .cmd_valid_i(norm_cmd_valid), .cmd_i(norm_cmd), .cmd_pop_o(cmd_left_o[3]), .x_valid_i(norm_x_valid),
    .x_i(norm_x), .x_pop_o(norm_x_pop), .w_valid_i(norm_w_valid), .w_i(norm_w), .w_pop_o(norm_w_pop),
    .y_valid_o(norm_y_valid), .y_o(norm_y), .y_pop_i(entry_pop[NormY]),
    .inc_o(inc_o[ssm_map_pkg::LastRmsNorm:ssm_map_pkg::FirstRmsNorm])
  );

  // ---- hadamard_fwht ----
  logic                   hadamard_x_valid, hadamard_x_pop;
  logic [AxiDataBits-1:0] hadamard_x;

  ssm_credit_fifo #(.Width(AxiDataBits), .Depth(ssm_map_pkg::OperandDepth)) u_hadamard_x (
    .clk_i, .rst_ni, .take_i(take[HadamardX]), .available_o(place[HadamardX]), .push_i(arrive[HadamardX]), .data_i(word),
    .valid_o(hadamard_x_valid), .data_o(hadamard_x), .pop_i(hadamard_x_pop)
  );
  ssm_hadamard_fwht #(
    .NumLanes(Half), .BlockLanes(2), .MaxBits($clog2(2 * ChannelWords)), .RowBeats(2 * ChannelWords), .YDepth(ssm_map_pkg::ResultDepth)
  ) u_hadamard (
    .clk_i, .rst_ni, .cmd_valid_i(hadamard_cmd_valid), .cmd_i(hadamard_cmd), .cmd_pop_o(cmd_left_o[5]),
    .x_valid_i(hadamard_x_valid), .x_i(hadamard_x), .x_pop_o(hadamard_x_pop), .y_valid_o(hadamard_y_valid),
    .y_o(hadamard_y), .y_pop_i(entry_pop[HadamardY]),
    .inc_o(inc_o[ssm_map_pkg::LastHadamardFwht:ssm_map_pkg::FirstHadamardFwht])
  );
endmodule
