// The host's check of a list of descriptors: one planted fault for every rule of memory, scratch and
// parameters, in programs that are right without it.
#include <functional>

#include "tests/host/program/checked_programs.h"

namespace scansim::test {
namespace {

using hls::unit_opcode;

TEST_CASE("program_check program accepts what is planted into", "[program]") {
  listing(layer_program(), tiny()).check();
  listing(unfused_program(), tiny()).check();
}

TEST_CASE("program_check program passes on what the machine itself refuses", "[program]") {
  listing l(layer_program(), tiny());
  const auto planted = [&](unit_opcode opcode, const std::string& field,
                           const std::function<void(uint32_t*)>& plant) {
    listing faulty = l;
    const uint32_t i = faulty.find(opcode);
    plant(faulty.words(i));
    faulty.refused(i, field);
  };
  planted(unit_opcode::norm, "opcode", [](uint32_t* w) { w[0] |= 0x40; });
  planted(unit_opcode::norm, "tokens", [](uint32_t* w) { w[1] &= 0xffff0000; });
  planted(unit_opcode::hadamard, "shape", [](uint32_t* w) { w[2] |= 7u << 16; });
  planted(unit_opcode::gemm, "bounds", [](uint32_t* w) { w[4] |= 0xffff; });
  planted(unit_opcode::scan, "passes", [](uint32_t* w) { w[2] = 0; });
}

TEST_CASE("program_check program wants memory accesses inside the image and off the list", "[program]") {
  listing outside(layer_program(), tiny());
  const uint32_t load = outside.find(unit_opcode::load), store = outside.find(unit_opcode::store);
  outside.words(load)[4] = static_cast<uint32_t>(outside.program_.image.size());
  outside.refused(load, "address");
  listing odd(layer_program(), tiny());
  odd.words(load)[4] += 4;
  odd.refused(load, "address");
  listing rewrite(layer_program(), tiny());
  rewrite.words(store)[4] = static_cast<uint32_t>(rewrite.program_.runs[0].address);
  rewrite.refused(store, "address");
  listing longer(layer_program(), tiny());
  longer.program_.runs[0].count += 4096;
  CHECK_THROWS_WITH(longer.check(), Catch::Contains("list"));
  listing undrained(unfused_program(), tiny());
  const uint32_t back = undrained.find(unit_opcode::load, 1);  // of the norm's result
  undrained.set_flag(back, drain, false);
  undrained.refused(back, "address");
  listing state(layer_program(), tiny());
  const uint32_t scan = state.find(unit_opcode::scan);
  state.words(scan)[18] = static_cast<uint32_t>(state.program_.image.size());
  state.refused(scan, "addr_a");
}

TEST_CASE("program_check program wants scratch words inside, written and fenced", "[program]") {
  listing outside(layer_program(), tiny());
  const uint32_t norm = outside.find(unit_opcode::norm);
  outside.words(norm)[6] |= 0xffff0000;  // pitch
  outside.refused(norm, "x");
  listing unwritten(layer_program(), tiny());
  unwritten.words(norm)[6] += 0x1000;  // address
  unwritten.refused(norm, "x");
  for (const unit_opcode opcode : {unit_opcode::norm, unit_opcode::gemm, unit_opcode::conv, unit_opcode::scan,
                                   unit_opcode::hadamard, unit_opcode::store}) {
    listing unfenced(layer_program(), tiny());
    const uint32_t i = unfenced.find(opcode);
    unfenced.set_flag(i, fence, false);
    unfenced.refused(i, "");
    CHECK_THROWS_WITH(unfenced.check(), Catch::Contains("a fence"));
    listing late(layer_program(), tiny());  // one write fewer than it needs
    late.words(i)[0] += 1u << 18;
    late.refused(i, "");
    CHECK_THROWS_WITH(late.check(), Catch::Contains("a fence"));
  }
  listing narrow(layer_program(), tiny());
  const uint32_t hadamard = narrow.find(unit_opcode::hadamard);
  narrow.words(hadamard)[6] = narrow.words(narrow.find(unit_opcode::conv))[7];  // u, s8
  CHECK_THROWS_WITH(narrow.check(), Catch::Contains("elements of 16 bits"));
}

TEST_CASE("program_check program wants reads over before their words are overwritten", "[program]") {
  listing l(layer_program(), tiny());
  const uint32_t norm = l.find(unit_opcode::norm);
  l.words(norm)[7] = (l.words(norm)[6] & 0xffff) | (l.words(norm)[7] & 0xffff0000);  // y onto x
  l.refused(norm, "y");
}

TEST_CASE("program_check program wants parameter rows loaded", "[program]") {
  const std::pair<int, unit_opcode> firsts[] = {
      {0, unit_opcode::norm}, {1, unit_opcode::gemm}, {2, unit_opcode::gemm}, {3, unit_opcode::conv}};
  const char* fields[] = {"w_row", "shift_row", "w_row", "p_row"};
  for (const auto& [which, user] : firsts) {
    listing l(layer_program(), tiny());
    l.drop(l.find(unit_opcode::params, which));
    l.refused(l.find(user), fields[which]);
  }
  listing capacity(operator_program(gemm_request(8, 64, 1024, "silu")), tiny());
  const uint32_t bias = capacity.find(unit_opcode::params, 4);  // of the second step
  capacity.words(bias)[1] += 8;                                 // one row more than the memory
  capacity.refused(bias, "beats");
}

TEST_CASE("program_check program wants 4-bit weights in whole groups", "[program]") {
  operator_request request = gemm_request(8, 300, 40);
  request.weight_format = "w4g128";
  listing l(operator_program(request), tiny());
  l.check();
  const uint32_t weights = l.find(unit_opcode::params, 2);
  REQUIRE((l.words(weights)[0] >> 9 & 1) == 1);
  for (const int change : {-1, 1, -2}) {
    listing cut = l;
    cut.words(weights)[1] += static_cast<uint32_t>(change);
    cut.refused(weights, "beats");
  }
  listing s8 = l;
  s8.set_flag(weights, 9, false);  // the same beats as rows of s8
  CHECK_THROWS(s8.check());
}

TEST_CASE("program_check program wants positions and lists that fit their gemm", "[program]") {
  const operator_request sparse = gemm_request(8, 64, 32, "none", "2:4");
  listing pattern(operator_program(sparse), tiny());
  const uint32_t gemm = pattern.find(unit_opcode::gemm), index = pattern.find(unit_opcode::params, 2);
  REQUIRE((pattern.words(index)[1] >> 16 & 7) == 1);
  pattern.words(gemm)[2] = (pattern.words(gemm)[2] & ~(31u << 16)) | 1u << 16;  // 1:4
  pattern.refused(gemm, "pos_row");
  listing beats(operator_program(sparse), tiny());
  ++beats.words(index)[1];
  beats.refused(index, "beats");
  listing bits(operator_program(sparse), tiny());
  bits.words(index)[2] += 1u << 16;
  bits.refused(index, "index bits");
  operator_request lists = gemm_request(6, 64, 32);
  lists.scatter = true;
  listing scatter(operator_program(lists), tiny());
  const uint32_t list = scatter.find(unit_opcode::gemm) - 1, store = scatter.find(unit_opcode::store);
  std::memcpy(scatter.words(store), scatter.words(list), hls::descriptor_bytes);
  scatter.refused(store, "clear");
  lists.scatter = false, lists.gather = true;
  listing gather(operator_program(lists), tiny());
  const uint32_t user = gather.find(unit_opcode::gemm);
  gather.program_.image[gather.words(user - 1)[4]] = 200;
  gather.refused(user, "gather");
}

}  // namespace
}  // namespace scansim::test
