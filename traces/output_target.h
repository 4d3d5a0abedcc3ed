// What an output's path leads to. Contract: links are followed, a link that leads nowhere to the file that it
// names; "-" and /dev/stdout are descriptor 1, /dev/fd/N and /proc/self/fd/N descriptor N. A device or a
// named pipe is written through, a regular file replaced as a whole. What cannot be written is said as
// "expected" and "found" of an error message: a folder, a name in a folder that is not there or not writable,
// a socket, a block device, a file that another name shares (replacing it would part the two). It opens no
// pipe, and makes nothing but a passing file that tells whether the folder takes one (can_make_file).
#pragma once
#include <sys/types.h>

#include <string>

namespace scansim {

enum class output_kind { file, through, descriptor };

// Two paths of one file compare equal. `name`: of a file that is not there yet, in the folder `inode`.
struct file_identity {
  dev_t device = 0;
  ino_t inode = 0;
  std::string name;
  bool operator==(const file_identity&) const = default;
};

struct output_target {
  output_kind kind = output_kind::file;
  std::string path;     // file, through: what to open, links followed
  int descriptor = -1;  // descriptor
  bool exists = false;  // file
  mode_t mode = 0666;   // of the file that is there, kept
  uid_t owner = 0;      // likewise
  gid_t group = 0;
  bool terminal = false;
  file_identity identity;
  std::string expected, found;  // why nothing can be written there; empty: something can
  bool writable() const { return expected.empty(); }
};

output_target find_output_target(const std::string& path);

// Why no file can be made beside `target`, which is one of kind file; empty: it can.
std::string why_no_file(const output_target& target);

}  // namespace scansim
