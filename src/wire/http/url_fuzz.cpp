// An accepted URL is a fixed point of its own text, cannot split a request line, and resolves against itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "wire/http/url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const auto text = utsyn::as_text({data, size});
  const auto check = [](const Url& url) {
    for (const char c : url.str()) {
      if (c <= ' ' || c == 0x7F) std::abort();
    }
    if (url.host.empty() || url.port == 0 || !url.target.starts_with('/')) std::abort();
    if (url.str().size() > kMaxUrlBytes) return;
    const auto again = parse_url(url.str());
    if (!again || again->str() != url.str() || !same_origin(*again, url)) std::abort();
    if (!resolve_url(url, "") || resolve_url(url, "")->str() != url.str()) std::abort();
  };
  if (const auto url = parse_url(text)) check(*url);
  static const Url base = parse_url("https://example.no/a/b?c").value();
  if (const auto url = resolve_url(base, text)) check(*url);
  return 0;
}
