// Up to eight scans over the rows of one input, each in an order and with weights of its own, their outputs
// added up: what cross, snaked, bidirectional, segmented, ragged and pruned scans have in common.
//   for every set k, for every position i of its walk, with rows (ru, rp, ro) = maps of u, of delta B C, of
//   the output:
//     dt = softplus(delta_k[rp] + delta_bias_k)     (softplus if asked for)
//     b = drive(dt) u[ru] B_k[rp]                   drive: dt ("dt") or 1 ("plain")
//     a = exp(dt A_k), h = a h + b                  h is zero first at a reset; hold: h stays
//     v = C_k[rp].h + D_k u[ru]                     tap "pre": C_k[rp].(a h before the drive)
//     y[ro] += v gate(z[ro])                        gate: silu, linear or none; not where the map or a tag
//     mutes
// Contract: a tensor with suffix .k belongs to set k, one without serves every set that has none of its own.
// Lists (argsort, top-k, keep, walks) are inputs. selective_scan is one set with the map `raster`. It
// computes nothing; models/ref/scan_sets_ref.h does. Source: the operators of VMamba, Vim, PlainMamba,
// LBMamba and the others of scan_sets_shapes.h.
#pragma once
#include <string>
#include <vector>

#include "traces/calls/call.h"
#include "traces/scan_map.h"
#include "traces/scan_scales.h"

namespace scansim {

extern const call_kind scan_sets_kind;

inline constexpr size_t max_scan_sets = 8;

enum class set_tap { post, pre };
enum class set_drive { dt, plain };
enum class set_gate { silu, linear, none };

// What the scan of a set, or of all of them, runs on.
struct set_tensors {
  int64_t states = 0, groups = 0;  // N, G
  std::vector<float> delta;        // (batch, D, L)
  std::vector<float> a;            // (D, N), no value above 0
  std::vector<float> b, c;         // (batch, G, N, L)
  std::vector<float> d;            // (D); empty: none
  std::vector<float> delta_bias;   // (D); empty: none
};

struct set_maps {
  std::string u = "raster", p = "raster", out = "raster";
};

// Of a position, bits of its tag.
inline constexpr int64_t tag_reset = 1, tag_hold = 2, tag_mute = 4, largest_tag = 7;

struct scan_set {
  set_maps maps;
  bool reverse = false;  // positions from last to first
  int64_t segment = 0;   // a reset every so many positions of the maps, a power of two; 0: none
  set_tap tap = set_tap::post;
  set_drive drive = set_drive::dt;
  set_gate gate = set_gate::silu;
  bool final_state = true;                  // h_last is an output
  int64_t first_channel = 0, channels = 0;  // that it scans; channels 0: all of u's
  set_tensors own;
  int64_t states = 0;         // N, whosever A it runs on
  std::vector<float> h0;      // (batch, channels, N); empty: zeros
  std::vector<int64_t> tags;  // a position; empty: none
  int64_t tagged = 0;         // positions
  std::vector<float> expect_h_last;
};

struct scan_sets_scales : call_scales {
  std::vector<scan_scales> sets;  // one frac_u, one frac_z and one frac_y
  scale_rows rows() override;
};

struct scan_sets_call : call {
  int64_t batch = 0, channels = 0, length = 0;  // length: L, rows of u
  int64_t output_rows = 0;                      // R, rows of z and y
  int64_t height = 0, width = 0;                // of the grid
  bool delta_softplus = true;
  std::vector<float> u;         // (batch, D, L)
  std::vector<float> z;         // (batch, D, R)
  std::vector<float> expect_y;  // (batch, D, R)
  set_tensors shared;
  std::vector<scan_set> sets;
  std::vector<std::vector<int64_t>> lists, parents;
  std::vector<int64_t> list_sizes, parent_sizes;

  const call_kind& kind() const override { return scan_sets_kind; }
  std::vector<call_tensor> tensors() override;
  std::vector<call_option> options() override;
  void see_names(std::span<const std::string> names) override;
  void show_every_tensor() override;
  void derive() override;
  void check_axes(const std::string& file) const override;
  void check_sizes(const std::string& file) const override;
  void check_contents(const std::string& file) const override;
  std::unique_ptr<call_scales> make_scales() const override;
  uint64_t tokens() const override;
  uint64_t state_updates() const override;
  call_work work() const override { return {"state update", state_updates()}; }

  void take_lists(size_t lists_wanted, size_t parents_wanted);
};

// Sets as a flag and a table of shapes write them: "raster; reverse:raster segment=8 tap=pre".
//   set = map | map_u/map_p/map_out, then words key=value of: reverse segment tap drive gate
//   channels=first+count final_state
std::vector<scan_set> parse_sets(const std::string& text, const std::string& file, const std::string& field);

}  // namespace scansim
