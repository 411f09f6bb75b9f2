// The CAA records in force can be read by issuers as they were meant (RFC 8659, RFC 8657, RFC 9495).
#include "checks/dns_reading.h"
#include "checks/examples.h"
#include "wire/dns/caa.h"

namespace utsyn::checks::dns_caa_valid_syntax {
namespace {

std::string_view remark_name(wire::CaaRemark remark) {
  switch (remark) {
    case wire::CaaRemark::unknown_tag:
      return "unknown-tag";
    case wire::CaaRemark::reserved_flags:
      return "reserved-flags";
    case wire::CaaRemark::quotes_in_value:
      return "quotes-in-value";
    case wire::CaaRemark::unknown_validation_method:
      break;
  }
  return "unknown-validation-method";
}

Verdict judge(const std::string& text) {
  const auto record = wire::record_as<wire::CaaRecord>(wire::RecordType::caa, text);
  if (!record) return Verdict{Outcome::fail, "unreadable"}.with("record", text);
  const auto property = wire::parse_caa(*record);
  if (!property) {
    const auto reason =
        property.error() == wire::CaaError::unknown_critical ? "unknown-critical-tag" : "unreadable";
    return Verdict{Outcome::fail, reason}
        .with("record", text)
        .with("fault", std::string(wire::describe(property.error())));
  }
  if (!property->remarks.empty()) {
    std::vector<std::string> remarks;
    for (const auto remark : property->remarks) remarks.emplace_back(remark_name(remark));
    return Verdict{Outcome::warn, "odd"}.with("record", text).with("remarks", std::move(remarks));
  }
  return {Outcome::pass, "readable"};
}

Verdict evaluate(const Evidence& evidence) {
  const EvidenceAnswers answers(evidence.dns);
  const auto climb = wire::climb_caa(evidence.domain, answers);
  if (!climb.complete()) return answers.trouble();
  if (climb.found_at.empty()) return {Outcome::not_applicable, "none"};
  Gravest gravest;
  for (const auto& value : climb.values) gravest.add(judge(value));
  return std::move(gravest).take({Outcome::pass, "readable"});
}

std::vector<Example> examples() {
  const auto with = [](std::vector<std::string> records) {
    return domain_asset({found("example.no", "CAA", std::move(records))});
  };
  return {
      {"an issuer and an address", with({"0 issue \"letsencrypt.org\"", "0 iodef \"mailto:ca@example.no\""}),
       Outcome::pass, "readable"},
      {"a tag that issuers must understand and do not", with({"128 tbs \"x\""}), Outcome::fail,
       "unknown-critical-tag"},
      {"a web address where the issuer should be", with({"0 issue \"https://letsencrypt.org\""}),
       Outcome::fail, "unreadable"},
      {"a tag nobody knows", with({"0 issuer \"letsencrypt.org\""}), Outcome::warn, "odd"},
      {"no CAA", domain_asset({nodata("example.no", "CAA"), nodata("no", "CAA")}), Outcome::not_applicable,
       "none"},
      {"no answer", domain_asset({failed("example.no", "CAA")}), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::dns_caa_valid_syntax

UTSYN_CHECK(dns_caa_valid_syntax) = {
    .id = "dns.caa.valid-syntax",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::dns_caa_valid_syntax::evaluate,
    .examples = utsyn::checks::dns_caa_valid_syntax::examples,
};
