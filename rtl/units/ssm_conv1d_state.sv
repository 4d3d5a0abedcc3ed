// ssm_conv1d_state: the last three inputs of every channel, by lane group.
//   taps = {x, state},  state' = {x, two newest bytes of state}  (byte 0 of each channel: the newest)
// Contract: accept_i with x_i, group_i and, with first_i, the state to start from (zero unless has_state_i). In the next cycle taps_o and
// state_o (bytes from width_i on zero) are there; state' is written then, unless last_i. A group that follows itself at once
// gets the state that is being written. One row per cycle, no stall.
module ssm_conv1d_state #(
  parameter int unsigned NumLanes = 4,
  parameter int unsigned MaxGroups = 64  // at least 2
) (
  input  logic                                         clk_i,
  input  logic                                         rst_ni,
  input  logic                                         accept_i,
  input  logic                                         first_i,
  input  logic                                         last_i,
  input  logic                                         has_state_i,
  input  logic [1:0]                                   width_i,   // W - 1: bytes in use
  input  logic [$clog2(MaxGroups)-1:0]                 group_i,
  input  logic [NumLanes*ssm_unit_pkg::ValueBits-1:0] x_i,
  input  logic [NumLanes*ssm_unit_pkg::StateBits-1:0] state_i,
  output logic [NumLanes*ssm_unit_pkg::TapsBits-1:0]  taps_o,
  output logic [NumLanes*ssm_unit_pkg::StateBits-1:0] state_o
);
  localparam int unsigned ValueBits = ssm_unit_pkg::ValueBits;
  localparam int unsigned StateBits = ssm_unit_pkg::StateBits;
  localparam int unsigned TapsBits  = ssm_unit_pkg::TapsBits;

  logic [NumLanes*StateBits-1:0] mem_q [MaxGroups];
  logic [NumLanes*StateBits-1:0] read_q, given_q, written_q, state, next;
  logic [NumLanes*ValueBits-1:0] x_q;
  logic [$clog2(MaxGroups)-1:0]  group_q;
  logic [1:0]                    width_q;
  logic                          write_q, given_valid_q, forward_q;

  always_ff @(posedge clk_i) begin
    if (accept_i) read_q <= mem_q[group_i];
    if (write_q) mem_q[group_q] <= next;
    written_q     <= next;
    x_q           <= x_i;
    given_q       <= has_state_i ? state_i : '0;
    given_valid_q <= first_i;
    forward_q     <= write_q && group_q == group_i;
    group_q       <= group_i;
    width_q       <= width_i;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) write_q <= 1'b0;
    else         write_q <= accept_i && !last_i;
  end

  assign state = given_valid_q ? given_q : forward_q ? written_q : read_q;

  always_comb begin
    for (int unsigned l = 0; l < NumLanes; l++) begin
      taps_o[l*TapsBits +: TapsBits] = {state[l*StateBits +: StateBits], x_q[l*ValueBits +: ValueBits]};
      next[l*StateBits +: StateBits] = taps_o[l*TapsBits +: StateBits];
      for (int unsigned b = 0; b < ssm_unit_pkg::MaxWidth - 1; b++) begin
        state_o[l*StateBits+b*ValueBits +: ValueBits] =
            b < 32'(width_q) ? next[l*StateBits+b*ValueBits +: ValueBits] : '0;
      end
    end
  end
endmodule
