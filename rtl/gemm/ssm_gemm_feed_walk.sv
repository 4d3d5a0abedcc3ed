// ssm_gemm_feed_walk: tiles, tokens, beats (innermost) of a gemm_feed command, and the rows they need.
//   x row (token or list entry) * k_words + (beat >> sub);  weight row offset tile * beats + beat
// Contract: the command is stable until the advance of its last beat; all outputs answer in the same cycle.
module ssm_gemm_feed_walk #(
  parameter int unsigned LogWord = 4  // log2 of the bytes of a word
) (
  input  logic                                 clk_i,
  input  logic                                 rst_ni,
  input  logic [ssm_gemm_pkg::FeedCmdBits-1:0] cmd_i,
  input  logic                                 advance_i,
  output logic [15:0]                          token_o,
  input  logic [15:0]                          x_token_i,   // token_o or its list entry
  output logic [15:0]                          x_row_o,
  output logic [LogWord-1:0]                   x_byte_o,    // first byte of the beat in the word
  output logic [15:0]                          offset_o,    // of the weight and position rows
  output logic [15:0]                          tile_o,
  output logic                                 first_o,     // of a tile
  output logic                                 last_o       // of the command
);
  ssm_gemm_pkg::feed_cmd_t cmd;
  logic [15:0]        beat_q, token_q, tile_q;
  logic [15:0]        k_word_q, tile_base_q;  // beat >> sub, tile * beats
  logic [LogWord-1:0] part, last_part;        // beat of the word
  logic [3:0]         span;                   // log2 of the bytes of a beat
  logic               last_beat, last_token, last_tile;

  assign cmd        = cmd_i;
  assign span       = 4'(cmd.log2_gb) + 4'(cmd.log2_m) + 4'd2;
  assign last_part  = LogWord'((1 << (4'(LogWord) - span)) - 1);
  assign part       = beat_q[LogWord-1:0] & last_part;
  assign last_beat  = beat_q == cmd.beats - 1'b1;
  assign last_token = token_q == cmd.tokens - 1'b1;
  assign last_tile  = tile_q == cmd.tiles - 1'b1;

  assign token_o  = token_q;
  assign x_row_o  = 16'(x_token_i * cmd.k_words) + k_word_q;
  assign x_byte_o = part << span;
  assign offset_o = tile_base_q + beat_q;
  assign tile_o   = tile_q;
  assign first_o  = beat_q == '0 && token_q == '0;
  assign last_o   = last_beat && last_token && last_tile;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q      <= '0;
      token_q     <= '0;
      tile_q      <= '0;
      k_word_q    <= '0;
      tile_base_q <= '0;
    end else if (advance_i) begin
      beat_q <= last_beat ? '0 : beat_q + 1'b1;
      if (last_beat) k_word_q <= '0;
      else if (part == last_part) k_word_q <= k_word_q + 1'b1;
      if (last_beat) token_q <= last_token ? '0 : token_q + 1'b1;
      if (last_beat && last_token) begin
        tile_q      <= last_tile ? '0 : tile_q + 1'b1;
        tile_base_q <= last_tile ? '0 : tile_base_q + cmd.beats;
      end
    end
  end
endmodule
