#include "traces/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "traces/file_name.h"
#include "traces/input_error.h"

namespace scansim {

namespace fs = std::filesystem;

namespace {

constexpr int most_numbers = 999999;  // of files with one name but for its number

int open_to_write(const std::string& path) {
  int descriptor = -1;
  do {
    descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

std::string folder_of(const output_target& target) { return fs::path(target.path).parent_path().string(); }

void take_place(temporary_file& finished, const output_target& target, const std::string& shown) {
  if (target.exists) {
    const char* name = finished.path().c_str();
    // The owner may be beyond this user's rights; the mode goes last, because chown takes bits from it.
    if (chown(name, target.owner, target.group) != 0) errno = 0;
    if (chmod(name, target.mode) != 0)
      throw tool_error(shown + ": cannot be written: " + std::strerror(errno));
  }
  finished.replace(target.path);
}

}  // namespace

output_file::output_file(const std::string& path) : path_(path), target_(find_output_target(path)) {
  if (!target_.writable())
    throw tool_error(path + ": cannot be written: expected " + target_.expected + ", found " + target_.found);
  switch (target_.kind) {
    case output_kind::file:
      partial_ = std::make_unique<temporary_file>(folder_of(target_), path,
                                                  target_.exists ? target_.mode & 0777 : 0666);
      descriptor_ = partial_->descriptor();
      break;
    case output_kind::through:
      descriptor_ = open_to_write(target_.path);
      if (descriptor_ < 0) fail(errno);
      break;
    case output_kind::descriptor:
      descriptor_ = target_.descriptor;
      break;
  }
}

output_file::~output_file() {
  if (target_.kind == output_kind::through && descriptor_ >= 0) close(descriptor_);
}

void output_file::fail(int reason) const {
  throw tool_error((path_ == "-" ? "standard output" : path_) +
                   ": cannot be written: " + std::strerror(reason));
}

void output_file::write(const void* data, size_t bytes) {
  if (const int reason = write_all(descriptor_, data, bytes); reason != 0) fail(reason);
}

void output_file::copy(const temporary_file& finished) {
  if (const int reason = finished.copy_into(descriptor_); reason != 0) fail(reason);
}

void output_file::commit() {
  if (target_.kind == output_kind::descriptor) return;
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (target_.kind == output_kind::through) {
    if (close(descriptor) != 0 && errno != EINTR) fail(errno);
    return;
  }
  take_place(*partial_, target_, path_);
}

void write_output(const std::string& path, std::string_view text) {
  output_file file(path);
  file.write(text.data(), text.size());
  file.commit();
}

void write_own_file(const std::string& path, std::string_view text) {
  const std::string folder = fs::path(path).parent_path().string();
  temporary_file file(folder.empty() ? "." : folder, path);
  file.write(text.data(), text.size());
  file.replace(path);
}

void move_to_output(temporary_file& finished, const std::string& path) {
  const output_target target = find_output_target(path);
  if (target.writable() && target.kind == output_kind::file) return take_place(finished, target, path);
  output_file file(path);
  file.copy(finished);
  file.commit();
}

void make_output_folder(const std::string& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw tool_error(folder + ": cannot be made: " + failed.message());
}

std::string write_numbered_output(const std::string& folder, const std::string& stem,
                                  const std::string& behind, const std::string& extension,
                                  std::string_view text) {
  make_output_folder(folder);
  const std::string longest_number = "-" + std::to_string(most_numbers);
  const size_t others = behind.size() + longest_number.size() + extension.size();
  const std::string named = folder + "/" + shortened_name(stem, longest_file_name - others) + behind;
  temporary_file file(folder, named + extension);
  file.write(text.data(), text.size());
  for (int number = 1; number <= most_numbers; ++number) {
    const std::string path = named + "-" + std::to_string(number) + extension;
    if (file.take_free_name(path)) return path;
  }
  throw tool_error(named + ": no free name left");
}

}  // namespace scansim
