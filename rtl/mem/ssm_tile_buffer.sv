// ssm_tile_buffer: operand buffer of Slots tiles between the DMA (beats of WriteBits) and a block (rows of RowBits).
// Write side: beats fill the write slot in order; wr_last_i ends the tile. alloc_i takes a slot, slot_free_o says one is left.
// Check side: row_valid_o says whether row row_i of the tile being issued is complete; next_i moves on to the next tile.
// Read side, possibly some cycles behind: rd_en_i reads row rd_row_i, data one cycle later; release_i gives the slot back.
// clear_i forgets everything: of a resident memory (Slots = 1), or of slots when none is in use. With Cuts it may meet a job under
// way, whose other beats then are nobody's; without, nothing may come of the jobs before it.
// linear_i, which changes only with clear_i: the slots are one resident memory; alloc, next and release mean nothing.
// A beat written in cycle c counts from c+1, a slot released in c is free from c+1. A slot may be released before its tile is
// complete, even before it is taken or a beat is there: what comes of the tile is written and counts for nobody, and no other is
// released before all of it came. The check side stays fewer than Slots tiles ahead of the read side.
// RowBits and WriteBits are powers of two times 8; either may be the larger one.
module ssm_tile_buffer #(
  parameter int unsigned WriteBits = 128,
  parameter int unsigned RowBits = 32,
  parameter int unsigned MaxRows = 32,
  parameter int unsigned Slots = 2,
  parameter bit          PartRows = 1'b0, // of slots: the end of a tile completes its last row
  parameter bit          Cuts = 1'b0      // clear_i may come before the last beat of a job
) (
  input  logic                          clk_i,
  input  logic                          rst_ni,
  input  logic                          clear_i,
  input  logic                          linear_i,
  input  logic                          alloc_i,
  output logic                          slot_free_o,
  input  logic                          wr_valid_i,
  input  logic                          wr_last_i,
  input  logic [WriteBits-1:0]          wr_data_i,
  input  logic [ssm_pkg::CountBits-1:0] row_i,
  output logic                          row_valid_o,
  input  logic                          next_i,
  input  logic                          rd_en_i,
  input  logic [ssm_pkg::CountBits-1:0] rd_row_i,
  output logic [RowBits-1:0]            rd_data_o,
  input  logic                          release_i
);
  localparam bit          Narrow      = RowBits <= WriteBits;
  localparam int unsigned RowsPerBeat = Narrow ? WriteBits / RowBits : 1;
  localparam int unsigned BeatsPerRow = Narrow ? 1 : RowBits / WriteBits;
  localparam int unsigned RowShift    = $clog2(RowsPerBeat);
  localparam int unsigned BeatShift   = $clog2(BeatsPerRow);
  // Words are as wide as the wider side; a slot holds a power of two of them.
  localparam int unsigned WordBits    = Narrow ? WriteBits : RowBits;
  localparam int unsigned SlotWords   = 1 << $clog2((MaxRows + RowsPerBeat - 1) / RowsPerBeat);
  localparam int unsigned WordIdxBits = $clog2(SlotWords) == 0 ? 1 : $clog2(SlotWords);
  localparam int unsigned SlotBits    = $clog2(Slots) == 0 ? 1 : $clog2(Slots);
  localparam int unsigned Depth       = SlotWords * Slots;
  localparam int unsigned AddrBits    = $clog2(Depth) == 0 ? 1 : $clog2(Depth);
  localparam int unsigned CountBits   = ssm_pkg::CountBits;

  logic [CountBits-1:0] fill_q [Slots];
  logic [Slots-1:0]     full_q;
  logic [SlotBits-1:0]  write_slot_q, check_slot_q, read_slot_q;
  logic [CountBits-1:0] write_beat_q;
  logic [SlotBits:0]    taken_q;  // -1 between a release that is early and the slot's alloc
  logic                 dropped_q, dropped;  // the tile being written was released
  logic [AddrBits-1:0]  write_addr, read_addr;
  logic [CountBits-1:0] complete_rows;
  logic [CountBits-1:0] write_word, read_word;

  // ---- A beat of a job that clear_i did not meet ----
  logic take;
  generate
    if (Cuts) begin : gen_cuts
      logic under_way_q, cut_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          under_way_q <= 1'b0;
          cut_q       <= 1'b0;
        end else begin
          if (wr_valid_i) under_way_q <= !wr_last_i;
          if (clear_i)                      cut_q <= wr_valid_i ? !wr_last_i : under_way_q;
          else if (wr_valid_i && wr_last_i) cut_q <= 1'b0;
        end
      end
      assign take = wr_valid_i && !cut_q;
    end else begin : gen_whole_jobs
      assign take = wr_valid_i;
    end
  endgenerate

  logic                 by_slots;
  assign by_slots      = Slots > 1 && !linear_i;
  assign slot_free_o   = !by_slots || taken_q != (SlotBits + 1)'(Slots);
  assign complete_rows = fill_q[check_slot_q] >> BeatShift;
  assign row_valid_o   = complete_rows > (row_i >> RowShift) || (PartRows && full_q[check_slot_q]);
  assign dropped       = dropped_q || (by_slots && release_i && !full_q[read_slot_q]);
  assign write_word    = write_beat_q >> BeatShift;
  assign read_word     = rd_row_i >> RowShift;

  generate
    if (Slots > 1 && SlotWords == 1) begin : gen_words  // a word's index would push the slot's out of the address
      assign write_addr = linear_i ? AddrBits'(write_word) : write_slot_q;
      assign read_addr  = linear_i ? AddrBits'(read_word) : read_slot_q;
    end else if (Slots > 1) begin : gen_slots
      assign write_addr = linear_i ? AddrBits'(write_word) : {write_slot_q, write_word[WordIdxBits-1:0]};
      assign read_addr  = linear_i ? AddrBits'(read_word) : {read_slot_q, read_word[WordIdxBits-1:0]};
    end else begin : gen_one_slot
      assign write_addr = AddrBits'(write_word[WordIdxBits-1:0]);
      assign read_addr  = AddrBits'(read_word[WordIdxBits-1:0]);
    end

    if (Narrow) begin : gen_narrow
      logic [WordBits-1:0] mem_q [Depth];
      logic [WordBits-1:0] word_q;
      always_ff @(posedge clk_i) begin
        if (take) mem_q[write_addr] <= wr_data_i;
        if (rd_en_i) word_q <= mem_q[read_addr];
      end
      if (RowsPerBeat > 1) begin : gen_select
        logic [RowShift-1:0] select_q;
        always_ff @(posedge clk_i) begin
          if (rd_en_i) select_q <= rd_row_i[RowShift-1:0];
        end
        assign rd_data_o = word_q[select_q * RowBits +: RowBits];
      end else begin : gen_whole
        assign rd_data_o = word_q;
      end
    end else begin : gen_wide
      for (genvar b = 0; b < BeatsPerRow; b++) begin : gen_bank
        logic [WriteBits-1:0] mem_q [Depth];
        logic [WriteBits-1:0] word_q;
        always_ff @(posedge clk_i) begin
          if (take && write_beat_q[BeatShift-1:0] == BeatShift'(b)) mem_q[write_addr] <= wr_data_i;
          if (rd_en_i) word_q <= mem_q[read_addr];
        end
        assign rd_data_o[b*WriteBits +: WriteBits] = word_q;
      end
    end
  endgenerate

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      for (int unsigned s = 0; s < Slots; s++) fill_q[s] <= '0;
      full_q       <= '0;
      write_slot_q <= '0;
      check_slot_q <= '0;
      read_slot_q  <= '0;
      write_beat_q <= '0;
      taken_q      <= '0;
      dropped_q    <= 1'b0;
    end else begin
      if (by_slots) begin
        taken_q <= taken_q + (SlotBits + 1)'(alloc_i) - (SlotBits + 1)'(release_i);
        if (next_i) check_slot_q <= check_slot_q + 1'b1;
        if (release_i) begin
          fill_q[read_slot_q] <= '0;
          full_q[read_slot_q] <= 1'b0;
          read_slot_q         <= read_slot_q + 1'b1;
        end
      end
      dropped_q <= dropped && !(take && wr_last_i);
      if (take) begin
        if (!dropped) fill_q[write_slot_q] <= fill_q[write_slot_q] + 1'b1;
        write_beat_q <= write_beat_q + 1'b1;
        // A resident memory is filled by several jobs, one behind the other.
        if (wr_last_i && by_slots) begin
          full_q[write_slot_q] <= !dropped;
          write_beat_q <= '0;
          write_slot_q <= write_slot_q + 1'b1;
        end
      end
      if (clear_i) begin
        for (int unsigned s = 0; s < Slots; s++) fill_q[s] <= '0;
        full_q       <= '0;
        write_slot_q <= '0;
        check_slot_q <= '0;
        read_slot_q  <= '0;
        write_beat_q <= '0;
        taken_q      <= '0;
      end
    end
  end
endmodule
