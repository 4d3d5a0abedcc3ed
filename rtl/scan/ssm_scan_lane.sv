// ssm_scan_lane: StatesPerLane states of one channel, their readout sum and its accumulation over passes.
// Cycle 0: dt2, du and the A row; B and the old state in cycle 4, C in cycle 6 (the caller delays what lanes share);
// states_o in cycle 5 (combinational), acc_o = sum over the passes so far of C*h' in cycle 7 + Levels. The PE of a state whose
// lives_i is low is not enabled: it is 0 in states_o and in its slot; its C must be 0.
module ssm_scan_lane #(
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned StateBits = 16,
  parameter int unsigned ExpSegments = 64,
  parameter int unsigned DuBits = 24,
  parameter int unsigned AccBits = 32,
  parameter int unsigned SlotCount = 8,
  parameter bit          Taps = 1'b0  // tap_pre_i means something
) (
  input  logic                                 clk_i,
  input  logic [6+$clog2(StatesPerLane):0]     enable_i,      // a beat in cycle c
  input  logic [StatesPerLane-1:0][5:0]        lives_i,       // likewise, of those in which the state lives
  input  logic [ssm_pkg::Dt2Bits-1:0]          dt2_i,
  input  logic [DuBits-1:0]                    du_i,
  input  logic [StatesPerLane*OperandBits-1:0] a_i,
  input  logic [ssm_pkg::AlignBits-1:0]        align_i,
  input  logic [StatesPerLane*OperandBits-1:0] b_i,
  input  logic [StatesPerLane*OperandBits-1:0] c_i,
  input  logic [$clog2(SlotCount)-1:0]         slot_read_i,
  input  logic                                 use_slot_i,
  input  logic [StatesPerLane*StateBits-1:0]   loaded_i,
  input  logic [$clog2(SlotCount)-1:0]         slot_write_i,
  input  logic                                 slot_we_i,     // cycle 5
  output logic [StatesPerLane*StateBits-1:0]   states_o,
  input  logic                                 tap_pre_i,     // cycle 5: a*h is read out
  output logic [ssm_map_pkg::IncBits-1:0]          saturated_o,
  input  logic                                 first_pass_i,  // cycle 7 + Levels
  input  logic                                 acc_en_i,      // cycle 7 + Levels
  output logic [AccBits-1:0]                   acc_o
);
  localparam int unsigned ProductBits = OperandBits + StateBits;

  logic [DuBits-1:0]                    du_q [4];
  logic [StatesPerLane*ProductBits-1:0] products;
  logic [StatesPerLane-1:0]             saturated;
  logic [AccBits-1:0]                   sum, acc_q;

  always_ff @(posedge clk_i) begin
    du_q[0] <= du_i;
    for (int unsigned s = 1; s < 4; s++) du_q[s] <= du_q[s-1];
  end

  generate
    for (genvar s = 0; s < StatesPerLane; s++) begin : gen_state
      ssm_scan_pe #(
        .OperandBits(OperandBits), .StateBits(StateBits), .ExpSegments(ExpSegments),
        .DuBits(DuBits), .SlotCount(SlotCount), .Taps(Taps)
      ) u_scan_pe (
        .clk_i,
        .enable_i    ({enable_i[6], lives_i[s]}),
        .dt2_i       (dt2_i),
        .a_i         (a_i[s*OperandBits +: OperandBits]),
        .align_i     (align_i),
        .du_i        (du_q[3]),
        .b_i         (b_i[s*OperandBits +: OperandBits]),
        .slot_read_i (slot_read_i),
        .use_slot_i  (use_slot_i),
        .loaded_i    (loaded_i[s*StateBits +: StateBits]),
        .slot_write_i(slot_write_i),
        .slot_we_i   (slot_we_i),
        .c_i         (c_i[s*OperandBits +: OperandBits]),
        .state_o     (states_o[s*StateBits +: StateBits]),
        .tap_pre_i   (tap_pre_i),
        .saturated_o (saturated[s]),
        .product_o   (products[s*ProductBits +: ProductBits])
      );
    end
  endgenerate

  always_comb begin
    saturated_o = '0;
    for (int unsigned s = 0; s < StatesPerLane; s++) begin
      saturated_o = saturated_o + ssm_map_pkg::IncBits'(saturated[s]);
    end
  end

  ssm_readout_tree #(.Inputs(StatesPerLane), .InBits(ProductBits), .OutBits(AccBits)) u_readout_tree (
    .clk_i, .enable_i(enable_i[6+$clog2(StatesPerLane):6]), .data_i(products), .sum_o(sum)
  );
  assign acc_o = (first_pass_i ? '0 : acc_q) + sum;
  always_ff @(posedge clk_i) begin
    if (acc_en_i) acc_q <= acc_o;
  end
endmodule
