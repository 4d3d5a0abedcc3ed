// ssm_delta_softplus: rows of u and delta (NumLanes channels of one token) to rows of {dt2, du} for the scan and of the
// skip term D*u for the gate.
// Contract: one row per cycle when the command, the token, both operand rows, the parameter row and a place in both output
// queues are there; latency 6 to visible in the queues. A token says which rows, and goes on with them; a held one leaves with
// dt2 = du = 0. sim/README.md, 4.4.
module ssm_delta_softplus #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned DuBits = 24,
  parameter int unsigned AccBits = 32,
  parameter bit Sets = 0,
  parameter int unsigned DtDepth = ssm_map_pkg::DtDepth,
  parameter int unsigned SkipDepth = ssm_map_pkg::SkipDepth
) (
  input  logic                                clk_i,
  input  logic                                rst_ni,
  // Command.
  input  logic                                cmd_valid_i,
  input  logic [ssm_pkg::DeltaCmdBits-1:0]    cmd_i,
  output logic                                cmd_pop_o,
  // Tokens.
  input  logic                                token_valid_i,
  input  logic [ssm_pkg::TokenBits-1:0]       token_i,
  output logic                                token_pop_o,
  // Operand buffers.
  output logic [ssm_pkg::CountBits-1:0]       row_u_o,
  output logic [ssm_pkg::CountBits-1:0]       row_delta_o,
  output logic                                row_read_o,
  output logic                                u_release_o,
  output logic                                delta_release_o,
  output logic                                db_release_o,
  input  logic                                u_valid_i,
  input  logic [NumLanes*OperandBits-1:0]     u_data_i,
  input  logic                                delta_valid_i,
  input  logic [NumLanes*OperandBits-1:0]     delta_data_i,
  output logic [ssm_pkg::CountBits-1:0]       db_row_o,
  input  logic                                db_valid_i,
  input  logic [NumLanes*2*ssm_pkg::ParamBits-1:0] db_data_i,
  // Results.
  output logic                                dt_valid_o,
  output logic [NumLanes*(ssm_pkg::Dt2Bits+DuBits)-1:0] dt_data_o,
  output logic [ssm_pkg::DtTokenBits-1:0]     dt_token_o,
  input  logic                                dt_pop_i,
  output logic                                skip_valid_o,
  output logic [NumLanes*AccBits-1:0]         skip_data_o,
  output logic [ssm_pkg::SkipTokenBits-1:0]   skip_token_o,
  input  logic                                skip_pop_i,
  // Counter events.
  output logic [ssm_map_pkg::LastDeltaSoftplus:ssm_map_pkg::FirstDeltaSoftplus][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned IncBits = ssm_map_pkg::IncBits;
  localparam int unsigned CountBits = ssm_pkg::CountBits;
  localparam int unsigned Latency   = 5;  // issue to the cycle that writes the queues
  localparam int unsigned DtBits    = ssm_pkg::Dt2Bits + DuBits;

  ssm_pkg::delta_cmd_t  cmd;
  ssm_pkg::token_t      token;
  logic [3:0]           group_q;
  logic                 issue, operands, places, dt_place, skip_place, last_row, last_group, plain_drive;

  assign cmd         = cmd_i;
  assign plain_drive = Sets && cmd.plain_drive;
  assign token       = token_i;
  assign last_group  = group_q == cmd.groups - 1'b1;
  assign last_row    = token.last && last_group;
  assign row_u_o     = CountBits'(token.row_u) + CountBits'(group_q);
  assign row_delta_o = CountBits'(token.row_p) + CountBits'(group_q);
  assign db_row_o    = cmd.db_base + CountBits'(group_q);

  logic [IncBits-1:0] saturated_delta, saturated_du, saturated_skip;

  assign operands      = token_valid_i && u_valid_i && delta_valid_i && db_valid_i;
  assign places        = dt_place && skip_place;
  assign issue         = cmd_valid_i && operands && places;
  assign row_read_o    = issue;
  assign cmd_pop_o     = issue && last_row;
  assign u_release_o     = cmd_pop_o && cmd.release_u;
  assign delta_release_o = cmd_pop_o && cmd.release_delta;
  assign db_release_o    = cmd_pop_o && cmd.release_db;
  assign token_pop_o   = issue && last_group;

  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusBusy]             = IncBits'(issue);
  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusWaitIn]           = IncBits'(cmd_valid_i && !operands);
  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusWaitOut]          = IncBits'(cmd_valid_i && operands && !places);
  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusIdle]             = IncBits'(!cmd_valid_i);
  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusSoftplusOps]      = issue ? IncBits'(NumLanes) : '0;
  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusMacDelta]         = !issue ? '0 : plain_drive ? IncBits'(2 * NumLanes) : IncBits'(3 * NumLanes);
  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusBufferReadBits]   = issue ? IncBits'(2 * NumLanes * OperandBits) : '0;
  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusParamReadBits]    = issue ? IncBits'(2 * NumLanes * ssm_pkg::ParamBits) : '0;
  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusSaturationsDelta] = saturated_delta;
  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusSaturationsDu]    = saturated_du;
  assign inc_o[ssm_map_pkg::CounterDeltaSoftplusSaturationsSkip]  = saturated_skip;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)    group_q <= '0;
    else if (issue) group_q <= last_group ? '0 : group_q + 1'b1;
  end

  // Shifts travel with their row: the alignment shifts are used in cycle 1, the others in cycle 5.
  logic [Latency:1] valid_q;
  logic             softplus_q;
  logic [2*ssm_pkg::ShiftBits-1:0] sh_in_q;
  logic [3*ssm_pkg::ShiftBits-1:0] sh_out_q [Latency+1];
  ssm_pkg::dt_token_t   dt_token;
  ssm_pkg::skip_token_t skip_token;
  logic [ssm_pkg::DtTokenBits-1:0]   dt_token_q [Latency+1];
  logic [ssm_pkg::SkipTokenBits-1:0] skip_token_q [Latency+1];
  logic [Latency:1]     hold_q;
  logic [Latency-1:1]   plain_q;  // its stage Latency-1 is cycle 3 of a lane

  always_comb begin
    dt_token.row_bc    = token.row_bc;
    dt_token.first     = token.first;
    dt_token.last      = token.last;
    dt_token.reset     = token.reset;
    skip_token.row_out = token.row_out + ssm_pkg::TokenRowBits'(group_q);
    skip_token.last    = last_row;
    skip_token.mute    = token.mute;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else         valid_q <= {valid_q[Latency-1:1], issue};
  end
  always_ff @(posedge clk_i) begin
    softplus_q  <= cmd.softplus;
    sh_in_q     <= {cmd.sh_delta, cmd.sh_bias};
    sh_out_q[1] <= {cmd.sh_dt2, cmd.sh_du, cmd.sh_skip};
    dt_token_q[1]   <= dt_token;
    skip_token_q[1] <= skip_token;
    hold_q          <= {hold_q[Latency-1:1], token.hold};
    plain_q         <= {plain_q[Latency-2:1], plain_drive};
    for (int unsigned s = 2; s <= Latency; s++) begin
      sh_out_q[s]     <= sh_out_q[s-1];
      dt_token_q[s]   <= dt_token_q[s-1];
      skip_token_q[s] <= skip_token_q[s-1];
    end
  end
  assign sh_out_q[0]     = '0;
  assign dt_token_q[0]   = '0;
  assign skip_token_q[0] = '0;

  logic [NumLanes*DtBits-1:0]  dt_row;
  logic [NumLanes*AccBits-1:0] skip_row;
  logic [NumLanes-1:0]         sat_delta, sat_du, sat_skip;

  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      ssm_delta_lane #(.OperandBits(OperandBits), .DuBits(DuBits), .AccBits(AccBits), .Plain(Sets)) u_delta_lane (
        .clk_i,
        .softplus_i (softplus_q),
        .plain_i    (plain_q[Latency-1]),
        .sh_delta_i (sh_in_q[2*ssm_pkg::ShiftBits-1:ssm_pkg::ShiftBits]),
        .sh_bias_i  (sh_in_q[ssm_pkg::ShiftBits-1:0]),
        .sh_dt2_i   (sh_out_q[Latency][3*ssm_pkg::ShiftBits-1:2*ssm_pkg::ShiftBits]),
        .sh_du_i    (sh_out_q[Latency][2*ssm_pkg::ShiftBits-1:ssm_pkg::ShiftBits]),
        .sh_skip_i  (sh_out_q[Latency][ssm_pkg::ShiftBits-1:0]),
        .delta_i    (delta_data_i[l*OperandBits +: OperandBits]),
        .u_i        (u_data_i[l*OperandBits +: OperandBits]),
        .bias_i     (db_data_i[2*l*ssm_pkg::ParamBits +: ssm_pkg::ParamBits]),
        .d_i        (db_data_i[(2*l+1)*ssm_pkg::ParamBits +: ssm_pkg::ParamBits]),
        .dt2_o      (dt_row[l*DtBits +: ssm_pkg::Dt2Bits]),
        .du_o       (dt_row[l*DtBits+ssm_pkg::Dt2Bits +: DuBits]),
        .skip_o     (skip_row[l*AccBits +: AccBits]),
        .sat_delta_o(sat_delta[l]),
        .sat_du_o   (sat_du[l]),
        .sat_skip_o (sat_skip[l])
      );
    end
  endgenerate

  always_comb begin
    saturated_delta = '0;
    saturated_du    = '0;
    saturated_skip  = '0;
    for (int unsigned l = 0; l < NumLanes; l++) begin
      saturated_delta = saturated_delta + IncBits'(sat_delta[l] && valid_q[Latency]);
      saturated_du    = saturated_du + IncBits'(sat_du[l] && valid_q[Latency]);
      saturated_skip  = saturated_skip + IncBits'(sat_skip[l] && valid_q[Latency]);
    end
  end

  logic unused_dt_ready, unused_skip_ready;
  ssm_stream_fifo #(.Width(ssm_pkg::DtTokenBits + NumLanes * DtBits), .Depth(DtDepth)) u_dt_fifo (
    .clk_i, .rst_ni, .push_i(valid_q[Latency]), .data_i({dt_token_q[Latency], hold_q[Latency] ? '0 : dt_row}),
    .ready_o(unused_dt_ready), .valid_o(dt_valid_o), .data_o({dt_token_o, dt_data_o}), .pop_i(dt_pop_i)
  );
  ssm_stream_fifo #(.Width(ssm_pkg::SkipTokenBits + NumLanes * AccBits), .Depth(SkipDepth)) u_skip_fifo (
    .clk_i, .rst_ni, .push_i(valid_q[Latency]), .data_i({skip_token_q[Latency], skip_row}), .ready_o(unused_skip_ready),
    .valid_o(skip_valid_o), .data_o({skip_token_o, skip_data_o}), .pop_i(skip_pop_i)
  );
  ssm_stream_credit #(.Depth(DtDepth)) u_dt_credit (
    .clk_i, .rst_ni, .take_i(issue), .give_i(dt_pop_i), .available_o(dt_place)
  );
  ssm_stream_credit #(.Depth(SkipDepth)) u_skip_credit (
    .clk_i, .rst_ni, .take_i(issue), .give_i(skip_pop_i), .available_o(skip_place)
  );
endmodule
