// The tree under an SPF record: includes and redirects followed, look-ups counted (RFC 7208 sections 4.6.4,
// 5, 6).
//
// Counts are for the worst message: every term up to `all` is evaluated. The walk goes on past the limit of
// ten, so that the reader sees the total. Names with macros depend on the message; they are counted, not
// followed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/dns/lookup.h"
#include "wire/mail/spf.h"

namespace utsyn::wire {

inline constexpr unsigned spf_lookup_limit = 10;
inline constexpr unsigned spf_void_limit = 2;
inline constexpr unsigned spf_mx_name_limit = 10;
inline constexpr unsigned spf_walk_depth = 20;         // includes inside each other
inline constexpr std::size_t spf_walk_names = 200;     // different names asked for
inline constexpr std::size_t spf_walk_records = 1000;  // records evaluated, repetitions counted

enum class SpfProblemKind {
  none,       // the target has no SPF record: a permanent error (section 5.2)
  several,    // it has more than one
  permerror,  // its record cannot be read
  loop,       // it leads back to a record we are inside
  temporary,  // it could not be asked
  too_deep    // beyond our own bounds
};
std::string_view spf_problem_name(SpfProblemKind kind);

struct SpfProblem {
  SpfProblemKind kind = SpfProblemKind::none;
  std::string name;  // the target
  std::string in_record_of;
  bool redirect = false;  // otherwise an include
  std::string detail;     // the term that cannot be read
  bool operator==(const SpfProblem&) const = default;
};

struct SpfTarget {
  std::string name;
  std::string term;  // "include", "a", "mx", "exists", "ptr", "redirect"
  std::string in_record_of;
  bool operator==(const SpfTarget&) const = default;
};

struct SpfNetwork {
  Cidr network;
  SpfMechanism mechanism = SpfMechanism::ip4;  // ip4, ip6, or a with the addresses found
  SpfQualifier qualifier =
      SpfQualifier::pass;  // in the end: an include gives its own qualifier to what passes inside
  std::string in_record_of;
  bool operator==(const SpfNetwork&) const = default;
};

struct SpfRecordUse {
  std::string name;
  std::string text;
  bool own = false;  // the apex record, or reached by redirect alone
  bool operator==(const SpfRecordUse&) const = default;
};

struct SpfWalk {
  std::vector<std::string> selected;    // the apex's SPF records; one is right
  std::optional<SpfRecord> record;      // when exactly one and readable
  std::optional<SpfError> parse_error;  // of the apex record
  AnswerStatus apex_status = AnswerStatus::missing;

  unsigned lookups = 0;
  unsigned void_lookups = 0;
  std::vector<std::string> void_names;
  std::vector<std::string> mx_over_limit;  // names whose mx term gives more than ten hosts
  std::vector<SpfProblem> problems;
  std::vector<SpfTarget> targets;  // each once per record, macros left out; own domain left out
  unsigned macro_terms = 0;        // terms that could not be followed
  bool ptr_own = false;
  bool ptr_included = false;
  std::vector<std::string> includes_that_pass_all;  // an include whose record says +all authorises everyone

  // From own `all`, else from redirect's; empty when there is none (then receivers take neutral).
  std::optional<SpfQualifier> default_qualifier;
  bool default_from_redirect = false;

  std::vector<SpfNetwork> networks;
  std::vector<SpfRecordUse> records;  // each record evaluated, each name once

  bool temporary_error = false;  // something could not be asked: counts are lower bounds
  bool cut_off = false;          // our own bounds were reached
  std::vector<WantedLookup> missing;

  bool complete() const { return missing.empty() && !temporary_error && !cut_off; }
};

SpfWalk walk_spf(std::string_view domain, const AnswerSource& source);

}  // namespace utsyn::wire
