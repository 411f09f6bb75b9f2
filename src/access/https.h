// Asking login providers over HTTPS, by libcurl, which this file alone knows. No redirects, ten seconds,
// half a megabyte; plain HTTP only to loopback and only when allowed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace utsyn::access {

struct HttpAnswer {
  int status = 0;
  std::string body;
};

class Https {
 public:
  explicit Https(bool loopback_allowed, std::string ca_file = {})
      : loopback_allowed_(loopback_allowed), ca_file_(std::move(ca_file)) {}

  // Is this an address we would ask? https://..., or http:// on loopback when allowed; no user, no fragment.
  bool allowed(std::string_view address) const;

  Result<HttpAnswer, std::string> get(const std::string& address) const;
  using Form = std::vector<std::pair<std::string, std::string>>;
  // `user` and `password` (each form-encoded already) go in the Authorization header when `user` is not
  // empty.
  Result<HttpAnswer, std::string> post(const std::string& address, const Form& form,
                                       const std::string& user = {}, const std::string& password = {}) const;

 private:
  Result<HttpAnswer, std::string> ask(const std::string& address, const std::string* body,
                                      const std::string& user, const std::string& password) const;
  bool loopback_allowed_;
  std::string ca_file_;
};

// application/x-www-form-urlencoded, which is also right in a query.
std::string form_encoded(std::string_view text);
std::string form_encoded(const Https::Form& form);

}  // namespace utsyn::access
