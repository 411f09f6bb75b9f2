#include "wire/http/security_txt.h"

#include <algorithm>

#include "base/text.h"
#include "wire/http/html.h"

namespace utsyn::wire {
namespace {

constexpr std::size_t kMaxLine = 2048;
constexpr std::size_t kMaxLines = 2000;
constexpr std::size_t kMaxValues = 100;

using Fault = SecurityTxtFault;

constexpr std::string_view kBegin = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view kSignature = "-----BEGIN PGP SIGNATURE-----";
constexpr std::string_view kEnd = "-----END PGP SIGNATURE-----";

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty() && lines.size() < kMaxLines) {
    auto line = cut(text, '\n');
    while (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
  }
  return lines;
}

// Between the armour header (closed by an empty line) and the signature; "- " before a dash is undone.
Result<std::vector<std::string_view>, SecurityTxtError> signed_lines(
    const std::vector<std::string_view>& lines, std::size_t begin) {
  auto at = begin + 1;
  while (at < lines.size() && !trim(lines[at]).empty()) {
    if (lines[at].find(':') == std::string_view::npos) return unexpected(SecurityTxtError::broken_signature);
    ++at;
  }
  std::vector<std::string_view> inside;
  for (++at; at < lines.size(); ++at) {
    if (trim(lines[at]) == kSignature) {
      const auto rest = lines.begin() + static_cast<std::ptrdiff_t>(at);
      const bool closed = std::any_of(rest, lines.end(), [](auto line) { return trim(line) == kEnd; });
      if (!closed) return unexpected(SecurityTxtError::broken_signature);
      return inside;
    }
    inside.push_back(lines[at].starts_with("- ") ? lines[at].substr(2) : lines[at]);
  }
  return unexpected(SecurityTxtError::broken_signature);
}

bool web_address(std::string_view value) { return istarts_with(value, "https://") && value.size() > 8; }
bool contact_address(std::string_view value) {
  return web_address(value) ||
         (istarts_with(value, "mailto:") && value.find('@') != std::string_view::npos) ||
         (istarts_with(value, "tel:") && value.size() > 4);
}

class SecurityTxtReader {
 public:
  void line(std::string_view text) {
    if (text.size() > kMaxLine) {
      fault(Fault::long_line);
      return;
    }
    const auto content = trim(text);
    if (content.empty() || content.front() == '#') return;
    auto rest = content;
    const auto name = lower(trim(cut(rest, ':')));
    const auto value = trim(rest);
    const bool named = !name.empty() &&
                       name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
    if (content.find(':') == std::string_view::npos || !named || value.empty()) {
      fault(Fault::bad_line);
      return;
    }
    ++fields_;
    field(name, value);
  }

  Result<SecurityTxt, SecurityTxtError> finish(bool is_signed) {
    if (fields_ == 0) return unexpected(SecurityTxtError::no_fields);
    out_.is_signed = is_signed;
    if (out_.contact.empty()) fault(Fault::no_contact);
    if (expires_.empty()) fault(Fault::no_expires);
    if (expires_.size() > 1) fault(Fault::several_expires);
    if (languages_ > 1) fault(Fault::several_languages);
    if (expires_.size() == 1) {
      // RFC 3339 asks for the whole time; a bare date is not enough.
      if (expires_.front().size() > 10) out_.expires = parse_time(expires_.front());
      if (!out_.expires) fault(Fault::bad_expires);
    }
    std::sort(out_.faults.begin(), out_.faults.end());
    return std::move(out_);
  }

 private:
  void fault(Fault which) {
    if (!out_.has_fault(which)) out_.faults.push_back(which);
  }

  void keep(std::vector<std::string>& values, std::string_view value) {
    if (values.size() < kMaxValues) values.emplace_back(value);
  }

  void url(std::vector<std::string>& values, std::string_view value, bool other_schemes = false) {
    // Encryption may also point to dns: or openpgp4fpr: (RFC 9116 section 2.5.4).
    const bool allowed = web_address(value) || (other_schemes && !istarts_with(value, "http:") &&
                                                value.find(':') != std::string_view::npos);
    if (!allowed) fault(Fault::bad_url);
    keep(values, value);
  }

  void field(const std::string& name, std::string_view value) {
    if (name == "contact") {
      if (!contact_address(value)) fault(Fault::bad_contact);
      keep(out_.contact, value);
    } else if (name == "expires") {
      keep(expires_, value);
    } else if (name == "canonical") {
      url(out_.canonical, value);
    } else if (name == "encryption") {
      url(out_.encryption, value, true);
    } else if (name == "policy") {
      url(out_.policy, value);
    } else if (name == "acknowledgments" || name == "acknowledgements") {
      url(out_.acknowledgments, value);
    } else if (name == "hiring") {
      url(out_.hiring, value);
    } else if (name == "csaf") {
      url(out_.csaf, value);
    } else if (name == "preferred-languages") {
      ++languages_;
      out_.preferred_languages = value;
    } else {
      keep(out_.unknown_fields, name);
    }
  }

  SecurityTxt out_;
  std::vector<std::string> expires_;
  std::size_t fields_ = 0;
  std::size_t languages_ = 0;
};

}  // namespace

std::string_view describe(SecurityTxtError error) {
  switch (error) {
    case SecurityTxtError::empty:
      return "the file is empty";
    case SecurityTxtError::too_large:
      return "the file is larger than 100 KiB";
    case SecurityTxtError::not_utf8:
      return "the file is not UTF-8";
    case SecurityTxtError::html:
      return "a web page came instead of the file";
    case SecurityTxtError::broken_signature:
      return "the signature around the text is incomplete";
    case SecurityTxtError::no_fields:
      return "the file has no fields";
  }
  return "the file cannot be read";
}

std::string_view code(SecurityTxtFault fault) {
  switch (fault) {
    case Fault::no_contact:
      return "no-contact";
    case Fault::bad_contact:
      return "bad-contact";
    case Fault::no_expires:
      return "no-expires";
    case Fault::several_expires:
      return "several-expires";
    case Fault::bad_expires:
      return "bad-expires";
    case Fault::several_languages:
      return "several-languages";
    case Fault::bad_url:
      return "bad-url";
    case Fault::bad_line:
      return "bad-line";
    case Fault::long_line:
      return "long-line";
  }
  return "unknown";
}

bool SecurityTxt::has_fault(SecurityTxtFault fault) const {
  return std::find(faults.begin(), faults.end(), fault) != faults.end();
}

Result<SecurityTxt, SecurityTxtError> parse_security_txt(std::string_view body) {
  if (body.size() > kMaxSecurityTxtBytes) return unexpected(SecurityTxtError::too_large);
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  if (trim(body).empty()) return unexpected(SecurityTxtError::empty);
  if (!valid_utf8(body)) return unexpected(SecurityTxtError::not_utf8);
  if (looks_like_html(body)) return unexpected(SecurityTxtError::html);
  auto lines = lines_of(body);
  const auto begin = std::find_if(lines.begin(), lines.end(), [](auto line) { return trim(line) == kBegin; });
  const bool is_signed = begin != lines.end();
  if (is_signed) {
    auto inside = signed_lines(lines, static_cast<std::size_t>(begin - lines.begin()));
    if (!inside) return unexpected(inside.error());
    lines = std::move(*inside);
  }
  SecurityTxtReader reader;
  for (const auto line : lines) reader.line(line);
  return reader.finish(is_signed);
}

}  // namespace utsyn::wire
