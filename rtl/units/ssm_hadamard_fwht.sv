// ssm_hadamard_fwht: fast Walsh-Hadamard transform of rows of m 2^k values, m in {1, 12, 20, 28, 40}, requantised; with
// pass requantised only, beat by beat in the same stages.
// Contract: a beat of NumLanes values per cycle for m = 1, m / BlockLanes cycles per output beat else; beat i of a block is
// visible 4 + log2(NumLanes) + MaxBits + i cycles after the block's last step. Elastic throughout. sim/UNITS.md,
// hadamard_fwht.
module ssm_hadamard_fwht #(
  parameter int unsigned NumLanes = 8,
  parameter int unsigned BlockLanes = 4,
  parameter int unsigned MaxBits = 4,
  parameter int unsigned RowBeats = 64,
  parameter int unsigned YDepth = 4
) (
  input  logic                                        clk_i,
  input  logic                                        rst_ni,
  input  logic                                        cmd_valid_i,
  input  logic [ssm_hadamard_pkg::CmdBits-1:0]        cmd_i,
  output logic                                        cmd_pop_o,
  input  logic                                        x_valid_i,
  input  logic [NumLanes*ssm_hadamard_pkg::XBits-1:0] x_i,
  output logic                                        x_pop_o,
  output logic                                        y_valid_o,
  output logic [NumLanes*ssm_hadamard_pkg::XBits-1:0] y_o,
  input  logic                                        y_pop_i,
  // Counter events.
  output logic [ssm_map_pkg::LastHadamardFwht:ssm_map_pkg::FirstHadamardFwht][ssm_map_pkg::IncBits-1:0] inc_o
);
  localparam int unsigned XBits     = ssm_hadamard_pkg::XBits;
  localparam int unsigned SideBits  = ssm_hadamard_pkg::SideBits;
  localparam int unsigned IncBits   = ssm_map_pkg::IncBits;
  localparam int unsigned LogLanes  = $clog2(NumLanes);
  localparam int unsigned BeatBits  = ssm_hadamard_pkg::BaseBits + LogLanes;  // behind the butterflies of a beat
  localparam int unsigned MaxSum    = ssm_hadamard_pkg::SumBits;
  localparam int unsigned OutBits   = BeatBits + MaxBits < MaxSum ? BeatBits + MaxBits : MaxSum;
  localparam int unsigned AddrBits  = $clog2(RowBeats / BlockLanes) == 0 ? 1 : $clog2(RowBeats / BlockLanes);
  localparam int unsigned AccStages = 3;                         // registers between a step and acc
  localparam int unsigned Stages    = AccStages - 1 + LogLanes;  // registers between a step and the queue
  localparam int unsigned LinkDepth = 1 << $clog2(LogLanes + 4);

  // Steps.
  ssm_hadamard_pkg::hadamard_cmd_t  cmd;
  logic [SideBits-1:0]              side_q [Stages+1];  // entry 0: of the step itself
  logic [BlockLanes-1:0]            load, negative;
  logic [AddrBits-1:0]              load_addr, read_addr;
  logic                             load_slot, read_slot, operand, step, single, first, last, credit;
  logic [Stages:1]                  valid_q;
  logic [AccStages:1]               pass_q;

  assign cmd       = cmd_i;
  assign side_q[0] = {cmd.log2_beats, cmd.shift, cmd.wide};
  ssm_hadamard_walk #(.BlockLanes(BlockLanes), .MaxBits(MaxBits), .AddrBits(AddrBits)) u_walk (
    .clk_i, .rst_ni, .cmd_valid_i, .cmd_i, .cmd_pop_o, .x_valid_i, .x_pop_o, .credit_i(credit), .load_o(load),
    .load_slot_o(load_slot), .load_addr_o(load_addr), .operand_o(operand), .step_o(step), .single_o(single),
    .first_o(first), .last_o(last), .read_slot_o(read_slot), .read_addr_o(read_addr), .negative_o(negative)
  );

  // Base matrix and the butterflies of a beat: a pipeline that never stalls.
  logic [NumLanes*ssm_hadamard_pkg::BaseBits-1:0] acc;
  logic [NumLanes*BeatBits-1:0]                   beat;
  ssm_hadamard_base #(.NumLanes(NumLanes), .BlockLanes(BlockLanes), .RowBeats(RowBeats), .AddrBits(AddrBits)) u_base (
    .clk_i, .x_i, .load_i(load), .load_slot_i(load_slot), .load_addr_i(load_addr), .step_i(step), .single_i(single),
    .first_i(first), .read_slot_i(read_slot), .read_addr_i(read_addr), .negative_i(negative), .acc_o(acc)
  );
  ssm_hadamard_beat #(.NumLanes(NumLanes), .InBits(ssm_hadamard_pkg::BaseBits)) u_beat (
    .clk_i, .pass_i(pass_q[AccStages]), .data_i(acc), .data_o(beat)
  );
  always_ff @(posedge clk_i) begin
    for (int unsigned s = 1; s <= Stages; s++) side_q[s] <= side_q[s-1];
    pass_q <= {pass_q[AccStages-1:1], cmd.pass};
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= '0;
    else         valid_q <= {valid_q[Stages-1:1], step && last};
  end

  // Delay stages; a place of the first queue is taken at the last step of a beat.
  logic [MaxBits:0] valid, pop;
  generate
    for (genvar j = 0; j <= MaxBits; j++) begin : gen_link
      localparam int unsigned Bits = BeatBits + j < MaxSum ? BeatBits + j : MaxSum;
      logic [NumLanes*Bits-1:0] data;
      logic [SideBits-1:0]      side;
      if (j == 0) begin : gen_queue
        logic unused_ready;
        ssm_stream_fifo #(.Width(SideBits + NumLanes * Bits), .Depth(LinkDepth)) u_link_fifo (
          .clk_i, .rst_ni, .push_i(valid_q[Stages]), .data_i({side_q[Stages], beat}), .ready_o(unused_ready),
          .valid_o(valid[0]), .data_o({side, data}), .pop_i(pop[0])
        );
      end else begin : gen_delay
        localparam int unsigned BitsBefore = BeatBits + j - 1 < MaxSum ? BeatBits + j - 1 : MaxSum;
        ssm_hadamard_delay #(
          .NumLanes(NumLanes), .InBits(BitsBefore), .OutBits(Bits), .Log2Delay(j - 1)
        ) u_delay (
          .clk_i, .rst_ni, .valid_i(valid[j-1]), .data_i(gen_link[j-1].data), .side_i(gen_link[j-1].side),
          .pop_o(pop[j-1]), .valid_o(valid[j]), .data_o(data), .side_o(side), .pop_i(pop[j])
        );
      end
    end
  endgenerate
  ssm_stream_credit #(.Depth(LinkDepth)) u_credit (
    .clk_i, .rst_ni, .take_i(step && last), .give_i(pop[0]), .available_o(credit)
  );

  // Requantise.
  ssm_hadamard_pkg::hadamard_side_t side_out;
  logic [NumLanes*XBits-1:0]        y;
  logic [IncBits-1:0]               saturations;
  logic                             write, y_ready;
  assign side_out     = gen_link[MaxBits].side;
  assign write        = valid[MaxBits] && y_ready;
  assign pop[MaxBits] = write;
  ssm_hadamard_requantise #(.NumLanes(NumLanes), .InBits(OutBits)) u_requantise (
    .data_i(gen_link[MaxBits].data), .shift_i(side_out.shift), .wide_i(side_out.wide), .data_o(y),
    .saturations_o(saturations)
  );
  ssm_stream_fifo #(.Width(NumLanes * XBits), .Depth(YDepth)) u_y_fifo (
    .clk_i, .rst_ni, .push_i(write), .data_i(y), .ready_o(y_ready), .valid_o(y_valid_o), .data_o(y_o), .pop_i(y_pop_i)
  );

  // Counters.
  logic [IncBits-1:0] base_adds, beat_adds, delay_bits;
  assign base_adds = single ? '0 : IncBits'(NumLanes * BlockLanes) - (first ? IncBits'(NumLanes) : '0);
  assign beat_adds = cmd.pass ? '0 : IncBits'(NumLanes) * (IncBits'(LogLanes) + IncBits'(cmd.log2_beats));
  always_comb begin
    delay_bits = '0;
    for (int unsigned j = 0; j < MaxBits; j++) begin
      if (ssm_hadamard_pkg::LogBits'(j) < cmd.log2_beats) begin
        delay_bits = delay_bits + IncBits'(NumLanes * (BeatBits + j + 1 < MaxSum ? BeatBits + j + 1 : MaxSum));
      end
    end
  end
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtBusy]         = IncBits'(step);
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtWaitIn]       = IncBits'(cmd_valid_i && !operand);
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtWaitOut]      = IncBits'(cmd_valid_i && operand && !step);
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtIdle]         = IncBits'(!cmd_valid_i);
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtAddOps]       = step ? base_adds + (last ? beat_adds : '0) : '0;
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtXReadBits]    = x_pop_o ? IncBits'(NumLanes * XBits) : '0;
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtRowWriteBits] = load != '0 ? IncBits'(NumLanes * XBits) : '0;
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtRowReadBits]  = step && !single ? IncBits'(NumLanes * BlockLanes * XBits) : '0;
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtDelayBits]    = step && last ? delay_bits : '0;
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtYWriteBits]   = write ? (side_out.wide ? IncBits'(NumLanes * 16) : IncBits'(NumLanes * 8)) : '0;
  assign inc_o[ssm_map_pkg::CounterHadamardFwhtSaturations]  = write ? saturations : '0;
endmodule
