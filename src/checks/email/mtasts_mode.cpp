// The policy is enforced, and for long enough to be remembered between messages (RFC 8461 sections 3.2 and
// 5).
#include "checks/email/mta_sts_evidence.h"

namespace utsyn::checks::email_mtasts_mode {
namespace {

Verdict evaluate(const Evidence& evidence) {
  const auto view = mta_sts_of(evidence);
  if (view.verdict.outcome == Outcome::unknown) return view.verdict;
  if (!view.policy) return {Outcome::not_applicable, "no-valid-policy"};
  const auto with_facts = [&](Verdict verdict) {
    return std::move(verdict)
        .with("mode", std::string(wire::mta_sts_mode_name(view.policy->mode)))
        .with("max_age_s", FactValue{std::int64_t{view.policy->max_age_seconds}});
  };
  if (view.policy->mode == wire::MtaStsMode::none) return with_facts({Outcome::fail, "mode-none"});
  constexpr unsigned day = 86400;
  if (view.policy->max_age_seconds < day) return with_facts({Outcome::fail, "under-a-day"});
  if (view.policy->mode == wire::MtaStsMode::testing) return with_facts({Outcome::warn, "testing"});
  if (view.policy->max_age_seconds < 7 * day) return with_facts({Outcome::warn, "under-a-week"});
  return with_facts({Outcome::pass, "enforced"});
}

std::vector<Example> examples() {
  const auto with = [](const std::string& mode, const std::string& age) {
    return with_mta_sts(domain_asset(), policy_file("version: STSv1\nmode: " + mode +
                                                    "\nmx: mx1.example.no\nmax_age: " + age + "\n"));
  };
  return {
      {"enforced for two weeks", with("enforce", "1209600"), Outcome::pass, "enforced"},
      {"enforced for two days", with("enforce", "172800"), Outcome::warn, "under-a-week"},
      {"enforced for an hour", with("enforce", "3600"), Outcome::fail, "under-a-day"},
      {"testing", with("testing", "1209600"), Outcome::warn, "testing"},
      {"switched off", with("none", "1209600"), Outcome::fail, "mode-none"},
      {"a policy nobody can read", with("strict", "1209600"), Outcome::not_applicable, "no-valid-policy"},
      {"the server was silent", with_mta_sts(domain_asset(), Unseen::timed_out), Outcome::unknown,
       "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_mtasts_mode

UTSYN_CHECK(email_mtasts_mode) = {
    .id = "email.mtasts.mode",
    .assets = {utsyn::AssetKind::domain},
    .reads = utsyn::checks::Part::mta_sts_policy,
    .evaluate = utsyn::checks::email_mtasts_mode::evaluate,
    .examples = utsyn::checks::email_mtasts_mode::examples,
};
