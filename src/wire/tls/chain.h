// A chain as it was sent: is it in order, is anything too much, and does it lead to a root at a given time?
// Nothing is fetched; the time and the roots come from the caller.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"

namespace utsyn::wire {

struct ChainOrder {
  std::vector<std::size_t> path;  // indexes into what was sent, leaf first, each issued by the next
  bool in_order = true;           // path is 0, 1, 2... as far as it goes
  bool root_included = false;     // a self-signed certificate beyond the leaf was sent
  std::size_t duplicates = 0;     // the same bytes again
  std::size_t unrelated = 0;      // on no path from the leaf
  std::size_t unreadable = 0;
  bool leaf_self_signed = false;
};
// Signatures are checked, names and key ids alone prove nothing. At most 64 certificates are looked at.
ChainOrder order_chain(std::span<const Bytes> sent);

struct ChainVerdict;

// Trusted roots, read once and shared by all who verify.
class TrustStore {
 public:
  TrustStore();
  ~TrustStore();
  TrustStore(TrustStore&&) noexcept;
  TrustStore& operator=(TrustStore&&) noexcept;
  TrustStore(const TrustStore&) = delete;
  TrustStore& operator=(const TrustStore&) = delete;

  bool add(ByteView der);                        // false when unreadable
  std::size_t add_pem(std::string_view bundle);  // how many were added
  std::size_t size() const;

 private:
  friend ChainVerdict verify_chain(const TrustStore&, std::span<const Bytes>, UtcTime);
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

struct ChainVerdict {
  enum class Reason : std::uint8_t {
    trusted,
    self_signed,           // a lone leaf that signed itself
    self_signed_in_chain,  // a root that nobody here trusts
    missing_intermediate,  // the issuer was not sent
    expired,
    not_yet_valid,
    bad_signature,
    wrong_purpose,  // not for servers, or a non-CA that issues
    too_weak,       // key or digest below OpenSSL's security level 1
    unreadable,
    other,
  };
  Reason reason = Reason::other;
  std::string detail;             // OpenSSL's words
  std::size_t depth = 0;          // of the certificate at fault
  std::vector<std::string> path;  // SHA-256 of each certificate used, leaf first, root last
  bool trusted() const { return reason == Reason::trusted; }
};
std::string_view chain_reason_name(ChainVerdict::Reason reason);  // "missing-intermediate"

// Purpose serverAuth, no names, no revocation. `sent` is leaf first; the order of the rest does not matter.
ChainVerdict verify_chain(const TrustStore& roots, std::span<const Bytes> sent, UtcTime at);

}  // namespace utsyn::wire
