// The MTA-STS policy can be fetched and read as senders do (RFC 8461 section 3.3): by https with a valid
// certificate, no redirects, status 200, text/plain.
#include "checks/email/mta_sts_evidence.h"

namespace utsyn::checks::email_mtasts_policy {
namespace {

Verdict evaluate(const Evidence& evidence) { return mta_sts_of(evidence).verdict; }

std::vector<Example> examples() {
  const auto changed = [](auto change) {
    auto file = policy_file(kEnforce);
    change(file);
    return with_mta_sts(domain_asset(), file);
  };
  auto no_host = with_mta_sts(
      domain_asset({nxdomain("mta-sts.example.no", "A"), nxdomain("mta-sts.example.no", "AAAA")}),
      Unseen::unreachable);
  return {
      {"as it should be", with_mta_sts(domain_asset(), policy_file(kEnforce)), Outcome::pass, "valid"},
      {"with a charset", changed([](TextFile& file) { file.content_type = "text/plain; charset=utf-8"; }),
       Outcome::pass, "valid"},
      {"a certificate for another name", changed([](TextFile& file) { file.certificate_valid = false; }),
       Outcome::fail, "bad-certificate"},
      {"a redirect", changed([](TextFile& file) { file.status = 301; }), Outcome::fail, "redirect"},
      {"not found", changed([](TextFile& file) { file.status = 404; }), Outcome::fail, "not-there"},
      {"a web page", changed([](TextFile& file) { file.content_type = "text/html"; }), Outcome::fail,
       "not-plain-text"},
      {"no mode", changed([](TextFile& file) {
         file.body = "version: STSv1\r\nmx: mx1.example.no\r\nmax_age: 86400\r\n";
       }),
       Outcome::fail, "unreadable"},
      {"the host name does not exist", no_host, Outcome::fail, "no-host"},
      {"a firewall's 403", changed([](TextFile& file) { file.status = 403; }), Outcome::unknown, "rejected"},
      {"the server was silent", with_mta_sts(domain_asset(), Unseen::timed_out), Outcome::unknown,
       "timed-out"},
      {"not announced", domain_asset({nxdomain("_mta-sts.example.no", "TXT")}), Outcome::not_applicable,
       "no-record"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_mtasts_policy

UTSYN_CHECK(email_mtasts_policy) = {
    .id = "email.mtasts.policy",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::mta_sts_policy,
    .evaluate = utsyn::checks::email_mtasts_policy::evaluate,
    .examples = utsyn::checks::email_mtasts_policy::examples,
};
