// ssm_descriptor_check: which field of a scan descriptor is illegal on this machine, the first in the order of sim/README.md,
// section 6, then those of sim/PROGRAM.md, section 6, for local; ErrNone for a legal one. Combinational. The same rules as
// sim/descriptor_check.h.
module ssm_descriptor_check #(
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned MaxStates = 64,
  parameter int unsigned ChunkTokens = 16,
  parameter int unsigned StateRows = 512,
  parameter int unsigned Interleave = 2,
  parameter int unsigned DataBits = 128,
  parameter int unsigned ScratchWords = 0  // 0: no units
) (
  input  logic [8*ssm_pkg::DescBytes-1:0] desc_i,
  input  logic                            mode_set_i,    // the run has had a scan
  input  logic                            mode_local_i,  // it was local
  output logic [7:0]                      error_o
);
  localparam int unsigned CountBits = ssm_pkg::CountBits;

  logic [CountBits-1:0] groups, first_group, passes, chunk, rest;
  logic [31:0]          chunks, rows, states;

  assign groups = desc_i[32*1 +: CountBits];
  assign first_group = desc_i[32*1+16 +: CountBits];
  assign passes = CountBits'(desc_i[32*2 +: 8]);
  assign chunks = desc_i[32*3 +: 32];
  assign chunk  = desc_i[32*4 +: CountBits];
  assign rest   = desc_i[32*4+16 +: CountBits];
  assign rows   = (32'(first_group) + 32'(groups)) * 32'(passes);
  assign states = 32'(passes) * 32'(StatesPerLane);

  // local: whole tiles, rows of B that are a word, several words or half of one, and addresses inside the scratch.
  localparam int unsigned WordBytes   = DataBits / 8;
  localparam int unsigned LogScratch  = $clog2(ScratchWords * WordBytes);  // a power of two
  logic        local_scan, z_read, tiles_whole, rows_whole, in_scratch;
  logic [31:0] row_rest;

  assign local_scan  = desc_i[14];
  assign z_read      = !desc_i[17];
  assign tiles_whole = (groups & CountBits'(Interleave - 1)) == '0;
  assign row_rest    = states & 32'(WordBytes - 1);
  assign rows_whole  = row_rest == '0 || states == 32'(WordBytes / 2);
  always_comb begin
    in_scratch = 1'b1;
    for (int i = 0; i < 10; i++) begin
      // u, delta, (z,) B, C, y of the ten addresses.
      if (i < 2 || (i == 2 && z_read) || i == 3 || i == 4 || i == 8) begin
        if (desc_i[32*(8+2*i) +: 64] >> LogScratch != '0) in_scratch = 1'b0;
      end
    end
  end

  always_comb begin
    error_o = ssm_pkg::ErrNone;
    if (desc_i[7:0] != ssm_pkg::OpScan || (local_scan && ScratchWords == 0)) error_o = ssm_pkg::ErrOpcode;
    else if (groups == '0 || rows > 32'(StateRows)) error_o = ssm_pkg::ErrLaneGroups;
    else if (passes == '0 || states > 32'(MaxStates)) error_o = ssm_pkg::ErrPasses;
    else if (chunks == '0) error_o = ssm_pkg::ErrNumChunks;
    else if (chunk == '0 || chunk > CountBits'(ChunkTokens)) error_o = ssm_pkg::ErrChunkTokens;
    else if (rest == '0 || rest > CountBits'(ChunkTokens)) error_o = ssm_pkg::ErrRestTokens;
    else if (local_scan && (!tiles_whole || !rows_whole)) error_o = ssm_pkg::ErrShape;
    else if (local_scan && !in_scratch) error_o = ssm_pkg::ErrBounds;
    else if (mode_set_i && mode_local_i != local_scan) error_o = ssm_pkg::ErrMode;
  end
endmodule
