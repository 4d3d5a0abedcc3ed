// Files of other profilers, put together as those write them, with our own kernels and figures: the raw and
// the details page of ncu, tables of nsys stats, its SQLite export, the trace of PyTorch's profiler.
#pragma once
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "host/gpu_profile/profile_import.h"

namespace scansim::test {

using csv_row = std::vector<std::string>;

// Every cell quoted, as ncu does; or those that have to be, as nsys does.
std::string quoted_line(const csv_row& cells, char separator = ',');
std::string plain_line(const csv_row& cells, char separator = ',');

// The identification that ncu gives since 2021.
struct ncu_launch {
  std::string id = "0", kernel = "scan_kernel(float *)", block = "(128, 1, 1)", grid = "(1536, 1, 1)",
              capability = "9.0";
};
inline const csv_row ncu_identification = {
    "ID",     "Process ID", "Process Name", "Host Name", "Kernel Name", "Context",
    "Stream", "Block Size", "Grid Size",    "Device",    "CC"};
csv_row ncu_cells_of(const ncu_launch& launch);

struct ncu_metric {
  std::string name, unit;
  csv_row values;  // by launch
};
std::string ncu_raw_page(const std::vector<ncu_metric>& metrics,
                         const std::vector<ncu_launch>& launches = {{}}, char separator = ',');

// A row of the details page; without a name it is a rule's.
struct ncu_detail {
  std::string section, name, unit, value;
  ncu_launch launch = {};
};
std::string ncu_details_page(const std::vector<ncu_detail>& rows, bool with_rules = false);

// An event of a kernel.
struct torch_kernel {
  std::string name = "void scan_kernel<float>(Params)";
  double begin = 1000, duration = 36.128;
  int64_t correlation = 7, device = 0;
  std::string grid = "[1536, 1, 1]", block = "[128, 1, 1]", category = "kernel";
};
std::string torch_event(const torch_kernel& kernel);
std::string torch_trace(const std::vector<torch_kernel>& kernels);

// A database made of statements, at `path`.
void write_database(const std::string& path, const std::string& statements);
// As nsys exports it: two GPUs, names by number.
std::string nsys_schema();

double metric_value(const gpu_profile& profile, const std::string& name);
std::string metric_unit(const gpu_profile& profile, const std::string& name);
// The reason for which it is left out; "" if it is not.
std::string left_out(const gpu_profile& profile, const std::string& column);

// Options.
import_choice of_kernel(const std::string& expression);
import_choice of_grid(const std::string& grid);
import_choice of_launches(const csv_row& launches);
import_choice in_calls(int64_t calls, const std::string& kernel = "");
import_choice without(const csv_row& columns);
import_choice strictly();
import_choice with_mark(char mark);

}  // namespace scansim::test
