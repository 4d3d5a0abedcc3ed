#include "sim/cosim/rtl_machine.h"

#include <fmt/format.h>

#include <bit>
#include <chrono>

#include "hls/map/csr_map.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

constexpr int reset_cycles = 8;
constexpr int csr_limit = 10'000;  // cycles one CSR access may take
constexpr cycle_t silence_limit =
    2'000'000;                           // cycles without a transfer on the memory port: the machine hangs
constexpr cycle_t poll_interval = 4096;  // cycles between reads of STATUS, besides those that irq asks for
constexpr auto report_interval = std::chrono::milliseconds(50);
constexpr uint8_t burst_incr = 1;

}  // namespace

rtl_machine::rtl_machine(const std::string& library_path, int axi_bytes, memory_maker make_memory,
                         const std::string& wave_path, bool windowed, uint64_t seed, const axi_limits& limits)
    : library_(library_path, axi_bytes),
      axi_bytes_(static_cast<size_t>(axi_bytes)),
      limits_(limits),
      make_memory_(std::move(make_memory)),
      rtl_(library_.create(wave_path.empty() ? nullptr : wave_path.c_str(), static_cast<uint32_t>(seed)),
           {library_.destroy}),
      windowed_(windowed) {
  if (!rtl_) throw tool_error("rtl: cannot write waves to " + wave_path);
  reset();
}

void rtl_machine::reset() {
  port_.reset();
  in_ = {};
  readies_ = {};
  in_.axil_bready = in_.axil_rready = 1;
  for (int i = 0; i < reset_cycles; ++i) tick();
  in_.rst_n = 1;
  tick();
}

void rtl_machine::expect_silent_port() const {
  if (!in_.rst_n) return;
  if (out_.arvalid || out_.awvalid || out_.wvalid)
    throw tool_error(fmt::format("rtl: tick {}: {} is high while no run is active", ticks_,
                                 out_.arvalid   ? "arvalid"
                                 : out_.awvalid ? "awvalid"
                                                : "wvalid"));
}

void rtl_machine::tick_memory() {
  if (out_.arvalid | out_.awvalid) {
    const uint8_t size = static_cast<uint8_t>(std::countr_zero(axi_bytes_));
    if (out_.arvalid && (out_.arsize != size || out_.arburst != burst_incr))
      throw protocol_error(cycle_, "arsize", "must be the full width and arburst INCR");
    if (out_.awvalid && (out_.awsize != size || out_.awburst != burst_incr))
      throw protocol_error(cycle_, "awsize", "must be the full width and awburst INCR");
  }
  const axi_master_outputs master{.arvalid = out_.arvalid != 0,
                                  .araddr = out_.araddr,
                                  .arlen = out_.arlen,
                                  .awvalid = out_.awvalid != 0,
                                  .awaddr = out_.awaddr,
                                  .awlen = out_.awlen,
                                  .wvalid = out_.wvalid != 0,
                                  .wdata = out_.wdata,
                                  .wstrb = out_.wstrb,
                                  .wlast = out_.wlast != 0,
                                  .rready = out_.rready != 0,
                                  .bready = out_.bready != 0};
  const axi_slave_readies readies = port_->respond(cycle_, master);
  port_->end_cycle();
  readies_ = {readies.arready, readies.awready, readies.wready};
  const bool taken = (master.arvalid && readies.arready) || (master.awvalid && readies.awready) ||
                     (master.wvalid && readies.wready);
  if (taken || in_.rvalid || in_.bvalid) last_transfer_ = cycle_;
  ++cycle_;
}

void rtl_machine::record_cycles(cycle_t first, cycle_t last) {
  first_recorded_ = first;
  last_recorded_ = last;
}

void rtl_machine::record_if_wanted() {
  const bool wanted = port_ && cycle_ >= first_recorded_ && cycle_ <= last_recorded_;
  if (wanted == recording_) return;
  recording_ = wanted;
  library_.record(rtl_.get(), wanted);
}

void rtl_machine::tick() {
  if (windowed_) record_if_wanted();
  if (port_) {
    const axi_slave_valids valids = port_->begin_cycle(cycle_);
    in_.rvalid = valids.rvalid;
    in_.rlast = valids.rlast;
    in_.rdata = valids.rdata;
    in_.bvalid = valids.bvalid;
  }
  library_.settle(rtl_.get(), &in_, &out_);
  if (out_.violation != nullptr) [[unlikely]]
    throw tool_error(fmt::format("rtl: contract broken before cycle {}: {}", cycle_, out_.violation));
  if (port_)
    tick_memory();
  else
    expect_silent_port();
  if (show_ && port_) [[unlikely]]
    show_cycle();
  if (beat_ && port_) [[unlikely]]
    clock_and_listen();
  else
    library_.clock(rtl_.get(), &readies_);
  ++ticks_;
}

