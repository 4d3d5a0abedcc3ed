#include "sim/rungs/systemc_device.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "models/configs/widths.h"
#include "sim/bins/bin_sampler.h"
#include "sim/rungs/activity_log.h"
#include "sim/rungs/device_memory.h"
#include "sim/rungs/stream_log.h"
#include "sim/stream/systemc_host.h"
#include "sim/top/machine.h"
#include "traces/system_failure.h"

namespace scansim {
namespace {

enum operation : uint32_t { start, map_memory };

struct request {
  uint32_t operation;
  uint64_t bytes;  // of the memory to map
};
struct answer {
  uint32_t failed;
  char message[252];
};

tool_error no_image(size_t bytes) {
  return system_failure("systemc: cannot make a memory of " + std::to_string(bytes) + " bytes");
}

uint8_t* map_file(int file, size_t bytes) {
  if (bytes == 0) return nullptr;
  void* address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (address == MAP_FAILED) throw no_image(bytes);
  return static_cast<uint8_t*>(address);
}

// Counts address commands where the parent can see them: a run that issues none for long hangs.
class counted_memory final : public memory_timing {
 public:
  counted_memory(std::unique_ptr<memory_timing> timing, std::atomic<uint64_t>& bursts)
      : timing_(std::move(timing)), bursts_(bursts) {}
  cycle_t read_address(const burst& command, cycle_t valid, std::span<cycle_t> beat_valid) override {
    bursts_.fetch_add(1, std::memory_order_relaxed);
    return timing_->read_address(command, valid, beat_valid);
  }
  cycle_t write_address(const burst& command, cycle_t valid) override {
    bursts_.fetch_add(1, std::memory_order_relaxed);
    return timing_->write_address(command, valid);
  }
  cycle_t write_data(cycle_t valid) override { return timing_->write_data(valid); }
  cycle_t write_response(cycle_t last_data) override { return timing_->write_response(last_data); }
  memory_counters counters() const override { return timing_->counters(); }

 private:
  std::unique_ptr<memory_timing> timing_;
  std::atomic<uint64_t>& bursts_;
};

// The child: the machine, until the other end of the socket closes.
class machine_server {
 public:
  machine_server(const design_point& point, const device_options& options, int memory_file, int socket,
                 machine_watch& watch)
      : point_(point), options_(options), memory_file_(memory_file), socket_(socket), watch_(watch) {}

  // Returns when the parent has gone or after a failure has been answered.
  void serve(size_t image_bytes) {
    try {
      map_image(image_bytes);
      systemc_host host;
      operand_switching switching(widths_of(point_));
      machine_shape shape(point_);
      if (options_.switching) shape.switching = &switching;
      machine built(host, shape);
      activity_recorder recorder(options_.activity);
      if (recorder.wanted()) built.keep(&recorder.activity());
      stream_writer streams(options_.stream_log);
      if (streams.wanted()) built.listen(streams);
      csr_file& registers = watch_.registers;
      const auto run = [&] {
        counted_memory memory(recorder.port(make_memory(point_, options_)), watch_.bursts);
        recorder.begin_start(), streams.begin_start(), switching.restart();
        const machine_run done =
            built.run(registers.first_descriptor(), registers.count(), {image_, image_bytes_}, memory);
        recorder.end_start(), streams.flush();
        registers.finish(done.error, done.counters);
        show(memory.counters());
        watch_.switching = switching.values();
      };
      request next;
      while (recv(socket_, &next, sizeof next, 0) == sizeof next) {
        answer reply{};
        next.operation == map_memory ? map_image(next.bytes) : run();
        if (send(socket_, &reply, sizeof reply, MSG_NOSIGNAL) != sizeof reply) return;
      }
    } catch (const std::exception& error) {
      answer reply{1, {}};
      std::strncpy(reply.message, error.what(), sizeof reply.message - 1);
      if (send(socket_, &reply, sizeof reply, MSG_NOSIGNAL) < 0) return;
    }
  }

 private:
  void map_image(size_t bytes) {
    if (image_ != nullptr) munmap(image_, image_bytes_);
    image_ = nullptr;
    image_ = map_file(memory_file_, bytes);
    image_bytes_ = bytes;
  }

  void show(const memory_counters& counters) {
    for (size_t i = 0; i < counters.size(); ++i) watch_.counters.at(i) = counters[i].second;
  }

