#include "portfolio/products.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace utsyn::portfolio {
namespace {

constexpr std::size_t kMostNames = 8;
constexpr std::size_t kLongestName = 60;

// RFC 9110 section 5.6.2.
bool in_token(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

struct Greeting {
  std::string_view says;  // lower case
  std::string_view product;
};
// The longer before the shorter that it holds.
constexpr std::array<Greeting, 10> kGreetings = {{
    {"microsoft esmtp mail service", "Microsoft Exchange"},
    {"opensmtpd", "OpenSMTPD"},
    {"postfix", "Postfix"},
    {"exim", "Exim"},
    {"sendmail", "Sendmail"},
    {"haraka", "Haraka"},
    {"mailenable", "MailEnable"},
    {"kerio connect", "Kerio Connect"},
    {"mdaemon", "MDaemon"},
    {"icewarp", "IceWarp"},
}};

}  // namespace

std::vector<std::string> products_in_header(std::string_view value) {
  std::vector<std::string> names;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < value.size() && names.size() < kMostNames;) {
    const char c = value[at];
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) --depth;
    if (depth > 0 || !in_token(c)) {
      // A version is not a name.
      if (depth == 0 && c == '/')
        while (at + 1 < value.size() && in_token(value[at + 1])) ++at;
      ++at;
      continue;
    }
    const auto start = at;
    while (at < value.size() && in_token(value[at])) ++at;
    const auto name = value.substr(start, at - start);
    const bool lettered =
        std::ranges::any_of(name, [](char l) { return (l | 0x20) >= 'a' && (l | 0x20) <= 'z'; });
    if (lettered && name.size() <= kLongestName && std::ranges::find(names, name) == names.end())
      names.emplace_back(name);
  }
  return names;
}

std::string product_in_greeting(std::string_view banner) {
  cut(banner, ' ');  // the host's name may hold anything
  const auto text = lower(banner);
  const auto found = std::ranges::find_if(
      kGreetings, [&](const Greeting& one) { return text.find(one.says) != std::string::npos; });
  return found == kGreetings.end() ? std::string{} : std::string(found->product);
}

}  // namespace utsyn::portfolio
