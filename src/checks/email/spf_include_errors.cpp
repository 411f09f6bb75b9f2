// Every include and redirect leads to exactly one readable SPF record (RFC 7208 sections 5.2 and 6.1); else
// all mail meets a permanent error. Targets with macros depend on the message and are not followed.
#include "checks/email/spf_evidence.h"

namespace utsyn::checks::email_spf_include_errors {
namespace {

std::string reason_of(wire::SpfProblemKind kind) {
  switch (kind) {
    case wire::SpfProblemKind::none:
      return "target-without-record";
    case wire::SpfProblemKind::several:
      return "target-with-several";
    case wire::SpfProblemKind::permerror:
      return "target-unreadable";
    case wire::SpfProblemKind::loop:
      return "loop";
    case wire::SpfProblemKind::temporary:
    case wire::SpfProblemKind::too_deep:
      break;
  }
  return "too-deep";
}

Verdict evaluate(const Evidence& evidence) {
  const auto view = spf_of(evidence);
  if (auto early = no_tree(view)) return *early;
  Gravest gravest;
  for (const auto& problem : view.walk.problems) {
    if (problem.kind == wire::SpfProblemKind::temporary) continue;
    const auto outcome = problem.kind == wire::SpfProblemKind::too_deep ? Outcome::unknown : Outcome::fail;
    gravest.add(Verdict{outcome, reason_of(problem.kind)}
                    .with("target", problem.name)
                    .with("in_record_of", problem.in_record_of));
  }
  if (!view.walk.complete()) gravest.add(view.trouble);
  return std::move(gravest).take({Outcome::pass, "all-resolve"});
}

std::vector<Example> examples() {
  const auto with = [](std::vector<DnsAnswer> answers) {
    return spf("v=spf1 include:_spf.example.net -all", std::move(answers));
  };
  const char* target = "_spf.example.net";
  return {
      {"the include is in order", with({txt(target, {"v=spf1 ip4:192.0.2.0/24 -all"})}), Outcome::pass,
       "all-resolve"},
      {"no include at all", spf("v=spf1 -all"), Outcome::pass, "all-resolve"},
      {"the include has no record", with({txt(target, {"hello"})}), Outcome::fail, "target-without-record"},
      {"the include does not exist", with({nxdomain(target, "TXT")}), Outcome::fail, "target-without-record"},
      {"the include has two records", with({txt(target, {"v=spf1 -all", "v=spf1 mx -all"})}), Outcome::fail,
       "target-with-several"},
      {"the include cannot be read", with({txt(target, {"v=spf1 ip4:nowhere -all"})}), Outcome::fail,
       "target-unreadable"},
      {"the include leads back", with({txt(target, {"v=spf1 include:example.no -all"})}), Outcome::fail,
       "loop"},
      {"a macro is not followed", spf("v=spf1 include:%{d}.spf.example.net -all"), Outcome::pass,
       "all-resolve"},
      {"the include could not be asked", with({failed(target, "TXT", Unseen::server_failure)}),
       Outcome::unknown, "server-failure"},
      {"no record", spf("MS=ms12345678"), Outcome::not_applicable, "no-readable-record"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_spf_include_errors

UTSYN_CHECK(email_spf_include_errors) = {
    .id = "email.spf.include-errors",
    .assets = {utsyn::AssetKind::domain},
    .evaluate = utsyn::checks::email_spf_include_errors::evaluate,
    .examples = utsyn::checks::email_spf_include_errors::examples,
};
