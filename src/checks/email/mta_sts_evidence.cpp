#include "checks/email/mta_sts_evidence.h"

#include "base/text.h"

namespace utsyn::checks {

Verdict judge_mta_sts_record(const Evidence& evidence) {
  const auto* answer = evidence.dns.find("_mta-sts." + evidence.domain, "TXT");
  if (!answered(answer)) return no_answer(answer);
  std::vector<std::string> records;
  for (auto& value : txt_values(*answer)) {
    if (wire::is_mta_sts(value)) records.push_back(std::move(value));
  }
  if (records.empty()) return {Outcome::fail, "no-record"};
  if (records.size() > 1) return Verdict{Outcome::fail, "several"}.with("records", std::move(records));
  const auto record = wire::parse_mta_sts_record(records.front());
  if (!record) {
    return Verdict{Outcome::fail, "unreadable"}
        .with("record", records.front())
        .with("fault", std::string(wire::mta_sts_record_error_name(record.error())));
  }
  return Verdict{Outcome::pass, "published"}.with("id", record->id);
}

MtaStsView mta_sts_of(const Evidence& evidence) {
  const auto record = judge_mta_sts_record(evidence);
  if (record.outcome == Outcome::unknown) return {record, std::nullopt};
  if (record.outcome != Outcome::pass) return {{Outcome::not_applicable, "no-record"}, std::nullopt};
  const auto* file = evidence.mta_sts_policy.seen();
  if (file == nullptr) {
    // A host name for the policy that does not exist is the domain's own doing, not a failed look.
    if (addresses_of(evidence.dns, "mta-sts." + evidence.domain).no_such_name) {
      return {{Outcome::fail, "no-host"}, std::nullopt};
    }
    return {could_not_look(evidence.mta_sts_policy.unseen()), std::nullopt};
  }
  const auto broken = [&](const char* reason) {
    return MtaStsView{Verdict{Outcome::fail, reason}.with("url", file->url).with("status", file->status),
                      std::nullopt};
  };
  if (!file->certificate_valid) return broken("bad-certificate");
  if (file->redirected || (file->status >= 300 && file->status < 400)) return broken("redirect");
  if (file->status == 403 || file->status == 429) return {could_not_look(Unseen::rejected), std::nullopt};
  if (file->status >= 500) return {could_not_look(Unseen::server_failure), std::nullopt};
  if (file->status != 200) return broken("not-there");
  std::string_view type = file->content_type;
  if (!iequals(trim(cut(type, ';')), "text/plain")) return broken("not-plain-text");
  auto policy = wire::parse_mta_sts_policy(file->body);
  if (!policy) {
    return {Verdict{Outcome::fail, "unreadable"}.with(
                "fault", std::string(wire::mta_sts_policy_error_name(policy.error()))),
            std::nullopt};
  }
  return {Verdict{Outcome::pass, "valid"}.with("mode", std::string(wire::mta_sts_mode_name(policy->mode))),
          std::move(*policy)};
}

}  // namespace utsyn::checks
