// A toy behind the pins of ssm_top, for tests of the harness: a start reads DESC_COUNT beats at DESC_ADDR in one burst and
// writes their complement 4096 bytes higher in another. CSRs as in sim/README.md, section 6; counter 0 is the cycles.
module ssm_top #(
  parameter int unsigned NumLanes = 1,
  parameter int unsigned StatesPerLane = 4,
  parameter int unsigned Interleave = 4,
  parameter int unsigned MaxStates = 64,
  parameter int unsigned OperandBits = 8,
  parameter int unsigned StateBits = 16,
  parameter int unsigned OutputBits = 16,
  parameter int unsigned ExpSegments = 64,
  parameter int unsigned ChunkTokens = 16,
  parameter int unsigned TileBuffers = 4,
  parameter int unsigned StateCapacity = 32768,
  parameter int unsigned MaxSets = 0,
  parameter int unsigned AxiDataBits = 64,
  parameter int unsigned AxiMaxBurst = 64,
  parameter int unsigned ReadOutstanding = 16,
  parameter int unsigned GemmDepth = 0,
  parameter int unsigned GemmWeightRows = 0,
  parameter int unsigned GemmXWords = 0,
  parameter int unsigned ScratchWords = 0,
  parameter int unsigned ChannelWords = 0,
  parameter int unsigned AddrWidth = 40
) (
  input  logic                     clk_i,
  input  logic                     rst_ni,
  input  logic                     s_axil_awvalid_i,
  output logic                     s_axil_awready_o,
  input  logic [11:0]              s_axil_awaddr_i,
  input  logic                     s_axil_wvalid_i,
  output logic                     s_axil_wready_o,
  input  logic [31:0]              s_axil_wdata_i,
  input  logic [3:0]               s_axil_wstrb_i,
  output logic                     s_axil_bvalid_o,
  input  logic                     s_axil_bready_i,
  output logic [1:0]               s_axil_bresp_o,
  input  logic                     s_axil_arvalid_i,
  output logic                     s_axil_arready_o,
  input  logic [11:0]              s_axil_araddr_i,
  output logic                     s_axil_rvalid_o,
  input  logic                     s_axil_rready_i,
  output logic [31:0]              s_axil_rdata_o,
  output logic [1:0]               s_axil_rresp_o,
  output logic                     m_axi_arvalid_o,
  input  logic                     m_axi_arready_i,
  output logic [AddrWidth-1:0]     m_axi_araddr_o,
  output logic [7:0]               m_axi_arlen_o,
  output logic [2:0]               m_axi_arsize_o,
  output logic [1:0]               m_axi_arburst_o,
  input  logic                     m_axi_rvalid_i,
  output logic                     m_axi_rready_o,
  input  logic [AxiDataBits-1:0]   m_axi_rdata_i,
  input  logic [1:0]               m_axi_rresp_i,
  input  logic                     m_axi_rlast_i,
  output logic                     m_axi_awvalid_o,
  input  logic                     m_axi_awready_i,
  output logic [AddrWidth-1:0]     m_axi_awaddr_o,
  output logic [7:0]               m_axi_awlen_o,
  output logic [2:0]               m_axi_awsize_o,
  output logic [1:0]               m_axi_awburst_o,
  output logic                     m_axi_wvalid_o,
  input  logic                     m_axi_wready_i,
  output logic [AxiDataBits-1:0]   m_axi_wdata_o,
  output logic [AxiDataBits/8-1:0] m_axi_wstrb_o,
  output logic                     m_axi_wlast_o,
  input  logic                     m_axi_bvalid_i,
  output logic                     m_axi_bready_o,
  input  logic [1:0]               m_axi_bresp_i,
  output logic                     irq_o
);
  typedef enum logic [2:0] {Idle, ReadAddress, ReadData, WriteAddress, WriteData, Response} step_e;
  step_e                  step_q;
  logic [31:0]            addr_q, count_q, cycles_q;
  logic [AxiDataBits-1:0] beats_q [256];
  logic [7:0]             beat_q;
  logic                   busy, done_q, write;

  // The address waits for the data: both are accepted in the same cycle.
  assign write            = s_axil_awvalid_i && s_axil_wvalid_i && !s_axil_bvalid_o;
  assign s_axil_awready_o = write;
  assign s_axil_wready_o  = write;
  assign s_axil_bresp_o   = '0;
  assign s_axil_arready_o = !s_axil_rvalid_o;
  assign s_axil_rresp_o   = '0;
  assign busy             = step_q != Idle;
  assign irq_o            = done_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      s_axil_bvalid_o <= 1'b0;
      s_axil_rvalid_o <= 1'b0;
      s_axil_rdata_o  <= '0;
      step_q          <= Idle;
      done_q          <= 1'b0;
      addr_q          <= '0;
      count_q         <= '0;
      cycles_q        <= '0;
      beat_q          <= '0;
    end else begin
      if (s_axil_bvalid_o && s_axil_bready_i) s_axil_bvalid_o <= 1'b0;
      if (s_axil_rvalid_o && s_axil_rready_i) s_axil_rvalid_o <= 1'b0;
      if (busy) cycles_q <= cycles_q + 32'd1;
      if (s_axil_arvalid_i && s_axil_arready_o) begin
        s_axil_rvalid_o <= 1'b1;
        unique case (s_axil_araddr_i)
          12'h000: s_axil_rdata_o <= 32'h53434e31;
          12'h00c: s_axil_rdata_o <= {30'd0, done_q, busy};
          12'h100: s_axil_rdata_o <= cycles_q;
          default: s_axil_rdata_o <= '0;
        endcase
      end
      unique case (step_q)
        Idle:         ;
        ReadAddress:  if (m_axi_arready_i) step_q <= ReadData;
        ReadData:     if (m_axi_rvalid_i) begin
          beats_q[beat_q] <= ~m_axi_rdata_i;
          beat_q          <= m_axi_rlast_i ? '0 : beat_q + 8'd1;
          if (m_axi_rlast_i) step_q <= WriteAddress;
        end
        WriteAddress: if (m_axi_awready_i) step_q <= WriteData;
        WriteData:    if (m_axi_wready_i) begin
          beat_q <= m_axi_wlast_o ? '0 : beat_q + 8'd1;
          if (m_axi_wlast_o) step_q <= Response;
        end
        default:      if (m_axi_bvalid_i) begin
          step_q <= Idle;
          done_q <= 1'b1;
        end
      endcase
      if (write) begin
        s_axil_bvalid_o <= 1'b1;
        if (s_axil_awaddr_i == 12'h010) addr_q <= s_axil_wdata_i;
        if (s_axil_awaddr_i == 12'h018) count_q <= s_axil_wdata_i;
        if (s_axil_awaddr_i == 12'h008 && !busy) begin
          step_q   <= ReadAddress;
          done_q   <= 1'b0;
          cycles_q <= '0;
        end
      end
    end
  end

  assign m_axi_arvalid_o = step_q == ReadAddress;
  assign m_axi_araddr_o  = AddrWidth'(addr_q);
  assign m_axi_arlen_o   = count_q[7:0] - 8'd1;
  assign m_axi_arsize_o  = 3'($clog2(AxiDataBits / 8));
  assign m_axi_arburst_o = 2'b01;
  assign m_axi_rready_o  = 1'b1;
  assign m_axi_awvalid_o = step_q == WriteAddress;
  assign m_axi_awaddr_o  = m_axi_araddr_o + AddrWidth'(4096);
  assign m_axi_awlen_o   = m_axi_arlen_o;
  assign m_axi_awsize_o  = m_axi_arsize_o;
  assign m_axi_awburst_o = 2'b01;
  assign m_axi_wvalid_o  = step_q == WriteData;
  assign m_axi_wdata_o   = beats_q[beat_q];
  assign m_axi_wstrb_o   = '1;
  assign m_axi_wlast_o   = beat_q == m_axi_awlen_o;
  assign m_axi_bready_o  = 1'b1;
endmodule
