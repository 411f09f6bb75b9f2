// A name that is accepted is one DNS can carry, and reading it again changes nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/name.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto name = utsyn::normalise_name(utsyn::as_text({data, size}));
  if (!name) return utsyn::describe(name.error()).empty() ? (std::abort(), 1) : 0;
  if (name->size() > 253 || name->find('.') == std::string::npos) std::abort();
  for (const auto label : utsyn::split(*name, '.')) {
    if (label.empty() || label.size() > 63) std::abort();
  }
  if (utsyn::normalise_name(*name) != name) std::abort();
  utsyn::display_name(*name);
  return 0;
}
