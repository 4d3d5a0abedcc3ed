// The SQLite export of nsys. Columns come and go with versions: what is not needed is asked for only where it
// is.
#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>
#include <set>

#include "host/gpu_profile/nsys_exports.h"
#include "traces/input_error.h"
#include "traces/strict_json.h"

namespace scansim {
namespace {

constexpr const char* kernel_table = "CUPTI_ACTIVITY_KIND_KERNEL";

// "file:" with everything escaped that a URI gives a meaning.
std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/._-").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri + "?mode=ro&immutable=1";
}

class read_statement {
 public:
  read_statement(sqlite3* database, const std::string& text, const std::string& file)
      : database_(database), file_(file) {
    if (sqlite3_prepare_v2(database, text.c_str(), -1, &statement_, nullptr) != SQLITE_OK) fail();
  }
  ~read_statement() { sqlite3_finalize(statement_); }
  read_statement(const read_statement&) = delete;
  read_statement& operator=(const read_statement&) = delete;

  bool next() {
    const int status = sqlite3_step(statement_);
    if (status != SQLITE_ROW && status != SQLITE_DONE) fail();
    return status == SQLITE_ROW;
  }
  std::optional<int64_t> whole(int column) const {
    if (sqlite3_column_type(statement_, column) != SQLITE_INTEGER) return std::nullopt;
    return sqlite3_column_int64(statement_, column);
  }
  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr
               ? ""
               : std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }

 private:
  [[noreturn]] void fail() const {
    throw input_error(file_, "file", "the SQLite export of nsys", printable(sqlite3_errmsg(database_)));
  }

  sqlite3* database_;
  const std::string& file_;
  sqlite3_stmt* statement_ = nullptr;
};

class nsys_database {
 public:
  explicit nsys_database(const std::string& path) : file_(path) {
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    const int status = sqlite3_open_v2(immutable_uri(path).c_str(), &handle_, flags, nullptr);
    if (status == SQLITE_OK) return;
    const std::string message = sqlite3_errmsg(handle_);
    sqlite3_close(handle_);
    throw input_error(path, "file", "an SQLite database", printable(message));
  }
  ~nsys_database() { sqlite3_close(handle_); }
  nsys_database(const nsys_database&) = delete;
  nsys_database& operator=(const nsys_database&) = delete;

  read_statement ask(const std::string& text) const { return {handle_, text, file_}; }
  // Empty: no such table.
  std::set<std::string> columns(const std::string& table) const {
    std::set<std::string> names;
    read_statement found = ask("SELECT name FROM pragma_table_info('" + table + "')");
    while (found.next()) names.insert(found.text(0));
    return names;
  }
  [[noreturn]] void refuse(const std::string& field, const std::string& expected,
                           const std::string& found) const {
    throw input_error(file_, field, expected, found);
  }
  void check() const {
    const std::set<std::string> kernels = columns(kernel_table);
    if (kernels.empty()) {
      if (!columns("CUPTI_ACTIVITY_KIND_CONCURRENT_KERNEL").empty())
        refuse("file", "the SQLite export of nsys", "a database of nvprof");
      refuse("table " + std::string(kernel_table), "the kernels that nsys traced",
             columns("StringIds").empty() ? "none: no export of nsys" : "none: no kernel was traced");
    }
    for (const char* column : {"start", "end"})
      if (kernels.count(column) == 0)
        refuse(fmt::format("table {}", kernel_table), fmt::format("a column {}", column), "none");
  }

 private:
  const std::string& file_;
  sqlite3* handle_ = nullptr;
};

