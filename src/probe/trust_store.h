// What TrustStore holds: the public roots of the system, the operator's own, and what has already been found
// out about chains and revocation lists. Safe between threads.
#pragma once

#include <openssl/x509.h>

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/time.h"
#include "probe/tls.h"

namespace utsyn::probe {

template <auto free_function>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
template <class T, auto free_function>
using OpensslOwned = std::unique_ptr<T, OpensslFree<free_function>>;

// A path as it was found, without regard to dates. Shared, since many hosts send the same chain.
struct FoundPath {
  PathCheck check;          // error is empty when trusted
  std::vector<Bytes> path;  // DER, leaf to root; empty when there is none
  std::vector<std::pair<UtcTime, UtcTime>> validity;
};

struct TrustStore::Impl {
  explicit Impl(const std::string& extra_root_file);

  // No roots at all: then nothing can be said about trust.
  bool empty() const { return roots_ == 0; }
  // Builds the path from what was sent and the roots, once for each distinct chain.
  std::shared_ptr<const FoundPath> find_path(std::span<const Bytes> sent) const;
  // The same, with what the dates say at `now` as the error of a path that is otherwise good.
  Observed<PathCheck> check(std::span<const Bytes> sent, UtcTime now) const;

  // Revocation lists by address, kept for an hour. An empty one says that it could not be had.
  std::shared_ptr<const Bytes> kept_list(const std::string& url, UtcTime now) const;
  void keep_list(const std::string& url, Bytes der, UtcTime now) const;

 private:
  std::size_t add_file(const std::string& file, bool is_public);
  FoundPath build_path(std::span<const Bytes> sent) const;

  struct KeptList {
    std::shared_ptr<const Bytes> der;
    UtcTime until;
  };
  OpensslOwned<X509_STORE, X509_STORE_free> store_;
  std::size_t roots_ = 0;
  std::unordered_set<std::string> public_roots_;  // SHA-256, hex
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, std::shared_ptr<const FoundPath>> paths_;
  mutable std::unordered_map<std::string, KeptList> lists_;
};

// "certificate-has-expired", "unable-to-get-issuer-cert-locally"...; "error-71" for what the table lacks.
std::string path_error_name(int code);

}  // namespace utsyn::probe
