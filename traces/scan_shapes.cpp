#include "traces/scan_shapes.h"

namespace scansim {

const std::vector<named_shape>& scan_shape_table() {
  static const std::string mamba =
      "state-spaces/mamba model cards: expand 2, d_state 16, trained at 2048 tokens";
  static const std::string vim = "hustvl/Vim: 224x224, patch 16, one class token; expand 2, d_state 16";
  static const std::string vim_fine = "hustvl/Vim fine-tuning at stride 8: 27x27 patches and one class token";
  static const std::string plain =
      "ChenhongyiYang/PlainMamba: 14x14 patches, no class token; expand 2, d_state 16";
  static const std::string vmamba = "MzeroMiko/VMamba tiny (s1l8), one of four directions; d_state 1";
  static const std::vector<named_shape> table = {
      {"unit", 4, 8, 1, 128, "state-spaces/mamba test_selective_scan: the smallest case"},
      {"mamba-130m", 1536, 16, 1, 2048, mamba},
      {"mamba-370m", 2048, 16, 1, 2048, mamba},
      {"mamba-790m", 3072, 16, 1, 2048, mamba},
      {"mamba-1.4b", 4096, 16, 1, 2048, mamba},
      {"mamba-2.8b", 5120, 16, 1, 2048, mamba},
      {"falcon-mamba-7b", 8192, 16, 1, 2048,
       "tiiuae/falcon-mamba-7b config.json: intermediate 8192, state 16"},
      {"jamba-v0.1", 8192, 16, 1, 2048, "ai21labs/Jamba-v0.1 config.json: hidden 4096, expand 2, state 16"},
      {"phi4-mini-flash", 5120, 16, 1, 2048,
       "microsoft/ArchScale SambaY d32: d_model 2560, expand 2, state 16"},
      {"vim-ti", 384, 16, 1, 197, vim},
      {"vim-s", 768, 16, 1, 197, vim},
      {"vim-b", 1536, 16, 1, 197, vim},
      {"vim-ti-730", 384, 16, 1, 730, vim_fine},
      {"vim-s-730", 768, 16, 1, 730, vim_fine},
      {"vim-b-730", 1536, 16, 1, 730, vim_fine},
      {"plainmamba-l1", 384, 16, 1, 196, plain},
      {"plainmamba-l2", 768, 16, 1, 196, plain},
      {"plainmamba-l3", 896, 16, 1, 196, plain},
      {"vmamba-t-stage1", 96, 1, 1, 3136, vmamba},
      {"vmamba-t-stage2", 192, 1, 1, 784, vmamba},
      {"vmamba-t-stage3", 384, 1, 1, 196, vmamba},
      {"vmamba-t-stage4", 768, 1, 1, 49, vmamba},
      {"ssamba-base", 1536, 16, 1, 513,
       "SiavashShams/ssamba base: 128x1024 spectrogram, 512 patches, one class token"},
      {"mamba-fscil", 1024, 256, 1, 49, "xiaojieli0903/Mamba-FSCIL: last feature map 7x7, d_state 256"},
  };
  return table;
}

const named_shape* find_scan_shape(const std::string& name) {
  for (const auto& shape : scan_shape_table()) {
    if (shape.name == name) return &shape;
  }
  return nullptr;
}

}  // namespace scansim
