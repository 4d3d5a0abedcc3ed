// ssm_scratch: the scratch memory with its two engines and the buffers of load (from the DMA) and store (to the DMA).
// Contract: the ports of ssm_scratch_read and ssm_scratch_write, without those of load and store; quiet_o: both job queues empty.
// inc_o: what the counters of scratch_read and scratch_write gain (sim/PROGRAM.md, section 7).
module ssm_scratch #(
  parameter int unsigned WordBits = 128,
  parameter int unsigned Words = 1024,
  parameter int unsigned Lanes = WordBits / 8
) (
  input  logic                                 clk_i,
  input  logic                                 rst_ni,
  input  logic                                 read_push_i,
  input  logic [ssm_pkg::ScratchJobBits-1:0]   read_job_i,
  output logic                                 read_ready_o,
  input  logic                                 write_push_i,
  input  logic [ssm_pkg::ScratchJobBits-1:0]   write_job_i,
  output logic                                 write_ready_o,
  output logic                                 quiet_o,
  // Read targets; those of store are not used.
  input  logic [ssm_map_pkg::NumScratchReads-1:0]  place_i,
  output logic [ssm_map_pkg::NumScratchReads-1:0]  take_o,
  output logic [ssm_map_pkg::NumScratchReads-1:0]  valid_o,
  output logic                                 last_o,
  output logic [WordBits-1:0]                  word_o,
  output logic [2*WordBits-1:0]                pair_o,
  output logic [3*WordBits-1:0]                triple_o,
  // Write sources; those of load are not used.
  input  logic [ssm_map_pkg::NumScratchWrites-1:0] entry_valid_i,
  output logic [ssm_map_pkg::NumScratchWrites-1:0] step_o,
  output logic [ssm_map_pkg::NumScratchWrites-1:0] pop_o,
  input  logic [32*Lanes-1:0]                  gemm_y_i,
  input  logic [WordBits-1:0]                  conv_u_i,
  input  logic [24*Lanes-1:0]                  conv_h_i,
  input  logic [WordBits/2-1:0]                norm_y_i,
  input  logic [WordBits-1:0]                  hadamard_y_i,
  input  logic [WordBits-1:0]                  scan_y_data_i,
  output logic [7:0]                           list_index_o,
  input  logic [7:0]                           list_entry_i,
  input  logic                                 list_valid_i,
  // The z buffer, filled by gemm.
  input  logic                                 zg_place_i,
  output logic                                 zg_alloc_o,
  output logic                                 zg_valid_o,
  output logic                                 zg_last_o,
  output logic [WordBits-1:0]                  zg_data_o,
  // Load buffer, written by the DMA.
  output logic                                 load_free_o,
  input  logic                                 load_alloc_i,
  input  logic                                 load_valid_i,
  input  logic                                 load_last_i,
  input  logic [WordBits-1:0]                  load_data_i,
  // Store buffer, read by the DMA.
  output logic                                 store_done_o,
  input  logic                                 store_claim_i,
  input  logic                                 store_rd_en_i,
  input  logic                                 store_rd_last_i,
  output logic [WordBits-1:0]                  store_data_o,
  input  logic                                 store_release_i,
  output logic [ssm_map_pkg::LastScratchWrite:ssm_map_pkg::FirstScratchRead][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned AddrBits = $clog2(Words);
  localparam int unsigned Store    = 32'(ssm_map_pkg::ReadStore);
  localparam int unsigned Load     = 32'(ssm_map_pkg::WriteLoad);

  logic                          rd_en, wr_en, load_there, store_free, read_quiet, write_quiet;
  logic [AddrBits-1:0]           rd_addr, wr_addr;
  logic [WordBits-1:0]           rd_data, wr_data, load_word;
  logic [31:0]                   reads_done, writes_done;
  logic [ssm_map_pkg::NumScratchReads-1:0]  place;
  logic [ssm_map_pkg::NumScratchWrites-1:0] entry_valid;
  logic [ssm_pkg::CountBits-1:0] store_row, load_row;

  always_comb begin
    place             = place_i;
    place[Store]      = store_free;
    entry_valid       = entry_valid_i;
    entry_valid[Load] = load_there;
  end

  ssm_scratch_read #(.WordBits(WordBits), .AddrBits(AddrBits)) u_read (
    .clk_i, .rst_ni, .job_push_i(read_push_i), .job_i(read_job_i), .job_ready_o(read_ready_o), .quiet_o(read_quiet),
    .writes_done_i(writes_done), .reads_done_o(reads_done), .mem_en_o(rd_en), .mem_addr_o(rd_addr), .mem_data_i(rd_data),
    .place_i(place), .take_o, .valid_o, .last_o, .row_o(store_row), .word_o, .pair_o, .triple_o,
    .inc_o(inc_o[ssm_map_pkg::LastScratchRead:ssm_map_pkg::FirstScratchRead])
  );
  ssm_scratch_write #(.WordBits(WordBits), .AddrBits(AddrBits)) u_write (
    .clk_i, .rst_ni, .job_push_i(write_push_i), .job_i(write_job_i), .job_ready_o(write_ready_o), .quiet_o(write_quiet),
    .reads_done_i(reads_done), .writes_done_o(writes_done), .list_index_o, .list_entry_i, .list_valid_i,
    .entry_valid_i(entry_valid), .step_o, .pop_o, .row_o(load_row), .gemm_y_i, .conv_u_i, .conv_h_i, .norm_y_i, .hadamard_y_i,
    .load_data_i(load_word), .scan_y_data_i, .wr_en_o(wr_en), .wr_addr_o(wr_addr), .wr_data_o(wr_data), .zg_place_i,
    .zg_alloc_o, .zg_valid_o, .zg_last_o,
    .inc_o(inc_o[ssm_map_pkg::LastScratchWrite:ssm_map_pkg::FirstScratchWrite])
  );
  ssm_scratch_memory #(.WordBits(WordBits), .Words(Words)) u_memory (
    .clk_i, .rd_en_i(rd_en), .rd_addr_i(rd_addr), .rd_data_o(rd_data), .wr_en_i(wr_en), .wr_addr_i(wr_addr),
    .wr_data_i(wr_data)
  );
  ssm_tile_buffer #(.WriteBits(WordBits), .RowBits(WordBits), .MaxRows(ssm_map_pkg::PieceWords), .Slots(ssm_map_pkg::PieceSlots)) u_load (
    .clk_i, .rst_ni, .clear_i(1'b0), .alloc_i(load_alloc_i), .slot_free_o(load_free_o), .wr_valid_i(load_valid_i),
    .wr_last_i(load_last_i), .wr_data_i(load_data_i), .row_i(load_row), .linear_i(1'b0), .row_valid_o(load_there),
    .next_i(pop_o[Load]), .rd_en_i(step_o[Load]), .rd_row_i(load_row), .rd_data_o(load_word), .release_i(pop_o[Load])
  );
  ssm_output_buffer #(.RowBits(WordBits), .ReadBits(WordBits), .MaxRows(ssm_map_pkg::PieceWords), .Slots(ssm_map_pkg::PieceSlots)) u_store (
    .clk_i, .rst_ni, .slot_free_o(store_free), .alloc_i(take_o[Store]), .wr_valid_i(valid_o[Store]), .wr_row_i(store_row),
    .wr_data_i(word_o), .tile_done_i(valid_o[Store] && last_o), .done_o(store_done_o), .claim_i(store_claim_i),
    .rd_en_i(store_rd_en_i), .rd_last_i(store_rd_last_i), .rd_data_o(store_data_o), .release_i(store_release_i)
  );
  assign zg_data_o = wr_data;
  assign quiet_o   = read_quiet && write_quiet;
endmodule