// The cycle that ends here was counted with the memory's part of it.
void rtl_machine::clock_and_listen() {
  if (library_.listen == nullptr) return library_.clock(rtl_.get(), &readies_);
  library_.listen(
      [](void* to, const scansim_rtl_beat* beat) {
        const auto& machine = *static_cast<const rtl_machine*>(to);
        machine.beat_(*beat, machine.cycle_ - 1);
      },
      this);
  library_.clock(rtl_.get(), &readies_);
  library_.listen(nullptr, nullptr);
}

void rtl_machine::write_coverage(const std::string& path) {
  if (library_.cover != nullptr) library_.cover(rtl_.get(), path.c_str());
}

void rtl_machine::each_bin(const bin_visitor& visit) const {
  if (library_.each_bin == nullptr) return;
  library_.each_bin(
      [](void* to, const char* bin, int hit) { (*static_cast<const bin_visitor*>(to))(bin, hit != 0); },
      const_cast<bin_visitor*>(&visit));
}

void rtl_machine::show_cycle() {
  scansim_rtl_activity cycle{};
  library_.show(rtl_.get(), &readies_, &cycle);
  show_(cycle);
}

void rtl_machine::no_answer(const char* channel, uint32_t address) const {
  throw tool_error(fmt::format("rtl: CSR {:#x}: no {} within {} cycles", address, channel, csr_limit));
}

void rtl_machine::check_response(const char* channel, uint32_t address, uint8_t response) const {
  if (response != 0) throw tool_error(fmt::format("rtl: CSR {:#x}: {} is {}", address, channel, response));
}

void rtl_machine::start_run() {
  timing_ = make_memory_();
  port_ = std::make_unique<axi_memory_port>(*timing_, image_, static_cast<int>(axi_bytes_), base_, limits_);
  cycle_ = last_transfer_ = 0;
  start_tick_ = ticks_;
}

void rtl_machine::write_csr(uint32_t address, uint32_t value) try {
  in_.axil_awaddr = address;
  in_.axil_wdata = value;
  in_.axil_awvalid = in_.axil_wvalid = 1;
  for (int i = 0; i < csr_limit; ++i) {
    const bool waited = in_.axil_awvalid || in_.axil_wvalid;
    tick();
    if (out_.axil_awready) in_.axil_awvalid = 0;
    if (out_.axil_wready) in_.axil_wvalid = 0;
    const bool accepted = waited && !in_.axil_awvalid && !in_.axil_wvalid;
    if (accepted && address == csr::control && (value & 1) != 0 && !port_) start_run();
    if (out_.axil_bvalid && !waited) return check_response("bresp", address, out_.axil_bresp);
  }
  no_answer("bvalid", address);
} catch (const protocol_error& error) {
  throw tool_error(std::string("rtl: ") + error.what());
}

uint32_t rtl_machine::read_csr(uint32_t address) try {
  in_.axil_araddr = address;
  in_.axil_arvalid = 1;
  for (int i = 0; i < csr_limit; ++i) {
    tick();
    if (out_.axil_arready) in_.axil_arvalid = 0;
    if (!out_.axil_rvalid) continue;
    check_response("rresp", address, out_.axil_rresp);
    return out_.axil_rdata;
  }
  no_answer("rvalid", address);
} catch (const protocol_error& error) {
  throw tool_error(std::string("rtl: ") + error.what());
}

void rtl_machine::run_until_idle(const progress_callback& progress) try {
  auto next_report = std::chrono::steady_clock::now() + report_interval;
  while (port_) {
    const cycle_t poll = cycle_ + poll_interval;
    while (cycle_ < poll && !out_.irq) tick();
    if ((read_csr(csr::status) & csr::status_busy) == 0) break;
    if (cycle_ - last_transfer_ > silence_limit)
      throw tool_error(
          fmt::format("rtl: the machine hangs: cycle {}, last transfer on the memory port in cycle {}",
                      cycle_, last_transfer_));
    if (static_cast<uint64_t>(cycle_) > most_cycles_)
      throw tool_error(fmt::format("rtl: the machine hangs: cycle {} of at most {}", cycle_, most_cycles_));
    if (!progress || std::chrono::steady_clock::now() < next_report) continue;
    next_report = std::chrono::steady_clock::now() + report_interval;
    progress(fmt::format("rtl: cycle {}", cycle_));
  }
  if (port_ && !port_->idle())
    throw tool_error("rtl: STATUS says done, but transfers are open on the memory port");
  port_.reset();
  in_.rvalid = in_.rlast = in_.bvalid = 0;
  readies_ = {};
} catch (const protocol_error& error) {
  throw tool_error(std::string("rtl: ") + error.what());
}

}  // namespace scansim
