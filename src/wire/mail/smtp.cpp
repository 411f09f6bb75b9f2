#include "wire/mail/smtp.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace utsyn::wire {
namespace {

// "4.7.0 text": class, subject and detail, of one, up to three and up to three digits (RFC 3463 section 2).
std::optional<std::array<unsigned, 3>> read_enhanced(std::string_view text, unsigned code) {
  auto first = cut(text, ' ');
  std::array<unsigned, 3> numbers{};
  for (auto& number : numbers) {
    const auto part = cut(first, '.');
    const auto value = parse_uint(part);
    if (!value || part.size() > 3) return std::nullopt;
    number = static_cast<unsigned>(*value);
  }
  if (!first.empty() || numbers[0] != code / 100) return std::nullopt;
  return numbers;
}

std::optional<unsigned> read_code(std::string_view line) {
  if (line.size() < 3) return std::nullopt;
  const auto code = parse_uint(line.substr(0, 3));
  if (!code || *code < 200 || *code > 599) return std::nullopt;
  return static_cast<unsigned>(*code);
}

}  // namespace

std::string SmtpReply::text() const {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool last = i + 1 == lines.size();
    out += fmt::format("{}{}{}{}", code, last ? ' ' : '-', lines[i], last ? "" : "\n");
  }
  return out;
}

std::string_view smtp_error_name(SmtpError error) {
  switch (error) {
    case SmtpError::line_too_long:
      return "line-too-long";
    case SmtpError::too_many_lines:
      return "too-many-lines";
    case SmtpError::bad_code:
      return "bad-code";
    case SmtpError::bad_separator:
      return "bad-separator";
    case SmtpError::mixed_codes:
      return "mixed-codes";
  }
  return "unreadable";
}

Result<std::optional<SmtpReply>, SmtpError> take_smtp_reply(std::string_view& buffer) {
  auto rest = buffer;
  SmtpReply reply;
  for (;;) {
    const auto end = rest.find('\n');
    if (std::min(end, rest.size()) > smtp_line_limit) return unexpected(SmtpError::line_too_long);
    if (reply.lines.size() == smtp_reply_lines) return unexpected(SmtpError::too_many_lines);
    if (end == std::string_view::npos) return std::optional<SmtpReply>{};
    auto line = cut(rest, '\n');
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    else
      reply.bare_line_feed = true;
    const auto code = read_code(line);
    if (!code) return unexpected(SmtpError::bad_code);
    if (!reply.lines.empty() && *code != reply.code) return unexpected(SmtpError::mixed_codes);
    reply.code = *code;
    const char separator = line.size() > 3 ? line[3] : ' ';
    if (separator != ' ' && separator != '-') return unexpected(SmtpError::bad_separator);
    reply.lines.push_back(printable(line.substr(std::min<std::size_t>(line.size(), 4)), smtp_line_limit));
    if (separator == '-') continue;
    reply.enhanced = read_enhanced(reply.lines.front(), reply.code);
    buffer = rest;
    return std::optional(std::move(reply));
  }
}

const SmtpExtension* SmtpCapabilities::find(std::string_view keyword) const {
  const auto found = std::ranges::find_if(
      extensions, [&](const SmtpExtension& extension) { return iequals(extension.keyword, keyword); });
  return found == extensions.end() ? nullptr : &*found;
}

std::vector<std::string> SmtpCapabilities::login_methods() const {
  std::vector<std::string> methods;
  const auto add = [&](std::string_view method) {
    auto upper = std::string(method);
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    if (!upper.empty() && std::ranges::find(methods, upper) == methods.end())
      methods.push_back(std::move(upper));
  };
  for (const auto& extension : extensions) {
    const bool old_form = extension.keyword.starts_with("AUTH=");
    if (!old_form && extension.keyword != "AUTH") continue;
    if (old_form) add(std::string_view(extension.keyword).substr(5));
    for (const auto& method : extension.parameters) add(method);
  }
  return methods;
}

SmtpCapabilities smtp_capabilities(const SmtpReply& ehlo_reply) {
  SmtpCapabilities capabilities;
  for (std::size_t i = 0; i < ehlo_reply.lines.size(); ++i) {
    std::vector<std::string> words;
    for (const auto word : split(ehlo_reply.lines[i], ' ')) {
      if (!word.empty()) words.emplace_back(word);
    }
    if (words.empty()) continue;
    if (i == 0) {
      capabilities.server_name = words.front();
      continue;
    }
    auto keyword = std::move(words.front());
    std::ranges::transform(keyword, keyword.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    words.erase(words.begin());
    capabilities.extensions.push_back({std::move(keyword), std::move(words)});
  }
  return capabilities;
}

}  // namespace utsyn::wire
