// ssm_parameter_feed: rows first .. first + count - 1 of a resident parameter memory, in front of a unit.
// Contract: one row per cycle when command, row and a place of the queue (depth 2) are there; visible at issue + 2. The command
// leaves with its last issue. Rows are written by beats, BeatBits each, low part first; clear_i forgets them.
module ssm_parameter_feed #(
  parameter int unsigned BeatBits = 128,
  parameter int unsigned RowBits = 128,
  parameter int unsigned Rows = 128
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                clear_i,
  input  logic                wr_valid_i,
  input  logic [BeatBits-1:0] wr_data_i,
  // Command.
  input  logic                cmd_push_i,
  input  logic [15:0]         cmd_first_i,
  input  logic [15:0]         cmd_count_i,
  output logic                cmd_ready_o,
  output logic                cmd_left_o,
  // Rows.
  output logic                row_valid_o,
  output logic [RowBits-1:0]  row_o,
  input  logic                row_pop_i
);

  logic [15:0]        first, count, row_q, row;
  logic               cmd_valid, issue, issue_q, last, present, credit, free_unused;
  logic [RowBits-1:0] data;

  ssm_stream_fifo #(.Width(32), .Depth(ssm_map_pkg::UnitCommandDepth)) u_cmd (
    .clk_i, .rst_ni, .push_i(cmd_push_i), .data_i({cmd_count_i, cmd_first_i}), .ready_o(cmd_ready_o), .valid_o(cmd_valid),
    .data_o({count, first}), .pop_i(issue && last)
  );
  assign row        = first + row_q;
  assign last       = row_q == count - 1'b1;
  assign issue      = cmd_valid && present && credit;
  assign cmd_left_o = issue && last;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      row_q   <= '0;
      issue_q <= 1'b0;
    end else begin
      issue_q <= issue;
      if (issue) row_q <= last ? '0 : row_q + 1'b1;
    end
  end

  ssm_tile_buffer #(.WriteBits(BeatBits), .RowBits(RowBits), .MaxRows(Rows), .Slots(1)) u_memory (
    .clk_i, .rst_ni, .clear_i, .alloc_i(1'b0), .slot_free_o(free_unused), .wr_valid_i, .wr_last_i(1'b0), .wr_data_i,
    .row_i(row), .linear_i(1'b0), .row_valid_o(present), .next_i(1'b0), .rd_en_i(issue), .rd_row_i(row),
    .rd_data_o(data), .release_i(1'b0)
  );
  ssm_credit_fifo #(.Width(RowBits), .Depth(ssm_map_pkg::ParameterDepth)) u_rows (
    .clk_i, .rst_ni, .take_i(issue), .available_o(credit), .push_i(issue_q), .data_i(data), .valid_o(row_valid_o),
    .data_o(row_o), .pop_i(row_pop_i)
  );
endmodule
