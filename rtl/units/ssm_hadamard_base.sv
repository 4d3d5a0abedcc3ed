// ssm_hadamard_base: two row slots of BlockLanes banks and the signed sum over the blocks of a row.
//   acc = (first ? 0 : acc) + sum over banks q of (negative[q] ? -1 : 1) * bank q, or + x with single_i (order 1)
// Contract: a step per cycle with step_i; acc_o holds its sum from three cycles later on. Block a is loaded into bank
// a mod BlockLanes; a load and a step of other rows may fall in one cycle. Addresses within a bank are the caller's.
module ssm_hadamard_base #(
  parameter int unsigned NumLanes = 8,
  parameter int unsigned BlockLanes = 4,
  parameter int unsigned RowBeats = 64,
  parameter int unsigned AddrBits = 4
) (
  input  logic                                              clk_i,
  input  logic [NumLanes*ssm_hadamard_pkg::XBits-1:0]       x_i,
  // Loading.
  input  logic [BlockLanes-1:0]                             load_i,       // one-hot: the bank
  input  logic                                              load_slot_i,
  input  logic [AddrBits-1:0]                               load_addr_i,
  // Step.
  input  logic                                              step_i,
  input  logic                                              single_i,
  input  logic                                              first_i,
  input  logic                                              read_slot_i,
  input  logic [AddrBits-1:0]                               read_addr_i,
  input  logic [BlockLanes-1:0]                             negative_i,
  output logic [NumLanes*ssm_hadamard_pkg::BaseBits-1:0]    acc_o
);
  localparam int unsigned XBits     = ssm_hadamard_pkg::XBits;
  localparam int unsigned BaseBits  = ssm_hadamard_pkg::BaseBits;
  localparam int unsigned WordBits  = NumLanes * XBits;
  localparam int unsigned BankBeats = RowBeats / BlockLanes;
  localparam int unsigned IndexBits = $clog2(2 * BankBeats);

  logic [IndexBits-1:0] load_index, read_index;
  assign load_index = IndexBits'(load_addr_i) + (load_slot_i ? IndexBits'(BankBeats) : '0);
  assign read_index = IndexBits'(read_addr_i) + (read_slot_i ? IndexBits'(BankBeats) : '0);

  // 1: read.
  logic [BlockLanes*WordBits-1:0] words;
  logic [WordBits-1:0]            x_q;
  logic [BlockLanes-1:0]          negative_q;
  logic                           step_q, step2_q, first_q, first2_q, single_q;
  generate
    for (genvar q = 0; q < BlockLanes; q++) begin : gen_bank
      logic [WordBits-1:0] bank_q [2*BankBeats];
      logic [WordBits-1:0] word_q;
      always_ff @(posedge clk_i) begin
        if (load_i[q]) bank_q[load_index] <= x_i;
        if (step_i && !single_i) word_q <= bank_q[read_index];
      end
      assign words[q*WordBits +: WordBits] = word_q;
    end
  endgenerate
  always_ff @(posedge clk_i) begin
    if (step_i && single_i) x_q <= x_i;
    single_q   <= single_i;
    negative_q <= negative_i;
    first_q    <= first_i;
    first2_q   <= first_q;
    step_q     <= step_i;
    step2_q    <= step_q;
  end

  // 2: signed sum over the banks. 3: accumulator.
  generate
    for (genvar l = 0; l < NumLanes; l++) begin : gen_lane
      logic signed [BaseBits-1:0] sum, sum_q, acc_q, term;
      always_comb begin
        sum = single_q ? BaseBits'($signed(x_q[l*XBits +: XBits])) : '0;
        for (int unsigned q = 0; q < BlockLanes; q++) begin
          term = BaseBits'($signed(words[q*WordBits+l*XBits +: XBits]));
          if (!single_q) sum = negative_q[q] ? sum - term : sum + term;
        end
      end
      always_ff @(posedge clk_i) begin
        sum_q <= sum;
        if (step2_q) acc_q <= (first2_q ? '0 : acc_q) + sum_q;
      end
      assign acc_o[l*BaseBits +: BaseBits] = acc_q;
    end
  endgenerate
endmodule
