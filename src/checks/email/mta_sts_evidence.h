// The MTA-STS record and policy of the domain (RFC 8461), as far as they could be read.
#pragma once

#include <optional>

#include "checks/dns_reading.h"
#include "checks/examples.h"
#include "wire/mail/mta_sts.h"

namespace utsyn::checks {

// What the TXT records at _mta-sts say: pass "published", or what is wrong, or why nobody knows.
Verdict judge_mta_sts_record(const Evidence& evidence);

struct MtaStsView {
  Verdict verdict;                           // pass when the policy is valid
  std::optional<wire::MtaStsPolicy> policy;  // then
};
// The policy file; not applicable without a record.
MtaStsView mta_sts_of(const Evidence& evidence);

// Words for examples.
inline constexpr const char* kEnforce =
    "version: STSv1\r\nmode: enforce\r\nmx: mx1.example.no\r\nmax_age: 1209600\r\n";
inline TextFile policy_file(std::string body) {
  TextFile file;
  file.url = "https://mta-sts.example.no/.well-known/mta-sts.txt";
  file.status = 200;
  file.content_type = "text/plain";
  file.body = std::move(body);
  return file;
}
inline Evidence with_mta_sts(Evidence evidence, Observed<TextFile> file) {
  evidence.dns.add(txt("_mta-sts.example.no", {"v=STSv1; id=20261120"}));
  evidence.mta_sts_policy = std::move(file);
  return evidence;
}

}  // namespace utsyn::checks
