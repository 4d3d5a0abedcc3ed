// ssm_stream_fifo: elastic queue of Depth entries (power of two, >= 2).
// Contract: push_i only while ready_o; valid_o never waits for pop_i; pop_i only while valid_o. An entry pushed in cycle
// c is visible from c+1; a pop in cycle c frees its place from c+1 (ready_o and valid_o come from registers).
// Read data is asynchronous (LUTRAM). Nothing of the payload is reset.
module ssm_stream_fifo #(
  parameter int unsigned Width = 32,
  parameter int unsigned Depth = 4
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             push_i,
  input  logic [Width-1:0] data_i,
  output logic             ready_o,
  output logic             valid_o,
  output logic [Width-1:0] data_o,
  input  logic             pop_i
);
  localparam int unsigned PtrBits = $clog2(Depth);

  logic [Width-1:0]   mem_q [Depth];
  logic [PtrBits-1:0] write_q, read_q;
  logic [PtrBits:0]   count_q;

  assign ready_o = count_q != (PtrBits + 1)'(Depth);
  assign valid_o = count_q != '0;
  assign data_o  = mem_q[read_q];

  always_ff @(posedge clk_i) begin
    if (push_i) mem_q[write_q] <= data_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_q <= '0;
      read_q  <= '0;
      count_q <= '0;
    end else begin
      if (push_i) write_q <= write_q + 1'b1;
      if (pop_i)  read_q  <= read_q + 1'b1;
      count_q <= count_q + (PtrBits + 1)'(push_i) - (PtrBits + 1)'(pop_i);
    end
  end
endmodule
