// The score receipt: what the method was given and what it answered, signed (Ed25519, RFC 8032), so that
// anyone can recompute the score offline to the last hundredth of a point and see who vouches for the input.
//
//   {"receipt": {"constants", "feeds", "format", "input", "issued", "issuer", "measured", "method",
//                "organisation": {"id", "name"}, "output", "utsyn"},
//    "signature": {"algorithm": "Ed25519", "key", "public_key", "value"}}
//
// The signature covers the canonical bytes (canonical.h) of `receipt`, however the file is laid out. `key` is
// the first 26 characters of the SHA-256 of the public key, in hex.
#pragma once

#include <boost/json/fwd.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

namespace utsyn::followup {

inline constexpr std::string_view receipt_format = "utsyn-receipt-1";

// A pair made by OpenSSL, as raw bytes: 32 secret, 32 public.
struct ReceiptKey {
  std::string id;
  Bytes secret;
  Bytes open;
};
ReceiptKey new_receipt_key();
std::string receipt_key_id(ByteView open);

struct ReceiptFacts {
  std::string organisation;
  std::string name;
  std::string input;  // the exact documents of the method
  std::string output;
  std::string method;
  UtcTime measured{};
  UtcTime issued{};
  std::string issuer;                        // address of the service that vouches for it
  std::string program;                       // version of Utsyn
  std::map<std::string, std::string> feeds;  // name -> "sha256:..."
};
// The finished document, members sorted.
std::string write_receipt(const ReceiptFacts& facts, const ReceiptKey& key);

// The feeds of this program: its catalogue of checks with their severities.
std::map<std::string, std::string> feeds_of_this_program();

// Public keys by id, as the service publishes them: a JSON Web Key Set (RFC 7517, RFC 8037), or one PEM.
using PublicKeys = std::map<std::string, Bytes>;
boost::json::object key_set(const std::vector<Bytes>& open);
Result<PublicKeys, std::string> read_public_keys(std::string_view document);

struct ReceiptCheck {
  bool good = false;
  std::string organisation;
  std::string name;
  std::string measured;
  std::int64_t score_cp = 0;  // as recomputed here
  std::string grade;
  std::string key;                 // id of the key that signed
  bool key_given = false;          // it is among the keys that the reader trusts
  std::vector<std::string> wrong;  // what differs, in words
};
// Recomputes. Without `trusted` the key inside the receipt is used, which shows that the receipt is whole but
// not who wrote it.
ReceiptCheck check_receipt(const boost::json::value& document, const std::optional<PublicKeys>& trusted);

}  // namespace utsyn::followup
