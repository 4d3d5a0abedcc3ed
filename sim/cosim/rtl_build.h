// Builds the rtl rung of one design point as a shared library (rtl_abi.h), on demand: Verilator on the
// sources of rtl/files.f with the design point's parameters, then the C++ compiler. The result is cached
// under a hash of everything that goes in: RTL sources, harness, tool versions, flags, parameters. Contract:
// any number of processes may ask at the same time, one builds and the others wait; a library appears whole
// or not at all, and one that was damaged since is built again (rtl_cache.h). The cache may be deleted at any
// time; a path with white space is fine: then make builds in the temporary folder.
#pragma once
#include <string>

#include "models/configs/design_point.h"
#include "sim/cosim/rtl_kind.h"
#include "sim/cosim/tool_process.h"

namespace scansim {

struct rtl_build_request {
  std::string rtl_dir;  // holds files.f: one source per line in compile order, relative to it; '#' starts a
                        // comment; checks.f, which rtl_kind.h tells of; and watch.f
  std::string harness_dir;  // holds rtl_harness.cpp, rtl_abi.h and those of rtl_activity
  std::string cache_dir;
  // A library of its own: tracing costs time even when no file is written. It is there to be looked into, so
  // it shows its streams too (rtl_stream_abi.h).
  bool with_waves = false;
  bool with_activity = false;  // likewise: it shows its inside (rtl_activity_abi.h)
  rtl_kind kind = rtl_kind::plain;
};

// The request for this program's own sources.
rtl_build_request default_rtl_build(bool with_waves, bool with_activity = false,
                                    rtl_kind kind = rtl_kind::plain);

struct rtl_library_build {
  std::string path;       // of librtl.so
  std::string sha256;     // of the same, as it was sealed
  std::string verilator;  // what the tool says of its version
};

// Throws tool_error with the first cause and the log's path if a tool is missing or fails, input_error if a
// source listed in files.f cannot be read. Each tool is asked for its version once.
rtl_library_build built_rtl_library(const design_point& point, const rtl_build_request& request,
                                    const progress_callback& progress = {});
// Its path.
std::string build_rtl_library(const design_point& point, const rtl_build_request& request,
                              const progress_callback& progress = {});

// Paths in the order of files.f, with checks those of checks.f and with streams of watch.f, where they are.
// Throws input_error naming the line.
std::vector<std::string> rtl_sources(const std::string& rtl_dir, bool with_checks = false,
                                     bool with_streams = false);

}  // namespace scansim
