// What a login provider says: its documents and its tokens, any bytes. A token is never accepted, since no
// key here signed it.
#include <cstdlib>

#include "access/id_token.h"
#include "base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const auto text = as_text({data, size});
  static const auto keys = access::read_keys(
      R"({"keys":[{"kty":"EC","crv":"P-256","kid":"1",)"
      R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
  if (!keys || keys->size() != 1) std::abort();
  const auto now = from_unix(1'800'000'000);
  if (access::check_id_token(text, *keys, {"https://a", "c", "n", ""}, now)) std::abort();
  if (const auto discovery = access::read_discovery(text, "https://a"))
    if (discovery->issuer != "https://a" || discovery->jwks_uri.empty()) std::abort();
  if (const auto read = access::read_keys(text))
    for (const auto& key : *read)
      if (key.kind != "RSA" && key.kind != "EC") std::abort();
  if (const auto bytes = access::from_base64url(text))
    if (access::from_base64url(access::to_base64url(*bytes)) != bytes) std::abort();
  return 0;
}
