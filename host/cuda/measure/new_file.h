// A file that appears whole under a name that nobody has: written beside its place, then linked to the name.
// Contract: publish() fails with tool_error if the name exists, also when another process took it a moment
// ago; whatever was not published is removed by the destructor. host/report/output_file.h is for files that
// may be replaced.
#pragma once
#include <string>

namespace scansim {

class new_file {
 public:
  explicit new_file(const std::string& path);
  ~new_file();
  new_file(const new_file&) = delete;
  new_file& operator=(const new_file&) = delete;

  const std::string& partial_path() const { return partial_; }  // write here
  void publish();
  void withdraw();  // removes what publish() made

 private:
  std::string path_, partial_;
};

}  // namespace scansim
