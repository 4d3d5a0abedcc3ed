// ssm_gemm_path: gemm_nm with what feeds it: index_load, weight_load, gemm_feed, the queue of residuals.
// Contract: the ports of its parts; memories weights, index, shifts, bias at bits 0..3 of rd_valid_i and param_clear_i, 4-bit weights
// at w4_valid_i. inc_o: what the counters of index_unrank and gemm_nm gain (sim/PROGRAM.md, section 7); ev_expand_o: a beat of
// 4-bit weights is multiplied out.
module ssm_gemm_path #(
  parameter int unsigned WordBits = 128,
  parameter int unsigned Depth = 8,
  parameter int unsigned XWords = 1024,
  parameter int unsigned WeightRows = 1024,
  parameter int unsigned Lanes = WordBits / 8
) (
  input  logic                                  clk_i,
  input  logic                                  rst_ni,
  // Commands.
  input  logic                                  cmd_push_i,
  input  logic [ssm_gemm_pkg::FeedCmdBits-1:0]  cmd_i,
  output logic                                  cmd_ready_o,
  output logic                                  cmd_left_o,
  input  logic                                  index_push_i,
  input  logic [ssm_gemm_pkg::IndexCmdBits-1:0] index_cmd_i,
  output logic                                  index_ready_o,
  output logic                                  index_left_o,
  // Parameters, from the DMA.
  input  logic [3:0]                            param_clear_i,
  input  logic                                  slots_i,
  output logic                                  w_free_o,
  input  logic                                  w_alloc_i,
  output logic                                  index_free_o,
  input  logic                                  index_alloc_i,
  input  logic [3:0]                            rd_valid_i,
  input  logic                                  w4_valid_i,
  input  logic                                  rd_last_i,
  input  logic [WordBits-1:0]                   rd_data_i,
  // x and r, from the scratch memory.
  output logic                                  x_free_o,
  input  logic                                  x_take_i,
  input  logic                                  x_arrive_i,
  input  logic                                  word_last_i,
  input  logic [WordBits-1:0]                   word_i,
  output logic                                  r_free_o,
  input  logic                                  r_take_i,
  input  logic                                  r_arrive_i,
  input  logic [2*WordBits-1:0]                 pair_i,
  // Gather list.
  output logic [7:0]                            list_index_o,
  input  logic [7:0]                            list_entry_i,
  input  logic                                  list_valid_i,
  // Results.
  output logic                                  y_valid_o,
  output logic [4*WordBits-1:0]                 y_o,
  input  logic                                  y_pop_i,
  output logic                                  ev_expand_o,
  output logic [ssm_map_pkg::LastGemmNm:ssm_map_pkg::FirstIndexUnrank][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned PosRowBits = Lanes * Depth * ssm_gemm_pkg::PosBits;
  localparam int unsigned WeightBits = Lanes * Depth * (ssm_gemm_pkg::ValueBits + ssm_gemm_pkg::PosBits);
  localparam int unsigned GemmPBits  = Lanes * ssm_gemm_pkg::ParamBits;

  logic                                 pos_free, pos_alloc, pos_last, pos_valid, operand_valid, operand_pop, tile_valid, tile_pop, r_valid, r_pop;
  logic                                 operand_w_pop_unused, tile_p_pop_unused;
  logic [PosRowBits-1:0]                positions;
  logic [WordBits-1:0]                  operand_x;
  logic [WeightBits-1:0]                operand_w;
  logic [ssm_gemm_pkg::GemmCmdBits-1:0] tile_cmd;
  logic [GemmPBits-1:0]                 tile_p;
  logic [2*WordBits-1:0]                r;

  ssm_index_load #(.Lanes(Lanes), .Depth(Depth)) u_index_load (
    .clk_i, .rst_ni, .cmd_push_i(index_push_i), .cmd_i(index_cmd_i), .cmd_ready_o(index_ready_o), .cmd_left_o(index_left_o),
    .slot_free_o(index_free_o), .alloc_i(index_alloc_i), .wr_valid_i(rd_valid_i[1]), .wr_last_i(rd_last_i),
    .wr_data_i(rd_data_i), .row_free_i(pos_free), .row_alloc_o(pos_alloc), .row_last_o(pos_last), .row_valid_o(pos_valid), .row_o(positions),
    .inc_o(inc_o[ssm_map_pkg::LastIndexUnrank:ssm_map_pkg::FirstIndexUnrank])
  );
  logic                  pair_valid;
  logic [2*WordBits-1:0] pair;
  ssm_weight_load #(.WordBits(WordBits), .Depth(Depth)) u_weight_load (
    .clk_i, .rst_ni, .valid_i(rd_valid_i[0]), .w4_valid_i, .last_i(rd_last_i), .beat_i(rd_data_i),
    .pair_valid_o(pair_valid), .pair_o(pair), .expand_o(ev_expand_o)
  );
  ssm_gemm_feed #(.Word(Lanes), .Depth(Depth), .XWords(XWords), .WeightRows(WeightRows)) u_gemm_feed (
    .clk_i, .rst_ni, .cmd_push_i, .cmd_i, .cmd_ready_o, .cmd_left_o, .clear_i(param_clear_i), .slots_i, .w_free_o, .w_alloc_i,
    .w_valid_i(pair_valid), .w_last_i(rd_last_i), .w_i(pair), .shift_valid_i(rd_valid_i[2]), .bias_valid_i(rd_valid_i[3]), .beat_i(rd_data_i),
    .pos_free_o(pos_free), .pos_alloc_i(pos_alloc), .pos_last_i(pos_last), .pos_valid_i(pos_valid), .pos_i(positions), .x_free_o, .x_alloc_i(x_take_i), .x_valid_i(x_arrive_i),
    .x_last_i(word_last_i), .x_i(word_i), .list_index_o, .list_entry_i, .list_valid_i,
    .operand_valid_o(operand_valid), .operand_x_o(operand_x), .operand_w_o(operand_w), .operand_pop_i(operand_pop), .tile_valid_o(tile_valid),
    .tile_cmd_o(tile_cmd), .tile_p_o(tile_p), .tile_pop_i(tile_pop)
  );
  ssm_credit_fifo #(.Width(2 * WordBits), .Depth(ssm_map_pkg::OperandDepth)) u_r_queue (
    .clk_i, .rst_ni, .take_i(r_take_i), .available_o(r_free_o), .push_i(r_arrive_i), .data_i(pair_i),
    .valid_o(r_valid), .data_o(r), .pop_i(r_pop)
  );
  ssm_gemm_nm #(.NumLanes(Lanes), .Depth(Depth), .Window(Lanes), .YDepth(ssm_map_pkg::ResultDepth)) u_gemm_nm (
    .clk_i, .rst_ni, .cmd_valid_i(tile_valid), .cmd_i(tile_cmd), .cmd_pop_o(tile_pop), .x_valid_i(operand_valid),
    .x_i(operand_x), .x_pop_o(operand_pop), .w_valid_i(operand_valid), .w_i(operand_w), .w_pop_o(operand_w_pop_unused),
    .p_valid_i(tile_valid), .p_i(tile_p), .p_pop_o(tile_p_pop_unused), .r_valid_i(r_valid), .r_i(r),
    .r_pop_o(r_pop), .y_valid_o, .y_o, .y_pop_i,
    .inc_o(inc_o[ssm_map_pkg::LastGemmNm:ssm_map_pkg::FirstGemmNm])
  );
endmodule
