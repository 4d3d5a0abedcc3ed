// What Nsight Systems says of kernels, as an import page: the metric time, in every form.
//   summary   nsys stats --report cuda_gpu_kern_sum, cuda_gpu_kern_gb_sum, cuda_gpu_sum (gpukernsum and its
//   like before
//             2022.4): a row per kernel with its launches; time is their median, or mean where there is none,
//             and their total must be what mean and count make
//   trace     --report cuda_gpu_trace, cuda_kern_exec_trace (gputrace): a row per launch; rows without a grid
//   move memory database  nsys export --type sqlite: table CUPTI_ACTIVITY_KIND_KERNEL, names by StringIds,
//   devices by
//             TARGET_INFO_GPU; opened read-only and as it is (a journal beside it is not looked at)
// Contract: times are in the unit of the header, nanoseconds where it has none, as the tool documents. Names
// of columns are those of all versions since 2020. Throws input_error naming line or table and column.
#pragma once
#include "host/gpu_profile/csv_table.h"
#include "host/gpu_profile/import_page.h"

namespace scansim {

// `decimal_mark`: '.' or ','; 0: a point where commas separate the cells, else as the cells tell.
import_page read_nsys_kernel_summary(const csv_table& table, char decimal_mark);
import_page read_nsys_gpu_trace(const csv_table& table, char decimal_mark);
import_page read_nsys_database(const std::string& path);

}  // namespace scansim
