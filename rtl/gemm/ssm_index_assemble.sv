// ssm_index_assemble: beats of positions (one group of every lane) to rows of the position memory.
//   slot i*Gb + g of a lane = position i of its group g; slots from N*Gb on hold 0
// Contract: takes a beat whenever one is there; the row of the Gb-th beat is given out in the next cycle. expect_i, once per beat
// when it sets out for the unranker, says what Gb its row has and, with last_i, that it is the last of its
// command: row_last_o comes with its row; at most 32 beats are on their way.
module ssm_index_assemble #(
  parameter int unsigned Lanes = 16,
  parameter int unsigned Depth = 8,
  parameter int unsigned SetBits = ssm_gemm_pkg::MaxM * ssm_gemm_pkg::PosBits,
  parameter int unsigned RowBits = Lanes * Depth * ssm_gemm_pkg::PosBits
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     expect_i,
  input  logic                     last_i,
  input  logic [2:0]               log2_gb_i,
  input  logic                     pos_valid_i,
  input  logic [Lanes*SetBits-1:0] pos_i,
  output logic                     row_valid_o,
  output logic                     row_last_o,
  output logic [RowBits-1:0]       row_o
);
  localparam int unsigned OnTheWay = 32;  // the rank queue and the credits of the unranker are 18
  localparam int unsigned LogDepth = $clog2(Depth);
  localparam int unsigned MaxM     = ssm_gemm_pkg::MaxM;
  localparam int unsigned PosBits  = ssm_gemm_pkg::PosBits;

  logic [2:0]         log2_gb;
  logic [LogDepth:0]  group_q;
  logic               last, of_last, row_valid_q, row_last_q, ready_unused, valid_unused;
  logic [RowBits-1:0] row_q, row;

  ssm_stream_fifo #(.Width(4), .Depth(OnTheWay)) u_shapes (
    .clk_i, .rst_ni, .push_i(expect_i), .data_i({last_i, log2_gb_i}), .ready_o(ready_unused), .valid_o(valid_unused),
    .data_o({of_last, log2_gb}), .pop_i(pos_valid_i)
  );
  assign last = group_q == (LogDepth + 1)'((1 << log2_gb) - 1);

  always_comb begin
    row = row_q;
    for (int unsigned j = 0; j <= LogDepth; j++) begin
      for (int unsigned s = 0; s < Depth; s++) begin
        if (log2_gb == 3'(j) && group_q == (LogDepth + 1)'(s % (1 << j))) begin
          for (int unsigned l = 0; l < Lanes; l++) begin
            row[(l*Depth+s)*PosBits +: PosBits] = (s >> j) < MaxM ? pos_i[l*SetBits + ((s >> j) % MaxM)*PosBits +: PosBits] : '0;
          end
        end
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      group_q     <= '0;
      row_valid_q <= 1'b0;
    end else begin
      row_valid_q <= pos_valid_i && last;
      if (pos_valid_i) group_q <= last ? '0 : group_q + 1'b1;
    end
  end
  always_ff @(posedge clk_i) begin
    if (pos_valid_i) row_q <= row;
    row_last_q <= of_last;
  end
  assign row_valid_o = row_valid_q;
  assign row_last_o  = row_last_q;
  assign row_o       = row_q;
endmodule
