// The one writer of what an output option names; where the path leads says output_target.h. Contract: a
// regular file appears whole or not at all (written beside its place, then renamed, mode and owner of the one
// before it kept); whatever else is there is written through and stays; "-" is standard output. Until
// commit() the name has its old content. Errors: tool_error "<path>: cannot be written: <reason>".
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "traces/output_target.h"
#include "traces/temporary_file.h"

namespace scansim {

class output_file {
 public:
  explicit output_file(const std::string& path);  // opens; waits for the reader of a named pipe
  ~output_file();
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;

  void write(const void* data, size_t bytes);
  void copy(const temporary_file& finished);
  void commit();  // once, after the last write

 private:
  [[noreturn]] void fail(int reason) const;

  std::string path_;
  output_target target_;
  std::unique_ptr<temporary_file> partial_;
  int descriptor_ = -1;
};

void write_output(const std::string& path, std::string_view text);

// A file with a name that the program chose, in a folder of its own: whatever has the name is replaced, a
// pipe or a link too, so that nothing is waited for or followed.
void write_own_file(const std::string& path, std::string_view text);

// `finished` is a whole file that another writer made beside the target: it becomes the output, or is copied
// into what is written through.
void move_to_output(temporary_file& finished, const std::string& path);

// With the folders above it; none, if it is there. Errors: tool_error.
void make_output_folder(const std::string& folder);

// <folder>/<stem><behind>-<number><extension> with the first number that is free, the stem cut where it is
// too long for a file name; makes the folder. No name that exists is ever replaced, so two runs at once get
// two. Returns the path. Errors: tool_error.
std::string write_numbered_output(const std::string& folder, const std::string& stem,
                                  const std::string& behind, const std::string& extension,
                                  std::string_view text);

}  // namespace scansim
