// The harness of a library that shows its streams: one of the others, and what rtl/watch tells.
// SCANSIM_RTL_CHECKED, SCANSIM_RTL_SHOWN: it has checks, it is for timelines too.
#if defined(SCANSIM_RTL_CHECKED)
#include "rtl_check_harness.cpp"
#elif defined(SCANSIM_RTL_SHOWN)
#include "rtl_activity_harness.cpp"
#else
#include "rtl_harness.cpp"
#endif
#include <deque>
#include <mutex>
#include <vector>

#include "rtl_stream_abi.h"

namespace {

// Places by number; they stay where they are.
struct rtl_streams {
  std::mutex lock;
  std::deque<std::string> places;
};
rtl_streams& streams() {
  static rtl_streams all;
  return all;
}

struct beat_listener {
  scansim_rtl_beat_visitor* visit = nullptr;
  void* to = nullptr;
  std::vector<uint32_t> words;  // of the beat to come
};
thread_local beat_listener listener;

void tell(int stream, int row, int enters) {
  if (listener.visit != nullptr) {
    const scansim_rtl_beat beat{streams().places[static_cast<size_t>(stream)].c_str(), row, enters,
                                listener.words.data(), static_cast<int>(listener.words.size())};
    listener.visit(listener.to, &beat);
  }
  listener.words.clear();
}

}  // namespace

extern "C" {

int scansim_rtl_stream(const char* place) {
  const std::lock_guard<std::mutex> held(streams().lock);
  std::deque<std::string>& places = streams().places;
  for (size_t at = 0; at < places.size(); ++at)
    if (places[at] == place) return static_cast<int>(at);
  places.emplace_back(place);
  return static_cast<int>(places.size()) - 1;
}
void scansim_rtl_word(int bits) { listener.words.push_back(static_cast<uint32_t>(bits)); }
void scansim_rtl_push(int stream, int row) { tell(stream, row, 1); }
void scansim_rtl_pop(int stream) {
  listener.words.clear();
  tell(stream, -1, 0);
}

SCANSIM_EXPORT void scansim_rtl_listen(scansim_rtl_beat_visitor* visit, void* to) {
  listener.visit = visit, listener.to = to;
}

}  // extern "C"
