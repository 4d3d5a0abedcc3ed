#include "host/run/wave_file.h"

#include <unistd.h>

#include <filesystem>
#include <vector>

#include "host/run/fst_blocks.h"
#include "traces/input_error.h"
#include "traces/output_file.h"

namespace scansim {
namespace {

namespace fs = std::filesystem;

// Beside a regular file; a device's or a pipe's waves pass through the folder of temporary files.
std::string folder_for(const std::string& path) {
  const output_target target = find_output_target(path);
  if (target.writable() && target.kind == output_kind::file)
    return fs::path(target.path).parent_path().string();
  return fs::temp_directory_path().string();
}

}  // namespace

wave_file::wave_file(const std::string& path, const run_observer& observer)
    : path_(path), observer_(observer) {
  if (path.empty()) return;
  partial_ = std::make_unique<temporary_file>(folder_for(path), path);
  hierarchy_ = std::make_unique<temporary_path>(partial_->path() + ".hier");
}

wave_file::~wave_file() {
  if (!pages_ || observer_.stopping()) return;
  try {
    finish();
  } catch (...) {  // the run has failed already, and says how
  }
}

std::string wave_file::begin() {
  if (!partial_) return {};
  pages_ = std::make_unique<lost_pages>();
  return partial_->path();
}

std::string wave_file::finish() {
  if (!pages_) return {};
  std::string why = why_incomplete();
  pages_.reset();
  if (why.empty()) {
    try {
      move_to_output(*partial_, path_);
    } catch (const tool_error& error) {
      why = error.what();
    }
  }
  drop();
  return why;
}

void wave_file::drop() {
  pages_.reset();
  hierarchy_.reset();
  partial_.reset();
}

std::string wave_file::why_incomplete() const {
  if (pages_->count() == 0 && is_whole_fst(partial_->path())) return {};
  try {  // the system says best what is wrong with the place
    temporary_file probe(fs::path(partial_->path()).parent_path().string(), path_);
    const std::vector<char> as_much(1 << 20, 'x');
    probe.write(as_much.data(), as_much.size());
  } catch (const tool_error& error) {
    return error.what();
  }
  return path_ + ": cannot be written: the waves are incomplete (was a disk full, of this file or of /tmp?)";
}

}  // namespace scansim
