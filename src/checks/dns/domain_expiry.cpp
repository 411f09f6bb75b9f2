// The registration of the domain does not run out (RFC 9083). Some registries, .no among them, do not publish
// the date: then there is nothing to judge.
#include <algorithm>

#include "base/text.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_domain_expiry {
namespace {

// "pending delete", "pendingDelete": RDAP and EPP spell the same status.
bool same_status(std::string_view a, std::string_view b) {
  const auto letters = [](std::string_view text) {
    std::string out = lower(text);
    std::erase(out, ' ');
    return out;
  };
  return letters(a) == letters(b);
}

Verdict evaluate(const Evidence& evidence) {
  const auto domain = registrable_or_self(evidence.domain);
  const auto at = std::ranges::find(evidence.registrations, domain, &RegistrationLookup::domain);
  if (at == evidence.registrations.end()) return could_not_look(Unseen::not_measured);
  const auto* registration = at->answer.seen();
  if (registration == nullptr) return could_not_look(at->answer.unseen());
  for (const auto& status : registration->status) {
    if (same_status(status, "pending delete") || same_status(status, "redemption period")) {
      return Verdict{Outcome::fail, "being-deleted"}.with("status", status);
    }
  }
  // The domain answers, or nobody would ask about it: a registry that does not know it has the data
  // elsewhere.
  if (!registration->registered) return {Outcome::unknown, "registry-does-not-know"};
  if (registration->expires == 0) return {Outcome::not_applicable, "no-date"};
  const auto left = registration->expires - to_unix(evidence.as_of);
  constexpr std::int64_t day = 86400;
  const auto with_date = [&](Verdict verdict) {
    return std::move(verdict)
        .with("expires", format_time(from_unix(registration->expires)))
        .with("days_left", FactValue{left / day});
  };
  if (left <= 0) return with_date({Outcome::fail, "expired"});
  if (left < 15 * day) return with_date({Outcome::fail, "within-15-days"});
  if (left <= 60 * day) return with_date({Outcome::warn, "within-60-days"});
  return with_date({Outcome::pass, "time-left"});
}

Evidence expiring_in(int days, std::vector<std::string> status = {"active"}) {
  return with_registrations(
      domain_asset(),
      {is_registered("example.no", kExampleDay + std::int64_t{days} * 86400, std::move(status))});
}

std::vector<Example> examples() {
  auto silent = domain_asset();
  silent.registrations = {{"example.no", Unseen::timed_out}};
  return {
      {"ten months left", expiring_in(300), Outcome::pass, "time-left"},
      {"a month left", expiring_in(30), Outcome::warn, "within-60-days"},
      {"a week left", expiring_in(7), Outcome::fail, "within-15-days"},
      {"yesterday", expiring_in(-1), Outcome::fail, "expired"},
      {"on its way out", expiring_in(300, {"redemption period"}), Outcome::fail, "being-deleted"},
      {"in the spelling of EPP", expiring_in(300, {"pendingDelete"}), Outcome::fail, "being-deleted"},
      {"the registry does not tell", with_registrations(domain_asset(), {is_registered("example.no")}),
       Outcome::not_applicable, "no-date"},
      {"the registry does not know it", with_registrations(domain_asset(), {not_registered("example.no")}),
       Outcome::unknown, "registry-does-not-know"},
      {"the registry was silent", silent, Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_domain_expiry

UTSYN_CHECK(dns_domain_expiry) = {
    .id = "dns.domain.expiry",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::registrations,
    .evaluate = utsyn::checks::dns_domain_expiry::evaluate,
    .examples = utsyn::checks::dns_domain_expiry::examples,
};
