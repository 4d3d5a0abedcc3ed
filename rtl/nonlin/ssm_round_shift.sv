// ssm_round_shift: q = clamp( floor(v / 2^s + 1/2) ), combinational; v signed, q signed (or unsigned with OutUnsigned).
// The rounding bit is the last bit shifted out, so one right shifter and one increment do it. saturated_o marks a
// result that did not fit. hls counterpart: round_shift with clamp_signed / clamp_unsigned (hls/formats.h).
module ssm_round_shift #(
  parameter int unsigned InBits = 32,
  parameter int unsigned OutBits = 16,
  parameter bit          OutUnsigned = 1'b0
) (
  input  logic [InBits-1:0]             value_i,
  input  logic [ssm_pkg::ShiftBits-1:0] shift_i,
  output logic [OutBits-1:0]            value_o,
  output logic                          saturated_o
);
  logic signed [InBits:0]   shifted;
  logic signed [InBits-1:0] rounded;
  logic                     negative;

  assign shifted  = $signed({value_i, 1'b0}) >>> shift_i;
  assign rounded  = $signed(shifted[InBits:1]) + $signed({{(InBits - 1){1'b0}}, shifted[0]});
  assign negative = rounded[InBits-1];

  generate
    if (OutBits >= InBits) begin : gen_wide
      assign saturated_o = OutUnsigned && negative;
      assign value_o     = saturated_o ? '0 : {{(OutBits - InBits){negative}}, rounded};
    end else if (OutUnsigned) begin : gen_unsigned
      assign saturated_o = |rounded[InBits-1:OutBits];
      assign value_o     = negative ? '0 : saturated_o ? '1 : rounded[OutBits-1:0];
    end else begin : gen_signed
      assign saturated_o = rounded[InBits-1:OutBits-1] != {(InBits - OutBits + 1){negative}};
      assign value_o     = saturated_o ? {negative, {(OutBits - 1){!negative}}} : rounded[OutBits-1:0];
    end
  endgenerate
endmodule
