// A receiver needs at most ten look-ups to evaluate the record (RFC 7208 section 4.6.4).
//
// Counted for the worst message over the whole tree: include, a, mx, ptr, exists, redirect. The hosts of an
// mx term are not among the ten, but may be ten at most themselves.
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_spf_lookup_limit {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = spf_of(evidence);
  if (auto early = no_tree(view)) return *early;
  const auto with_count = [&](Verdict verdict) {
    return std::move(verdict).with("lookups", std::size_t{view.walk.lookups});
  };
  if (view.walk.lookups > wire::spf_lookup_limit) return with_count({Outcome::fail, "too-many"});
  if (!view.walk.mx_over_limit.empty()) {
    return with_count({Outcome::fail, "too-many-mail-hosts"}).with("names", view.walk.mx_over_limit);
  }
  if (!view.walk.complete()) return view.trouble;
  if (view.walk.lookups > 8) return with_count({Outcome::warn, "near-the-limit"});
  return with_count({Outcome::pass, "within"});
}

// A record of `count` exists terms, each one look-up, all of which are found.
Evidence with_lookups(int count) {
  std::string record = "v=spf1";
  std::vector<DnsAnswer> answers;
  for (int i = 0; i < count; ++i) {
    const auto name = "h" + std::to_string(i) + ".example.net";
    record += " exists:" + name;
    answers.push_back(found(name, "A", {"192.0.2.1"}));
  }
  return spf(record + " -all", std::move(answers));
}

std::vector<Example> examples() {
  std::vector<std::string> hosts;
  hosts.reserve(11);
  for (int i = 0; i < 11; ++i) hosts.push_back("10 mx" + std::to_string(i) + ".example.no");
  return {
      {"eight look-ups", with_lookups(8), Outcome::pass, "within"},
      {"addresses cost nothing", spf("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"), Outcome::pass,
       "within"},
      {"ten look-ups", with_lookups(10), Outcome::warn, "near-the-limit"},
      {"eleven look-ups", with_lookups(11), Outcome::fail, "too-many"},
      {"eleven hosts behind one mx", spf("v=spf1 mx -all", {found("example.no", "MX", hosts)}), Outcome::fail,
       "too-many-mail-hosts"},
      {"macros count, though they cannot be followed", spf("v=spf1 exists:%{i}.spf.example.no -all"),
       Outcome::pass, "within"},
      {"an include could not be asked",
       spf("v=spf1 include:_spf.example.net -all", {failed("_spf.example.net", "TXT")}), Outcome::unknown,
       "timed-out"},
      {"no record", spf("MS=ms12345678"), Outcome::not_applicable, "no-readable-record"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_lookup_limit

UTSYN_CHECK(email_spf_lookup_limit) = {
    .id = "email.spf.lookup-limit",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_spf_lookup_limit::evaluate,
    .examples = utsyn::checks::email_spf_lookup_limit::examples,
};
