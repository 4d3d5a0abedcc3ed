#include "host/timeline/timeline_difference.h"

#include <fmt/format.h>

#include <algorithm>

namespace scansim {
namespace {

constexpr const char* state_words[] = {"busy", "wait_in", "wait_out", "idle"};

// The states of a block without gaps: idle where no run is, up to `last`.
class state_sequence {
 public:
  state_sequence(const timeline_start& start, size_t block)
      : at_(start.recorded.states[block], start.recorded.first_cycle), last_(start.last) {
    run_ = {block_state::idle, start.recorded.first_cycle, 0};
    next();
  }
  const state_run& run() const { return run_; }
  bool ended() const { return run_.cycles <= 0; }
  void next() {
    const cycle_t from = run_.end();
    if (at_.ended() || at_.run().first > from) {
      const cycle_t to = at_.ended() ? last_ + 1 : std::min(at_.run().first, last_ + 1);
      run_ = {block_state::idle, from, to - from};
      return;
    }
    run_ = at_.run();
    run_.cycles = std::min(run_.end(), last_ + 1) - run_.first;
    at_.next();
  }

 private:
  state_cursor at_;
  cycle_t last_;
  state_run run_;
};

std::string span_text(const burst_span& span) {
  return fmt::format("{} beats at {:#x} to cycle {}", span.beats, span.address, span.last);
}
std::string span_text(const descriptor_span& span) {
  return fmt::format("descriptor {} to cycle {}", span.number, span.last);
}

bool same_but_end(const burst_span& a, const burst_span& b) {
  return a.address == b.address && a.beats == b.beats;
}
bool same_but_end(const descriptor_span& a, const descriptor_span& b) { return a.number == b.number; }

class timeline_comparison {
 public:
  timeline_comparison(const named_timeline& above, const named_timeline& below)
      : above_(above), below_(below) {}

  std::optional<timeline_difference> first() {
    const size_t both = std::min(above_.timeline.starts.size(), below_.timeline.starts.size());
    for (size_t i = 0; i < both && !found_; ++i)
      compare_start(above_.timeline.starts[i], below_.timeline.starts[i]);
    if (!found_) compare_ends();
    return found_;
  }

 private:
  void take(uint64_t cycle, const std::string& what) {
    if (found_ && found_->cycle <= cycle) return;
    found_ = {cycle, fmt::format("first difference of the timelines in cycle {}: {}", cycle, what)};
  }
  std::string both(const std::string& of_below, const std::string& of_above) const {
    return fmt::format("{} {}, {} {}", below_.rung, of_below, above_.rung, of_above);
  }
  void compare_start(const timeline_start& above, const timeline_start& below);
  void compare_states(const timeline_start& above, const timeline_start& below, size_t block);
  template <class Span>
  void compare_spans(const std::string& what, const timeline_start& start, const std::vector<Span>& above,
                     const std::vector<Span>& below);
  void compare_ends();

  const named_timeline &above_, &below_;
  std::optional<timeline_difference> found_;
};

void timeline_comparison::compare_start(const timeline_start& above, const timeline_start& below) {
  compare_spans("descriptors", above, above.recorded.descriptors, below.recorded.descriptors);
  for (size_t block = 0; block < above_.timeline.blocks.size(); ++block) compare_states(above, below, block);
  compare_spans("reads", above, above.recorded.reads, below.recorded.reads);
  compare_spans("writes", above, above.recorded.writes, below.recorded.writes);
  if (above.recorded.cycles != below.recorded.cycles)
    take(above.first_cycle + static_cast<uint64_t>(std::min(above.recorded.cycles, below.recorded.cycles)),
         fmt::format("start {}: {}", above.number,
                     both(fmt::format("has {} cycles", below.recorded.cycles),
                          fmt::format("{}", above.recorded.cycles))));
}

void timeline_comparison::compare_states(const timeline_start& above, const timeline_start& below,
                                         size_t block) {
  state_sequence one(above, block), other(below, block);
  for (; !one.ended() && !other.ended(); one.next(), other.next()) {
    const state_run &a = one.run(), &b = other.run();
    if (a == b) continue;
    if (a.state != b.state) {
      take(above.first_cycle + static_cast<uint64_t>(a.first),
           fmt::format(
               "{}: {}", above_.timeline.blocks[block],
               both(state_words[static_cast<size_t>(b.state)], state_words[static_cast<size_t>(a.state)])));
      return;
    }
    // One of them goes on in the state that the other leaves.
    const cycle_t end = std::min(a.end(), b.end());
    const block_state same = a.state;
    const bool above_goes_on = a.end() > end;
    (above_goes_on ? other : one).next();
    const state_sequence& left = above_goes_on ? other : one;
    const std::string leaves =
        left.ended() ? "at its end" : state_words[static_cast<size_t>(left.run().state)];
    const std::string stays = state_words[static_cast<size_t>(same)];
    take(above.first_cycle + static_cast<uint64_t>(end),
         fmt::format("{}: {}", above_.timeline.blocks[block],
                     above_goes_on ? both(leaves, stays) : both(stays, leaves)));
    return;
  }
}

template <class Span>
void timeline_comparison::compare_spans(const std::string& what, const timeline_start& start,
                                        const std::vector<Span>& above, const std::vector<Span>& below) {
  const auto [one, other] = std::mismatch(above.begin(), above.end(), below.begin(), below.end());
  const Span* a = one == above.end() ? nullptr : &*one;
  const Span* b = other == below.end() ? nullptr : &*other;
  if (a == nullptr && b == nullptr) return;
  // The same one that ends apart differs from the earlier end on.
  const bool same = a != nullptr && b != nullptr && a->first == b->first && same_but_end(*a, *b);
  const cycle_t cycle =
      same ? std::min(a->last, b->last)
           : std::min(a != nullptr ? a->first : INT64_MAX, b != nullptr ? b->first : INT64_MAX);
  const auto words = [](const Span* span) {
    return span == nullptr ? std::string("none")
                           : fmt::format("{} from cycle {}", span_text(*span), span->first);
  };
  take(start.first_cycle + static_cast<uint64_t>(cycle),
       fmt::format("{}: {}", what, both(words(b), words(a))));
}

void timeline_comparison::compare_ends() {
  const run_timeline &above = above_.timeline, &below = below_.timeline;
  if (above.cycles != below.cycles)
    take(std::min(above.cycles, below.cycles),
         both(fmt::format("has {} cycles", below.cycles), fmt::format("{}", above.cycles)));
}

}  // namespace

std::optional<timeline_difference> find_timeline_difference(const named_timeline& above,
                                                            const named_timeline& below) {
  return timeline_comparison(above, below).first();
}

}  // namespace scansim
