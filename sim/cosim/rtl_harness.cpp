// The only C++ that is compiled per design point: joins the C interface of rtl_abi.h to the ports of a
// Verilated ssm_top. Contract: two eval() per clock cycle; wide ports are passed by address, so no data beat
// is copied on the way out and one memcpy is made on the way in. Ports of every width (32 to 1024 bits) are
// the same code: a Verilated port is a little-endian integer or an array of 32-bit words, and its size is the
// port's. Compiled by rtl_build.cpp, never by CMake. SCANSIM_RTL_WAVES: with FST waves; SCANSIM_RTL_RANDOM:
// registers hold anything before reset; VM_COVERAGE (of Verilator): with coverage.
#include <cstring>
#include <memory>
#include <string>

#include "Vssm_top.h"
#include "rtl_abi.h"
#include "verilated.h"
#ifdef SCANSIM_RTL_WAVES
#include "verilated_fst_c.h"
#endif
#if VM_COVERAGE
#include "verilated_cov.h"
#endif

#define SCANSIM_EXPORT __attribute__((visibility("default")))

struct scansim_rtl {
  VerilatedContext context;
  std::unique_ptr<Vssm_top> top;
#ifdef SCANSIM_RTL_WAVES
  std::unique_ptr<VerilatedFstC> waves;
#endif
  bool recording = true;
  std::string violation;

  void dump() {
#ifdef SCANSIM_RTL_WAVES
    if (waves && recording) waves->dump(context.time());
    context.timeInc(1);
#endif
  }
};

// The machine that is being evaluated: what a check calls does not say whose check it is.
static thread_local scansim_rtl* evaluated = nullptr;

extern "C" {

void scansim_rtl_violation(const char* what) {
  if (evaluated != nullptr && evaluated->violation.empty()) evaluated->violation = what;
}

SCANSIM_EXPORT int scansim_rtl_version(void) { return SCANSIM_RTL_ABI_VERSION; }

SCANSIM_EXPORT int scansim_rtl_axi_bytes(void) {
  return static_cast<int>(sizeof(std::remove_reference_t<decltype(Vssm_top::m_axi_rdata_i)>));
}

SCANSIM_EXPORT scansim_rtl* scansim_rtl_create(const char* wave_path, uint32_t seed) {
#ifndef SCANSIM_RTL_WAVES
  if (wave_path) return nullptr;
#endif
  auto rtl = std::make_unique<scansim_rtl>();
  rtl->context.traceEverOn(wave_path != nullptr);
#ifdef SCANSIM_RTL_RANDOM
  rtl->context.randReset(2);
  rtl->context.randSeed(static_cast<int>(seed & 0x7fffffff));
#else
  (void)seed;
#endif
  rtl->top = std::make_unique<Vssm_top>(&rtl->context, "ssm_top");
#ifdef SCANSIM_RTL_WAVES
  if (wave_path) {
    rtl->waves = std::make_unique<VerilatedFstC>();
    rtl->top->trace(rtl->waves.get(), 99);
    rtl->waves->open(wave_path);
    if (!rtl->waves->isOpen()) return nullptr;
  }
#endif
  return rtl.release();
}

SCANSIM_EXPORT void scansim_rtl_destroy(scansim_rtl* rtl) {
  if (!rtl) return;
  rtl->top->final();
#ifdef SCANSIM_RTL_WAVES
  if (rtl->waves) rtl->waves->close();
#endif
  delete rtl;
}

SCANSIM_EXPORT void scansim_rtl_record(scansim_rtl* rtl, int on) { rtl->recording = on != 0; }

SCANSIM_EXPORT void scansim_rtl_settle(scansim_rtl* rtl, const scansim_rtl_inputs* in,
                                       scansim_rtl_outputs* out) {
  Vssm_top& top = *rtl->top;
  top.clk_i = 0;
  top.rst_ni = in->rst_n;
  top.s_axil_awvalid_i = in->axil_awvalid;
  top.s_axil_awaddr_i = static_cast<std::remove_reference_t<decltype(top.s_axil_awaddr_i)>>(in->axil_awaddr);
  top.s_axil_wvalid_i = in->axil_wvalid;
  top.s_axil_wdata_i = in->axil_wdata;
  top.s_axil_wstrb_i = 0xf;
  top.s_axil_bready_i = in->axil_bready;
  top.s_axil_arvalid_i = in->axil_arvalid;
  top.s_axil_araddr_i = static_cast<std::remove_reference_t<decltype(top.s_axil_araddr_i)>>(in->axil_araddr);
  top.s_axil_rready_i = in->axil_rready;
  top.m_axi_rvalid_i = in->rvalid;
  top.m_axi_rlast_i = in->rlast;
  top.m_axi_rresp_i = 0;
  top.m_axi_bvalid_i = in->bvalid;
  top.m_axi_bresp_i = 0;
  if (in->rvalid) std::memcpy(&top.m_axi_rdata_i, in->rdata, sizeof(top.m_axi_rdata_i));
  top.eval();
  rtl->dump();

  out->violation = rtl->violation.empty() ? nullptr : rtl->violation.c_str();
  out->wdata = &top.m_axi_wdata_o;
  out->wstrb = &top.m_axi_wstrb_o;
  out->araddr = top.m_axi_araddr_o;
  out->awaddr = top.m_axi_awaddr_o;
  out->axil_rdata = top.s_axil_rdata_o;
  out->axil_awready = top.s_axil_awready_o;
  out->axil_wready = top.s_axil_wready_o;
  out->axil_bvalid = top.s_axil_bvalid_o;
  out->axil_bresp = top.s_axil_bresp_o;
  out->axil_arready = top.s_axil_arready_o;
  out->axil_rvalid = top.s_axil_rvalid_o;
  out->axil_rresp = top.s_axil_rresp_o;
  out->arvalid = top.m_axi_arvalid_o;
  out->arlen = top.m_axi_arlen_o;
  out->arsize = top.m_axi_arsize_o;
  out->arburst = top.m_axi_arburst_o;
  out->rready = top.m_axi_rready_o;
  out->awvalid = top.m_axi_awvalid_o;
  out->awlen = top.m_axi_awlen_o;
  out->awsize = top.m_axi_awsize_o;
  out->awburst = top.m_axi_awburst_o;
  out->wvalid = top.m_axi_wvalid_o;
  out->wlast = top.m_axi_wlast_o;
  out->bready = top.m_axi_bready_o;
  out->irq = top.irq_o;
}

SCANSIM_EXPORT void scansim_rtl_clock(scansim_rtl* rtl, const scansim_rtl_readies* readies) {
  Vssm_top& top = *rtl->top;
  top.m_axi_arready_i = readies->arready;
  top.m_axi_awready_i = readies->awready;
  top.m_axi_wready_i = readies->wready;
  top.clk_i = 1;
  evaluated = rtl;
  top.eval();
  rtl->dump();
}

#if VM_COVERAGE
SCANSIM_EXPORT void scansim_rtl_cover(scansim_rtl* rtl, const char* path) {
  rtl->context.coveragep()->write(path);
}
#endif

}  // extern "C"
