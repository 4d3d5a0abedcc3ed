// ssm_fits: 1 where all bits are equal, so that a signed value fits into what is below them and one of them.
// Combinational, and a module of its own: a tool that maps it with the multiplexers behind it, for the shortest path,
// takes it once for each of their bits.
module ssm_fits #(
  parameter int unsigned Bits = 8
) (
  input  logic [Bits-1:0] data_i,
  output logic            fits_o
);
  assign fits_o = data_i == {Bits{data_i[Bits-1]}};
endmodule
