#include "checks/email/dkim_evidence.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"

namespace utsyn::checks {
namespace {

DkimSelector read_selector(std::string name, const DnsAnswer& answer) {
  DkimSelector selector;
  selector.name = std::move(name);
  selector.answer = &answer;
  for (auto& value : txt_values(answer)) {
    auto key = wire::parse_dkim(value);
    // Another protocol's text, most often by a wildcard, is no key at all.
    if (!key && key.error() == wire::DkimError::not_dkim) continue;
    selector.records.push_back(std::move(value));
    if (key && !selector.key) selector.key = std::move(*key);
    if (!key && !selector.fault) selector.fault = key.error();
  }
  if (selector.key) selector.fault.reset();
  return selector;
}

}  // namespace

bool DkimView::any_key() const {
  return std::ranges::any_of(found,
                             [](const auto& selector) { return selector.key && !selector.key->revoked; });
}

DkimView dkim_of(const Evidence& evidence) {
  DkimView view;
  view.trouble = could_not_look(Unseen::not_measured);
  bool failed = false;
  for (const auto& known : wire::known_dkim_selectors()) {
    const auto* answer =
        evidence.dns.find(std::string(known.selector) + "._domainkey." + evidence.domain, "TXT");
    if (answer == nullptr) continue;
    if (answer->status == DnsStatus::error) {
      if (!failed) view.trouble = no_answer(answer);
      failed = true;
      continue;
    }
    view.asked = true;
    auto selector = read_selector(std::string(known.selector), *answer);
    if (answer->status == DnsStatus::nxdomain && !answer->aliases.empty()) {
      view.dangling.push_back(std::move(selector));
    } else if (!selector.records.empty()) {
      view.found.push_back(std::move(selector));
    }
  }
  return view;
}

std::optional<Verdict> no_selector(const DkimView& view) {
  if (!view.found.empty()) return std::nullopt;
  if (!view.asked) return view.trouble;
  return Verdict{Outcome::not_applicable, "no-key-found"};
}

std::string example_rsa_key(std::size_t bits) {
  // SEQUENCE { INTEGER modulus, INTEGER 65537 }, lengths in two bytes (RFC 8017 appendix A.1.1).
  const auto size = bits / 8;
  ByteWriter out;
  out.u8(0x30);
  out.u8(0x82);
  out.u16(static_cast<unsigned>(size + 1 + 4 + 5));
  out.u8(0x02);
  out.u8(0x82);
  out.u16(static_cast<unsigned>(size + 1));
  out.u8(0);
  out.bytes(Bytes(size, 0xC1));
  out.bytes(Bytes{0x02, 0x03, 0x01, 0x00, 0x01});
  return to_base64(out.view());
}

}  // namespace utsyn::checks
