// Traces of ssd: what is written loads again, sequences are cut where they say, every way to be malformed is
// refused with its field; the reference against that of selective_scan with one A a head.
#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "models/ref/selective_scan_ref.h"
#include "models/ref/ssd_ref.h"
#include "tests/traces/generated_ssd.h"
#include "tests/traces/raw_safetensors.h"
#include "traces/input_error.h"
#include "traces/trace.h"

namespace scansim::test {
namespace {

// One segment of a call as a scan of H P channels, tokens innermost.
scan_tensors as_scan(const ssd_call& c, const ssd_segment& s) {
  const int64_t length = s.end - s.begin, channels = c.heads * c.head_channels;
  scan_tensors t;
  t.shape = {1, channels, c.states, c.groups, length};
  t.options.delta_softplus = c.dt_softplus;
  const auto token = [&](int64_t at) { return s.batch * c.length + s.begin + at; };
  for (int64_t d = 0; d < channels; ++d) {
    const auto head = static_cast<size_t>(d / c.head_channels);
    for (int64_t at = 0; at < length; ++at) {
      const auto x = static_cast<size_t>(token(at) * channels + d);
      t.u.push_back(c.x[x]);
      t.delta.push_back(c.dt[static_cast<size_t>(token(at) * c.heads) + head]);
      if (!c.z.empty()) t.z.push_back(c.z[x]);
    }
    t.a.insert(t.a.end(), static_cast<size_t>(c.states), c.a[head]);
    if (!c.d.empty()) t.d.push_back(c.d[head]);
    if (!c.dt_bias.empty()) t.delta_bias.push_back(c.dt_bias[head]);
  }
  for (int64_t row = 0; row < c.groups * c.states; ++row)
    for (int64_t at = 0; at < length; ++at) {
      t.b.push_back(c.b[static_cast<size_t>(token(at) * c.groups * c.states + row)]);
      t.c.push_back(c.c[static_cast<size_t>(token(at) * c.groups * c.states + row)]);
    }
  const auto count = static_cast<std::ptrdiff_t>(channels * c.states);
  if (s.initial_state >= 0 && !c.initial_states.empty())
    t.h0.assign(c.initial_states.begin() + s.initial_state * count,
                c.initial_states.begin() + (s.initial_state + 1) * count);
  return t;
}

double largest_difference(const ssd_call& c) {
  const ssd_output got = ssd_ref(c);
  const int64_t channels = c.heads * c.head_channels;
  double largest = 0;
  for (const ssd_segment& s : c.segments()) {
    const scan_output want = selective_scan_ref(as_scan(c, s));
    const int64_t length = s.end - s.begin;
    for (int64_t d = 0; d < channels; ++d)
      for (int64_t at = 0; at < length; ++at) {
        const int64_t x = (s.batch * c.length + s.begin + at) * channels + d;
        largest = std::max(
            largest, std::abs(got.y[static_cast<size_t>(x)] - want.y[static_cast<size_t>(d * length + at)]));
      }
    for (size_t k = 0; s.final_state >= 0 && k < want.h_last.size(); ++k)
      largest = std::max(
          largest, std::abs(want.h_last[k] -
                            got.final_states[static_cast<size_t>(s.final_state) * want.h_last.size() + k]));
  }
  return largest;
}

const std::map<std::string, int64_t> small = {{"--heads", 4},  {"--head-channels", 3}, {"--states", 5},
                                              {"--groups", 2}, {"--length", 23},       {"--batch", 2}};

std::map<std::string, int64_t> small_and(std::map<std::string, int64_t> more) {
  more.insert(small.begin(), small.end());
  return more;
}

void check_refused(const std::string& named, const std::function<void(ssd_call&)>& change) {
  const bool packed = named.starts_with("cu_seqlens");  // its contents, so that all else fits
  auto flags =
      small_and(packed ? std::map<std::string, int64_t>{} : std::map<std::string, int64_t>{{"--h0", 1}});
  if (packed) flags["--batch"] = 1;
  ssd_call c = generated_ssd(flags, 1);
  change(c);
  try {
    check_call(c, "t");
    FAIL("accepted: " << named);
  } catch (const input_error& error) {
    INFO(error.what());
    CHECK(std::string(error.what()).find(named) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("ssd in double is selective_scan with one decay rate a head", "[unit][ref]") {
  for (const auto& flags :
       {small_and({}), small_and({{"--h0", 1}}), small_and({{"--sequences", 5}, {"--h0", 1}}),
        small_and({{"--no-z", 1}, {"--no-d", 1}, {"--no-bias", 1}}), small_and({{"--no-softplus", 1}})})
    CHECK(largest_difference(generated_ssd(flags, 3)) < 1e-12);
  auto packed = small_and({{"--sequences", 7}, {"--cu-seqlens", 1}, {"--h0", 1}});
  packed["--batch"] = 1;
  CHECK(largest_difference(generated_ssd(packed, 4)) < 1e-12);
}

TEST_CASE("sequences of an ssd call cover every token once", "[unit][traces]") {
  for (const bool packed : {false, true}) {
    auto flags = small_and({{"--sequences", 6}});
    if (packed) flags["--cu-seqlens"] = 1, flags["--batch"] = 1;
    const ssd_call c = generated_ssd(flags, 9);
    int64_t next = 0;
    std::vector<int64_t> finals;
    for (const ssd_segment& s : c.segments()) {
      CHECK(s.batch * c.length + s.begin == next);
      CHECK(s.end > s.begin);
      next = s.batch * c.length + s.end;
      if (s.final_state >= 0) finals.push_back(s.final_state);
    }
    CHECK(next == c.batch * c.length);
    CHECK(finals.size() == static_cast<size_t>(packed ? 6 : 2));
    CHECK(c.sequences == static_cast<int64_t>(finals.size()));
  }
}

TEST_CASE("a trace of ssd loads as it was written", "[unit][traces]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  auto flags = small_and({{"--sequences", 6}, {"--cu-seqlens", 1}, {"--h0", 1}});
  flags["--batch"] = 1;
  const ssd_call written = generated_ssd(flags, 2);
  write_trace(path, written);
  const trace loaded = load_trace(path);
  const ssd_call& c = payload<ssd_call>(*loaded.call_);
  CHECK(c.x == written.x);
  CHECK(c.cu_seqlens == written.cu_seqlens);
  CHECK(c.initial_states == written.initial_states);
  CHECK((c.sequences == 6 && c.dt_softplus && !c.decode));
  const ssd_call plain = generated_ssd(small, 2);
  const std::string other = folder.file("u.safetensors");
  write_trace(other, plain);
  CHECK(payload<ssd_call>(*load_trace(other).call_).sequences == 2);
}

TEST_CASE("a trace of ssd keeps dt_limit, and D of heads or of their channels", "[unit][traces]") {
  const temporary_folder folder;
  const std::string path = folder.file("t.safetensors");
  ssd_call written = generated_ssd(small, 2);
  written.d.assign(static_cast<size_t>(written.heads * written.head_channels), 0.5F);
  written.dt_high = 0.1F;
  write_trace(path, written);
  const trace loaded = load_trace(path);
  const ssd_call& c = payload<ssd_call>(*loaded.call_);
  CHECK(c.d == written.d);
  CHECK(c.d_of_channels());
  CHECK(c.dt_high == 0.1F);
  CHECK(c.dt_low == written.dt_low);
  const std::string bytes = read_bytes(path);
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string text = bytes;
    const size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    REQUIRE(from.size() == to.size());  // offsets of the file stay
    write_bytes(path, text.replace(at, from.size(), to));
    return refusal([&] { load_trace(path); });
  };
  CHECK(refused("0.10000000149011612]", "true               ]").find("dt_limit") != std::string::npos);
  CHECK(refused("[null,0.1", "[9000,0.1").find("dt_limit: expected low at most high") != std::string::npos);
  CHECK(refused("dt_limit\\\":[null,", "dt_limit\\\":[1,2,3").find("dt_limit") != std::string::npos);
  ssd_call narrow = written;
  narrow.d.resize(static_cast<size_t>(narrow.heads) + 1);
  CHECK_FALSE(refusal([&] { write_trace(path, narrow), load_trace(path); }).empty());
}

TEST_CASE("a malformed ssd call is refused by field", "[unit][traces]") {
  check_refused("B.shape: expected G that divides H = 3", [](ssd_call& c) { c.heads = 3; });
  check_refused("B.shape: expected N <= 256", [](ssd_call& c) { c.states = 257; });
  check_refused("A", [](ssd_call& c) { c.a[1] = 0.5F; });
  check_refused("initial_states.shape: expected S = 2", [](ssd_call& c) { c.sequences = 3; });
  const auto packed = [](ssd_call& c, std::vector<int64_t> cuts) {
    c.batch = 1, c.cu_seqlens = cuts, c.bounds = static_cast<int64_t>(cuts.size()),
    c.sequences = c.bounds - 1;
  };
  check_refused("x.shape: expected batch 1 with cu_seqlens", [&](ssd_call& c) {
    packed(c, {0, 23}), c.batch = 2;
  });
  check_refused("cu_seqlens[0]: expected 0", [&](ssd_call& c) { packed(c, {1, 23}); });
  check_refused("cu_seqlens[1]: expected L = 23", [&](ssd_call& c) { packed(c, {0, 22}); });
  check_refused("cu_seqlens[2]: expected more than 7", [&](ssd_call& c) { packed(c, {0, 7, 7, 23}); });
  check_refused("seq_idx: expected one of", [&](ssd_call& c) { packed(c, {0, 23}), c.seq_idx.resize(23); });
  check_refused("mode: expected prefill", [&](ssd_call& c) { packed(c, {0, 23}), c.decode = true; });
}

}  // namespace scansim::test
