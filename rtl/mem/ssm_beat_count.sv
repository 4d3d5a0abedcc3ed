// ssm_beat_count: beats of DataBytes that hold rows_i rows of RowBytes, rounded up; both powers of two. Combinational.
module ssm_beat_count #(
  parameter int unsigned RowBytes = 4,
  parameter int unsigned DataBytes = 16
) (
  input  logic [ssm_pkg::CountBits-1:0] rows_i,
  output logic [ssm_pkg::CountBits-1:0] beats_o
);
  generate
    if (RowBytes >= DataBytes) begin : gen_wide
      assign beats_o = rows_i << $clog2(RowBytes / DataBytes);
    end else begin : gen_narrow
      localparam int unsigned RowsPerBeat = DataBytes / RowBytes;
      assign beats_o = (rows_i + ssm_pkg::CountBits'(RowsPerBeat - 1)) >> $clog2(RowsPerBeat);
    end
  endgenerate
endmodule
