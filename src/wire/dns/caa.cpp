#include "wire/dns/caa.h"

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/name.h"

namespace utsyn::wire {
namespace {

// RFC 8657 section 4 names the values by the ACME registry and adds "ca-" for a CA's own.
constexpr std::array<std::string_view, 7> known_methods = {
    "http-01", "dns-01", "tls-alpn-01", "email-reply-00", "tkauth-01", "onion-csr-01", "dns-account-01"};

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && is_alphanumeric(label.front()) &&
         is_alphanumeric(label.back()) &&
         std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_issuer(std::string_view name) {
  return name.size() <= 253 && std::ranges::all_of(split(name, '.'), is_label);
}

// parameter = tag *WSP "=" *WSP value; the value is printable ASCII without ';' (RFC 8659 section 4.2). A
// final ';' with nothing after it is common and harmless.
bool read_parameters(std::string_view text, CaaProperty& property) {
  while (!trim(text).empty()) {
    auto value = cut(text, ';');
    if (trim(value).empty()) return false;
    if (value.find('=') == std::string_view::npos) return false;
    const auto name = trim(cut(value, '='));
    value = trim(value);
    const bool name_good = !name.empty() && is_alphanumeric(name.front()) &&
                           std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '-'; });
    const bool value_good = std::ranges::all_of(value, [](char c) { return c > 0x20 && c < 0x7F; });
    if (!name_good || !value_good) return false;
    property.parameters.emplace_back(lower(name), value);
  }
  return true;
}

void read_known_parameters(CaaProperty& property) {
  for (const auto& [name, value] : property.parameters) {
    if (name == "accounturi") property.account_uri = value;
    if (name != "validationmethods") continue;
    for (const auto method : split(value, ',')) {
      property.validation_methods.emplace_back(method);
      const bool known =
          method.starts_with("ca-") || std::ranges::find(known_methods, method) != known_methods.end();
      if (!known && std::ranges::find(property.remarks, CaaRemark::unknown_validation_method) ==
                        property.remarks.end()) {
        property.remarks.push_back(CaaRemark::unknown_validation_method);
      }
    }
  }
}

CaaKind kind_of(std::string_view tag) {
  if (iequals(tag, "issue")) return CaaKind::issue;
  if (iequals(tag, "issuewild")) return CaaKind::issuewild;
  if (iequals(tag, "issuemail")) return CaaKind::issuemail;
  if (iequals(tag, "iodef")) return CaaKind::iodef;
  if (iequals(tag, "contactemail") || iequals(tag, "contactphone")) return CaaKind::contact;
  return CaaKind::unknown;
}

bool is_report_url(std::string_view url) {
  const bool printable_url = std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7F; });
  if (!printable_url) return false;
  if (istarts_with(url, "mailto:")) {
    const auto address = url.substr(7);
    const auto at = address.rfind('@');
    return at != std::string_view::npos && at > 0 &&
           is_issuer(address.substr(at + 1, address.find('?', at) - at - 1));
  }
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (istarts_with(url, scheme)) return url.size() > scheme.size();
  }
  return false;
}

}  // namespace

std::string_view describe(CaaError error) {
  switch (error) {
    case CaaError::bad_tag:
      return "the tag is not made of letters and digits";
    case CaaError::bad_issuer:
      return "the issuer is not a domain name";
    case CaaError::bad_parameter:
      return "a parameter is not written name=value";
    case CaaError::bad_iodef:
      return "the report address is not a mailto, http or https address";
    case CaaError::unknown_critical:
      return "the tag is unknown and marked critical";
  }
  return "the record cannot be read";
}

Result<CaaProperty, CaaError> parse_caa(const CaaRecord& record) {
  if (record.tag.empty() || record.tag.size() > 15 || !std::ranges::all_of(record.tag, is_alphanumeric)) {
    return unexpected(CaaError::bad_tag);
  }
  CaaProperty property;
  property.kind = kind_of(record.tag);
  property.critical = record.critical();
  if ((record.flags & 127U) != 0) property.remarks.push_back(CaaRemark::reserved_flags);
  auto text = trim(record.value);
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) {
    property.remarks.push_back(CaaRemark::quotes_in_value);
    text = trim(text.substr(1, text.size() - 2));
  }
  switch (property.kind) {
    case CaaKind::issue:
    case CaaKind::issuewild:
    case CaaKind::issuemail: {
      auto parameters = text;
      const auto issuer = trim(cut(parameters, ';'));
      if (!issuer.empty() && !is_issuer(issuer)) return unexpected(CaaError::bad_issuer);
      property.issuer = lower(issuer);
      if (!read_parameters(parameters, property)) return unexpected(CaaError::bad_parameter);
      read_known_parameters(property);
      break;
    }
    case CaaKind::iodef:
      property.url = text;
      if (!is_report_url(property.url)) return unexpected(CaaError::bad_iodef);
      break;
    case CaaKind::contact:
      break;
    case CaaKind::unknown:
      if (property.critical) return unexpected(CaaError::unknown_critical);
      property.remarks.push_back(CaaRemark::unknown_tag);
      break;
  }
  return property;
}

CaaClimb climb_caa(std::string_view name, const AnswerSource& source) {
  CaaClimb climb;
  std::string at = canonical_name(name).value_or("");
  while (!at.empty() && at != ".") {
    auto answer = source.answer(at, RecordType::caa);
    if (answer.status == AnswerStatus::missing) {
      climb.missing.push_back({at, RecordType::caa});
      return climb;
    }
    climb.asked.push_back(at);
    if (answer.status == AnswerStatus::error) {
      climb.error = true;
      return climb;
    }
    if (answer.status == AnswerStatus::found && !answer.values.empty()) {
      climb.found_at = at;
      climb.values = std::move(answer.values);
      return climb;
    }
    at = parent_name(at);
  }
  return climb;
}

}  // namespace utsyn::wire
