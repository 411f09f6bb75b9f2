// The greeting names the host, as it must (RFC 5321 section 4.3.1), and no version of the software.
#include "base/text.h"
#include "checks/email/mail_tls.h"

namespace utsyn::checks::email_smtp_banner {
namespace {

// A digit, a dot, a digit, in what comes after the host name.
bool holds_version(std::string_view text) {
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text[i] == '.' && digit(text[i - 1]) && digit(text[i + 1])) return true;
  }
  return false;
}

Verdict judge(const SmtpServer& server) {
  const auto* said = server.talk.seen();
  if (said == nullptr) return could_not_look(server.talk.unseen());
  if (said->greeting_code != 220) return could_not_look(Unseen::rejected);
  std::string_view rest = trim(said->banner);
  const auto name = cut(rest, ' ');
  const auto with_banner = [&](Verdict verdict) { return std::move(verdict).with("banner", said->banner); };
  if (holds_version(rest)) return with_banner({Outcome::warn, "version-shown"});
  if (name.find('.') == std::string_view::npos) return with_banner({Outcome::warn, "no-host-name"});
  return {Outcome::pass, "neutral"};
}

Verdict evaluate(const Evidence& evidence) { return worst_of(evidence.smtp, judge); }

Evidence greets(Observed<std::string> banner) {
  auto evidence = mail_asset();
  SmtpServer server{"mx1.example.no", "192.0.2.25", 25, Unseen::not_measured};
  if (const auto* text = banner.seen()) {
    auto said = talk(true);
    said.banner = *text;
    server.talk = said;
  } else {
    server.talk = banner.unseen();
  }
  evidence.smtp = {server};
  return evidence;
}

std::vector<Example> examples() {
  return {
      {"name and protocol", greets(std::string("mx1.example.no ESMTP")), Outcome::pass, "neutral"},
      {"name, product and version", greets(std::string("mx1.example.no ESMTP Exim 4.96")), Outcome::warn,
       "version-shown"},
      {"an address in brackets is no version", greets(std::string("mx1.example.no ESMTP Postfix (Debian)")),
       Outcome::pass, "neutral"},
      {"a bare machine name", greets(std::string("localhost ESMTP")), Outcome::warn, "no-host-name"},
      {"silent", greets(Unseen::timed_out), Outcome::unknown, "timed-out"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_smtp_banner

UTSYN_CHECK(email_smtp_banner) = {
    .id = "email.smtp.banner",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::smtp,
    .evaluate = utsyn::checks::email_smtp_banner::evaluate,
    .examples = utsyn::checks::email_smtp_banner::examples,
};
