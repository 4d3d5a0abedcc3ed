// ssm_rms_norm: root-mean-square norm of rows of s16 beats (NumLanes values each) to s8, in two overlapping passes.
// Contract: accept takes one beat per cycle when command, x, a free beat of the row buffer and (last beat) a place for the row's
// scale are there; scale takes one beat per cycle from 7 + log2(NumLanes) after a row's last accept on; y visible at
// scale + 5. A row of more than RowBeats beats never ends. sim/UNITS.md, rms_norm.
module ssm_rms_norm #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned RowBeats = 64,
  parameter int unsigned ScaleDepth = 4,
  parameter int unsigned YDepth = 16
) (
  input  logic                                         clk_i,
  input  logic                                         rst_ni,
  // Command.
  input  logic                                         cmd_valid_i,
  input  logic [ssm_unit_pkg::NormCmdBits-1:0]        cmd_i,
  output logic                                         cmd_pop_o,
  // Operands.
  input  logic                                         x_valid_i,
  input  logic [NumLanes*ssm_unit_pkg::NormBits-1:0]  x_i,
  output logic                                         x_pop_o,
  input  logic                                         w_valid_i,
  input  logic [NumLanes*ssm_unit_pkg::NormBits-1:0]  w_i,
  output logic                                         w_pop_o,
  // Result.
  output logic                                         y_valid_o,
  output logic [NumLanes*ssm_unit_pkg::ValueBits-1:0] y_o,
  input  logic                                         y_pop_i,
  // Counter events.
  output logic [ssm_map_pkg::LastRmsNorm:ssm_map_pkg::FirstRmsNorm][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned IncBits   = ssm_map_pkg::IncBits;
  localparam int unsigned NormBits  = ssm_unit_pkg::NormBits;
  localparam int unsigned ValueBits = ssm_unit_pkg::ValueBits;
  localparam int unsigned BeatBits  = NumLanes * NormBits;
  localparam int unsigned AddrBits  = $clog2(RowBeats);
  localparam int unsigned YStage    = 4;

  // First pass: accept.
  ssm_unit_pkg::norm_cmd_t cmd;
  logic [15:0] beat_q, row_q;
  logic        accept, places, first_beat, last_beat, last_row, row_place, scale_place, scale, scale_last;

  assign cmd        = cmd_i;
  assign first_beat = beat_q == '0;
  assign last_beat  = beat_q == cmd.beats - 1'b1;
  assign last_row   = row_q == cmd.rows - 1'b1;
  assign places     = row_place && (!last_beat || scale_place);
  assign accept     = cmd_valid_i && x_valid_i && places;
  assign x_pop_o    = accept;
  assign cmd_pop_o  = accept && last_beat && last_row;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q <= '0;
      row_q  <= '0;
    end else if (accept) begin
      beat_q <= last_beat ? '0 : beat_q + 1'b1;
      if (last_beat) row_q <= last_row ? '0 : row_q + 1'b1;
    end
  end

  ssm_stream_credit #(.Depth(RowBeats)) u_row_credit (
    .clk_i, .rst_ni, .take_i(accept), .give_i(scale), .available_o(row_place)
  );
  ssm_stream_credit #(.Depth(ScaleDepth)) u_scale_credit (
    .clk_i, .rst_ni, .take_i(accept && last_beat), .give_i(scale_last), .available_o(scale_place)
  );

  // What the command says of the row waits for its r: as many rows as there are places for scales.
  logic                                row_valid, row_ready_unused, head_ready_unused, head_valid_unused;
  logic [16:0]                         head;
  logic [ssm_unit_pkg::RsqrtBits-1:0] r;
  logic [ssm_pkg::ShiftBits-1:0]       amount;
  ssm_rms_norm_sum #(.NumLanes(NumLanes)) u_rms_norm_sum (
    .clk_i, .rst_ni, .accept_i(accept), .first_i(first_beat), .last_i(last_beat), .x_i, .eps_sum_i(cmd.eps_sum),
    .shift_i(cmd.shift), .row_valid_o(row_valid), .r_o(r), .amount_o(amount)
  );
  ssm_stream_fifo #(.Width(17), .Depth(ScaleDepth)) u_head_fifo (
    .clk_i, .rst_ni, .push_i(accept && last_beat), .data_i({row_q == '0, cmd.beats}), .ready_o(head_ready_unused),
    .valid_o(head_valid_unused), .data_o(head), .pop_i(row_valid)
  );

  // Second pass: scale.
  ssm_unit_pkg::norm_row_t row;
  logic                     scale_valid, y_credit;
  logic [15:0]              scale_beat_q;
  ssm_stream_fifo #(.Width(ssm_unit_pkg::NormRowBits), .Depth(ScaleDepth)) u_scale_fifo (
    .clk_i, .rst_ni, .push_i(row_valid), .data_i({head, amount, r}), .ready_o(row_ready_unused), .valid_o(scale_valid),
    .data_o(row), .pop_i(scale_last)
  );
  assign scale      = scale_valid && (!row.first || w_valid_i) && y_credit;
  assign scale_last = scale && scale_beat_q == row.beats - 1'b1;
  assign w_pop_o    = scale && row.first;

  // The row buffer is a ring of beats; the weights lie by their number in the row.
  logic [BeatBits-1:0] row_mem_q [RowBeats];
  logic [BeatBits-1:0] weight_mem_q [RowBeats];
  logic [BeatBits-1:0] x_q, weight_read_q, weight_given_q, weight;
  logic [AddrBits-1:0] write_q, read_q, weight_addr;
  logic                first_q;
  logic [ssm_unit_pkg::RsqrtBits-1:0] r_q;
  logic [ssm_pkg::ShiftBits-1:0]       amount_q;
  logic [YStage:1]                     valid_q;

  assign weight_addr = scale_beat_q[AddrBits-1:0];
  assign weight      = first_q ? weight_given_q : weight_read_q;
  always_ff @(posedge clk_i) begin
    if (accept) row_mem_q[write_q] <= x_i;
    if (scale) x_q <= row_mem_q[read_q];
    if (w_pop_o) weight_mem_q[weight_addr] <= w_i;
    if (scale) weight_read_q <= weight_mem_q[weight_addr];
    weight_given_q <= w_i;
    first_q        <= row.first;
    r_q            <= row.r;
    amount_q       <= row.amount;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_q      <= '0;
      read_q       <= '0;
      scale_beat_q <= '0;
      valid_q      <= '0;
    end else begin
      if (accept) write_q <= write_q + 1'b1;
      if (scale) read_q <= read_q + 1'b1;
      if (scale) scale_beat_q <= scale_last ? '0 : scale_beat_q + 1'b1;
      valid_q <= {valid_q[YStage-1:1], scale};
    end
  end

  logic [NumLanes*ValueBits-1:0] y;
  logic [NumLanes-1:0]           sat;
  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      ssm_rms_norm_lane u_rms_norm_lane (
        .clk_i, .x_i(x_q[l*NormBits +: NormBits]), .w_i(weight[l*NormBits +: NormBits]), .r_i(r_q), .amount_i(amount_q),
        .y_o(y[l*ValueBits +: ValueBits]), .sat_o(sat[l])
      );
    end
  endgenerate

  logic y_ready_unused;
  ssm_stream_credit #(.Depth(YDepth)) u_y_credit (
    .clk_i, .rst_ni, .take_i(scale), .give_i(y_pop_i), .available_o(y_credit)
  );
  ssm_stream_fifo #(.Width(NumLanes * ValueBits), .Depth(YDepth)) u_y_fifo (
    .clk_i, .rst_ni, .push_i(valid_q[YStage]), .data_i(y), .ready_o(y_ready_unused), .valid_o(y_valid_o), .data_o(y_o),
    .pop_i(y_pop_i)
  );

  assign inc_o[ssm_map_pkg::CounterRmsNormBusy]            = IncBits'(accept);
  assign inc_o[ssm_map_pkg::CounterRmsNormWaitIn]          = IncBits'(cmd_valid_i && !x_valid_i);
  assign inc_o[ssm_map_pkg::CounterRmsNormWaitOut]         = IncBits'(cmd_valid_i && x_valid_i && !places);
  assign inc_o[ssm_map_pkg::CounterRmsNormIdle]            = IncBits'(!cmd_valid_i);
  assign inc_o[ssm_map_pkg::CounterRmsNormMacs]            = accept ? IncBits'(NumLanes) : '0;
  assign inc_o[ssm_map_pkg::CounterRmsNormXReadBits]       = accept ? IncBits'(BeatBits) : '0;
  assign inc_o[ssm_map_pkg::CounterRmsNormRowWriteBits]    = accept ? IncBits'(BeatBits) : '0;
  assign inc_o[ssm_map_pkg::CounterRmsNormRsqrtOps]        = IncBits'(accept && last_beat);
  assign inc_o[ssm_map_pkg::CounterRmsNormScaleOps]        = scale ? IncBits'(NumLanes) : '0;
  assign inc_o[ssm_map_pkg::CounterRmsNormRowReadBits]     = scale ? IncBits'(BeatBits) : '0;
  assign inc_o[ssm_map_pkg::CounterRmsNormWReadBits]       = w_pop_o ? IncBits'(BeatBits) : '0;
  assign inc_o[ssm_map_pkg::CounterRmsNormWMemoryReadBits] = scale && !row.first ? IncBits'(BeatBits) : '0;
  assign inc_o[ssm_map_pkg::CounterRmsNormYWriteBits]      = scale ? IncBits'(NumLanes * ValueBits) : '0;
  logic [IncBits-1:0] saturations;
  always_comb begin
    saturations = '0;
    for (int unsigned l = 0; l < NumLanes; l++) begin
      saturations = saturations + IncBits'(sat[l] && valid_q[YStage]);
    end
  end
  assign inc_o[ssm_map_pkg::CounterRmsNormSaturations] = saturations;
endmodule
