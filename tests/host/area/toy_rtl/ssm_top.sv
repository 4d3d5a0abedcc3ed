// The toy machine: parameters of the real one, a scan array, a gate and a small memory.
module ssm_top #(
  parameter int NumLanes = 2,
  parameter int StatesPerLane = 2,
  parameter int Interleave = 1,
  parameter int MaxStates = 2,
  parameter int OperandBits = 8,
  parameter int StateBits = 16,
  parameter int OutputBits = 8,
  parameter int ExpSegments = 8,
  parameter int ChunkTokens = 4,
  parameter int TileBuffers = 2,
  parameter int StateCapacity = 64,
  parameter int MaxSets = 0,
  parameter int AxiDataBits = 32,
  parameter int AxiMaxBurst = 1,
  parameter int ReadOutstanding = 2
) (
  input  logic                            clk_i,
  input  logic                            we_i,
  input  logic [11:0]                     waddr_i,
  input  logic [11:0]                     raddr_i,
  input  logic [NumLanes*OperandBits-1:0] a_i,
  input  logic [StatesPerLane*OperandBits-1:0] b_i,
  output logic [NumLanes*StatesPerLane*32-1:0] acc_o,
  output logic [15:0]                     gate_o,
  output logic [31:0]                     word_o
);
  logic [31:0] words [4096];
  always_ff @(posedge clk_i) begin
    if (we_i) words[waddr_i] <= acc_o[31:0];
    word_o <= words[raddr_i];
  end

  ssm_scan_serial #(
    .NumLanes(NumLanes), .StatesPerLane(StatesPerLane), .OperandBits(OperandBits)
  ) u_scan_serial (.clk_i, .a_i, .b_i, .acc_o);

  ssm_gate_silu #(.Width(16)) u_gate_silu (.clk_i, .d_i(acc_o[15:0]), .q_o(gate_o));
endmodule