  const design_point& point_;
  const device_options& options_;
  int memory_file_, socket_;
  machine_watch& watch_;
  uint8_t* image_ = nullptr;
  size_t image_bytes_ = 0;
};

}  // namespace

systemc_device::systemc_device(const design_point& point, const device_options& options)
    : point_(point), options_(options) {
  // A bad option is the user's error, found here and not in the child.
  memory_events_ = make_memory(point, options)->counters();
  memory_file_ = memfd_create("scansim-memory", MFD_CLOEXEC);
  if (memory_file_ < 0) throw system_failure("systemc: cannot create shared memory");
  void* shared = mmap(nullptr, sizeof *watch_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) {
    const int cause = errno;
    close(memory_file_);
    throw system_failure("systemc: cannot create shared memory", cause);
  }
  watch_ = new (shared) machine_watch(parameter_csrs(point));
}

systemc_device::~systemc_device() {
  end_child();
  if (image_ != nullptr) munmap(image_, image_bytes_);
  munmap(watch_, sizeof *watch_);
  close(memory_file_);
}

void systemc_device::resize_memory(size_t bytes) {
  if (running_) finish_start();
  if (image_ != nullptr) munmap(image_, image_bytes_);
  image_ = nullptr;
  image_bytes_ = 0;
  if (ftruncate(memory_file_, static_cast<off_t>(bytes)) != 0) throw no_image(bytes);
  image_ = map_file(memory_file_, bytes);
  image_bytes_ = bytes;
  if (child_ < 0) return;
  send_request(map_memory, bytes);
  take_answer();
}

void systemc_device::start_child() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    throw system_failure("systemc: cannot create a socket pair");
  const pid_t parent = getpid();
  child_ = fork();
  if (child_ < 0) {
    const int cause = errno;
    close(ends[0]);
    close(ends[1]);
    throw system_failure("systemc: cannot create a process", cause);
  }
  if (child_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(3);
    close(ends[0]);
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    // The parent's buffered output and exit handlers are not the child's: leave without running them.
    machine_server(point_, options_, memory_file_, ends[1], *watch_).serve(image_bytes_);
    _exit(0);
  }
  close(ends[1]);
  socket_ = ends[0];
}

void systemc_device::end_child() {
  if (child_ > 0) {
    close(socket_);
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  child_ = socket_ = -1;
  running_ = false;
}

// A machine after a failure is a new one: its registers show nothing of the runs before.
void systemc_device::fail(const std::string& what) {
  end_child();
  std::construct_at(&watch_->registers, parameter_csrs(point_));
  throw tool_error(what);
}

void systemc_device::send_request(uint32_t operation, uint64_t bytes) {
  if (child_ < 0) start_child();
  const request next{operation, bytes};
  if (send(socket_, &next, sizeof next, MSG_NOSIGNAL) != sizeof next && !answer_ready(0))
    fail("systemc: the simulation process has ended");
}

bool systemc_device::answer_ready(int timeout_ms) const {
  pollfd socket{socket_, POLLIN, 0};
  return poll(&socket, 1, timeout_ms) > 0;
}

void systemc_device::take_answer() {
  answer reply{};
  ssize_t size;
  do {
    size = recv(socket_, &reply, sizeof reply, 0);
  } while (size < 0 && errno == EINTR);
  if (size != sizeof reply) fail("systemc: the simulation process has ended");
  reply.message[sizeof reply.message - 1] = 0;
  if (reply.failed != 0) fail(reply.message);
}

void systemc_device::finish_start() {
  uint64_t seen = watch_->bursts;
  for (int quiet_s = 0; !answer_ready(1000); ++quiet_s) {
    if (quiet_s >= hang_limit_s)
      fail("systemc: no burst for " + std::to_string(hang_limit_s) + " seconds, the machine hangs");
    if (seen != watch_->bursts) quiet_s = 0;
    seen = watch_->bursts;
  }
  running_ = false;
  take_answer();
}

void systemc_device::write_csr(uint32_t address, uint32_t value) {
  const bool starts = address == csr::control && (value & 1u) != 0;
  if (starts && running_ && !answer_ready(0)) return;  // busy
  if (running_) finish_start();
  if (!watch_->registers.write(address, value)) return;
  send_request(start, 0);
  running_ = true;
}

uint32_t systemc_device::read_csr(uint32_t address) {
  if (address == csr::status && running_ && !answer_ready(0)) return csr::status_busy;
  if (running_) finish_start();
  return watch_->registers.read(address);
}

void systemc_device::wait_done() {
  if (running_) finish_start();
  if ((read_csr(csr::status) & csr::status_done) == 0) throw tool_error("systemc: wait without a start");
  if (!recorded_) record_parameters(point_);
  recorded_ = true;
}

memory_counters systemc_device::memory_events() const {
  memory_counters events = memory_events_;
  for (size_t i = 0; i < events.size(); ++i) events[i].second = watch_->counters.at(i);
  return events;
}

std::vector<switching_count> systemc_device::switching() const {
  return options_.switching ? named_switching(watch_->switching) : std::vector<switching_count>{};
}

std::unique_ptr<device> make_systemc_device(const design_point& point, const device_options& options) {
  return std::make_unique<systemc_device>(point, options);
}

}  // namespace scansim
