// Whether the registration is locked against being moved (RFC 5731 status codes, RFC 9083). Registries that
// have no such status, .no among them, are not judged.
#include <algorithm>

#include "base/text.h"
#include "checks/dns_reading.h"
#include "checks/zone_examples.h"

namespace utsyn::checks::dns_domain_registry_lock {
namespace {

bool is_lock(std::string_view status) {
  std::string letters = lower(status);
  std::erase(letters, ' ');
  return letters == "clienttransferprohibited" || letters == "servertransferprohibited" ||
         letters == "serverupdateprohibited";
}

Verdict evaluate(const Evidence& evidence) {
  const auto domain = registrable_or_self(evidence.domain);
  const auto at = std::ranges::find(evidence.registrations, domain, &RegistrationLookup::domain);
  if (at == evidence.registrations.end()) return could_not_look(Unseen::not_measured);
  const auto* registration = at->answer.seen();
  if (registration == nullptr) return could_not_look(at->answer.unseen());
  if (std::ranges::any_of(registration->status, is_lock)) {
    return Verdict{Outcome::pass, "locked"}.with("status", registration->status);
  }
  return Verdict{Outcome::not_applicable, "no-lock-shown"}.with("status", registration->status);
}

std::vector<Example> examples() {
  return {
      {"locked by the registrar",
       with_registrations(domain_asset(), {is_registered("example.no", 0, {"client transfer prohibited"})}),
       Outcome::pass, "locked"},
      {"no lock shown", with_registrations(domain_asset(), {is_registered("example.no")}),
       Outcome::not_applicable, "no-lock-shown"},
      {"the registry was not asked", domain_asset(), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_domain_registry_lock

UTSYN_CHECK(dns_domain_registry_lock) = {
    .id = "dns.domain.registry-lock",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::registrations,
    .evaluate = utsyn::checks::dns_domain_registry_lock::evaluate,
    .examples = utsyn::checks::dns_domain_registry_lock::examples,
};
