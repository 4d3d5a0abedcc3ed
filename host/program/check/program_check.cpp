#include "host/program/check/program_check.h"

#include <fmt/format.h>

#include <cstring>

#include "hls/map/csr_map.h"
#include "host/program/check/memory_check.h"
#include "host/program/check/parameter_check.h"
#include "host/program/check/scan_memory_check.h"
#include "host/program/check/scratch_check.h"
#include "host/program/check/set_check.h"
#include "host/program/check/stream_check.h"
#include "sim/descriptor_check.h"
#include "sim/set_check.h"
#include "sim/unit_check.h"

namespace scansim {

namespace {

using words_t = uint32_t[hls::descriptor_words];

class list_check {
 public:
  list_check(const design_point& point, check_site& site, std::span<const uint8_t> image,
             memory_check& memory)
      : point_(point),
        site_(site),
        image_(image),
        memory_(memory),
        parameters_(site, image),
        streams_(site),
        scratch_(site),
        sets_(site, image, memory) {}

  // `first`: number of the list's first descriptor.
  void run(const descriptor_run& list, uint32_t first) {
    site_.require(list.count > 0, "count", "at least one descriptor", list.count);
    memory_.read("list", list.address, uint64_t{list.count} * hls::descriptor_bytes);
    for (uint32_t i = 0; i < list.count; ++i) {
      site_.descriptor = first + i;
      words_t words;
      std::memcpy(words, image_.data() + list.address + uint64_t{i} * hls::descriptor_bytes, sizeof words);
      check(words, list.count - 1 - i);
    }
    streams_.end();
    parameters_.end();
  }

 private:
  // `behind`: descriptors that follow.
  void check(const words_t& words, uint32_t behind) {
    const auto opcode = static_cast<hls::unit_opcode>(map::opcode_of(words));
    const bool of_sets = opcode == hls::unit_opcode::set && site_.shape.max_sets > 0;
    if (of_sets || records_.due() > 0) return record(words);
    if (opcode == hls::unit_opcode::scan) return scan(hls::decode_descriptor(words), behind);
    accept(check_unit_descriptor(words, site_.shape));
    switch (opcode) {
      case hls::unit_opcode::load:
      case hls::unit_opcode::store:
        return transfer(hls::decode_transfer(words));
      case hls::unit_opcode::params:
        return params(hls::decode_params(words));
      case hls::unit_opcode::gemm:
        return gemm(hls::decode_gemm(words));
      case hls::unit_opcode::conv:
        parameters_.use(hls::decode_conv(words));
        return conv(hls::decode_conv(words));
      case hls::unit_opcode::norm:
        parameters_.use(hls::decode_norm(words));
        return scratch_.run(jobs_of(hls::decode_norm(words)));
      default:
        return scratch_.run(jobs_of(hls::decode_hadamard(words)));
    }
  }

  void accept(csr::error_code code) const {
    if (code != csr::error_code::none)
      site_.refuse(error_name(code), "what the machine accepts",
                   fmt::format("error {}", static_cast<uint32_t>(code)));
  }

  void transfer(const hls::transfer_descriptor& d) {
    const uint64_t bytes = uint64_t{d.words} * static_cast<uint64_t>(site_.shape.axi_bytes);
    if (d.drain) memory_.drain();
    if (d.store) {
      memory_.write("address", d.dram, bytes);
    } else {
      memory_.read("address", d.dram, bytes);
    }
    scratch_.run(jobs_of(d));
  }

  void params(const hls::params_descriptor& d) {
    streams_.params(d, parameters_.fills_slot(d));
    parameters_.load(d, memory_);
  }

  void gemm(const hls::gemm_descriptor& d) {
    parameters_.use(d);
    streams_.gemm(d);
    scratch_.run(jobs_of(d), parameters_.scatter_list());
  }

  void conv(const hls::conv_descriptor& d) {
    site_.require(d.width >= 2, "width", "2 to 4 taps", d.width);
    scratch_.run(jobs_of(d));
  }

  void record(const words_t& words) {
    const auto opcode = static_cast<hls::unit_opcode>(map::opcode_of(words));
    if (opcode != hls::unit_opcode::set) accept(csr::error_code::sets);
    of_sets_.sets.push_back(hls::decode_set(words));
    accept(records_.take(of_sets_.sets.back(), site_.shape));
    if (records_.due() > 0) return;
    sets_.scan(of_sets_);
    if (of_sets_.descriptor.local) scratch_.scan(of_sets_);
  }

  void scan(const hls::scan_descriptor& d, uint32_t behind) {
    accept(check_descriptor(hls::descriptor_opcode_scan, d, site_.shape, place_));
    place_ = place_of(d);
    if (d.sets > 0) {
      accept(check_scan_of_sets(d, site_.shape, behind));
      records_.begin(d, site_.shape);
      of_sets_ = {d, {}};
      return streams_.scan_of_sets(d);
    }
    streams_.scan(d);
    scan_memory_check(site_, point_, memory_).scan(d, memory_.bytes());
    if (d.local) scratch_.scan(d);
  }

  const design_point& point_;
  check_site& site_;
  std::span<const uint8_t> image_;
  memory_check& memory_;
  parameter_check parameters_;
  stream_check streams_;
  scratch_check scratch_;
  set_check sets_;
  set_record_check records_;
  set_scan of_sets_;  // with the records so far
  scan_place place_ = scan_place::none;
};

}  // namespace

void check_program(const design_point& point, const program& p) {
  check_site site{p.name, machine_shape(point)};
  memory_check memory(site, memory_bytes(p), p.runs);
  uint32_t first = 0;
  for (const descriptor_run& list : p.runs) {
    list_check(point, site, p.image, memory).run(list, first);
    memory.drain();
    first += list.count;
  }
}

}  // namespace scansim
