// ssm_list_memory: a short list of u8 (gather, scatter), filled by whole beats and read combinationally.
// Contract: entry e is there from the cycle after the one that writes beat e / (DataBits / 8); clear_i forgets all. Nothing of
// the payload is reset.
module ssm_list_memory #(
  parameter int unsigned DataBits = 128,
  parameter int unsigned Entries = 256
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                clear_i,
  input  logic                wr_valid_i,
  input  logic [DataBits-1:0] wr_data_i,
  input  logic [7:0]          index_i,
  output logic                valid_o,
  output logic [7:0]          entry_o
);
  localparam int unsigned PerBeat   = DataBits / 8;
  localparam int unsigned ByteShift = $clog2(PerBeat);
  localparam int unsigned Beats     = Entries / PerBeat;
  localparam int unsigned BeatBits  = $clog2(Beats);

  logic [DataBits-1:0] mem_q [Beats];
  logic [DataBits-1:0] beat;
  logic [BeatBits:0]   count_q;  // beats written

  assign beat    = mem_q[index_i[ByteShift +: BeatBits]];
  assign entry_o = beat[index_i[ByteShift-1:0]*8 +: 8];
  assign valid_o = (BeatBits + 1)'(index_i[ByteShift +: BeatBits]) < count_q;

  always_ff @(posedge clk_i) begin
    if (wr_valid_i) mem_q[count_q[BeatBits-1:0]] <= wr_data_i;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni)         count_q <= '0;
    else if (clear_i)    count_q <= '0;
    else if (wr_valid_i) count_q <= count_q + 1'b1;
  end
endmodule
