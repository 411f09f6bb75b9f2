// SPF records (RFC 7208), read by the whole grammar of section 12: macros, networks, unknown modifiers.
//
// A record that breaks the grammar anywhere is a permanent error for every receiver, so the first fault ends
// the reading. What is legal but odd is a remark.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"

namespace utsyn::wire {

// Whether a TXT value is an SPF record at all: "v=spf1", any case, then a space or the end (section 4.5).
bool is_spf(std::string_view txt);

enum class SpfQualifier { pass, fail, softfail, neutral };
std::string_view spf_qualifier_name(SpfQualifier qualifier);  // "pass"...

enum class SpfMechanism { all, include, a, mx, ptr, ip4, ip6, exists };
std::string_view spf_mechanism_name(SpfMechanism mechanism);

struct SpfTerm {
  SpfQualifier qualifier = SpfQualifier::pass;
  SpfMechanism mechanism = SpfMechanism::all;
  std::string domain;           // lower case, without a final dot; empty means the domain of the record
  bool macro = false;           // the domain holds a macro, so its name depends on the message
  std::optional<Cidr> network;  // ip4 and ip6
  unsigned prefix4 = 32;        // a and mx
  unsigned prefix6 = 128;
  std::string text;  // as written
  bool operator==(const SpfTerm&) const = default;
};

struct SpfModifier {
  std::string name;   // lower case
  std::string value;  // a domain for redirect and exp: lower case, without a final dot
  bool macro = false;
  bool operator==(const SpfModifier&) const = default;
};

enum class SpfRemark {
  terms_after_all,    // never reached
  redirect_with_all,  // redirect is ignored
  upper_case,         // in a name of a mechanism or modifier, or in v=spf1
  extra_space,        // more than one space between terms
  trailing_space,
  long_record,  // over 450 octets (section 3.4)
  host_bits,    // a network whose address has bits below its prefix
  unknown_modifier,
  uses_ptr  // section 5.5: do not use
};
std::string_view spf_remark_name(SpfRemark remark);  // "terms-after-all"

struct SpfRecord {
  std::vector<SpfTerm> terms;
  std::optional<SpfModifier> redirect;
  std::optional<SpfModifier> explanation;  // exp
  std::vector<SpfModifier> unknown;
  std::vector<SpfRemark> remarks;  // each at most once, rising

  const SpfTerm* all() const;  // the first one; terms after it do not count
  bool has(SpfRemark remark) const;
  bool operator==(const SpfRecord&) const = default;
};

enum class SpfFault {
  not_spf,
  too_long,  // over 64 KiB
  bad_byte,  // not printable ASCII
  no_such_mechanism,
  unexpected_value,  // all with a domain, ptr with a network
  missing_value,     // include, exists, ip4, ip6, redirect without their value
  bad_domain,
  bad_macro,
  bad_ip4,
  bad_ip6,
  bad_prefix,
  bad_modifier_name,
  repeated_redirect,
  repeated_exp
};
std::string_view spf_fault_name(SpfFault fault);  // "bad-domain"

struct SpfError {
  SpfFault fault = SpfFault::not_spf;
  std::string term;  // the term that broke it, made printable
  bool operator==(const SpfError&) const = default;
};

Result<SpfRecord, SpfError> parse_spf(std::string_view txt);

}  // namespace utsyn::wire
