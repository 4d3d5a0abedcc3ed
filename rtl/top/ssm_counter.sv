// ssm_counter: the low bits of an event counter, cleared by clear_i, advanced by inc_i (0 when nothing happened), and whether a
// carry waits to be added to the high bits, which are a word of the memory of ssm_counters: from the advance that carries until
// served_i. Contract: served_i comes before the next carry, and once behind a clear.
module ssm_counter #(
  parameter int unsigned LowBits = 28,
  parameter int unsigned IncBits = 20
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               clear_i,
  input  logic [IncBits-1:0] inc_i,
  input  logic               served_i,
  output logic [LowBits-1:0] low_o,
  output logic               pending_o
);
  logic [LowBits:0] next;
  assign next = (LowBits + 1)'(low_o) + (LowBits + 1)'(inc_i);
  always_ff @(posedge clk_i) low_o <= clear_i ? '0 : next[LowBits-1:0];
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) pending_o <= 1'b0;
    else         pending_o <= next[LowBits] || (pending_o && !served_i);
  end
endmodule
