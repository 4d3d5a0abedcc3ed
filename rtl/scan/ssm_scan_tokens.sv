// ssm_scan_tokens: the order of a scan: one token a position of a walk, with the rows that it reads and writes and what
// happens to the state there (hls/scan/scan_tokens.h; sim/SETS.md, sections 2 and 4.1).
// Contract: one token per cycle when the command, with a list the entry, and a place in the token queue are there; visible two
// cycles after its issue. A machine without sets (MaxSets = 0) walks forward or backwards: the rows are running sums. With sets
// any map is looked up in cycle 1 and multiplied by the lane groups or passes there.
module ssm_scan_tokens #(
  parameter int unsigned MaxSets = 0,
  parameter int unsigned Depth = ssm_map_pkg::TokenDepth
) (
  input  logic                               clk_i,
  input  logic                               rst_ni,
  // Command.
  input  logic                               cmd_valid_i,
  input  logic [ssm_pkg::TokenCmdBits-1:0]   cmd_i,
  output logic                               cmd_pop_o,
  // List memory.
  output logic [ssm_pkg::CountBits-1:0]      list_row_o,
  input  logic                               list_valid_i,
  output logic                               list_read_o,
  input  logic [31:0]                        list_data_i,
  // Tokens.
  output logic                               token_valid_o,
  output logic [ssm_pkg::TokenBits-1:0]      token_o,
  input  logic                               token_pop_i,
  // Counter events.
  output logic [ssm_map_pkg::LastScanTokens:ssm_map_pkg::FirstScanTokens][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned CountBits = ssm_pkg::CountBits;
  localparam int unsigned RowBits   = ssm_pkg::TokenRowBits;
  localparam int unsigned IncBits   = ssm_map_pkg::IncBits;

  ssm_pkg::token_cmd_t  cmd;
  logic [CountBits-1:0] position_q;
  logic                 issue, operands, place, first, last, valid_q, uses_list, reset, hold;

  assign cmd       = cmd_i;
  assign first     = position_q == '0;
  assign last      = position_q == cmd.positions - 1'b1;
  assign uses_list = MaxSets != 0 && cmd.has_list;
  assign operands  = !uses_list || list_valid_i;
  assign issue     = cmd_valid_i && operands && place;
  assign cmd_pop_o = issue && last;

  assign inc_o[ssm_map_pkg::CounterScanTokensBusy]         = IncBits'(issue);
  assign inc_o[ssm_map_pkg::CounterScanTokensWaitIn]       = IncBits'(cmd_valid_i && !operands);
  assign inc_o[ssm_map_pkg::CounterScanTokensWaitOut]      = IncBits'(cmd_valid_i && operands && !place);
  assign inc_o[ssm_map_pkg::CounterScanTokensIdle]         = IncBits'(!cmd_valid_i);
  assign inc_o[ssm_map_pkg::CounterScanTokensTokens]       = IncBits'(issue);
  assign inc_o[ssm_map_pkg::CounterScanTokensListReadBits] = list_read_o ? IncBits'(32) : '0;
  assign inc_o[ssm_map_pkg::CounterScanTokensResets]       = IncBits'(valid_q && reset);
  assign inc_o[ssm_map_pkg::CounterScanTokensHolds]        = IncBits'(valid_q && hold);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      position_q <= '0;
      valid_q    <= 1'b0;
    end else begin
      valid_q <= issue;
      if (issue) position_q <= last ? '0 : position_q + 1'b1;
    end
  end

  // ---- Cycle 1: the token ----
  ssm_pkg::token_t token;

  generate
    if (MaxSets == 0) begin : gen_sums
      logic [RowBits-1:0]   row, row_q, row1_q;
      logic [CountBits-1:0] row_bc, row_bc_q, row_bc1_q;
      logic                 first1_q, last1_q, unused_list;

      assign row    = !first ? row_q : cmd.reverse ? RowBits'(cmd.rows) - RowBits'(cmd.groups) : '0;
      assign row_bc = !first ? row_bc_q : cmd.reverse ? cmd.rows_bc - CountBits'(cmd.passes) : '0;
      always_ff @(posedge clk_i) begin
        if (issue) begin
          row_q    <= cmd.reverse ? row - RowBits'(cmd.groups) : row + RowBits'(cmd.groups);
          row_bc_q <= cmd.reverse ? row_bc - CountBits'(cmd.passes) : row_bc + CountBits'(cmd.passes);
        end
        row1_q    <= row;
        row_bc1_q <= row_bc;
        first1_q  <= first;
        last1_q   <= last;
      end

      always_comb begin
        token         = '0;
        token.row_u   = row1_q;
        token.row_p   = row1_q;
        token.row_out = row1_q;
        token.row_bc  = row_bc1_q;
        token.first   = first1_q;
        token.last    = last1_q;
      end
      assign list_row_o  = '0;
      assign list_read_o = 1'b0;
      assign reset       = 1'b0;
      assign hold        = 1'b0;
      assign unused_list = ^{list_valid_i, list_data_i};
    end else begin : gen_maps
      // The affine walk: a snake goes on from the end of a line, every other walk from its beginning.
      logic [CountBits-1:0] affine, affine_q, line, line_q, plane, plane_q, i0_q, i1_q, left, left_q;
      logic                 backwards_q, line_end, plane_end, segment;

      assign affine    = first ? cmd.base : affine_q;
      assign line      = first ? cmd.base : line_q;
      assign plane     = first ? cmd.base : plane_q;
      assign line_end  = i0_q == cmd.n0 - 1'b1;
      assign plane_end = line_end && i1_q == cmd.n1 - 1'b1;
      assign left      = first ? cmd.first_segment : left_q;
      assign segment   = cmd.log2_segment != '0 && left == '0;

      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
          i0_q        <= '0;
          i1_q        <= '0;
          backwards_q <= 1'b0;
        end else if (issue) begin
          i0_q        <= last || line_end ? '0 : i0_q + 1'b1;
          i1_q        <= last || plane_end ? '0 : line_end ? i1_q + 1'b1 : i1_q;
          backwards_q <= !(last || plane_end) && (line_end ? cmd.snake && !backwards_q : backwards_q);
        end
      end
      always_ff @(posedge clk_i) begin
        if (issue) begin
          left_q <= (segment ? CountBits'(1) << cmd.log2_segment : left) - 1'b1;
          if (plane_end) begin
            affine_q <= plane + cmd.s2;
            line_q   <= plane + cmd.s2;
            plane_q  <= plane + cmd.s2;
          end else begin
            line_q  <= line_end ? line + cmd.s1 : line;
            plane_q <= plane;
            if (line_end)  affine_q <= cmd.snake ? affine + cmd.s1 : line + cmd.s1;
            else           affine_q <= backwards_q ? affine - cmd.s0 : affine + cmd.s0;
          end
        end
      end

      assign list_row_o  = cmd.list_base + position_q;
      assign list_read_o = issue && uses_list;

      logic [RowBits-1:0]   forward1_q, reverse1_q, affine1_q, row_u, row_p, row_out;
      logic                 first1_q, last1_q, segment1_q, list1_q;
      logic [2:0]           map_u1_q, map_p1_q, map_out1_q;
      logic [3:0]           groups1_q;
      logic [7:0]           passes1_q;

      always_ff @(posedge clk_i) begin
        forward1_q <= RowBits'(position_q);
        reverse1_q <= RowBits'(cmd.positions - 1'b1 - position_q);
        affine1_q  <= RowBits'(affine);
        first1_q   <= first;
        last1_q    <= last;
        segment1_q <= segment;
        list1_q    <= uses_list;
        map_u1_q   <= cmd.map_u;
        map_p1_q   <= cmd.map_p;
        map_out1_q <= cmd.map_out;
        groups1_q  <= cmd.groups;
        passes1_q  <= cmd.passes;
      end

      function automatic logic [RowBits-1:0] row_of(
        input logic [2:0] map, input logic [RowBits-1:0] forward, input logic [RowBits-1:0] backward,
        input logic [RowBits-1:0] by_affine, input logic [23:0] entry
      );
        unique case (map)
          ssm_pkg::MapForward: row_of = forward;
          ssm_pkg::MapReverse: row_of = backward;
          ssm_pkg::MapAffine:  row_of = by_affine;
          ssm_pkg::MapListA:   row_of = RowBits'(entry[11:0]);
          default:             row_of = RowBits'(entry[23:12]);
        endcase
      endfunction

      assign row_u   = row_of(map_u1_q, forward1_q, reverse1_q, affine1_q, list_data_i[23:0]);
      assign row_p   = row_of(map_p1_q, forward1_q, reverse1_q, affine1_q, list_data_i[23:0]);
      assign row_out = row_of(map_out1_q, forward1_q, reverse1_q, affine1_q, list_data_i[23:0]);
      assign reset   = segment1_q || (list1_q && list_data_i[24]);
      assign hold    = list1_q && list_data_i[25];

      always_comb begin
        token.row_u   = RowBits'(row_u * RowBits'(groups1_q));
        token.row_p   = RowBits'(row_p * RowBits'(groups1_q));
        token.row_out = RowBits'(row_out * RowBits'(groups1_q));
        token.row_bc  = CountBits'(CountBits'(row_p) * CountBits'(passes1_q));
        token.first   = first1_q;
        token.last    = last1_q;
        token.reset   = reset;
        token.hold    = hold;
        token.mute    = list1_q && list_data_i[26];
      end
    end
  endgenerate

  ssm_credit_fifo #(.Width(ssm_pkg::TokenBits), .Depth(Depth)) u_token_fifo (
    .clk_i, .rst_ni, .take_i(issue), .available_o(place), .push_i(valid_q), .data_i(token),
    .valid_o(token_valid_o), .data_o(token_o), .pop_i(token_pop_i)
  );
endmodule
