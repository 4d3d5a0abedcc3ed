// One operator's call as a trace holds it: what it is called, which tensors and options it has, what they
// must be, how one is generated. Contract: reader, writer, checks, `trace info`, `trace generate` and the
// tables of traces/README.md walk the tables below and know no operator; a call computes nothing. An operator
// is one class derived from `call` in a file of its own, with one line in call_list.cpp; code that needs its
// values asks for them by payload<>().
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <typeinfo>
#include <vector>

#include "traces/expect_tolerance.h"
#include "traces/scale_table.h"

namespace scansim {

class call;
class call_generator;
class metadata_reader;

// A row of the list of operators.
struct call_kind {
  const char* name;
  const char* summary;
  std::unique_ptr<call> (*make)();  // an empty call
  std::unique_ptr<call_generator> (*make_generator)();
  kernel_tolerances tolerances = {};  // of the published suite of its GPU kernels, if there is one
};

struct call_axis {
  const char* symbol;
  int64_t* size;  // 0: not known yet
};

// What a file holds, by tensor.
using named_shapes = std::map<std::string, std::vector<int64_t>>;

// Name in the file, where values and sizes live, when it must be there. A size that a tensor does not give is
// settled by `before` of the first tensor that needs it.
struct call_tensor {
  std::string name;
  std::vector<float>* values = nullptr;     // or
  std::vector<int64_t>* indices = nullptr;  // integers in the file
  std::vector<call_axis> axes = {};
  bool required = true;
  std::string text = {};              // what it is
  std::function<void()> before = {};  // run whether or not the tensor is there
  std::string log_name = {};          // another name in a file: there `values` are -exp of what it holds
  bool transposed = false;            // `values` are (second axis, first axis): the file's matrix transposed
  int axis_of_one = -1;               // an axis that a file may leave out when its size is 1
  int spare_axis = -1;                // an axis of size 1 that a file may have besides, at this place
  bool short_index = false;           // indices: I32 when written, U8 too when read
  std::function<void(const std::vector<int64_t>& shape, const std::string& file)> take_shape =
      {};  // see below
};
// `take_shape` stands for the comparison with `axes`, whose sizes it sets: a rule of its own, input_error.

// A key of the metadata.
struct call_option {
  std::string key;
  std::string range;     // what it may be
  std::string fallback;  // what it is when absent
  std::function<void(const metadata_reader&)> read;
  std::function<nlohmann::json()> write;  // null: left out
};

struct call_work {
  const char* unit;  // of one step of the arithmetic, as "state update" or "multiply"
  uint64_t amount;
};

// What a call gives: tensor "expect.y" of the table is output "y".
struct call_output {
  std::string name;
  const std::vector<float>* recorded;  // empty: not recorded
};

class call {
 public:
  virtual ~call() = default;
  virtual const call_kind& kind() const = 0;

  // Pointers into this call, which must outlive the table.
  virtual std::vector<call_tensor> tensors() = 0;
  virtual std::vector<call_option> options() { return {}; }
  // Names in a file, before tensors() is asked: for tensors that come in groups.
  virtual void see_names(std::span<const std::string>) {}
  // For the page: options that make every tensor appear once.
  virtual void show_every_tensor() {}
  // Sizes that follow once every tensor is read.
  virtual void derive() {}

  // The contract beyond what the tables say: axes first, then sizes and which tensors are there, and, when
  // every value is known to be finite, what the values must be. `file` names the source in input_error.
  virtual void check_axes(const std::string& file) const;
  virtual void check_sizes(const std::string& file) const = 0;
  virtual void check_contents(const std::string&) const {}
  // What is legal and yet probably not meant.
  virtual std::vector<std::string> notes() const { return {}; }
  // For messages, "" without one: what tensors that do not fit probably are, and what the call calls a tensor
  // that it does not have.
  virtual std::string guess_layout(const named_shapes&) const { return ""; }
  virtual std::string guess_name(const std::string&) const { return ""; }
  // What the call is quantised with, lists as long as this call needs them, every number to be filled in;
  // nullptr: a trace stores no scales of the operator.
  virtual std::unique_ptr<call_scales> make_scales() const { return nullptr; }

  virtual uint64_t tokens() const = 0;
  virtual uint64_t state_updates() const { return 0; }  // 0: has no state
  virtual call_work work() const = 0;
  // Keeps an output as the recorded one.
  virtual void record(const std::string& output, const std::vector<double>& values);
  // The call that rungs run, where that is not the one in the file; nullptr: this one.
  virtual std::unique_ptr<call> as_run(const std::string&) const { return nullptr; }
  // Options and sizes as `trace info` prints them.
  virtual nlohmann::json describe_extra() const;

 protected:
  call() = default;
  call(const call&) = default;
  call& operator=(const call&) = default;
};

inline constexpr int64_t largest_flag = INT32_MAX;  // of a flag: a product of two fits 64 bits

// A flag of `trace generate`, bound to a member of a generator: one of the four pointers.
struct generator_option {
  const char* flag;
  std::string text = {};  // operators that give a flag the same text, or none, share it
  int64_t* integer = nullptr;
  double* real = nullptr;
  std::string* word = nullptr;
  bool* toggle = nullptr;
  bool sets = true;  // what the flag of a toggle sets it to
  bool shows_default = false;
  const char* needs = nullptr;             // another flag
  int64_t least = 1, most = largest_flag;  // of an integer that is given
  double largest = 1e6;                    // of a real that is given; it is above 0
  const char* needed = nullptr;  // the flag must be given, unless one of these is ("--shape --grid")
};

// Whether the number that was given fits; throws input_error that names `field`. Words and toggles pass.
void check_given(const generator_option& option, const std::string& file, const std::string& field);

// Draws a call. Contract: the same options and seed give the same bits on every machine.
class call_generator {
 public:
  virtual ~call_generator() = default;
  virtual const call_kind& kind() const = 0;
  virtual std::vector<generator_option> options() = 0;
  // Throws input_error naming what does not fit.
  virtual std::unique_ptr<call> generate(uint64_t seed) const = 0;
  virtual nlohmann::json provenance(uint64_t seed) const;
  // Whether --shape names one of its own, so that the operator need not be named.
  virtual bool knows_shape(const std::string&) const { return false; }
};

std::vector<int64_t> sizes_of(const call_tensor& tensor);
int64_t count_of(const call_tensor& tensor);  // elements; -1 above 2^60 or with a size below 1
// The tables of a call that is only read.
std::vector<call_tensor> tensors_of(const call& one);
std::vector<call_option> options_of(const call& one);
std::vector<call_output> outputs_of(const call& one);
// The contract of a call by itself.
void check_call(const call& one, const std::string& file);

// For the two makers of a call_kind.
template <class Base, class Made>
std::unique_ptr<Base> make_as() {
  return std::make_unique<Made>();
}

// The call as what it is. Throws std::bad_cast for another operator's.
template <class Payload>
const Payload& payload(const call& one) {
  return dynamic_cast<const Payload&>(one);
}
template <class Payload>
const Payload& payload(const call_scales& scales) {
  return dynamic_cast<const Payload&>(scales);
}

}  // namespace scansim
