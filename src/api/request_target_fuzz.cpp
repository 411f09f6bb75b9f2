// The request target: whatever comes, what is accepted is UTF-8 text without control characters, in bounds.
#include <algorithm>
#include <cstdlib>

#include "api/target.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = utsyn::api::parse_target({reinterpret_cast<const char*>(data), size});
  if (!target) return 0;
  const auto good = [](const std::string& text) {
    return utsyn::valid_utf8(text) &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  };
  for (const auto& segment : target->segments) {
    if (!good(segment)) std::abort();
  }
  for (const auto& [name, value] : target->query) {
    if (!good(name) || !good(value)) std::abort();
  }
  if (target->segments.empty() || target->query.size() > utsyn::api::max_query_parameters) std::abort();
  return 0;
}