// By the number that kernels know the device by: CUDA's, where a table says which GPU that is.
std::map<int64_t, profile_device> devices_of(const nsys_database& database) {
  std::map<int64_t, profile_device> devices;
  const std::set<std::string> known = database.columns("TARGET_INFO_GPU");
  if (known.count("id") == 0 || known.count("name") == 0) return devices;
  const auto column = [&](const char* name) { return known.count(name) > 0 ? name : "NULL"; };
  read_statement gpus =
      database.ask(fmt::format("SELECT id, name, {}, {}, {}, {}, {}, {} FROM TARGET_INFO_GPU",
                               column("smCount"), column("totalMemory"), column("l2CacheSize"),
                               column("clockRate"), column("computeMajor"), column("computeMinor")));
  std::map<int64_t, profile_device> gpus_by_id;
  const auto positive = [](std::optional<int64_t> value) {
    return value && *value > 0 ? value : std::optional<int64_t>();
  };
  while (gpus.next()) {
    profile_device device;
    device.name = gpus.text(1);
    device.multiprocessors = positive(gpus.whole(2));
    device.memory_bytes = positive(gpus.whole(3));
    device.l2_bytes = positive(gpus.whole(4));
    if (const auto hz = positive(gpus.whole(5))) device.sm_clock_mhz = static_cast<double>(*hz) * 1e-6;
    if (gpus.whole(6) && gpus.whole(7))
      device.compute_capability = fmt::format("{}.{}", *gpus.whole(6), *gpus.whole(7));
    gpus_by_id[gpus.whole(0).value_or(-1)] = device;
  }
  const std::set<std::string> cuda = database.columns("TARGET_INFO_CUDA_DEVICE");
  if (cuda.count("gpuId") == 0 || cuda.count("cudaId") == 0) return gpus_by_id;
  read_statement mapped = database.ask("SELECT cudaId, gpuId FROM TARGET_INFO_CUDA_DEVICE");
  while (mapped.next()) {
    const auto gpu = gpus_by_id.find(mapped.whole(1).value_or(-1));
    if (gpu != gpus_by_id.end()) devices.emplace(mapped.whole(0).value_or(-1), gpu->second);
  }
  return devices.empty() ? gpus_by_id : devices;
}

std::string kernel_query(const nsys_database& database) {
  const std::set<std::string> known = database.columns(kernel_table), names = database.columns("StringIds");
  std::string name = "NULL", join;
  for (const char* column : {"demangledName", "shortName", "mangledName"})
    if (name == "NULL" && known.count(column) > 0 && names.count("id") > 0 && names.count("value") > 0) {
      name = "s.value";
      join = fmt::format(" LEFT JOIN StringIds s ON s.id = k.{}", column);
    }
  std::string list = "k.start, k.\"end\", " + name;
  for (const char* column : {"correlationId", "deviceId", "registersPerThread", "gridX", "gridY", "gridZ",
                             "blockX", "blockY", "blockZ"})
    list += known.count(column) > 0 ? fmt::format(", k.{}", column) : ", NULL";
  return fmt::format("SELECT {} FROM {} k{} ORDER BY k.start, k.rowid", list, kernel_table, join);
}

std::string size_of(const read_statement& row, int column) {
  const auto x = row.whole(column), y = row.whole(column + 1), z = row.whole(column + 2);
  return x && y && z ? launch_size(*x, *y, *z) : "";
}

}  // namespace

import_page read_nsys_database(const std::string& path) {
  const nsys_database database(path);
  database.check();
  import_page page;
  page.source = "the database of nsys";
  page.origin = "nsys";
  page.kernel_field = fmt::format("table {}: kernels", kernel_table);
  page.grid_field = fmt::format("table {}: gridX, gridY, gridZ", kernel_table);
  page.block_field = fmt::format("table {}: blockX, blockY, blockZ", kernel_table);
  page.device_field = fmt::format("table {}: deviceId", kernel_table);
  page.columns = {time_column("end - start"), registers_column("registersPerThread")};
  const std::map<int64_t, profile_device> devices = devices_of(database);
  read_statement row = database.ask(kernel_query(database));
  while (row.next()) {
    import_launch launch;
    const auto start = row.whole(0), end = row.whole(1);
    launch.kernel = page.texts.add(row.text(2));
    launch.id = row.whole(3) ? std::to_string(*row.whole(3)) : std::to_string(page.launches.size());
    const auto device = devices.find(row.whole(4).value_or(0));
    launch.device = page.add_device(device == devices.end() ? profile_device{} : device->second);
    launch.grid = page.texts.add(size_of(row, 6));
    launch.block = page.texts.add(size_of(row, 9));
    launch.cells.resize(2);
    if (start && end && *end >= *start)
      launch.cells[0].value = static_cast<double>(*end - *start) * 1e-3;
    else
      launch.cells[0].fault = {"an end behind the start", end ? std::to_string(*end) : "none"};
    if (const auto registers = row.whole(5)) launch.cells[1].value = static_cast<double>(*registers);
    page.launches.push_back(std::move(launch));
  }
  if (page.launches.empty())
    throw input_error(path, fmt::format("table {}", kernel_table), "the kernels that nsys traced", "no row");
  return page;
}

}  // namespace scansim
