// ssm_descriptor_check: which field of a scan descriptor is illegal on this machine, the first in the order of sim/README.md,
// section 6; ErrNone for a legal one. Combinational. The same rules as sim/descriptor_check.h.
module ssm_descriptor_check #(
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned MaxStates = 64,
  parameter int unsigned ChunkTokens = 16,
  parameter int unsigned StateRows = 512
) (
  input  logic [8*ssm_pkg::DescBytes-1:0] desc_i,
  output logic [7:0]                      error_o
);
  localparam int unsigned CountBits = ssm_pkg::CountBits;

  logic [CountBits-1:0] groups, passes, chunk, rest;
  logic [31:0]          chunks, rows, states;

  assign groups = desc_i[32*1 +: CountBits];
  assign passes = CountBits'(desc_i[32*2 +: 8]);
  assign chunks = desc_i[32*3 +: 32];
  assign chunk  = desc_i[32*4 +: CountBits];
  assign rest   = desc_i[32*4+16 +: CountBits];
  assign rows   = 32'(groups) * 32'(passes);
  assign states = 32'(passes) * 32'(StatesPerLane);

  always_comb begin
    error_o = ssm_pkg::ErrNone;
    if (desc_i[7:0] != 8'd1) error_o = ssm_pkg::ErrOpcode;
    else if (groups == '0 || rows > 32'(StateRows)) error_o = ssm_pkg::ErrLaneGroups;
    else if (passes == '0 || states > 32'(MaxStates)) error_o = ssm_pkg::ErrPasses;
    else if (chunks == '0) error_o = ssm_pkg::ErrNumChunks;
    else if (chunk == '0 || chunk > CountBits'(ChunkTokens)) error_o = ssm_pkg::ErrChunkTokens;
    else if (rest == '0 || rest > CountBits'(ChunkTokens)) error_o = ssm_pkg::ErrRestTokens;
  end
endmodule
