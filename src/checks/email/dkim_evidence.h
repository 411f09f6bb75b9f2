// The DKIM keys found at the selectors that were tried (RFC 6376 section 3.6.1). Selectors cannot be listed,
// so keys not found may well exist.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checks/dns_reading.h"
#include "checks/examples.h"
#include "wire/mail/dkim.h"

namespace utsyn::checks {

struct DkimSelector {
  std::string name;  // "selector1"
  const DnsAnswer* answer = nullptr;
  std::vector<std::string> records;      // every TXT there that is meant as a key
  std::optional<wire::DkimKey> key;      // of the first readable one
  std::optional<wire::DkimError> fault;  // when none can be read
};

struct DkimView {
  std::vector<DkimSelector> found;     // selectors that hold something
  std::vector<DkimSelector> dangling;  // an alias that leads to a name which does not exist
  bool asked = false;                  // at least one selector was answered
  Verdict trouble;                     // unknown, with the reason
  bool any_key() const;                // a key in use, neither revoked nor unreadable
};
DkimView dkim_of(const Evidence& evidence);

// unknown or not applicable when there is nothing to judge; else nothing.
std::optional<Verdict> no_selector(const DkimView& view);

// Words for examples.
std::string example_rsa_key(std::size_t bits);  // base64 of an RSAPublicKey with a modulus of that size
inline DnsAnswer selector(const std::string& name, const std::vector<std::string>& records) {
  return txt(name + "._domainkey.example.no", records);
}

}  // namespace utsyn::checks
