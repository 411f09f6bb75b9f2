// Where people send and read mail, TLS from the first byte is offered too (RFC 8314): a STARTTLS offer can be
// taken out on the way.
#include <algorithm>

#include "checks/email/mail_tls.h"

namespace utsyn::checks::email_submission_implicit_tls {
namespace {

// The port with TLS from the first byte that belongs to a service.
int secure_port(std::string_view protocol) {
  if (protocol == "submission") return 465;
  if (protocol == "imap") return 993;
  if (protocol == "pop3") return 995;
  return 0;
}

Verdict judge(const Evidence& evidence, const ClearTextService& service) {
  const auto with_service = [&](Verdict verdict) {
    return std::move(verdict).with("service", service.protocol).with("port", service.port);
  };
  const auto* starttls = service.starttls_offered.seen();
  if (starttls != nullptr && !*starttls) return with_service({Outcome::fail, "clear-text-only"});
  const auto port = std::ranges::find_if(evidence.ports, [&](const PortAnswer& one) {
    return one.address == service.address && one.port == secure_port(service.protocol);
  });
  if (port != evidence.ports.end() && port->open.is(true)) return {Outcome::pass, "implicit-tls"};
  if (starttls == nullptr) return could_not_look(service.starttls_offered.unseen());
  if (port == evidence.ports.end()) return could_not_look(Unseen::not_measured);
  const bool closed =
      port->open.is(false) || (port->open.seen() == nullptr && port->open.unseen() == Unseen::refused);
  return closed ? with_service({Outcome::warn, "only-starttls"}) : could_not_look(port->open.unseen());
}

Verdict evaluate(const Evidence& evidence) {
  Gravest gravest;
  bool asked = false;
  for (const auto& service : evidence.clear_text_services) {
    if (secure_port(service.protocol) == 0) continue;
    asked = true;
    const auto* speaks = service.speaks.seen();
    if (speaks != nullptr && *speaks) gravest.add(judge(evidence, service));
    // A closed port is no service; silence may be a firewall, and no service either as far as anybody can
    // tell.
  }
  return std::move(gravest).take(asked ? Verdict{Outcome::not_applicable, "no-such-service"}
                                       : could_not_look(Unseen::not_measured));
}

Evidence service(Observed<bool> speaks, Observed<bool> starttls, Observed<bool> implicit) {
  auto evidence = mail_asset();
  ClearTextService imap;
  imap.host = "mx1.example.no";
  imap.address = "192.0.2.25";
  imap.port = 143;
  imap.protocol = "imap";
  imap.speaks = speaks;
  imap.starttls_offered = starttls;
  evidence.clear_text_services = {imap};
  evidence.ports = {{"mx1.example.no", "192.0.2.25", 993, implicit}};
  return evidence;
}

std::vector<Example> examples() {
  return {
      {"IMAP with both", service(true, true, true), Outcome::pass, "implicit-tls"},
      {"IMAP with STARTTLS only", service(true, true, Unseen::refused), Outcome::warn, "only-starttls"},
      {"IMAP in clear text", service(true, false, true), Outcome::fail, "clear-text-only"},
      {"no such service", service(Unseen::refused, Unseen::not_measured, Unseen::refused),
       Outcome::not_applicable, "no-such-service"},
      {"the secure port was silent", service(true, true, Unseen::timed_out), Outcome::unknown, "timed-out"},
      {"not measured", mail_asset(), Outcome::unknown, "not-measured"},
  };
}

}  // namespace
}  // namespace utsyn::checks::email_submission_implicit_tls

UTSYN_CHECK(email_submission_implicit_tls) = {
    .id = "email.submission.implicit-tls",
    .assets = {utsyn::AssetKind::mail},
    .reads = utsyn::checks::Part::clear_text_services | utsyn::checks::Part::ports,
    .evaluate = utsyn::checks::email_submission_implicit_tls::evaluate,
    .examples = utsyn::checks::email_submission_implicit_tls::examples,
};
