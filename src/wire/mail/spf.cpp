#include "wire/mail/spf.h"

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/text.h"
#include "wire/dns/name_wire.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t record_limit = 65536;
constexpr std::size_t record_advice = 450;
constexpr std::string_view version = "v=spf1";

bool is_printable(char c) { return c > 0x20 && c < 0x7F; }

constexpr std::array<std::string_view, 8> mechanism_names = {"all", "include", "a",   "mx",
                                                             "ptr", "ip4",     "ip6", "exists"};

std::optional<SpfMechanism> mechanism_named(std::string_view name) {
  for (std::size_t i = 0; i < mechanism_names.size(); ++i) {
    if (iequals(mechanism_names[i], name)) return static_cast<SpfMechanism>(i);
  }
  return std::nullopt;
}

// Skips one macro-expand that begins at `at` (a '%'); nothing when it is malformed. Section 7.1.
std::optional<std::size_t> skip_macro(std::string_view text, std::size_t at, std::string_view letters) {
  if (++at == text.size()) return std::nullopt;
  if (text[at] == '%' || text[at] == '_' || text[at] == '-') return at + 1;
  if (text[at] != '{') return std::nullopt;
  ++at;
  if (at == text.size() || !is_letter(text[at])) return std::nullopt;
  if (letters.find(static_cast<char>(text[at] | 0x20)) == std::string_view::npos) return std::nullopt;
  ++at;
  const auto digits_at = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  if (at > digits_at &&
      text.substr(digits_at, at - digits_at).find_first_not_of('0') == std::string_view::npos) {
    return std::nullopt;  // "zero labels" is not a number of labels
  }
  if (at < text.size() && (text[at] == 'r' || text[at] == 'R')) ++at;
  while (at < text.size() && std::string_view(".-+,/_=").find(text[at]) != std::string_view::npos) ++at;
  if (at == text.size() || text[at] != '}') return std::nullopt;
  return at + 1;
}

constexpr std::string_view domain_letters = "slodiphv";
constexpr std::string_view text_letters = "slodiphvcrt";  // c, r and t have a meaning only in explanations

struct MacroString {
  bool macro = false;
  std::size_t last_end = 0;  // behind the last macro
};
std::optional<MacroString> read_macro_string(std::string_view text, std::string_view letters) {
  MacroString read;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      ++at;
      continue;
    }
    const auto end = skip_macro(text, at, letters);
    if (!end) return std::nullopt;
    read.macro = true;
    read.last_end = at = *end;
  }
  return read;
}

// toplabel of section 7.1: letters, digits and inner hyphens, not only digits.
bool is_top_label(std::string_view label) {
  return !label.empty() && is_alphanumeric(label.front()) && is_alphanumeric(label.back()) &&
         std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; }) &&
         !std::ranges::all_of(label, is_digit);
}

struct DomainSpec {
  std::string name;
  bool macro = false;
};
Result<DomainSpec, SpfFault> read_domain(std::string_view text) {
  if (text.empty()) return unexpected(SpfFault::missing_value);
  const auto macros = read_macro_string(text, domain_letters);
  if (!macros) return unexpected(SpfFault::bad_macro);
  if (macros->last_end != text.size()) {
    auto end = text.substr(macros->last_end);
    if (end.ends_with('.')) end.remove_suffix(1);
    const auto dot = end.rfind('.');
    if (dot == std::string_view::npos || !is_top_label(end.substr(dot + 1)))
      return unexpected(SpfFault::bad_domain);
  }
  if (macros->macro) return DomainSpec{std::string(text), true};
  const auto name = canonical_name(text);
  if (!name) return unexpected(SpfFault::bad_domain);
  return DomainSpec{*name, false};
}

// "0", or digits that do not begin with 0; at most `most`.
std::optional<unsigned> read_prefix(std::string_view digits, unsigned most) {
  const auto value = parse_uint(digits);
  if (!value || *value > most || digits.size() > 3 || (digits.size() > 1 && digits.front() == '0'))
    return std::nullopt;
  return static_cast<unsigned>(*value);
}

bool has_host_bits(const Cidr& network) {
  const auto& bytes = network.base.bytes();
  for (std::size_t bit = network.length; bit < network.base.size() * 8; ++bit) {
    if ((bytes[bit / 8] & (0x80U >> (bit % 8))) != 0) return true;
  }
  return false;
}

