// Verbose error pages: which framework shows its inside. Each signature asks for markers that an ordinary
// page, or a page about the framework, does not have together.
#pragma once

#include <optional>
#include <string_view>

namespace utsyn::wire {

struct VerboseError {
  std::string_view framework;  // "Django", "Werkzeug"...
  bool may_run_code = false;   // an interactive debugger, or one with a record of remote code execution
  bool operator==(const VerboseError&) const = default;
};

// The first 256 KiB of the body are read.
std::optional<VerboseError> find_verbose_error(std::string_view body);

}  // namespace utsyn::wire
