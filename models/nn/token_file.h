// Token ids from a file, for models whose tokeniser is elsewhere: a .safetensors file with one tensor of
// integers (or one named input_ids or tokens), a numpy array (.npy) of integers, or text with integers
// between white space, commas and brackets. Contract: one sequence, (L) or (1, L); every id is in [0,
// vocabulary); all else is an input_error that names the element.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace scansim {

struct token_file {
  std::vector<int32_t> ids;
  std::string form;  // "tensor input_ids (I64)", "numpy array (<i8)", "text of integers": for provenance
};

token_file read_tokens(const std::string& path, int64_t vocabulary);

// The bytes of a text as token ids: of a model with a vocabulary of 256 and no other. `else_option` is what
// other models take instead, empty: nothing. What is no text is refused: a format that is known by its first
// bytes (an archive, a pointer, a safetensors file) and whatever has a byte of 0, as programs, images, UTF-16
// have. A model whose tokens are any bytes takes those from an array of U8 (read_tokens).
std::vector<uint8_t> read_text_bytes(const std::string& path, int64_t vocabulary,
                                     const std::string& else_option = "");

}  // namespace scansim
