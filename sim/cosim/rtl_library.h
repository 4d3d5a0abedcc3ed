// A loaded librtl.so: the functions of rtl_abi.h of one design point. Contract: checked for the interface
// version and the width of the memory port when loaded; unloaded with the object, so handles must not outlive
// it.
#pragma once
#include <string>

#include "sim/cosim/rtl_activity_abi.h"
#include "sim/cosim/rtl_bins_abi.h"
#include "sim/cosim/rtl_stream_abi.h"

namespace scansim {

class rtl_library {
 public:
  // Throws tool_error if the file cannot be loaded or is of another interface version or port width.
  rtl_library(const std::string& path, int axi_bytes);
  ~rtl_library();
  rtl_library(const rtl_library&) = delete;
  rtl_library& operator=(const rtl_library&) = delete;

  scansim_rtl_create_fn* create = nullptr;
  scansim_rtl_destroy_fn* destroy = nullptr;
  scansim_rtl_record_fn* record = nullptr;
  scansim_rtl_settle_fn* settle = nullptr;
  scansim_rtl_clock_fn* clock = nullptr;
  scansim_rtl_show_fn* show = nullptr;          // null: not built for timelines
  scansim_rtl_cover_fn* cover = nullptr;        // null: not built for coverage
  scansim_rtl_each_bin_fn* each_bin = nullptr;  // null: without checks
  scansim_rtl_listen_fn* listen = nullptr;      // null: it does not show its streams

 private:
  void* symbol(const char* name) const;

  std::string path_;
  void* handle_ = nullptr;
};

}  // namespace scansim
