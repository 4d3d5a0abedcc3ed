// ssm_operand_buffers: the buffers of the scan's operands (u, delta, z by tile; B, C by chunk; h0) and its two parameter
// memories (db, A); with MaxSets > 0 the list memory too, and while sets_i B and C are resident, db and A by tile (sim/SETS.md). The DMA fills them; with local_i the scratch memory fills those of u, delta, B, C, z, and gemm may fill z.
// Contract: of each buffer that of ssm_tile_buffer: rows as handshakes of its writer come in, a slot taken by alloc, given back
// by release; db and A are resident until param_clear_i. Wiring only, no latency of its own. One side fills a buffer in a run.
module ssm_operand_buffers #(
  parameter int unsigned DataBits = 128,
  parameter int unsigned LaneRow = 32,     // bits of a row: u, delta, z
  parameter int unsigned PassRow = 128,    // B, C
  parameter int unsigned RateRow = 512,    // A
  parameter int unsigned StateRow = 1024,  // h0
  parameter int unsigned ParamRow = 128,   // db
  parameter int unsigned TileRows = 32,
  parameter int unsigned ChunkRows = 64,
  parameter int unsigned SlotCount = 8,
  parameter int unsigned StateRows = 512,
  parameter int unsigned TileBuffers = 4,
  parameter int unsigned MaxSets = 0,
  parameter int unsigned H0Slots = 2,
  parameter int unsigned ListEntries = 64  // of MaxSets > 0
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,
  input  logic                          param_clear_i,
  input  logic                          sets_i,
  input  logic                          sets_clear_i,
  input  logic                          local_i,
  // Of the DMA: targets TargetDesc..TargetList.
  output logic [ssm_map_pkg::TargetList:0]     target_free_o,
  input  logic [ssm_map_pkg::TargetList:0]     target_alloc_i,
  input  logic [ssm_map_pkg::TargetList:0]     rd_valid_i,
  input  logic                          rd_last_i,
  input  logic [DataBits-1:0]           rd_data_i,
  // Of the scratch memory: u, delta, B, C, z. Of gemm: z.
  output logic [4:0]                    scratch_free_o,
  input  logic [4:0]                    scratch_alloc_i,
  input  logic [4:0]                    scratch_valid_i,
  input  logic                          scratch_last_i,
  input  logic [DataBits-1:0]           scratch_data_i,
  input  logic                          zg_alloc_i,
  input  logic                          zg_valid_i,
  input  logic                          zg_last_i,
  input  logic [DataBits-1:0]           zg_data_i,
  // To delta_softplus.
  input  logic [ssm_pkg::CountBits-1:0] row_u_i,
  input  logic [ssm_pkg::CountBits-1:0] row_delta_i,
  input  logic                          row_read_i,
  input  logic                          u_release_i,
  input  logic                          delta_release_i,
  input  logic                          db_release_i,
  output logic                          u_ok_o,
  output logic [LaneRow-1:0]            u_data_o,
  output logic                          delta_ok_o,
  output logic [LaneRow-1:0]            delta_data_o,
  input  logic [ssm_pkg::CountBits-1:0] db_row_i,
  output logic                          db_ok_o,
  output logic [ParamRow-1:0]           db_data_o,
  // To gate_silu.
  input  logic [ssm_pkg::CountBits-1:0] z_row_i,
  input  logic                          z_read_i,
  input  logic                          z_release_i,
  output logic                          z_ok_o,
  output logic [LaneRow-1:0]            z_data_o,
  // To scan_serial.
  input  logic                          scan_read_i,
  input  logic [ssm_pkg::CountBits-1:0] a_row_i,
  input  logic                          a_release_i,
  output logic                          a_ok_o,
  output logic [RateRow-1:0]            a_data_o,
  input  logic [ssm_pkg::CountBits-1:0] b_row_i,
  input  logic [ssm_pkg::CountBits-1:0] c_row_i,
  input  logic                          bc_release_i,
  output logic                          b_ok_o,
  output logic [PassRow-1:0]            b_data_o,
  output logic                          c_ok_o,
  output logic [PassRow-1:0]            c_data_o,
  input  logic [ssm_pkg::CountBits-1:0] h0_row_i,
  output logic                          h0_ok_o,
  input  logic                          h0_next_i,
  input  logic                          h0_read_i,
  input  logic [ssm_pkg::CountBits-1:0] h0_read_row_i,
  input  logic                          h0_release_i,
  output logic [StateRow-1:0]           h0_data_o,
  // To scan_tokens.
  input  logic [ssm_pkg::CountBits-1:0] list_row_i,
  input  logic                          list_read_i,
  output logic                          list_ok_o,
  output logic [31:0]                   list_data_o
);
  localparam int unsigned Desc = 32'(ssm_map_pkg::TargetDesc), Db = 32'(ssm_map_pkg::TargetDb), A = 32'(ssm_map_pkg::TargetA);
  localparam int unsigned U = 32'(ssm_map_pkg::TargetU), Delta = 32'(ssm_map_pkg::TargetDelta), Z = 32'(ssm_map_pkg::TargetZ);
  localparam int unsigned B = 32'(ssm_map_pkg::TargetB), C = 32'(ssm_map_pkg::TargetC), H0 = 32'(ssm_map_pkg::TargetH0);
  localparam int unsigned List = 32'(ssm_map_pkg::TargetList);
  // Descriptor and list jobs never wait for a place, nor what goes to a resident memory.
  assign target_free_o[Desc] = 1'b1;
  assign target_free_o[List] = 1'b1;
  localparam int unsigned ParamSlots = MaxSets != 0 ? TileBuffers : 1;
  logic params_linear, rows_linear;
  assign params_linear = MaxSets == 0 || !sets_i;
  assign rows_linear   = MaxSets != 0 && sets_i;

  // Who fills the buffers of u, delta, B, C, z: the DMA, or with local scans the scratch memory; gemm may fill z.
  logic [4:0]          fill_alloc, fill_valid, fill_last;
  logic [DataBits-1:0] fill_data, z_fill_data;
  localparam int unsigned FillU = 0;
  localparam int unsigned FillDelta = 1;
  localparam int unsigned FillB = 2;
  localparam int unsigned FillC = 3;
  localparam int unsigned FillZ = 4;

  assign target_free_o[U]     = scratch_free_o[FillU];
  assign target_free_o[Delta] = scratch_free_o[FillDelta];
  assign target_free_o[B]     = scratch_free_o[FillB];
  assign target_free_o[C]     = scratch_free_o[FillC];
  assign target_free_o[Z]     = scratch_free_o[FillZ];
  always_comb begin
    fill_alloc = {target_alloc_i[Z], target_alloc_i[C], target_alloc_i[B],
                  target_alloc_i[Delta], target_alloc_i[U]};
    fill_valid = {rd_valid_i[Z], rd_valid_i[C], rd_valid_i[B],
                  rd_valid_i[Delta], rd_valid_i[U]};
    fill_last   = {5{rd_last_i}};
    fill_data   = rd_data_i;
    z_fill_data = rd_data_i;
    if (local_i) begin
      fill_alloc        = scratch_alloc_i;
      fill_valid        = scratch_valid_i;
      fill_last         = {5{scratch_last_i}};
      fill_data         = scratch_data_i;
      z_fill_data       = zg_valid_i ? zg_data_i : scratch_data_i;
      fill_alloc[FillZ] = scratch_alloc_i[FillZ] || zg_alloc_i;
      fill_valid[FillZ] = scratch_valid_i[FillZ] || zg_valid_i;
      if (zg_valid_i) fill_last[FillZ] = zg_last_i;
    end
  end

  ssm_tile_buffer #(.WriteBits(DataBits), .RowBits(LaneRow), .MaxRows(TileRows), .Slots(TileBuffers)) u_buffer_u (
    .clk_i, .rst_ni, .clear_i(1'b0), .linear_i(1'b0), .alloc_i(fill_alloc[FillU]),
    .slot_free_o(scratch_free_o[FillU]), .wr_valid_i(fill_valid[FillU]), .wr_last_i(fill_last[FillU]),
    .wr_data_i(fill_data), .row_i(row_u_i), .row_valid_o(u_ok_o), .next_i(u_release_i),
    .rd_en_i(row_read_i), .rd_row_i(row_u_i), .rd_data_o(u_data_o), .release_i(u_release_i)
  );
  ssm_tile_buffer #(.WriteBits(DataBits), .RowBits(LaneRow), .MaxRows(TileRows), .Slots(TileBuffers))
  u_buffer_delta (
    .clk_i, .rst_ni, .clear_i(1'b0), .linear_i(1'b0), .alloc_i(fill_alloc[FillDelta]),
    .slot_free_o(scratch_free_o[FillDelta]), .wr_valid_i(fill_valid[FillDelta]),
    .wr_last_i(fill_last[FillDelta]), .wr_data_i(fill_data), .row_i(row_delta_i), .row_valid_o(delta_ok_o),
    .next_i(delta_release_i), .rd_en_i(row_read_i), .rd_row_i(row_delta_i), .rd_data_o(delta_data_o), .release_i(delta_release_i)
  );
  ssm_tile_buffer #(.WriteBits(DataBits), .RowBits(LaneRow), .MaxRows(TileRows), .Slots(TileBuffers)) u_buffer_z (
    .clk_i, .rst_ni, .clear_i(1'b0), .linear_i(1'b0), .alloc_i(fill_alloc[FillZ]),
    .slot_free_o(scratch_free_o[FillZ]), .wr_valid_i(fill_valid[FillZ]), .wr_last_i(fill_last[FillZ]),
    .wr_data_i(z_fill_data), .row_i(z_row_i), .row_valid_o(z_ok_o), .next_i(z_release_i),
    .rd_en_i(z_read_i), .rd_row_i(z_row_i), .rd_data_o(z_data_o), .release_i(z_release_i)
  );
  ssm_tile_buffer #(.WriteBits(DataBits), .RowBits(PassRow), .MaxRows(ChunkRows), .Slots(2), .Cuts(MaxSets != 0)) u_buffer_b (
    .clk_i, .rst_ni, .clear_i(sets_clear_i), .linear_i(rows_linear), .alloc_i(fill_alloc[FillB]),
    .slot_free_o(scratch_free_o[FillB]), .wr_valid_i(fill_valid[FillB]), .wr_last_i(fill_last[FillB]),
    .wr_data_i(fill_data), .row_i(b_row_i), .row_valid_o(b_ok_o), .next_i(bc_release_i),
    .rd_en_i(scan_read_i), .rd_row_i(b_row_i), .rd_data_o(b_data_o), .release_i(bc_release_i)
  );
  ssm_tile_buffer #(.WriteBits(DataBits), .RowBits(PassRow), .MaxRows(ChunkRows), .Slots(2), .Cuts(MaxSets != 0)) u_buffer_c (
    .clk_i, .rst_ni, .clear_i(sets_clear_i), .linear_i(rows_linear), .alloc_i(fill_alloc[FillC]),
    .slot_free_o(scratch_free_o[FillC]), .wr_valid_i(fill_valid[FillC]), .wr_last_i(fill_last[FillC]),
    .wr_data_i(fill_data), .row_i(c_row_i), .row_valid_o(c_ok_o), .next_i(bc_release_i),
    .rd_en_i(scan_read_i), .rd_row_i(c_row_i), .rd_data_o(c_data_o), .release_i(bc_release_i)
  );
  ssm_tile_buffer #(.WriteBits(DataBits), .RowBits(StateRow), .MaxRows(SlotCount), .Slots(H0Slots)) u_buffer_h0 (
    .clk_i, .rst_ni, .clear_i(1'b0), .linear_i(1'b0), .alloc_i(target_alloc_i[H0]),
    .slot_free_o(target_free_o[H0]), .wr_valid_i(rd_valid_i[H0]), .wr_last_i(rd_last_i),
    .wr_data_i(rd_data_i), .row_i(h0_row_i), .row_valid_o(h0_ok_o), .next_i(h0_next_i),
    .rd_en_i(h0_read_i), .rd_row_i(h0_read_row_i), .rd_data_o(h0_data_o), .release_i(h0_release_i)
  );
  ssm_tile_buffer #(.WriteBits(DataBits), .RowBits(ParamRow), .MaxRows(StateRows / ParamSlots), .Slots(ParamSlots)) u_memory_db (
    .clk_i, .rst_ni, .clear_i(param_clear_i), .linear_i(params_linear), .alloc_i(target_alloc_i[Db]),
    .slot_free_o(target_free_o[Db]), .wr_valid_i(rd_valid_i[Db]), .wr_last_i(rd_last_i), .wr_data_i(rd_data_i),
    .row_i(db_row_i), .row_valid_o(db_ok_o), .next_i(db_release_i), .rd_en_i(row_read_i),
    .rd_row_i(db_row_i), .rd_data_o(db_data_o), .release_i(db_release_i)
  );
  ssm_tile_buffer #(
    .WriteBits(DataBits), .RowBits(RateRow), .MaxRows(StateRows / ParamSlots), .Slots(ParamSlots), .PartRows(MaxSets != 0)
  ) u_memory_a (
    .clk_i, .rst_ni, .clear_i(param_clear_i), .linear_i(params_linear), .alloc_i(target_alloc_i[A]),
    .slot_free_o(target_free_o[A]), .wr_valid_i(rd_valid_i[A]), .wr_last_i(rd_last_i), .wr_data_i(rd_data_i),
    .row_i(a_row_i), .row_valid_o(a_ok_o), .next_i(a_release_i), .rd_en_i(scan_read_i),
    .rd_row_i(a_row_i), .rd_data_o(a_data_o), .release_i(a_release_i)
  );
  generate
    if (MaxSets != 0) begin : gen_list
      logic unused_list_free;
      ssm_tile_buffer #(.WriteBits(DataBits), .RowBits(32), .MaxRows(ListEntries), .Slots(1)) u_memory_list (
        .clk_i, .rst_ni, .clear_i(sets_clear_i), .linear_i(1'b1), .alloc_i(1'b0),
        .slot_free_o(unused_list_free), .wr_valid_i(rd_valid_i[List]), .wr_last_i(rd_last_i), .wr_data_i(rd_data_i),
        .row_i(list_row_i), .row_valid_o(list_ok_o), .next_i(1'b0), .rd_en_i(list_read_i),
        .rd_row_i(list_row_i), .rd_data_o(list_data_o), .release_i(1'b0)
      );
    end else begin : gen_no_list
      logic unused_list;
      assign unused_list = ^{list_row_i, list_read_i, rd_valid_i[List], sets_i};
      assign list_ok_o   = 1'b0;
      assign list_data_o = '0;
    end
  endgenerate
endmodule
