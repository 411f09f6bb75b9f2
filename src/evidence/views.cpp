// The small look-ups on evidence parts.
#include <algorithm>

#include "evidence/http.h"
#include "evidence/tls.h"

namespace utsyn {

const TlsProtocol* TlsEndpoint::protocol(std::string_view version) const {
  const auto at =
      std::find_if(protocols.begin(), protocols.end(), [&](const auto& p) { return p.version == version; });
  return at == protocols.end() ? nullptr : &*at;
}

const ServedChain* TlsEndpoint::chain(std::string_view when) const {
  const auto at = std::find_if(chains.begin(), chains.end(), [&](const auto& c) { return c.when == when; });
  return at == chains.end() ? nullptr : &*at;
}

const std::string* HttpAnswer::header(std::string_view name) const {
  const auto at = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.name == name; });
  return at == headers.end() ? nullptr : &at->value;
}

std::vector<std::string> HttpAnswer::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& field : headers) {
    if (field.name == name) values.push_back(field.value);
  }
  return values;
}

}  // namespace utsyn
