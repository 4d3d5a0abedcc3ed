// ssm_credit_fifo: output queue of a pipeline that never stalls, with the places it may still take.
// Contract: take_i (only while available_o) takes the place of an entry, push_i brings the entry some cycles later; a pop in
// cycle c gives the place back for takes from c+1. An entry pushed in c is visible from c+1. Depth: a power of two, >= 2.
module ssm_credit_fifo #(
  parameter int unsigned Width = 32,
  parameter int unsigned Depth = 4
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             take_i,
  output logic             available_o,
  input  logic             push_i,
  input  logic [Width-1:0] data_i,
  output logic             valid_o,
  output logic [Width-1:0] data_o,
  input  logic             pop_i
);
  logic ready_unused;
  ssm_stream_credit #(.Depth(Depth)) u_credit (.clk_i, .rst_ni, .take_i, .give_i(pop_i), .available_o);
  ssm_stream_fifo #(.Width(Width), .Depth(Depth)) u_fifo (
    .clk_i, .rst_ni, .push_i, .data_i, .ready_o(ready_unused), .valid_o, .data_o, .pop_i
  );
endmodule
