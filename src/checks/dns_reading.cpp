#include "checks/dns_reading.h"

#include <algorithm>

#include "wire/http/psl.h"

namespace utsyn::checks {

Verdict no_answer(const DnsAnswer* answer) {
  return could_not_look(answer == nullptr || answer->status != DnsStatus::error ? Unseen::not_measured
                                                                                : answer->why);
}

std::vector<std::string> txt_values(const DnsAnswer& answer) {
  std::vector<std::string> values;
  if (answer.status != DnsStatus::found) return values;
  for (const auto& record : answer.records) {
    if (auto text = wire::joined_txt(record)) values.push_back(std::move(*text));
  }
  return values;
}

bool HostAddresses::has_v6() const {
  return std::ranges::any_of(addresses, [](const IpAddress& address) { return !address.is_v4(); });
}

HostAddresses addresses_of(const DnsAnswers& dns, std::string_view host) {
  HostAddresses out;
  for (const std::string_view type : {"A", "AAAA"}) {
    const auto* answer = dns.find(host, type);
    if (!answered(answer)) {
      if (!out.trouble) out.trouble = no_answer(answer);
      continue;
    }
    if (answer->status == DnsStatus::nxdomain) out.no_such_name = true;
    if (out.aliases.empty()) out.aliases = answer->aliases;
    for (auto& record : typed_records<wire::AddressRecord>(*answer)) out.addresses.push_back(record.address);
  }
  // One family is enough to know that a name does not exist: NXDOMAIN is about the name, not the type.
  if (out.no_such_name) out.trouble.reset();
  return out;
}

wire::Answer EvidenceAnswers::answer(std::string_view name, wire::RecordType type) const {
  const auto* answer = answers_->find(name, wire::type_name(type));
  if (answer == nullptr) {
    if (!first_failure_) first_failure_ = Unseen::not_measured;
    return {};
  }
  switch (answer->status) {
    case DnsStatus::found:
      return {wire::AnswerStatus::found, answer->records};
    case DnsStatus::nodata:
      return {wire::AnswerStatus::nodata, {}};
    case DnsStatus::nxdomain:
      return {wire::AnswerStatus::nxdomain, {}};
    case DnsStatus::error:
      break;
  }
  if (!first_failure_) first_failure_ = answer->why;
  return {wire::AnswerStatus::error, {}};
}

Verdict EvidenceAnswers::trouble() const {
  return could_not_look(first_failure_.value_or(Unseen::not_measured));
}

std::string registrable_or_self(std::string_view name) {
  return wire::registrable_domain(name).value_or(std::string(name));
}

Vacancy vacancy_of(const Evidence& evidence, std::string_view name) {
  const auto domain = wire::registrable_domain(name);
  // A public suffix itself is not for anybody to take, nor is the organisation's own domain.
  if (!domain || domain == wire::registrable_domain(evidence.domain)) return Vacancy::taken;
  const auto registration = std::ranges::find(evidence.registrations, *domain, &RegistrationLookup::domain);
  const auto* registered =
      registration == evidence.registrations.end() ? nullptr : registration->answer.seen();
  if (registered != nullptr && registered->registered) return Vacancy::taken;
  const auto* apex = evidence.dns.find(*domain, "SOA");
  if (!answered(apex)) return Vacancy::unknown;
  if (apex->status != DnsStatus::nxdomain) return Vacancy::taken;
  return registered != nullptr ? Vacancy::free : Vacancy::perhaps_free;
}

void Gravest::add(Verdict verdict) {
  const auto heavier = [&] {
    if (gravity(verdict.outcome) != gravity(worst_->outcome)) {
      return gravity(verdict.outcome) > gravity(worst_->outcome);
    }
    // A verdict without a severity of its own has the check's, which is never the lighter one here.
    return worst_->severity.has_value() &&
           (!verdict.severity.has_value() || *verdict.severity > *worst_->severity);
  };
  if (!worst_ || heavier()) worst_ = std::move(verdict);
}

Verdict Gravest::take(Verdict otherwise) && { return worst_ ? std::move(*worst_) : std::move(otherwise); }

MailRoute mail_route(const Evidence& evidence) {
  MailRoute route;
  route.answer = evidence.dns.find(evidence.domain, "MX");
  if (!answered(route.answer)) return route;
  route.hosts = typed_records<wire::MxRecord>(*route.answer);
  if (route.hosts.empty()) {
    route.role = MailRole::no_mx;
    // Records of the type that cannot be read are not "no mail".
    if (route.answer->status == DnsStatus::found) route.role = MailRole::unknown;
  } else if (std::ranges::all_of(route.hosts, [](const auto& mx) { return mx.exchange == "."; })) {
    route.role = MailRole::null_mx;
  } else {
    route.role = MailRole::receives;
  }
  return route;
}

}  // namespace utsyn::checks
