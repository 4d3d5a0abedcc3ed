#include "host/timeline/burst_tensors.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "hls/units/unit_descriptor.h"
#include "host/program/scan/scan_sets_traffic.h"
#include "sim/rungs/set_jobs.h"

namespace scansim {
namespace {

// In the order of walk_region.
constexpr const char* region_names[] = {
    "u", "delta", "z", "B", "C", "A", "D, delta_bias", "h0", "y", "h_last", token_lists_name};

uint64_t base_of(const hls::scan_descriptor& d, walk_region region) {
  switch (region) {
    case walk_region::a:
      return d.addr_a;
    case walk_region::db:
      return d.addr_db;
    case walk_region::h0:
      return d.addr_h0;
    default:
      return d.addr_ht;
  }
}

uint64_t base_of(const hls::set_descriptor& d, walk_region region) {
  switch (region) {
    case walk_region::delta:
      return d.addr_delta;
    case walk_region::b:
      return d.addr_b;
    case walk_region::c:
      return d.addr_c;
    case walk_region::a:
      return d.addr_a;
    case walk_region::db:
      return d.addr_db;
    case walk_region::h0:
      return d.addr_h0;
    case walk_region::list:
      return d.addr_list;
    default:
      return d.addr_ht;
  }
}

bool is_shared(walk_region region) {  // by all sets
  return region == walk_region::u || region == walk_region::z || region == walk_region::y;
}

class region_collector {
 public:
  region_collector(const program& p, const design_point& point) : program_(p), point_(point) {
    for (const named_transfer& one : p.transfers)
      transfers_.emplace(std::pair(one.address, one.write), &one.tensor);
  }

  // visit(name, write, address, bytes) for what every descriptor moves.
  template <class Visit>
  void walk(Visit visit) const {
    for (const descriptor_run& run : program_.runs) {
      visit("descriptors", false, run.address, uint64_t{run.count} * hls::descriptor_bytes);
      set_scan sets;  // the last scan and its records so far
      for (uint32_t i = 0; i < run.count; ++i) {
        const uint64_t at = run.address + uint64_t{i} * hls::descriptor_bytes;
        if (at + hls::descriptor_bytes > program_.image.size()) break;
        uint32_t words[hls::descriptor_words];
        std::memcpy(words, program_.image.data() + at, sizeof words);
        if (map::opcode_of(words) == hls::descriptor_opcode_set)
          walk_record(words, sets, visit);
        else
          walk_descriptor(words, visit);
        if (map::opcode_of(words) == hls::descriptor_opcode_scan) sets = {hls::decode_descriptor(words), {}};
      }
    }
  }

 private:
  // The last record of a scan: what all of them move.
  template <class Visit>
  void walk_record(const uint32_t (&words)[hls::descriptor_words], set_scan& scan, Visit& visit) const {
    scan.sets.push_back(hls::decode_set(words));
    if (scan.sets.size() != scan.descriptor.sets) return;
    walk_set_jobs(
        scan, machine_shape(point_), [](int, int) {},
        [&](const walk_job& job, int set) {
          if (job.local) return;
          const hls::set_descriptor& own = scan.sets[static_cast<size_t>(set)];
          const auto named = transfers_.find({base_of(own, job.region), job.write()});
          const bool known = !is_shared(job.region) && named != transfers_.end();
          visit(known ? std::string_view(*named->second) : region_names[static_cast<size_t>(job.region)],
                job.write(), job.address, job.bytes);
        });
  }

  template <class Visit>
  void walk_descriptor(const uint32_t (&words)[hls::descriptor_words], Visit& visit) const {
    const auto beat = static_cast<uint64_t>(point_.axi_bytes());
    const auto transfer = [&](uint64_t base, bool write, uint64_t address, uint64_t bytes) {
      const auto named = transfers_.find({base, write});
      if (named != transfers_.end()) visit(*named->second, write, address, bytes);
    };
    switch (static_cast<hls::unit_opcode>(map::opcode_of(words))) {
      case hls::unit_opcode::scan: {
        const hls::scan_descriptor d = hls::decode_descriptor(words);
        if (d.sets > 0) break;
        walk_scan_jobs(
            d, point_, [](const tile_visit&) {},
            [&](const walk_job& job) {
              if (d.local && !job.local)
                transfer(base_of(d, job.region), job.write(), job.address, job.bytes);
              else if (!job.local)
                visit(region_names[static_cast<size_t>(job.region)], job.write(), job.address, job.bytes);
            });
        break;
      }
      case hls::unit_opcode::load:
      case hls::unit_opcode::store: {
        const hls::transfer_descriptor d = hls::decode_transfer(words);
        transfer(d.dram, d.store, d.dram, d.words * beat);
        break;
      }
      case hls::unit_opcode::params: {
        const hls::params_descriptor d = hls::decode_params(words);
        transfer(d.dram, false, d.dram, d.beats * beat);
        break;
      }
      default:
        break;
    }
  }

  const program& program_;
  const design_point& point_;
  std::map<std::pair<uint64_t, bool>, const std::string*> transfers_;
};

}  // namespace

burst_tensors::burst_tensors(const program& p, const design_point& point) {
  std::map<std::string, size_t, std::less<>> numbers;
  std::map<std::pair<size_t, bool>, size_t> newest;  // region of a tensor: its next piece follows as a rule
  region_collector(p, point).walk([&](std::string_view name, bool write, uint64_t address, uint64_t bytes) {
    auto known = numbers.find(name);
    if (known == numbers.end()) {
      known = numbers.emplace(name, names_.size()).first;
      names_.emplace_back(name);
    }
    std::vector<region>& regions = write ? writes_ : reads_;
    const auto [at, added] = newest.emplace(std::pair(known->second, write), regions.size());
    if (!added && regions[at->second].end == address) {
      regions[at->second].end += bytes;
      return;
    }
    at->second = regions.size();
    regions.push_back({address, address + bytes, known->second});
  });
  reads_ = apart(std::move(reads_));
  writes_ = apart(std::move(writes_));
}

// By their first byte, each byte in one: pieces of a tensor that meet are one region.
std::vector<burst_tensors::region> burst_tensors::apart(std::vector<region> regions) {
  std::stable_sort(regions.begin(), regions.end(),
                   [](const region& a, const region& b) { return a.first < b.first; });
  std::vector<region> result;
  for (region& one : regions) {
    const uint64_t taken = result.empty() ? 0 : result.back().end;
    if (!result.empty() && result.back().name == one.name && one.first <= taken) {
      result.back().end = std::max(taken, one.end);
      continue;
    }
    one.first = std::max(one.first, taken);
    if (one.first < one.end) result.push_back(one);
  }
  return result;
}

const std::string* burst_tensors::name_at(const std::vector<region>& regions, uint64_t address) const {
  const auto behind = std::upper_bound(regions.begin(), regions.end(), address,
                                       [](uint64_t wanted, const region& one) { return wanted < one.first; });
  if (behind == regions.begin()) return nullptr;
  const region& at = *(behind - 1);
  return address < at.end ? &names_[at.name] : nullptr;
}

}  // namespace scansim
