#include "host/program/stream_check.h"

#include <fmt/format.h>

namespace scansim {

void stream_check::params(const hls::params_descriptor& d) const {
  // The clear waits for every command; a to_z gemm's leaves only with a scan that is behind the clear.
  if (d.clear && z_pending())
    site_.refuse("clear", "no to_z gemm before it whose scan is not yet started", "one");
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
  const int rows = d.lane_groups * d.passes;
  if (d.load_params) a_rows_ = rows, db_rows_ = d.lane_groups;
  site_.require(rows <= a_rows_ && d.lane_groups <= db_rows_, "load_params",
                fmt::format("parameters loaded, {} rows of A", rows), a_rows_);
  if (d.resume && (!kept_ || kept_->lane_groups != d.lane_groups || kept_->passes != d.passes))
    site_.refuse("resume", "a scan of the same channels and states before it that keeps its state", "none");
  kept_.reset();
  if (d.keep) kept_ = d;
  require_one_side(d);
  if (d.z_gemm) return take_z(d);
  if (z_pending())
    site_.refuse("z_gemm", "set: rows of a to_z gemm wait", fmt::format("{} tiles left", z_.size()));
}

void stream_check::end() const {
  if (slot_) site_.refuse("release_x", "every input slot of the gemm released", "an open slot");
  if (z_pending()) site_.refuse("to_z", "a scan behind the to_z gemm", "none");
}

}  // namespace scansim
