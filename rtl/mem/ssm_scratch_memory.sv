// ssm_scratch_memory: the words that units exchange, one read and one write per cycle.
// Contract: the word read in cycle c is in rd_data_o from c+1 until the next read; a word written in cycle c is seen by reads
// from c+1 on. Words: a power of two. Nothing is reset.
module ssm_scratch_memory #(
  parameter int unsigned WordBits = 128,
  parameter int unsigned Words = 1024,
  parameter int unsigned AddrBits = $clog2(Words)
) (
  input  logic                clk_i,
  input  logic                rd_en_i,
  input  logic [AddrBits-1:0] rd_addr_i,
  output logic [WordBits-1:0] rd_data_o,
  input  logic                wr_en_i,
  input  logic [AddrBits-1:0] wr_addr_i,
  input  logic [WordBits-1:0] wr_data_i
);
  logic [WordBits-1:0] mem_q [Words];
  logic [WordBits-1:0] word_q;

  always_ff @(posedge clk_i) begin
    if (wr_en_i) mem_q[wr_addr_i] <= wr_data_i;
    if (rd_en_i) word_q <= mem_q[rd_addr_i];
  end
  assign rd_data_o = word_q;
endmodule