// dual-cidr-length at the end of an a or mx term: "/24", "//64" or "/24//64".
std::optional<SpfFault> take_prefixes(std::string_view& text, SpfTerm& term) {
  const auto digits_at_end = [&] {
    auto at = text.size();
    while (at > 0 && is_digit(text[at - 1])) --at;
    return at;
  };
  auto at = digits_at_end();
  if (at == text.size() || at == 0 || text[at - 1] != '/') return std::nullopt;
  if (at >= 2 && text[at - 2] == '/') {
    const auto prefix = read_prefix(text.substr(at), 128);
    if (!prefix) return SpfFault::bad_prefix;
    term.prefix6 = *prefix;
    text = text.substr(0, at - 2);
    at = digits_at_end();
    if (at == text.size() || at == 0 || text[at - 1] != '/') return std::nullopt;
  }
  const auto prefix = read_prefix(text.substr(at), 32);
  if (!prefix) return SpfFault::bad_prefix;
  term.prefix4 = *prefix;
  text = text.substr(0, at - 1);
  return std::nullopt;
}

std::optional<SpfFault> read_network(std::string_view value, SpfTerm& term) {
  const bool v4 = term.mechanism == SpfMechanism::ip4;
  const bool has_prefix = value.find('/') != std::string_view::npos;
  const auto address = IpAddress::parse(cut(value, '/'));
  if (!address || address->is_v4() != v4) return v4 ? SpfFault::bad_ip4 : SpfFault::bad_ip6;
  const auto most = v4 ? 32U : 128U;
  const auto prefix = has_prefix ? read_prefix(value, most) : std::optional<unsigned>(most);
  if (!prefix) return SpfFault::bad_prefix;
  term.network = Cidr{*address, *prefix};
  return std::nullopt;
}

class SpfReader {
 public:
  std::optional<SpfFault> read_term(std::string_view text) {
    if (!std::ranges::all_of(text, is_printable)) return SpfFault::bad_byte;
    const auto name_end = text.find_first_of("=:/");
    if (name_end != std::string_view::npos && text[name_end] == '=') {
      return read_modifier(text.substr(0, name_end), text.substr(name_end + 1));
    }
    return read_mechanism(text);
  }

  SpfRecord take() {
    if (record_.redirect && record_.all()) remark(SpfRemark::redirect_with_all);
    std::ranges::sort(record_.remarks);
    return std::move(record_);
  }

  void remark(SpfRemark remark) {
    if (!record_.has(remark)) record_.remarks.push_back(remark);
  }

 private:
  std::optional<SpfFault> read_mechanism(std::string_view text) {
    SpfTerm term;
    term.text = text;
    constexpr std::string_view qualifiers = "+-~?";
    if (const auto qualifier = qualifiers.find(text.front()); qualifier != std::string_view::npos) {
      term.qualifier = static_cast<SpfQualifier>(qualifier);
      text.remove_prefix(1);
    }
    const auto name_end = std::min(text.find_first_of(":/"), text.size());
    const auto name = text.substr(0, name_end);
    const auto mechanism = mechanism_named(name);
    if (!mechanism) return SpfFault::no_such_mechanism;
    term.mechanism = *mechanism;
    if (std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; })) remark(SpfRemark::upper_case);
    if (const auto fault = read_value(text.substr(name_end), term)) return fault;
    if (record_.all()) remark(SpfRemark::terms_after_all);
    record_.terms.push_back(std::move(term));
    return std::nullopt;
  }

  // `rest` is what follows the name: nothing, ":VALUE", "/PREFIX".
  std::optional<SpfFault> read_value(std::string_view rest, SpfTerm& term) {
    switch (term.mechanism) {
      case SpfMechanism::all:
        if (!rest.empty()) return SpfFault::unexpected_value;
        return std::nullopt;
      case SpfMechanism::ip4:
      case SpfMechanism::ip6: {
        if (rest.size() < 2 || rest.front() != ':') return SpfFault::missing_value;
        if (const auto fault = read_network(rest.substr(1), term)) return fault;
        if (has_host_bits(*term.network)) remark(SpfRemark::host_bits);
        return std::nullopt;
      }
      case SpfMechanism::include:
      case SpfMechanism::exists:
        if (!rest.starts_with(':')) return SpfFault::missing_value;
        return read_term_domain(rest.substr(1), term);
      case SpfMechanism::ptr:
        remark(SpfRemark::uses_ptr);
        if (rest.empty()) return std::nullopt;
        if (rest.front() != ':') return SpfFault::unexpected_value;
        return read_term_domain(rest.substr(1), term);
      case SpfMechanism::a:
      case SpfMechanism::mx:
        if (const auto fault = take_prefixes(rest, term)) return fault;
        if (rest.empty()) return std::nullopt;
        if (rest.front() != ':') return SpfFault::bad_prefix;
        return read_term_domain(rest.substr(1), term);
    }
    return SpfFault::no_such_mechanism;
  }

  static std::optional<SpfFault> read_term_domain(std::string_view text, SpfTerm& term) {
    auto domain = read_domain(text);
    if (!domain) return domain.error();
    term.domain = std::move(domain->name);
    term.macro = domain->macro;
    return std::nullopt;
  }

  std::optional<SpfFault> read_modifier(std::string_view name, std::string_view value) {
    const bool good_name = !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, [](char c) {
      return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
    });
    if (!good_name) return SpfFault::bad_modifier_name;
    if (std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; })) remark(SpfRemark::upper_case);
    SpfModifier modifier{.name = lower(name), .value = {}};
    const bool redirect = modifier.name == "redirect";
    if (!redirect && modifier.name != "exp") {
      const auto macros = read_macro_string(value, text_letters);
      if (!macros) return SpfFault::bad_macro;
      modifier.value = value;
      modifier.macro = macros->macro;
      remark(SpfRemark::unknown_modifier);
      record_.unknown.push_back(std::move(modifier));
      return std::nullopt;
    }
    auto& place = redirect ? record_.redirect : record_.explanation;
    if (place) return redirect ? SpfFault::repeated_redirect : SpfFault::repeated_exp;
    auto domain = read_domain(value);
    if (!domain) return domain.error();
    modifier.value = std::move(domain->name);
    modifier.macro = domain->macro;
    place = std::move(modifier);
    return std::nullopt;
  }

  SpfRecord record_;
};

}  // namespace

