// What is accepted can be written plainly and reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "wire/http/hsts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const auto hsts = parse_hsts(utsyn::as_text({data, size}));
  if (!hsts) return describe(hsts.error()).empty() ? (std::abort(), 1) : 0;
  auto plain = "max-age=" + std::to_string(hsts->max_age_seconds);
  if (hsts->include_subdomains) plain += "; includeSubDomains";
  if (hsts->preload) plain += "; preload";
  if (parse_hsts(plain) != hsts) std::abort();
  return 0;
}
