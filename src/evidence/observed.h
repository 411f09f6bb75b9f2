// Something we asked for: what we saw, or why we did not see it. "We could not look" is never a fail.
#pragma once

#include <boost/describe/enum.hpp>
#include <utility>
#include <variant>

namespace utsyn {

enum class Unseen {
  not_measured,    // nobody asked, or the data to answer from is not installed
  timed_out,       // no answer before the deadline
  refused,         // the connection was refused (RST to SYN, ICMP port unreachable)
  reset,           // the peer broke the connection off
  unreachable,     // no route, or the name has no address
  out_of_scope,    // the scope guard said no
  budget_spent,    // politeness: the address has had its share of connections
  opted_out,       // on the opt-out list
  stopped,         // the kill switch, or the run was interrupted
  malformed,       // an answer that cannot be read
  rejected,        // an answer that says "not you, not now": SMTP 421/450/554, HTTP 403/429, DNS REFUSED
  server_failure,  // DNS SERVFAIL
  tls_failed,      // the secured channel could not be set up
  local_error,     // our own machine failed: no socket, no memory, no file
  contradicted     // the resolver denied a record that the zone's own servers have
};
BOOST_DESCRIBE_ENUM(Unseen, not_measured, timed_out, refused, reset, unreachable, out_of_scope, budget_spent,
                    opted_out, stopped, malformed, rejected, server_failure, tls_failed, local_error,
                    contradicted)

template <class T>
class Observed {
 public:
  Observed() = default;
  Observed(T value) : value_(std::move(value)) {}  // NOLINT: a value is an observation
  Observed(Unseen why) : value_(why) {}            // NOLINT: so is the reason there is none

  const T* seen() const { return std::get_if<T>(&value_); }
  T* seen() { return std::get_if<T>(&value_); }
  // Asked only when seen() is null.
  Unseen unseen() const { return std::get<Unseen>(value_); }
  bool is(const T& expected) const { return seen() != nullptr && *seen() == expected; }

  bool operator==(const Observed&) const = default;

 private:
  std::variant<Unseen, T> value_ = Unseen::not_measured;
};

}  // namespace utsyn
