// ssm_sum_buffer: an output buffer (ssm_output_buffer) whose rows can be read back while their tile is being made: y of several
// scans is added up in place. A row that nobody wrote is drained as zero.
// Contract: that of ssm_output_buffer; besides sum_read_i asks for row sum_row_i, one cycle later sum_there_o says whether it was
// written in this tile before, and sum_data_o what it has. sum_last_i: the tile asks for no more; it may be done a cycle later.
// Two slots are never at odds: one is made while another is drained, and each has a memory of its own.
module ssm_sum_buffer #(
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
  input  logic                          sum_read_i,
  input  logic [ssm_pkg::CountBits-1:0] sum_row_i,
  input  logic                          sum_last_i,
  output logic                          sum_there_o,
  output logic [RowBits-1:0]            sum_data_o,
  output logic                          done_o,
  input  logic                          claim_i,
  input  logic                          rd_en_i,
  input  logic                          rd_last_i,
  output logic [ReadBits-1:0]           rd_data_o,
  input  logic                          release_i
);
  localparam int unsigned RowsPerBeat = RowBits <= ReadBits ? ReadBits / RowBits : 1;
  localparam int unsigned BeatsPerRow = RowBits <= ReadBits ? 1 : RowBits / ReadBits;
  localparam int unsigned RowShift    = $clog2(RowsPerBeat);
  localparam int unsigned BeatShift   = $clog2(BeatsPerRow);
  localparam int unsigned SlotWords   = 1 << $clog2((MaxRows + RowsPerBeat - 1) / RowsPerBeat);
  localparam int unsigned WordBits    = $clog2(SlotWords) == 0 ? 1 : $clog2(SlotWords);
  localparam int unsigned ColumnBits  = RowShift == 0 ? 1 : RowShift;
  localparam int unsigned SlotBits    = $clog2(Slots);
  localparam int unsigned CountBits   = ssm_pkg::CountBits;

  logic [SlotBits-1:0]   write_slot_q, read_slot_q, released_slot_q, sum_slot_q, summed_slot_q, drained_slot_q;
  logic [CountBits-1:0]  read_beat_q;
  logic [SlotBits:0]     taken_q, done_q;
  logic [WordBits-1:0]   write_word, sum_word, read_word;
  logic [ColumnBits-1:0] write_column, sum_column, sum_column_q;

  assign slot_free_o  = taken_q != (SlotBits + 1)'(Slots);
  assign done_o       = done_q != '0;
  assign write_word   = WordBits'(wr_row_i >> RowShift);
  assign sum_word     = WordBits'(sum_row_i >> RowShift);
  assign read_word    = WordBits'(read_beat_q >> BeatShift);
  assign write_column = RowShift == 0 ? '0 : ColumnBits'(wr_row_i);
  assign sum_column   = RowShift == 0 ? '0 : ColumnBits'(sum_row_i);

  localparam int unsigned FlagBits = $clog2(SlotWords * RowsPerBeat) == 0 ? 1 : $clog2(SlotWords * RowsPerBeat);
  function automatic logic [FlagBits-1:0] flag_of(input logic [WordBits-1:0] at, input logic [ColumnBits-1:0] column);
    flag_of = FlagBits'(FlagBits'(at) << RowShift) + FlagBits'(column);
  endfunction

  // A slot is read by one side at a time: by the sums until its tile is done, then by the drain.
  logic [RowsPerBeat*RowBits-1:0] word   [Slots];
  logic [RowsPerBeat-1:0]         there  [Slots];
  generate
    for (genvar s = 0; s < Slots; s++) begin : gen_slot
      logic                              drains, sums;
      logic [WordBits-1:0]               address;
      logic [SlotWords*RowsPerBeat-1:0]  written_q;
      assign drains  = rd_en_i && read_slot_q == SlotBits'(s);
      assign sums    = sum_read_i && sum_slot_q == SlotBits'(s);
      assign address = drains ? read_word : sum_word;
      for (genvar r = 0; r < RowsPerBeat; r++) begin : gen_column
        logic [RowBits-1:0] mem_q [SlotWords];
        logic [RowBits-1:0] data_q;
        logic               there_q;
        always_ff @(posedge clk_i) begin
          if (wr_valid_i && write_slot_q == SlotBits'(s) && write_column == ColumnBits'(r)) mem_q[write_word] <= wr_data_i;
          if (drains || sums) data_q <= mem_q[address];
          if (drains || sums) there_q <= written_q[flag_of(address, ColumnBits'(r))];
        end
        assign word[s][r*RowBits +: RowBits] = data_q;
        assign there[s][r]                   = there_q;
      end
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) written_q <= '0;
        else begin
          if (wr_valid_i && write_slot_q == SlotBits'(s))
            written_q[flag_of(write_word, write_column)] <= 1'b1;
          if (release_i && released_slot_q == SlotBits'(s)) written_q <= '0;
        end
      end
    end
  endgenerate

  // ---- Sums ----
  assign sum_there_o = there[summed_slot_q][sum_column_q];
  assign sum_data_o  = word[summed_slot_q][sum_column_q * RowBits +: RowBits];

  // ---- Drain ----
  logic [RowsPerBeat*RowBits-1:0] drained;
  always_comb begin
    for (int unsigned r = 0; r < RowsPerBeat; r++)
      drained[r*RowBits +: RowBits] = there[drained_slot_q][r] ? word[drained_slot_q][r*RowBits +: RowBits] : '0;
  end
  generate
    if (BeatsPerRow > 1) begin : gen_select
      logic [BeatShift-1:0] select_q;
      always_ff @(posedge clk_i) if (rd_en_i) select_q <= read_beat_q[BeatShift-1:0];
      assign rd_data_o = drained[select_q * ReadBits +: ReadBits];
    end else begin : gen_whole
      assign rd_data_o = drained;
    end
  endgenerate

  always_ff @(posedge clk_i) begin
    summed_slot_q <= sum_slot_q;
    sum_column_q  <= sum_column;
    if (rd_en_i) drained_slot_q <= read_slot_q;
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      write_slot_q    <= '0;
      sum_slot_q      <= '0;
      read_slot_q     <= '0;
      released_slot_q <= '0;
      read_beat_q     <= '0;
      taken_q         <= '0;
      done_q          <= '0;
    end else begin
      taken_q <= taken_q + (SlotBits + 1)'(alloc_i) - (SlotBits + 1)'(release_i);
      done_q  <= done_q + (SlotBits + 1)'(tile_done_i) - (SlotBits + 1)'(claim_i);
      if (sum_last_i) sum_slot_q <= sum_slot_q + 1'b1;
      if (tile_done_i) write_slot_q <= write_slot_q + 1'b1;
      if (release_i) released_slot_q <= released_slot_q + 1'b1;
      if (rd_en_i) begin
        read_beat_q <= rd_last_i ? '0 : read_beat_q + 1'b1;
        if (rd_last_i) read_slot_q <= read_slot_q + 1'b1;
      end
    end
  end
endmodule
