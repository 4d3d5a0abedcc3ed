#include "host/gpu_profile/gzip_text.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr int gzip_window = 15 + 16;       // the largest window, in gzip's wrapping
constexpr size_t piece = size_t{1} << 20;  // of output; of input what zlib's counters hold

class gzip_reader {
 public:
  gzip_reader(std::string_view bytes, size_t largest, const std::string& file)
      : bytes_(bytes), largest_(largest), file_(file) {
    if (inflateInit2(&stream_, gzip_window) != Z_OK) throw tool_error("zlib: cannot begin");
  }
  ~gzip_reader() { inflateEnd(&stream_); }
  gzip_reader(const gzip_reader&) = delete;
  gzip_reader& operator=(const gzip_reader&) = delete;

  std::string text() {
    std::string unpacked;
    for (int status = Z_OK; status != Z_STREAM_END || at_ < bytes_.size();) {
      if (status == Z_STREAM_END) inflateReset(&stream_);
      status = step(unpacked);
    }
    return unpacked;
  }

 private:
  [[noreturn]] void refuse(const std::string& found) const {
    throw input_error(file_, "file", "a whole gzip file", found);
  }
  int step(std::string& unpacked) {
    const size_t before = unpacked.size(), given = std::min(bytes_.size() - at_, piece);
    unpacked.resize(before + piece);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes_.data() + at_));
    stream_.avail_in = static_cast<uInt>(given);
    stream_.next_out = reinterpret_cast<Bytef*>(unpacked.data() + before);
    stream_.avail_out = piece;
    const int status = inflate(&stream_, Z_NO_FLUSH);
    at_ += given - stream_.avail_in;
    unpacked.resize(before + piece - stream_.avail_out);
    if (status == Z_BUF_ERROR || (status == Z_OK && given == 0 && unpacked.size() == before))
      refuse("one that is cut off");
    if (status != Z_OK && status != Z_STREAM_END)
      refuse(stream_.msg == nullptr ? "a damaged one" : printable(stream_.msg));
    if (unpacked.size() > largest_)
      throw input_error(file_, "file", fmt::format("at most {} bytes when unpacked", largest_), "more");
    return status;
  }

  std::string_view bytes_;
  size_t largest_;
  const std::string& file_;
  z_stream stream_ = {};
  size_t at_ = 0;
};

}  // namespace

bool is_gzip(std::string_view bytes) { return bytes.starts_with("\x1f\x8b"); }

std::string gzip_text(std::string_view bytes, size_t largest, const std::string& file) {
  return gzip_reader(bytes, largest, file).text();
}

}  // namespace scansim
