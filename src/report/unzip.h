// A zip in memory, read part by part by minizip, each part within its bound.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "report/table_in.h"

namespace utsyn::report {

class Unzip {
 public:
  explicit Unzip(std::string_view bytes);  // borrowed
  ~Unzip();
  Unzip(const Unzip&) = delete;
  Unzip& operator=(const Unzip&) = delete;

  bool open() const { return file_ != nullptr; }
  // Nothing when there is no such part.
  Result<std::optional<std::string>, TableError> part(const std::string& name);

  // Where minizip stands in the bytes.
  struct Memory {
    std::string_view bytes;
    std::size_t at = 0;
  };

 private:
  Memory memory_;
  void* file_ = nullptr;
};

}  // namespace utsyn::report
