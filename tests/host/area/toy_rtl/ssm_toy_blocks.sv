// Blocks with the names of the machine's: a scan array of NumLanes x StatesPerLane elements and a gate of registers.
module ssm_scan_serial #(
  parameter int NumLanes = 2,
  parameter int StatesPerLane = 2,
  parameter int OperandBits = 8
) (
  input  logic                            clk_i,
  input  logic [NumLanes*OperandBits-1:0] a_i,
  input  logic [StatesPerLane*OperandBits-1:0] b_i,
  output logic [NumLanes*StatesPerLane*32-1:0] acc_o
);
  for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
    for (genvar s = 0; s < StatesPerLane; s++) begin : gen_state
      ssm_toy_pe #(.OperandBits(OperandBits)) u_pe (
        .clk_i,
        .a_i  (a_i[l*OperandBits +: OperandBits]),
        .b_i  (b_i[s*OperandBits +: OperandBits]),
        .acc_o(acc_o[(l*StatesPerLane+s)*32 +: 32])
      );
    end
  end
endmodule

module ssm_toy_invert (
  input  logic        clk_i,
  input  logic [15:0] d_i,
  output logic [15:0] q_o
);
  always_ff @(posedge clk_i) q_o <= d_i ^ {16{d_i[0]}};
endmodule

module ssm_gate_silu #(
  parameter int Width = 16
) (
  input  logic             clk_i,
  input  logic [Width-1:0] d_i,
  output logic [Width-1:0] q_o
);
  logic [15:0] inverted;
  ssm_toy_invert u_invert (.clk_i, .d_i(16'(d_i)), .q_o(inverted));
  always_ff @(posedge clk_i) q_o <= inverted[Width-1:0];
endmodule