bool is_spf(std::string_view txt) {
  return istarts_with(txt, version) && (txt.size() == version.size() || txt[version.size()] == ' ');
}

std::string_view spf_qualifier_name(SpfQualifier qualifier) {
  switch (qualifier) {
    case SpfQualifier::pass:
      return "pass";
    case SpfQualifier::fail:
      return "fail";
    case SpfQualifier::softfail:
      return "softfail";
    case SpfQualifier::neutral:
      return "neutral";
  }
  return "neutral";
}

std::string_view spf_mechanism_name(SpfMechanism mechanism) {
  return mechanism_names[static_cast<std::size_t>(mechanism)];
}

std::string_view spf_remark_name(SpfRemark remark) {
  switch (remark) {
    case SpfRemark::terms_after_all:
      return "terms-after-all";
    case SpfRemark::redirect_with_all:
      return "redirect-with-all";
    case SpfRemark::upper_case:
      return "upper-case";
    case SpfRemark::extra_space:
      return "extra-space";
    case SpfRemark::trailing_space:
      return "trailing-space";
    case SpfRemark::long_record:
      return "long-record";
    case SpfRemark::host_bits:
      return "host-bits";
    case SpfRemark::unknown_modifier:
      return "unknown-modifier";
    case SpfRemark::uses_ptr:
      return "uses-ptr";
  }
  return "odd";
}

std::string_view spf_fault_name(SpfFault fault) {
  switch (fault) {
    case SpfFault::not_spf:
      return "not-spf";
    case SpfFault::too_long:
      return "too-long";
    case SpfFault::bad_byte:
      return "bad-byte";
    case SpfFault::no_such_mechanism:
      return "no-such-mechanism";
    case SpfFault::unexpected_value:
      return "unexpected-value";
    case SpfFault::missing_value:
      return "missing-value";
    case SpfFault::bad_domain:
      return "bad-domain";
    case SpfFault::bad_macro:
      return "bad-macro";
    case SpfFault::bad_ip4:
      return "bad-ip4";
    case SpfFault::bad_ip6:
      return "bad-ip6";
    case SpfFault::bad_prefix:
      return "bad-prefix";
    case SpfFault::bad_modifier_name:
      return "bad-modifier-name";
    case SpfFault::repeated_redirect:
      return "repeated-redirect";
    case SpfFault::repeated_exp:
      return "repeated-exp";
  }
  return "unreadable";
}

const SpfTerm* SpfRecord::all() const {
  const auto found = std::ranges::find(terms, SpfMechanism::all, &SpfTerm::mechanism);
  return found == terms.end() ? nullptr : &*found;
}

bool SpfRecord::has(SpfRemark remark) const { return std::ranges::find(remarks, remark) != remarks.end(); }

Result<SpfRecord, SpfError> parse_spf(std::string_view txt) {
  if (!is_spf(txt)) return unexpected(SpfError{SpfFault::not_spf, printable(txt.substr(0, 64))});
  if (txt.size() > record_limit) return unexpected(SpfError{SpfFault::too_long, {}});
  SpfReader reader;
  if (!txt.starts_with(version)) reader.remark(SpfRemark::upper_case);
  if (txt.size() > record_advice) reader.remark(SpfRemark::long_record);
  if (txt.ends_with(' ')) reader.remark(SpfRemark::trailing_space);
  auto rest = txt.substr(version.size());
  while (rest.ends_with(' ')) rest.remove_suffix(1);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  while (!rest.empty()) {
    const auto term = cut(rest, ' ');
    if (term.empty()) {
      reader.remark(SpfRemark::extra_space);
      continue;
    }
    if (const auto fault = reader.read_term(term)) return unexpected(SpfError{*fault, printable(term, 256)});
  }
  return reader.take();
}

}  // namespace utsyn::wire
