// ssm_gemm_feed: the memories in front of gemm_nm (x, weights, positions, shifts, bias) and the walk that reads them.
// Contract: one beat per cycle when command, x word, weight row, position row (N < M), at the first beat of a tile shift row, bias
// row (has_bias) and a place of the tile queue, the list entry (gather) and a place of the operand queue are there. Operands
// and, at the first beat of a tile, gemm_nm's command with p are visible at issue + 2. The command leaves and the slot of x
// goes back (release_x) with the last issue; so do those of weights and, with
// N < M, of positions in slots (slots_i with a clear of memory 0 or 1; release_w). sim/PROGRAM.md, section 5.
module ssm_gemm_feed #(
  parameter int unsigned Word = 16,  // bytes of a word = lanes
  parameter int unsigned Depth = 8,
  parameter int unsigned XWords = 1024,
  parameter int unsigned WeightRows = 1024,
  parameter int unsigned WordBits = 8 * Word,
  parameter int unsigned PosRowBits = Word * Depth * ssm_gemm_pkg::PosBits,
  parameter int unsigned WeightBits = Word * Depth * (ssm_gemm_pkg::ValueBits + ssm_gemm_pkg::PosBits),
  parameter int unsigned ParamsBits = Word * ssm_gemm_pkg::ParamBits
) (
  input  logic                                 clk_i,
  input  logic                                 rst_ni,
  // Command.
  input  logic                                 cmd_push_i,
  input  logic [ssm_gemm_pkg::FeedCmdBits-1:0] cmd_i,
  output logic                                 cmd_ready_o,
  output logic                                 cmd_left_o,
  // Memories: weights, positions, shifts, bias from bit 0 upwards.
  input  logic [3:0]                           clear_i,
  input  logic                                 slots_i,        // with clear_i[0], clear_i[1]
  output logic                                 w_free_o,
  input  logic                                 w_alloc_i,
  input  logic                                 w_valid_i,      // two beats of a row of weights
  input  logic                                 w_last_i,
  input  logic [2*WordBits-1:0]                w_i,
  input  logic                                 shift_valid_i,
  input  logic                                 bias_valid_i,
  input  logic [WordBits-1:0]                  beat_i,
  output logic                                 pos_free_o,
  input  logic                                 pos_alloc_i,
  input  logic                                 pos_last_i,
  input  logic                                 pos_valid_i,
  input  logic [PosRowBits-1:0]                pos_i,
  // Slots of x.
  output logic                                 x_free_o,
  input  logic                                 x_alloc_i,
  input  logic                                 x_valid_i,
  input  logic                                 x_last_i,
  input  logic [WordBits-1:0]                  x_i,
  // Gather list.
  output logic [7:0]                           list_index_o,
  input  logic [7:0]                           list_entry_i,
  input  logic                                 list_valid_i,
  // To gemm_nm.
  output logic                                 operand_valid_o,
  output logic [WordBits-1:0]                  operand_x_o,
  output logic [WeightBits-1:0]                operand_w_o,
  input  logic                                 operand_pop_i,
  output logic                                 tile_valid_o,
  output logic [ssm_gemm_pkg::GemmCmdBits-1:0] tile_cmd_o,
  output logic [ParamsBits-1:0]                tile_p_o,
  input  logic                                 tile_pop_i
);
  localparam int unsigned LogWord      = $clog2(Word);
  localparam int unsigned BiasBits     = 64;   // of a channel in the memory
  localparam int unsigned GemmCmdBits  = ssm_gemm_pkg::GemmCmdBits;
  localparam int unsigned ParamBits    = ssm_gemm_pkg::ParamBits;
  localparam int unsigned AccBits      = ssm_gemm_pkg::AccBits;
  localparam int unsigned ShiftBits    = ssm_gemm_pkg::ShiftBits;
  localparam int unsigned AlignBits    = ssm_gemm_pkg::AlignBits;

  ssm_gemm_pkg::feed_cmd_t cmd;
  logic [ssm_gemm_pkg::FeedCmdBits-1:0] cmd_data;
  logic               cmd_valid, issue, first, last, dense, done_x, done_w, done_pos;
  logic [1:0]         slots_q;  // weights, positions
  logic [15:0]        token, x_token, x_row, offset, tile, w_row, pos_row, shift_row, bias_row;
  logic [LogWord-1:0] x_byte;

  ssm_stream_fifo #(.Width(ssm_gemm_pkg::FeedCmdBits), .Depth(ssm_map_pkg::UnitCommandDepth)) u_cmd (
    .clk_i, .rst_ni, .push_i(cmd_push_i), .data_i(cmd_i), .ready_o(cmd_ready_o), .valid_o(cmd_valid), .data_o(cmd_data),
    .pop_i(cmd_left_o)
  );
  assign cmd          = cmd_data;
  assign dense        = cmd.n == 5'd4 << cmd.log2_m;
  assign list_index_o = token[7:0];
  assign x_token      = cmd.gather ? 16'(list_entry_i) : token;

  ssm_gemm_feed_walk #(.LogWord(LogWord)) u_walk (
    .clk_i, .rst_ni, .cmd_i(cmd_data), .advance_i(issue), .token_o(token), .x_token_i(x_token), .x_row_o(x_row),
    .x_byte_o(x_byte), .offset_o(offset), .tile_o(tile), .first_o(first), .last_o(last)
  );
  assign w_row     = cmd.w_row + offset;
  assign pos_row   = cmd.pos_row + offset;
  assign shift_row = cmd.shift_row + tile;
  assign bias_row  = cmd.bias_row + tile;

  // Issue.
  logic x_ok, w_ok, pos_ok, shift_ok, bias_ok, list_ok, operand_credit, tile_credit;
  assign list_ok    = !cmd.gather || list_valid_i;
  assign issue      = cmd_valid && x_ok && w_ok && (dense || pos_ok) && list_ok && operand_credit &&
                      (!first || (shift_ok && (!cmd.has_bias || bias_ok) && tile_credit));
  assign cmd_left_o = issue && last;
  assign done_x     = issue && last && cmd.release_x;
  assign done_w     = issue && last && cmd.release_w;
  assign done_pos   = done_w && !dense;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      slots_q <= '0;
    end else begin
      if (clear_i[0]) slots_q[0] <= slots_i;
      if (clear_i[1]) slots_q[1] <= slots_i;
    end
  end

  // Memories.
  logic [WordBits-1:0]              x_word, shifts;
  logic [Word*Depth*8-1:0]          weights;
  logic [PosRowBits-1:0]            positions;
  logic [Word*BiasBits-1:0]         bias;
  logic                             shift_free_unused, bias_free_unused;

  ssm_tile_buffer #(.WriteBits(WordBits), .RowBits(WordBits), .MaxRows(XWords), .Slots(2)) u_x (
    .clk_i, .rst_ni, .clear_i(1'b0), .alloc_i(x_alloc_i), .slot_free_o(x_free_o), .wr_valid_i(x_valid_i),
    .wr_last_i(x_last_i), .wr_data_i(x_i), .row_i(x_row), .linear_i(1'b0), .row_valid_o(x_ok), .next_i(done_x),
    .rd_en_i(issue), .rd_row_i(x_row), .rd_data_o(x_word), .release_i(done_x)
  );
  ssm_tile_buffer #(.WriteBits(2 * WordBits), .RowBits(Word * Depth * 8), .MaxRows(WeightRows / 2), .Slots(2)) u_weights (
    .clk_i, .rst_ni, .clear_i(clear_i[0]), .alloc_i(w_alloc_i), .slot_free_o(w_free_o), .wr_valid_i(w_valid_i),
    .wr_last_i(w_last_i), .wr_data_i(w_i), .row_i(w_row), .linear_i(!slots_q[0]), .row_valid_o(w_ok), .next_i(done_w),
    .rd_en_i(issue), .rd_row_i(w_row), .rd_data_o(weights), .release_i(done_w)
  );
  ssm_tile_buffer #(.WriteBits(PosRowBits), .RowBits(PosRowBits), .MaxRows(WeightRows / 2), .Slots(2)) u_positions (
    .clk_i, .rst_ni, .clear_i(clear_i[1]), .alloc_i(pos_alloc_i), .slot_free_o(pos_free_o), .wr_valid_i(pos_valid_i),
    .wr_last_i(pos_last_i), .wr_data_i(pos_i), .row_i(pos_row), .linear_i(!slots_q[1]), .row_valid_o(pos_ok), .next_i(done_pos),
    .rd_en_i(issue && !dense), .rd_row_i(pos_row), .rd_data_o(positions), .release_i(done_pos)
  );
  ssm_tile_buffer #(.WriteBits(WordBits), .RowBits(WordBits), .MaxRows(ssm_map_pkg::GemmShiftRows), .Slots(1)) u_shifts (
    .clk_i, .rst_ni, .clear_i(clear_i[2]), .alloc_i(1'b0), .slot_free_o(shift_free_unused), .wr_valid_i(shift_valid_i),
    .wr_last_i(1'b0), .wr_data_i(beat_i), .row_i(shift_row), .linear_i(1'b0), .row_valid_o(shift_ok), .next_i(1'b0),
    .rd_en_i(issue && first), .rd_row_i(shift_row), .rd_data_o(shifts), .release_i(1'b0)
  );
  ssm_tile_buffer #(.WriteBits(WordBits), .RowBits(Word * BiasBits), .MaxRows(ssm_map_pkg::GemmBiasRows), .Slots(1)) u_bias (
    .clk_i, .rst_ni, .clear_i(clear_i[3]), .alloc_i(1'b0), .slot_free_o(bias_free_unused), .wr_valid_i(bias_valid_i),
    .wr_last_i(1'b0), .wr_data_i(beat_i), .row_i(bias_row), .linear_i(1'b0), .row_valid_o(bias_ok), .next_i(1'b0),
    .rd_en_i(issue && first && cmd.has_bias), .rd_row_i(bias_row), .rd_data_o(bias), .release_i(1'b0)
  );

  // One cycle later: the rows are there.
  logic                   issue_q, first_q, has_bias_q;
  logic [LogWord-1:0]     x_byte_q;
  logic [GemmCmdBits-1:0] tile_cmd_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      issue_q <= 1'b0;
      first_q <= 1'b0;
    end else begin
      issue_q <= issue;
      first_q <= issue && first;
    end
  end
  always_ff @(posedge clk_i) begin
    has_bias_q <= cmd.has_bias;
    x_byte_q   <= x_byte;
    tile_cmd_q <= cmd_data[GemmCmdBits-1:0];
  end

  logic [WordBits-1:0]   x_front;
  logic [ParamsBits-1:0] params;
  assign x_front = x_word >> {x_byte_q, 3'b0};
  generate
    for (genvar l = 0; l < Word; l++) begin : gen_lane
      assign params[ParamBits*l +: ParamBits] = {
        has_bias_q ? bias[BiasBits*l + AccBits +: AlignBits] : AlignBits'(0), shifts[8*l +: ShiftBits],
        has_bias_q ? bias[BiasBits*l +: AccBits] : AccBits'(0)};
    end
  endgenerate

  ssm_credit_fifo #(.Width(WordBits + WeightBits), .Depth(ssm_map_pkg::OperandDepth)) u_operands (
    .clk_i, .rst_ni, .take_i(issue), .available_o(operand_credit), .push_i(issue_q), .data_i({positions, weights, x_front}),
    .valid_o(operand_valid_o), .data_o({operand_w_o, operand_x_o}), .pop_i(operand_pop_i)
  );
  ssm_credit_fifo #(.Width(ParamsBits + GemmCmdBits), .Depth(ssm_map_pkg::TileDepth)) u_tiles (
    .clk_i, .rst_ni, .take_i(issue && first), .available_o(tile_credit), .push_i(first_q), .data_i({params, tile_cmd_q}),
    .valid_o(tile_valid_o), .data_o({tile_p_o, tile_cmd_o}), .pop_i(tile_pop_i)
  );
endmodule
