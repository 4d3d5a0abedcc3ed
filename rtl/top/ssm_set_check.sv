// ssm_set_check: how many set records are due, and whether one is legal (sim/SETS.md, section 5). The same rules as
// sim/set_check.h.
// Contract: load_i takes what is legal: a scan with its records, or a record; due_o counts records to come; error_o is that of a
// record. Scans are ssm_descriptor_check's. start_i: of a run.
module ssm_set_check #(
  parameter int unsigned StatesPerLane = 16,
  parameter int unsigned MaxStates = 64,
  parameter int unsigned ChunkTokens = 16,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned DataBits = 128,
  parameter int unsigned MaxSets = 4,
  parameter int unsigned ScratchWords = 0  // 0: no units, no local scans
) (
  input  logic                             clk_i,
  input  logic                             rst_ni,
  input  logic                             start_i,
  input  logic                             load_i,
  input  logic [ssm_map_pkg::DescBits-1:0] desc_i,
  input  logic                             is_set_i,
  output logic [3:0]                       due_o,
  output logic [7:0]                       error_o
);
  localparam int unsigned BeatEntries = DataBits / 32;
  localparam int unsigned ListEntries = MaxSets * (ChunkTokens > BeatEntries ? ChunkTokens : BeatEntries);

  localparam int unsigned PassRow     = StatesPerLane * OperandBits / 8;
  localparam int unsigned BcRows      = 2 * ChunkTokens * (MaxStates / StatesPerLane);
  localparam int unsigned BeatRows    = PassRow < DataBits / 8 ? DataBits / 8 / PassRow : 1;

  ssm_map_pkg::desc_t     desc;
  ssm_map_pkg::set_record_desc_t record;
  logic [3:0]             due_q;
  logic [31:0]            states_q, token_rows, token_states;  // values of a token's rows
  logic                   first_q, has_z_q, local_q, place_bad, codes_bad, list_bad, affine_bad, same_bad, room_bad;
  logic [31:0]            entries_q, entries, rows_q, b_rows_q, b_rows, c_rows_q, c_rows;

  assign desc  = desc_i;
  assign record = desc.set_record;
  assign due_o = due_q;

  function automatic logic of_list(input logic [2:0] map);
    of_list = map >= ssm_pkg::MapListA;
  endfunction
  assign codes_bad  = record.map_u > ssm_pkg::MapListB || record.map_p > ssm_pkg::MapListB || record.map_out > ssm_pkg::MapListB;
  assign list_bad   = !record.has_list && (of_list(record.map_u) || of_list(record.map_p) || of_list(record.map_out));
  assign affine_bad = (record.map_u == ssm_pkg::MapAffine || record.map_p == ssm_pkg::MapAffine
                       || record.map_out == ssm_pkg::MapAffine) && (record.n0 == '0 || record.n1 == '0);
  assign entries    = entries_q + (!record.has_list ? '0 : (32'(record.positions) + 32'(BeatEntries - 1)) & ~32'(BeatEntries - 1));

  assign b_rows     = b_rows_q + (record.same_b ? '0 : rows_q);
  assign c_rows     = c_rows_q + (record.same_c ? '0 : rows_q);
  assign same_bad   = first_q && (record.same_delta || record.same_b || record.same_c || record.same_params);
  assign room_bad   = entries > 32'(ListEntries) || b_rows > 32'(BcRows) || c_rows > 32'(BcRows);

  // What a record of a local scan reads from the scratch lies inside it.
  localparam int unsigned LogScratch = ScratchWords == 0 ? 1 : $clog2(ScratchWords * DataBits / 8);
  function automatic logic outside(input logic [63:0] address);
    outside = address >> LogScratch != '0;
  endfunction
  assign place_bad = ScratchWords != 0 && local_q
                     && ((record.own_u && outside(record.addr_u)) || (!record.same_delta && outside(record.addr_delta))
                         || (!record.same_b && outside(record.addr_b)) || (!record.same_c && outside(record.addr_c)));

  // Tokens of a packed row, of one pass.
  assign token_rows   = (32'(desc.scan.chunk_tokens) + (32'd1 << desc.scan.log2_packed) - 1'b1) >> desc.scan.log2_packed;
  assign token_states = 32'(desc.scan.passes) * 32'(StatesPerLane) >> desc.scan.log2_packed;

  always_comb begin
    error_o = ssm_map_pkg::ErrNone;
    if (due_q == '0 || record.positions == '0 || record.states == '0 || 32'(record.states) > states_q || codes_bad
        || list_bad || affine_bad || same_bad || room_bad || place_bad || (record.gate && !has_z_q) || (record.linear_gate && !record.gate)) begin
      error_o = ssm_map_pkg::ErrSets;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      due_q     <= '0;
      first_q   <= 1'b0;
      has_z_q   <= 1'b0;
      local_q   <= 1'b0;
      rows_q    <= '0;
      states_q  <= '0;
      b_rows_q  <= '0;
      c_rows_q  <= '0;
      entries_q <= '0;
    end else if (start_i) begin
      due_q <= '0;
    end else if (load_i && is_set_i) begin
      due_q     <= due_q - 1'b1;
      first_q   <= 1'b0;
      b_rows_q  <= b_rows;
      c_rows_q  <= c_rows;
      entries_q <= entries;
    end else if (load_i) begin
      due_q     <= desc.scan.sets;
      first_q   <= 1'b1;
      rows_q    <= (token_rows * 32'(desc.scan.passes) + 32'(BeatRows - 1)) & ~32'(BeatRows - 1);
      states_q  <= token_states;
      b_rows_q  <= '0;
      c_rows_q  <= '0;
      has_z_q   <= desc.scan.has_z;
      local_q   <= desc.scan.local_scan;
      entries_q <= '0;
    end
  end
endmodule
