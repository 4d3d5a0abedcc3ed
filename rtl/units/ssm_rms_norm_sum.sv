// ssm_rms_norm_sum: first pass: sum of squares of a row of beats and what follows from it for the second pass.
// Contract: accept_i with a beat, first_i and last_i mark the row's ends, eps_sum_i and shift_i travel with every beat.
// row_valid_o, r_o and amount_o 6 + log2(NumLanes) cycles after the last beat; one beat per cycle, no stall.
module ssm_rms_norm_sum #(
  parameter int unsigned NumLanes = 4
) (
  input  logic                                        clk_i,
  input  logic                                        rst_ni,
  input  logic                                        accept_i,
  input  logic                                        first_i,
  input  logic                                        last_i,
  input  logic [NumLanes*ssm_unit_pkg::NormBits-1:0] x_i,
  input  logic [ssm_unit_pkg::NormSumBits-1:0]       eps_sum_i,
  input  logic [ssm_unit_pkg::NormShiftBits-1:0]     shift_i,
  output logic                                        row_valid_o,
  output logic [ssm_unit_pkg::RsqrtBits-1:0]         r_o,
  output logic [ssm_pkg::ShiftBits-1:0]               amount_o
);
  localparam int unsigned NormBits     = ssm_unit_pkg::NormBits;
  localparam int unsigned SumBits      = ssm_unit_pkg::NormSumBits;
  localparam int unsigned ShiftBits    = ssm_unit_pkg::NormShiftBits;
  localparam int unsigned SquareBits   = 2 * NormBits;
  localparam int unsigned TreeStage    = 1 + $clog2(NumLanes);  // the tree's sum is there
  localparam int unsigned AccStage     = TreeStage + 1;
  localparam int unsigned ScaleLatency = 4;

  logic [TreeStage:1]             valid_q;  // beats on their way to the accumulator
  logic [NumLanes*SquareBits-1:0] squares;
  logic [SquareBits+$clog2(NumLanes)-1:0] tree;
  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      logic signed [NormBits-1:0]   x;
      logic signed [SquareBits-1:0] square_q;
      assign x = x_i[l*NormBits +: NormBits];
      always_ff @(posedge clk_i) if (accept_i) square_q <= x * x;
      assign squares[l*SquareBits +: SquareBits] = square_q;
    end
  endgenerate
  ssm_readout_tree #(.Inputs(NumLanes), .InBits(SquareBits), .OutBits(SquareBits + $clog2(NumLanes))) u_readout_tree (
    .clk_i, .enable_i(TreeStage'({valid_q, accept_i})), .data_i(squares), .sum_o(tree)
  );

  // From the accumulator on only the last of a row counts.
  logic [TreeStage:1]               first_q;
  logic [AccStage+ScaleLatency:1]   last_q;
  logic [SumBits-1:0]               eps_q [TreeStage+1];
  logic [ShiftBits-1:0]             shift_q [AccStage+1];
  logic [SumBits-1:0]               q_q;

  assign eps_q[0]   = eps_sum_i;
  assign shift_q[0] = shift_i;
  always_ff @(posedge clk_i) begin
    for (int unsigned s = 1; s <= TreeStage; s++) eps_q[s] <= eps_q[s-1];
    for (int unsigned s = 1; s <= AccStage; s++) shift_q[s] <= shift_q[s-1];
    if (valid_q[TreeStage]) q_q <= (first_q[TreeStage] ? eps_q[TreeStage] : q_q) + SumBits'(tree);
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= '0;
      first_q <= '0;
      last_q  <= '0;
    end else begin
      valid_q <= TreeStage'({valid_q, accept_i});
      first_q <= TreeStage'({first_q, first_i});
      last_q  <= {last_q[AccStage+ScaleLatency-1:1], accept_i && last_i};
    end
  end

  ssm_rms_norm_scale u_rms_norm_scale (.clk_i, .q_i(q_q), .shift_i(shift_q[AccStage]), .r_o, .amount_o);
  assign row_valid_o = last_q[AccStage+ScaleLatency];
endmodule
