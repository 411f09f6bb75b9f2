// Reading DNS answers out of evidence, for all checks that do: typed records, the walks of wire/ replayed
// over what was fetched, and whether a name could be registered by anyone.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "checks/check.h"
#include "checks/judging.h"
#include "wire/dns/lookup.h"
#include "wire/dns/records.h"

namespace utsyn::checks {

// There is an answer that says something (records, or that there are none).
inline bool answered(const DnsAnswer* answer) {
  return answer != nullptr && answer->status != DnsStatus::error;
}
// unknown, with the reason why `answer` says nothing.
Verdict no_answer(const DnsAnswer* answer);

// The records that can be read as T; the others are left out.
template <class T>
std::vector<T> typed_records(const DnsAnswer& answer) {
  std::vector<T> records;
  const auto type = wire::type_named(answer.type);
  if (!type || answer.status != DnsStatus::found) return records;
  for (const auto& text : answer.records) {
    if (auto record = wire::record_as<T>(*type, text)) records.push_back(std::move(*record));
  }
  return records;
}
// The joined text of each TXT record.
std::vector<std::string> txt_values(const DnsAnswer& answer);

// A and AAAA of a host.
struct HostAddresses {
  std::vector<IpAddress> addresses;
  std::vector<std::string> aliases;
  bool no_such_name = false;       // NXDOMAIN
  std::optional<Verdict> trouble;  // a family could not be asked: `addresses` may not be all
  bool has_v6() const;
};
HostAddresses addresses_of(const DnsAnswers& dns, std::string_view host);

// What evidence holds, as the walks over SPF, DMARC and CAA ask for it.
class EvidenceAnswers final : public wire::AnswerSource {
 public:
  explicit EvidenceAnswers(const DnsAnswers& answers) : answers_(&answers) {}
  wire::Answer answer(std::string_view name, wire::RecordType type) const override;
  // unknown, with the reason of the first look-up that failed or was never made.
  Verdict trouble() const;

 private:
  const DnsAnswers* answers_;
  mutable std::optional<Unseen> first_failure_;
};

// Could anybody register the domain that `name` lies in?
enum class Vacancy {
  taken,         // it exists, or the registry knows it
  free,          // NXDOMAIN, and the registry says that it is not registered
  perhaps_free,  // NXDOMAIN, and the registry was not or could not be asked: a domain on hold looks the same
  unknown        // the look-up failed
};
// Asked of names that were found not to exist. Reads (registrable domain, SOA) and the registration.
Vacancy vacancy_of(const Evidence& evidence, std::string_view name);
// The registrable domain, or the name itself when it has none.
std::string registrable_or_self(std::string_view name);

// Keeps the gravest verdict it is given, the first among equals.
class Gravest {
 public:
  void add(Verdict verdict);
  // The gravest, or `otherwise` when none was given.
  Verdict take(Verdict otherwise) &&;

 private:
  std::optional<Verdict> worst_;
};

// Does the domain take mail?
enum class MailRole { receives, null_mx, no_mx, unknown };
struct MailRoute {
  MailRole role = MailRole::unknown;
  std::vector<wire::MxRecord> hosts;  // all of them, a null MX too
  const DnsAnswer* answer = nullptr;
};
MailRoute mail_route(const Evidence& evidence);

}  // namespace utsyn::checks
