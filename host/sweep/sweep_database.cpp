// The SQLite form of an export (sweep_export.h): built in memory, handed over as bytes.
#include <fmt/format.h>
#include <sqlite3.h>

#include <memory>

#include "host/sweep/sweep_export.h"
#include "traces/input_error.h"

namespace scansim {
namespace {

class database {
 public:
  database() {
    if (sqlite3_open(":memory:", &handle_) != SQLITE_OK) fail();
  }
  ~database() { sqlite3_close(handle_); }
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  void run(const std::string& statement) {
    if (sqlite3_exec(handle_, statement.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail();
  }
  std::string bytes() {
    sqlite3_int64 count = 0;
    const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> image(
        sqlite3_serialize(handle_, "main", &count, 0), sqlite3_free);
    if (!image) fail();
    return {reinterpret_cast<const char*>(image.get()), static_cast<size_t>(count)};
  }
  [[noreturn]] void fail() {
    throw tool_error(fmt::format("sweep export: SQLite: {}", sqlite3_errmsg(handle_)));
  }
  sqlite3* handle() { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

// One prepared INSERT; values are bound in order.
class row_writer {
 public:
  row_writer(database& into, const std::string& table, size_t columns) : into_(into) {
    std::string places = "?";
    for (size_t i = 1; i < columns; ++i) places += ",?";
    const std::string statement = fmt::format("INSERT INTO {} VALUES ({})", table, places);
    if (sqlite3_prepare_v2(into.handle(), statement.c_str(), -1, &statement_, nullptr) != SQLITE_OK)
      into.fail();
  }
  ~row_writer() { sqlite3_finalize(statement_); }
  row_writer(const row_writer&) = delete;
  row_writer& operator=(const row_writer&) = delete;

  row_writer& text(const std::string& value) {
    sqlite3_bind_text(statement_, ++at_, value.c_str(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
    return *this;
  }
  row_writer& number(double value) {
    sqlite3_bind_double(statement_, ++at_, value);
    return *this;
  }
  row_writer& count(uint64_t value) {
    sqlite3_bind_int64(statement_, ++at_, static_cast<sqlite3_int64>(value));
    return *this;
  }
  row_writer& null() {
    sqlite3_bind_null(statement_, ++at_);
    return *this;
  }
  row_writer& value(const sweep_value& one) {
    return std::holds_alternative<double>(one) ? number(std::get<double>(one))
                                               : text(std::get<std::string>(one));
  }
  void end() {
    if (sqlite3_step(statement_) != SQLITE_DONE) into_.fail();
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    at_ = 0;
  }

 private:
  database& into_;
  sqlite3_stmt* statement_ = nullptr;
  int at_ = 0;
};

std::string quoted_name(const std::string& name) { return "\"" + name + "\""; }

void add_points(database& into, const exported_sweep& sweep) {
  std::string columns = "id TEXT PRIMARY KEY, status TEXT, front INTEGER";
  for (const sweep_parameter& one : sweep.spec.space) columns += ", " + quoted_name(one.name);
  for (const std::string& name : sweep_result_list()) columns += ", " + quoted_name(name) + " REAL";
  into.run("CREATE TABLE points (" + columns + ")");
  row_writer row(into, "points", 3 + sweep.spec.space.size() + sweep_result_list().size());
  for (const exported_point& one : exported_points(sweep)) {
    row.text(one.point->id).text(one.status).count(one.judged && one.judged->on_front ? 1 : 0);
    for (const sweep_parameter& parameter : sweep.spec.space) {
      const sweep_value* given = nullptr;
      for (const auto& [name, value] : one.point->parameters)
        if (name == parameter.name) given = &value;
      given ? row.value(*given) : row.null();
    }
    for (const std::string& name : sweep_result_list())
      one.has(name) ? row.number(one.judged->results.at(name)) : row.null();
    row.end();
  }
}

void add_rows(database& into, const exported_sweep& sweep) {
  into.run(
      "CREATE TABLE rows (key TEXT, point TEXT REFERENCES points(id), workload TEXT, weight REAL, status "
      "TEXT, "
      "message TEXT, cycles INTEGER, simulated_chunks INTEGER, chunks INTEGER)");
  into.run("CREATE TABLE counters (key TEXT, block TEXT, event TEXT, count INTEGER)");
  row_writer row(into, "rows", 9), counter(into, "counters", 4);
  for (const sweep_point& point : sweep.plan.points)
    for (size_t i = 0; i < point.keys.size(); ++i) {
      const auto found = sweep.store.rows.find(point.keys[i]);
      if (found == sweep.store.rows.end()) continue;
      const point_row& one = found->second;
      row.text(one.key)
          .text(point.id)
          .text(sweep.spec.workloads[i].name)
          .number(sweep.spec.workloads[i].weight);
      row.text(status_text(one.status)).text(one.message);
      one.status == row_status::ok ? row.count(one.cycles) : row.null();
      one.simulated ? row.count(one.simulated->chunks).count(one.simulated->of) : row.null().null();
      row.end();
      for (const auto& [block, events] : one.counters)
        for (const auto& [event, count] : events)
          counter.text(one.key).text(block).text(event).count(count).end();
    }
}

}  // namespace

std::string export_sqlite(const exported_sweep& sweep) {
  database into;
  into.run("BEGIN");
  add_points(into, sweep);
  add_rows(into, sweep);
  into.run("COMMIT");
  return into.bytes();
}

}  // namespace scansim
