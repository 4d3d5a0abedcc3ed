// ssm_output_buffer: Slots tiles between a block (rows of RowBits, any row order) and the DMA (beats of ReadBits).
// Write side: wr_valid_i stores row wr_row_i of the write slot; alloc_i in the cycle the tile's last row is issued,
// tile_done_i when that row is stored. slot_free_o: the tile now being issued has a slot.
// Read side: done_o says that a complete tile waits for its job; claim_i takes it. rd_en_i reads the next beat (data one
// cycle later), rd_last_i marks the job's last one; release_i (its W handshake) gives the slot back.
module ssm_output_buffer #(
  parameter int unsigned RowBits = 64,
  parameter int unsigned ReadBits = 128,
  parameter int unsigned MaxRows = 32,
  parameter int unsigned Slots = 2
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,
  output logic                          slot_free_o,
  input  logic                          alloc_i,
  input  logic                          wr_valid_i,
  input  logic [ssm_pkg::CountBits-1:0] wr_row_i,
  input  logic [RowBits-1:0]            wr_data_i,
  input  logic                          tile_done_i,
  output logic                          done_o,
  input  logic                          claim_i,
  input  logic                          rd_en_i,
  input  logic                          rd_last_i,
  output logic [ReadBits-1:0]           rd_data_o,
  input  logic                          release_i
);
  localparam bit          Narrow      = RowBits <= ReadBits;
  localparam int unsigned RowsPerBeat = Narrow ? ReadBits / RowBits : 1;
  localparam int unsigned BeatsPerRow = Narrow ? 1 : RowBits / ReadBits;
  localparam int unsigned RowShift    = $clog2(RowsPerBeat);
  localparam int unsigned BeatShift   = $clog2(BeatsPerRow);
  localparam int unsigned SlotWords   = 1 << $clog2((MaxRows + RowsPerBeat - 1) / RowsPerBeat);
  localparam int unsigned WordIdxBits = $clog2(SlotWords) == 0 ? 1 : $clog2(SlotWords);
  localparam int unsigned SlotBits    = $clog2(Slots);
  localparam int unsigned Depth       = SlotWords * Slots;
  localparam int unsigned AddrBits    = $clog2(Depth);
  localparam int unsigned CountBits   = ssm_pkg::CountBits;

  logic [SlotBits-1:0]  write_slot_q, read_slot_q;
  logic [CountBits-1:0] read_beat_q;
  logic [SlotBits:0]    taken_q, done_q;
  logic [CountBits-1:0] write_word, read_word;
  logic [AddrBits-1:0]  write_addr, read_addr;

  assign slot_free_o = taken_q != (SlotBits + 1)'(Slots);
  assign done_o      = done_q != '0;
  assign write_word  = wr_row_i >> RowShift;
  assign read_word   = read_beat_q >> BeatShift;
  generate
    if (SlotWords == 1) begin : gen_words  // a word's index would push the slot's out of the address
      assign write_addr = write_slot_q;
      assign read_addr  = read_slot_q;
    end else begin : gen_slots
      assign write_addr = {write_slot_q, write_word[WordIdxBits-1:0]};
      assign read_addr  = {read_slot_q, read_word[WordIdxBits-1:0]};
    end
  endgenerate

  generate
    if (Narrow) begin : gen_narrow
      for (genvar r = 0; r < RowsPerBeat; r++) begin : gen_bank
        logic [RowBits-1:0] mem_q [Depth];
        logic [RowBits-1:0] word_q;
        logic               hit;
        if (RowsPerBeat > 1) begin : gen_hit
          assign hit = wr_row_i[RowShift-1:0] == RowShift'(r);
        end else begin : gen_always
          assign hit = 1'b1;
        end
        always_ff @(posedge clk_i) begin
          if (wr_valid_i && hit) mem_q[write_addr] <= wr_data_i;
          if (rd_en_i) word_q <= mem_q[read_addr];
        end
        assign rd_data_o[r*RowBits +: RowBits] = word_q;
      end
    end else begin : gen_wide
      logic [RowBits-1:0]   mem_q [Depth];
      logic [RowBits-1:0]   word_q;
      logic [BeatShift-1:0] select_q;
      always_ff @(posedge clk_i) begin
        if (wr_valid_i) mem_q[write_addr] <= wr_data_i;
        if (rd_en_i) begin
          word_q   <= mem_q[read_addr];
          select_q <= read_beat_q[BeatShift-1:0];
        end
      end
      assign rd_data_o = word_q[select_q * ReadBits +: ReadBits];
    end
  endgenerate

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_slot_q <= '0;
      read_slot_q  <= '0;
      read_beat_q  <= '0;
      taken_q      <= '0;
      done_q       <= '0;
    end else begin
      taken_q <= taken_q + (SlotBits + 1)'(alloc_i) - (SlotBits + 1)'(release_i);
      done_q  <= done_q + (SlotBits + 1)'(tile_done_i) - (SlotBits + 1)'(claim_i);
      if (tile_done_i) write_slot_q <= write_slot_q + 1'b1;
      if (rd_en_i) begin
        read_beat_q <= rd_last_i ? '0 : read_beat_q + 1'b1;
        if (rd_last_i) read_slot_q <= read_slot_q + 1'b1;
      end
    end
  end
endmodule
