// ssm_gemm_nm: int8 dot products of NumLanes output channels, dense or N:M along the reduction, with bias and epilogue.
// Contract: one beat (Depth slots per lane) per cycle when command, x and w are there; the last beat of an output also
// needs p, r (residual) and a credit of y. y visible at issue + 10 + log2(Depth). sim/UNITS.md, gemm_nm.
module ssm_gemm_nm #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned Depth = 16,
  parameter int unsigned Window = 64,
  parameter int unsigned YDepth = 16
) (
  input  logic                                 clk_i,
  input  logic                                 rst_ni,
  // Command.
  input  logic                                 cmd_valid_i,
  input  logic [ssm_gemm_pkg::GemmCmdBits-1:0] cmd_i,
  output logic                                 cmd_pop_o,
  // Operands.
  input  logic                                 x_valid_i,
  input  logic [Window*8-1:0]                  x_i,
  output logic                                 x_pop_o,
  input  logic                                 w_valid_i,
  input  logic [NumLanes*Depth*(ssm_gemm_pkg::ValueBits+ssm_gemm_pkg::PosBits)-1:0] w_i,
  output logic                                 w_pop_o,
  input  logic                                 p_valid_i,
  input  logic [NumLanes*ssm_gemm_pkg::ParamBits-1:0] p_i,
  output logic                                 p_pop_o,
  input  logic                                 r_valid_i,
  input  logic [NumLanes*ssm_gemm_pkg::ResidualBits-1:0] r_i,
  output logic                                 r_pop_o,
  // Result.
  output logic                                 y_valid_o,
  output logic [NumLanes*ssm_gemm_pkg::AccBits-1:0] y_o,
  input  logic                                 y_pop_i,
  // Counter events.
  output logic [ssm_map_pkg::LastGemmNm:ssm_map_pkg::FirstGemmNm][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned IncBits    = ssm_map_pkg::IncBits;
  localparam int unsigned ValueRow   = Depth * ssm_gemm_pkg::ValueBits;    // of one lane
  localparam int unsigned PosRow     = Depth * ssm_gemm_pkg::PosBits;
  localparam int unsigned LogDepth   = $clog2(Depth);
  localparam int unsigned SumStage   = 3 + LogDepth;                       // the tree's sum is there
  localparam int unsigned AccStage   = SumStage + 1;                       // so is the accumulator
  localparam int unsigned YStage     = AccStage + ssm_gemm_pkg::FinishLatency;

  ssm_gemm_pkg::gemm_cmd_t cmd;
  logic [15:0] beat_q, output_q;
  logic        issue, operands, place, last_beat, last_output, residual, silu, dense, credit;

  assign cmd         = cmd_i;
  assign residual    = cmd.kind == ssm_gemm_pkg::KindResidual;
  assign silu        = cmd.kind == ssm_gemm_pkg::KindSilu;
  assign dense       = cmd.n == 5'd4 << cmd.log2_m;
  assign last_beat   = beat_q == cmd.beats - 1'b1;
  assign last_output = output_q == cmd.outputs - 1'b1;
  assign operands    = x_valid_i && w_valid_i && (!last_beat || (p_valid_i && (!residual || r_valid_i)));
  assign place       = !last_beat || credit;
  assign issue       = cmd_valid_i && operands && place;
  assign x_pop_o     = issue;
  assign w_pop_o     = issue;
  assign r_pop_o     = issue && last_beat && residual;
  assign p_pop_o     = issue && last_beat && last_output;
  assign cmd_pop_o   = issue && last_beat && last_output;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q   <= '0;
      output_q <= '0;
    end else if (issue) begin
      beat_q <= last_beat ? '0 : beat_q + 1'b1;
      if (last_beat) output_q <= last_output ? '0 : output_q + 1'b1;
    end
  end

  // Slots in use: value number slot / groups below n.
  logic [Depth-1:0] used;
  always_comb begin
    for (int unsigned s = 0; s < Depth; s++) used[s] = (8'(s) >> cmd.log2_gb) < 8'(cmd.n);
  end

  // The array: operands in front of the lanes in cycle 1.
  logic [Depth*ssm_gemm_pkg::MaxM*8-1:0]  candidates, candidates_q;
  logic [NumLanes*ValueRow-1:0]           values_q;
  logic [NumLanes*PosRow-1:0]             positions_q;
  logic [Depth-1:0]                       used_q;
  logic [SumStage:1]                      valid_q;   // a beat
  logic [YStage:1]                        last_q;    // the last of an output
  logic [SumStage:1]                      first_q;

  ssm_gemm_spread #(.Depth(Depth), .Window(Window)) u_gemm_spread (
    .x_i, .log2_m_i(cmd.log2_m), .log2_gb_i(cmd.log2_gb), .dense_i(dense), .candidates_o(candidates)
  );

  always_ff @(posedge clk_i) begin
    candidates_q <= candidates;
    {positions_q, values_q} <= w_i;
    used_q       <= used;
    first_q      <= {first_q[SumStage-1:1], beat_q == '0};
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      last_q  <= '0;
    end else begin
      valid_q <= {valid_q[SumStage-1:1], issue};
      last_q  <= {last_q[YStage-1:1], issue && last_beat};
    end
  end

  // What the epilogue needs travels beside the array.
  logic [NumLanes*ssm_gemm_pkg::ParamBits-1:0]    param_q [AccStage+1];
  logic [NumLanes*ssm_gemm_pkg::ResidualBits-1:0] residual_q [AccStage+1];
  logic [ssm_gemm_pkg::FinishBits-1:0]            finish_q [AccStage+1];

  assign param_q[0]    = p_i;
  assign residual_q[0] = r_i;
  assign finish_q[0]   = {cmd.kind, cmd.shift_out, cmd.wide};
  always_ff @(posedge clk_i) begin
    for (int unsigned s = 1; s <= AccStage; s++) begin
      param_q[s]    <= param_q[s-1];
      residual_q[s] <= residual_q[s-1];
      finish_q[s]   <= finish_q[s-1];
    end
  end

  logic [NumLanes*ssm_gemm_pkg::AccBits-1:0] y;
  logic [NumLanes-1:0]                       sat;
  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      logic [ssm_gemm_pkg::AccBits-1:0] acc;
      ssm_gemm_lane #(.Depth(Depth)) u_gemm_lane (
        .clk_i, .candidates_i(candidates_q), .values_i(values_q[l*ValueRow +: ValueRow]),
        .positions_i(positions_q[l*PosRow +: PosRow]), .used_i(used_q), .enable_i(valid_q[SumStage]),
        .first_i(first_q[SumStage]), .acc_o(acc)
      );
      ssm_gemm_finish u_gemm_finish (
        .clk_i, .enable_i(last_q[YStage-1:AccStage]), .finish_i(finish_q[AccStage]),
        .param_i(param_q[AccStage][l*ssm_gemm_pkg::ParamBits +: ssm_gemm_pkg::ParamBits]), .acc_i(acc),
        .residual_i(residual_q[AccStage][l*ssm_gemm_pkg::ResidualBits +: ssm_gemm_pkg::ResidualBits]),
        .y_o(y[l*ssm_gemm_pkg::AccBits +: ssm_gemm_pkg::AccBits]), .sat_o(sat[l])
      );
    end
  endgenerate

  // A place is taken at the issue, so the pipeline never finds the queue full.
  logic fifo_ready_unused;
  ssm_stream_credit #(.Depth(YDepth)) u_credit (
    .clk_i, .rst_ni, .take_i(issue && last_beat), .give_i(y_pop_i), .available_o(credit)
  );
  ssm_stream_fifo #(.Width(NumLanes * ssm_gemm_pkg::AccBits), .Depth(YDepth)) u_y_fifo (
    .clk_i, .rst_ni, .push_i(last_q[YStage]), .data_i(y), .ready_o(fifo_ready_unused), .valid_o(y_valid_o), .data_o(y_o),
    .pop_i(y_pop_i)
  );

  logic [IncBits-1:0] slots, span, weight_bits, y_bits;
  assign slots       = IncBits'(cmd.n) << cmd.log2_gb;
  assign span        = IncBits'(4) << cmd.log2_m << cmd.log2_gb;
  assign weight_bits = dense ? IncBits'(8) : IncBits'(10) + IncBits'(cmd.log2_m);
  always_comb begin
    y_bits = IncBits'(8);
    if (cmd.kind == ssm_gemm_pkg::KindRaw) y_bits = IncBits'(32);
    else if (residual || (cmd.kind == ssm_gemm_pkg::KindNone && cmd.wide)) y_bits = IncBits'(16);
  end

  assign inc_o[ssm_map_pkg::CounterGemmNmBusy]       = IncBits'(issue);
  assign inc_o[ssm_map_pkg::CounterGemmNmWaitIn]     = IncBits'(cmd_valid_i && !operands);
  assign inc_o[ssm_map_pkg::CounterGemmNmWaitOut]    = IncBits'(cmd_valid_i && operands && !place);
  assign inc_o[ssm_map_pkg::CounterGemmNmIdle]       = IncBits'(!cmd_valid_i);
  assign inc_o[ssm_map_pkg::CounterGemmNmMacs]       = issue ? IncBits'(NumLanes) * slots : '0;
  assign inc_o[ssm_map_pkg::CounterGemmNmMacSlots]   = issue ? IncBits'(NumLanes * Depth) : '0;
  assign inc_o[ssm_map_pkg::CounterGemmNmOutputs]    = issue && last_beat ? IncBits'(NumLanes) : '0;
  assign inc_o[ssm_map_pkg::CounterGemmNmSiluOps]    = issue && last_beat && silu ? IncBits'(NumLanes) : '0;
  assign inc_o[ssm_map_pkg::CounterGemmNmXReadBits]  = issue ? span << 3 : '0;
  assign inc_o[ssm_map_pkg::CounterGemmNmWReadBits]  = issue ? IncBits'(NumLanes) * slots * weight_bits : '0;
  assign inc_o[ssm_map_pkg::CounterGemmNmPReadBits]  = p_pop_o ? IncBits'(NumLanes * ssm_gemm_pkg::ParamBits) : '0;
  assign inc_o[ssm_map_pkg::CounterGemmNmRReadBits]  = r_pop_o ? IncBits'(NumLanes * ssm_gemm_pkg::ResidualBits) : '0;
  assign inc_o[ssm_map_pkg::CounterGemmNmYWriteBits] = issue && last_beat ? IncBits'(NumLanes) * y_bits : '0;
  logic [IncBits-1:0] saturations;
  always_comb begin
    saturations = '0;
    for (int unsigned l = 0; l < NumLanes; l++) begin
      saturations = saturations + IncBits'(sat[l] && last_q[YStage]);
    end
  end
  assign inc_o[ssm_map_pkg::CounterGemmNmSaturations] = saturations;
endmodule
