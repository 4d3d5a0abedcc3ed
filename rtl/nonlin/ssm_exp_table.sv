// ssm_exp_table: the word of a line of ssm_exp_pwl: base in the low 20 bits, slope in the 11 above. Combinational, and a
// module of its own, so that a tool that keeps modules apart maps it alone: six inputs a bit.
// place_i: index of the segment, below it the line of the last one.
module ssm_exp_table #(
  parameter int unsigned Segments = 64
) (
  input  logic [$clog2(Segments)+ssm_pkg::ExpSlowBits-1:0] place_i,
  output logic [ssm_pkg::ExpWordBits-1:0]                  word_o
);
  localparam int unsigned IndexBits = $clog2(Segments);

  logic [IndexBits-1:0]            index;
  logic [ssm_pkg::ExpSlowBits-1:0] slow;
  logic [31:0]                     row;
  assign {index, slow} = place_i;
  assign word_o        = row[ssm_pkg::ExpWordBits-1:0];

  generate
    if (Segments == 64) begin : gen_table_64
      assign row = index == '1 ? ssm_pwl_tables_pkg::ExpPwlTable64Slow[{slow, 5'b0} +: 32]
                                : ssm_pwl_tables_pkg::ExpPwlTable64[{index, 5'b0} +: 32];
    end else if (Segments == 32) begin : gen_table_32
      assign row = index == '1 ? ssm_pwl_tables_pkg::ExpPwlTable32Slow[{slow, 5'b0} +: 32]
                                : ssm_pwl_tables_pkg::ExpPwlTable32[{index, 5'b0} +: 32];
    end else if (Segments == 16) begin : gen_table_16
      assign row = index == '1 ? ssm_pwl_tables_pkg::ExpPwlTable16Slow[{slow, 5'b0} +: 32]
                                : ssm_pwl_tables_pkg::ExpPwlTable16[{index, 5'b0} +: 32];
    end else begin : gen_table_8
      assign row = index == '1 ? ssm_pwl_tables_pkg::ExpPwlTable8Slow[{slow, 5'b0} +: 32]
                                : ssm_pwl_tables_pkg::ExpPwlTable8[{index, 5'b0} +: 32];
    end
  endgenerate
endmodule
