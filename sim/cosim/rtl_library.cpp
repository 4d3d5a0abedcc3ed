#include "sim/cosim/rtl_library.h"

#include <dlfcn.h>

#include "traces/input_error.h"

namespace scansim {

rtl_library::rtl_library(const std::string& path, int axi_bytes) : path_(path) {
  handle_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle_) throw tool_error(std::string("rtl: cannot load: ") + dlerror());
  try {
    const auto version = reinterpret_cast<scansim_rtl_version_fn*>(symbol("scansim_rtl_version"));
    const auto width = reinterpret_cast<scansim_rtl_axi_bytes_fn*>(symbol("scansim_rtl_axi_bytes"));
    if (version() != SCANSIM_RTL_ABI_VERSION)
      throw tool_error(path + ": is of interface version " + std::to_string(version()) +
                       ", this program needs " + std::to_string(SCANSIM_RTL_ABI_VERSION) + "; delete it");
    if (width() != axi_bytes)
      throw tool_error(path + ": its memory port has " + std::to_string(width()) +
                       " bytes, the design point says " + std::to_string(axi_bytes));
    create = reinterpret_cast<scansim_rtl_create_fn*>(symbol("scansim_rtl_create"));
    destroy = reinterpret_cast<scansim_rtl_destroy_fn*>(symbol("scansim_rtl_destroy"));
    record = reinterpret_cast<scansim_rtl_record_fn*>(symbol("scansim_rtl_record"));
    settle = reinterpret_cast<scansim_rtl_settle_fn*>(symbol("scansim_rtl_settle"));
    clock = reinterpret_cast<scansim_rtl_clock_fn*>(symbol("scansim_rtl_clock"));
    show = reinterpret_cast<scansim_rtl_show_fn*>(dlsym(handle_, "scansim_rtl_show"));
    cover = reinterpret_cast<scansim_rtl_cover_fn*>(dlsym(handle_, "scansim_rtl_cover"));
    each_bin = reinterpret_cast<scansim_rtl_each_bin_fn*>(dlsym(handle_, "scansim_rtl_each_bin"));
    listen = reinterpret_cast<scansim_rtl_listen_fn*>(dlsym(handle_, "scansim_rtl_listen"));
  } catch (...) {
    dlclose(handle_);
    throw;
  }
}

rtl_library::~rtl_library() { dlclose(handle_); }

void* rtl_library::symbol(const char* name) const {
  void* address = dlsym(handle_, name);
  if (!address) throw tool_error(path_ + ": has no symbol " + name + "; delete it");
  return address;
}

}  // namespace scansim
