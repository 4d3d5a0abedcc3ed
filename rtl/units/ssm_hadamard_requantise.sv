// ssm_hadamard_requantise: y = clamp8 or clamp16( floor(v / 2^shift + 1/2) ) for the values of a beat, combinational.
// saturations_o: values that the clamp changed. hls counterpart: requantise.
module ssm_hadamard_requantise #(
  parameter int unsigned NumLanes = 8,
  parameter int unsigned InBits = 29
) (
  input  logic [NumLanes*InBits-1:0]                  data_i,
  input  logic [ssm_hadamard_pkg::ShiftBits-1:0]      shift_i,
  input  logic                                        wide_i,
  output logic [NumLanes*ssm_hadamard_pkg::XBits-1:0] data_o,
  output logic [ssm_map_pkg::IncBits-1:0]                 saturations_o
);
  localparam int unsigned XBits = ssm_hadamard_pkg::XBits;

  logic [NumLanes-1:0] clipped;
  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      logic [InBits-1:0] rounded;
      logic              unused_saturated, negative, high8, high16;
      ssm_round_shift #(.InBits(InBits), .OutBits(InBits)) u_round (
        .value_i(data_i[l*InBits +: InBits]), .shift_i(ssm_pkg::ShiftBits'(shift_i)), .value_o(rounded),
        .saturated_o(unused_saturated)
      );
      assign negative   = rounded[InBits-1];
      assign high8      = rounded[InBits-1:7] != {(InBits - 7){negative}};
      assign high16     = rounded[InBits-1:15] != {(InBits - 15){negative}};
      assign clipped[l] = wide_i ? high16 : high8;
      assign data_o[l*XBits +: XBits] =
          wide_i ? (high16 ? {negative, {15{!negative}}} : rounded[XBits-1:0])
                 : (high8 ? {{9{negative}}, {7{!negative}}} : rounded[XBits-1:0]);
    end
  endgenerate
  always_comb begin
    saturations_o = '0;
    for (int unsigned l = 0; l < NumLanes; l++) saturations_o = saturations_o + ssm_map_pkg::IncBits'(clipped[l]);
  end
endmodule
