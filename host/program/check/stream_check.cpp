#include "host/program/check/stream_check.h"

#include <fmt/format.h>

#include <algorithm>

namespace scansim {

namespace {

// Of a scan's A and states on chip.
int first_row(const hls::scan_descriptor& d) { return d.first_group * d.passes; }
int end_row(const hls::scan_descriptor& d) { return (d.first_group + d.lane_groups) * d.passes; }

}  // namespace

void stream_check::params(const hls::params_descriptor& d, bool to_slot) const {
  // The clear waits for every command; a to_z gemm's leaves only with a scan that is behind the clear.
  if (d.clear && z_pending())
    site_.refuse("clear", "no to_z gemm before it whose scan is not yet started", "one");
  // It holds up the transfers behind it, of the scan too, until a gemm gives its slot back.
  if (to_slot && z_pending())
    site_.refuse("memory", "no weights into a slot between a to_z gemm and its scans", "some");
}

void stream_check::gemm(const hls::gemm_descriptor& d) {
  if (d.load_x) {
    if (slot_) site_.refuse("load_x", "the slot before released (release_x)", "an open slot");
    slot_ = d;
  }
  if (!slot_) site_.refuse("load_x", "an input slot, loaded here or before", "none");
  if (slot_->k_words != d.k_words || slot_->x_tokens != d.x_tokens)
    site_.refuse("k_words", fmt::format("{} words, {} tokens as loaded", slot_->k_words, slot_->x_tokens),
                 fmt::format("{} words, {} tokens", d.k_words, d.x_tokens));
  site_.require(d.gather || d.tokens <= d.x_tokens, "tokens",
                fmt::format("at most x_tokens = {}", d.x_tokens), d.tokens);
  if (d.release_x) slot_.reset();
  if (!d.to_z) {
    if (z_pending()) site_.refuse("to_z", "the scan of the to_z gemm before", "another gemm");
    return;
  }
  z_.insert(z_.end(), d.tiles, d.tokens);
}

void stream_check::take_z(const hls::scan_descriptor& d) {
  if (!d.has_z) site_.refuse("has_z", "set with z_gemm", "not set");
  const int tiles = d.lane_groups / site_.shape.interleave;
  for (uint32_t chunk = 0; chunk < d.num_chunks; ++chunk) {
    const bool rest = d.reverse ? chunk == 0 : chunk + 1 == d.num_chunks;
    const int tokens = rest ? d.rest_tokens : d.chunk_tokens;
    for (int tile = 0; tile < tiles; ++tile) {
      if (z_.empty())
        site_.refuse("z_gemm", fmt::format("a to_z gemm of {} tiles before it", tiles), "too few tiles");
      site_.require(z_.front() == tokens, "z_gemm",
                    fmt::format("{} tokens a tile, as the to_z gemm before", z_.front()), tokens);
      z_.pop_front();
    }
  }
}

// The buffer takes rows of the gemm and words of the scratch in the order in which they come, not that of the
// scans.
void stream_check::require_one_side(const hls::scan_descriptor& d) {
  if (!d.has_z) return;
  if (z_from_gemm_.value_or(d.z_gemm) != d.z_gemm)
    site_.refuse(
        "z_gemm", "z from one side in a program, as in its scans before",
        d.z_gemm ? "from the gemm, before from the scratch" : "from the scratch, before from the gemm");
  z_from_gemm_ = d.z_gemm;
}

void stream_check::scan(const hls::scan_descriptor& d) {
  parameter_rows(d);
  states(d);
  gate(d);
}

void stream_check::gate(const hls::scan_descriptor& d) {
  require_one_side(d);
  if (d.z_gemm && !d.local) site_.refuse("local", "set with z_gemm: z comes through the scratch", "not set");
  if (d.z_gemm) return take_z(d);
  if (z_pending())
    site_.refuse("z_gemm", "set: rows of a to_z gemm wait", fmt::format("{} tiles left", z_.size()));
}

// Rows are appended whatever first_group says, so it must say where they come to lie.
void stream_check::parameter_rows(const hls::scan_descriptor& d) {
  if (d.load_params && d.first_group > 0 && (db_rows_ != d.first_group || a_rows_ != first_row(d)))
    site_.refuse("first_group",
                 fmt::format("the next rows of parameters, {} of A and {} of db loaded", a_rows_, db_rows_),
                 fmt::format("row {} of A and {} of db", first_row(d), d.first_group));
  if (d.load_params) a_rows_ = end_row(d), db_rows_ = d.first_group + d.lane_groups;
  site_.require(end_row(d) <= a_rows_ && d.first_group + d.lane_groups <= db_rows_, "load_params",
                fmt::format("parameters loaded, {} rows of A", end_row(d)), a_rows_);
}

// Every scan works in the slot file; of the state memory it writes its rows between chunks and if it keeps.
void stream_check::states(const hls::scan_descriptor& d) {
  const auto same = [&](const hls::scan_descriptor& k) {
    return k.first_group == d.first_group && k.lane_groups == d.lane_groups && k.passes == d.passes;
  };
  const bool slots = hls::keeps_in_slots(d, site_.shape.interleave);
  if (d.resume &&
      !(slots ? kept_in_slots_ && same(*kept_in_slots_) : std::any_of(kept_.begin(), kept_.end(), same)))
    site_.refuse(
        "resume",
        fmt::format(
            "a scan of the same first_group, lane_groups and passes before it that keeps its state in "
            "the {}, not written since",
            slots ? "slot file" : "state memory"),
        "none");
  kept_in_slots_.reset();
  if (slots) {
    if (d.keep) kept_in_slots_ = d;
    return;
  }
  if (d.num_chunks == 1 && !d.keep) return;
  std::erase_if(kept_, [&](const hls::scan_descriptor& k) {
    return first_row(k) < end_row(d) && first_row(d) < end_row(k);
  });
  if (d.keep) kept_.push_back(d);
}

// Its tiles go through the memories of the parameters and the slot file.
void stream_check::scan_of_sets(const hls::scan_descriptor& d) {
  gate(d);
  a_rows_ = db_rows_ = 0;
  kept_in_slots_.reset();
}

void stream_check::end() const {
  if (slot_) site_.refuse("release_x", "every input slot of the gemm released", "an open slot");
  if (z_pending()) site_.refuse("to_z", "a scan behind the to_z gemm", "none");
}

}  // namespace scansim
