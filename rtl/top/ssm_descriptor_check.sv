// ssm_descriptor_check: which field of a scan descriptor is illegal on this machine, the first in the order of sim/README.md,
// section 6, then those of sim/PROGRAM.md, section 6, for local, and of sim/SETS.md, section 5; ErrNone for a legal one. Combinational. The same rules as
// sim/descriptor_check.h.
module ssm_descriptor_check #(
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned MaxStates = 64,
  parameter int unsigned ChunkTokens = 16,
  parameter int unsigned StateRows = 512,
  parameter int unsigned Interleave = 2,
  parameter int unsigned DataBits = 128,
  parameter int unsigned MaxSets = 0,
  parameter int unsigned ScratchWords = 0  // 0: no units
) (
  input  logic [ssm_map_pkg::DescBits-1:0] desc_i,
  input  logic [15:0]                     behind_i,      // descriptors behind it
  input  logic                            mode_set_i,    // the run has had a scan
  input  logic                            mode_local_i,  // it was local
  output logic [7:0]                      error_o
);
  localparam int unsigned CountBits = ssm_pkg::CountBits;

  logic [CountBits-1:0] groups, first_group, passes, chunk, rest;
  logic [31:0]          chunks, rows, states;
  logic [CountBits+8:0] end_group;  // wide enough for its rows

  ssm_map_pkg::scan_desc_t desc;

  assign desc        = desc_i;
  assign groups      = desc.lane_groups;
  assign first_group = desc.first_group;
  assign passes      = CountBits'(desc.passes);
  assign chunks      = desc.num_chunks;
  assign chunk       = desc.chunk_tokens;
  assign rest        = desc.rest_tokens;
  assign rows        = 32'(end_group * (CountBits + 9)'(desc.passes));
  assign end_group   = (CountBits + 9)'(first_group) + (CountBits + 9)'(groups);
  assign states      = 32'(passes) * 32'(StatesPerLane);

  // local: whole tiles, rows of B that are a word, several words or half of one, and addresses inside the scratch.
  localparam int unsigned WordBytes   = DataBits / 8;
  localparam int unsigned LogScratch  = $clog2(ScratchWords * WordBytes);  // a power of two
  logic        local_scan, z_read, tiles_whole, rows_whole, in_scratch;
  logic [31:0] row_rest;

  assign local_scan  = desc.local_scan;
  assign z_read      = !desc.z_gemm;
  assign tiles_whole = (groups & CountBits'(Interleave - 1)) == '0;
  assign row_rest    = states & 32'(WordBytes - 1);
  assign rows_whole  = row_rest == '0 || states == 32'(WordBytes / 2);
  function automatic logic fits(input logic [63:0] address);
    fits = address >> LogScratch == '0;
  endfunction
  assign in_scratch = fits(desc.addr_u) && fits(desc.addr_delta) && (!z_read || fits(desc.addr_z))
                      && fits(desc.addr_b) && fits(desc.addr_c) && fits(desc.addr_y);

  // sets: one chunk, nothing that tells a scan where its state is, and their records behind it.
  // A machine without sets has none.
  logic with_sets, sets_bad;
  assign with_sets = MaxSets != 0 && desc.sets != '0;
  generate
    if (MaxSets == 0) begin : gen_no_sets
      logic unused_behind;
      assign sets_bad      = desc.sets != '0;
      assign unused_behind = ^behind_i;
    end else begin : gen_sets
      assign sets_bad = with_sets && (32'(desc.sets) > 32'(MaxSets) || 16'(desc.sets) > behind_i || chunks != 32'd1
                        || desc.reverse || desc.resume || desc.keep || desc.banked
                        || (desc.log2_packed != '0
                            && (local_scan || passes != CountBits'(1) || desc.log2_packed > 3'($clog2(StatesPerLane)))));
    end
  endgenerate

  always_comb begin
    error_o = ssm_map_pkg::ErrNone;
    if (desc.opcode != ssm_map_pkg::OpScan || (local_scan && ScratchWords == 0)) error_o = ssm_map_pkg::ErrOpcode;
    else if (groups == '0 || (!with_sets && rows > 32'(StateRows))) error_o = ssm_map_pkg::ErrLaneGroups;
    else if (passes == '0 || states > 32'(MaxStates) || 32'(desc.states) > states) error_o = ssm_map_pkg::ErrPasses;
    else if (chunks == '0) error_o = ssm_map_pkg::ErrNumChunks;
    else if (chunk == '0 || chunk > CountBits'(ChunkTokens)) error_o = ssm_map_pkg::ErrChunkTokens;
    else if (rest == '0 || rest > CountBits'(ChunkTokens)) error_o = ssm_map_pkg::ErrRestTokens;
    else if (local_scan && (!tiles_whole || !rows_whole)) error_o = ssm_map_pkg::ErrShape;
    else if (local_scan && !in_scratch) error_o = ssm_map_pkg::ErrBounds;
    else if (mode_set_i && mode_local_i != local_scan) error_o = ssm_map_pkg::ErrMode;
    else if (sets_bad) error_o = ssm_map_pkg::ErrSets;
  end
endmodule
