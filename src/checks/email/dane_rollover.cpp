// A second usable TLSA record stands ready for the next key (RFC 7671 section 8). Doubles and malformed ones
// do not count.
#include <algorithm>

#include "checks/email/mail_tls.h"

namespace utsyn::checks::email_dane_rollover {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto dane = dane_of(evidence);
  if (dane.state == DaneView::State::unknown) return dane.trouble;
  if (dane.state != DaneView::State::secure) return {Outcome::not_applicable, "no-dane"};
  std::vector<wire::TlsaRecord> usable;
  for (const auto& record : dane.records) {
    if (wire::tlsa_fitness(record) == wire::TlsaFitness::usable &&
        std::ranges::find(usable, record) == usable.end())
      usable.push_back(record);
  }
  return (usable.size() >= 2 ? Verdict{Outcome::pass, "ready"} : Verdict{Outcome::warn, "one-record"})
      .with("usable_records", usable.size());
}

std::vector<Example> examples() {
  const auto with = [](std::vector<std::string> tlsa) {
    return mail_server(dane_answers(std::move(tlsa)), {});
  };
  return {
      {"this key and the next", with({example_tlsa(), example_tlsa(false)}), Outcome::pass, "ready"},
      {"one record", with({example_tlsa()}), Outcome::warn, "one-record"},
      {"a malformed second", with({example_tlsa(), "3 1 1 abcd"}), Outcome::warn, "one-record"},
      {"no DANE", with({}), Outcome::not_applicable, "no-dane"},
      {"no answer", mail_asset({failed("_25._tcp.mx1.example.no", "TLSA")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_dane_rollover

UTSYN_CHECK(email_dane_rollover) = {
    .id = "email.dane.rollover",
    .assets = {utsyn::AssetKind::mail},
    .evaluate = utsyn::checks::email_dane_rollover::evaluate,
    .examples = utsyn::checks::email_dane_rollover::examples,
};
