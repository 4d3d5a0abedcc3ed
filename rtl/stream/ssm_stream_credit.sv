// ssm_stream_credit: places of a downstream queue, for a pipeline that never stalls.
// Contract: take_i only while available_o; a place given back in cycle c can be taken from c+1. Starts with Depth places.
module ssm_stream_credit #(
  parameter int unsigned Depth = 4
) (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic take_i,
  input  logic give_i,
  output logic available_o
);
  localparam int unsigned CountBits = $clog2(Depth + 1);

  logic [CountBits-1:0] free_q;

  assign available_o = free_q != '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) free_q <= CountBits'(Depth);
    else         free_q <= free_q - CountBits'(take_i) + CountBits'(give_i);
  end
endmodule
