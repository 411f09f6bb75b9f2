#include "portfolio/products.h"

#include <algorithm>
#include <span>

#include "base/text.h"

namespace utsyn::portfolio {
namespace {

constexpr std::size_t kMostProducts = 8;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

// RFC 9110 section 5.6.2.
bool in_token(char c) {
  return is_digit(c) || is_letter(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
std::string_view token_at(std::string_view text, std::size_t at) {
  auto end = at;
  while (end < text.size() && in_token(text[end])) ++end;
  return text.substr(at, end - at);
}

// The version that stands behind a name which ends at `at`, with where it ends: "/1.2", "(9.4.z)" or " 10".
struct Behind {
  std::string_view version;
  std::size_t end = 0;
};
Behind behind(std::string_view value, std::size_t at) {
  if (at + 1 >= value.size()) return {{}, at};
  if (value[at] == '/') {
    const auto version = token_at(value, at + 1);
    return {version, version.empty() ? at : at + 1 + version.size()};
  }
  if (value[at] == '(' && is_digit(value[at + 1])) {
    const auto close = value.find(')', at);
    const auto version = token_at(value, at + 1);
    if (close != std::string_view::npos && at + 1 + version.size() == close) return {version, close + 1};
  }
  if (value[at] == ' ' && is_digit(value[at + 1])) {
    const auto version = token_at(value, at + 1);
    if (std::ranges::none_of(version, is_letter)) return {version, at + 1 + version.size()};
  }
  return {{}, at};
}

struct Known {
  std::string_view says;  // lower case
  std::string_view product;
};
// The longer before the shorter that it holds.
constexpr Known kGreetings[] = {
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
};
constexpr Known kNameServers[] = {
    {"powerdns authoritative server", "PowerDNS Authoritative Server"},
    {"powerdns recursor", "PowerDNS Recursor"},
    {"knot dns", "Knot DNS"},
    {"unbound", "Unbound"},
    {"dnsmasq", "dnsmasq"},
    {"nsd ", "NSD"},
    {"bind ", "BIND"},
};

constexpr std::string_view kProductFields[] = {"server", "x-powered-by", "x-generator", "x-powered-cms"};
// The field is the product, its value the version.
constexpr Known kVersionFields[] = {
    {"x-aspnet-version", "ASP.NET"},
    {"x-aspnetmvc-version", "ASP.NET MVC"},
    {"x-drupal-version", "Drupal"},
    {"x-jenkins", "Jenkins"},
    {"x-owa-version", "Microsoft Exchange"},
    {"x-varnish-version", "Varnish"},
    {"microsoftsharepointteamservices", "Microsoft SharePoint"},
};

// In free text the version follows the name: "Exim 4.96", "Service, Version: 10.0.14393", "dnsmasq-2.90".
std::string version_after(std::string_view text) {
  const auto rest = lower(text.substr(0, std::min<std::size_t>(text.size(), 40)));
  std::size_t at = 0;
  while (at < rest.size() && (rest[at] == ' ' || rest[at] == ',' || rest[at] == '-')) ++at;
  for (const std::string_view word : {"ready", "version:", "version"})
    if (rest.substr(at).starts_with(word)) at += word.size();
  while (at < rest.size() && (rest[at] == ' ' || rest[at] == 'v')) ++at;
  if (at >= rest.size() || !is_digit(rest[at])) return {};
  auto version = text.substr(at);
  const auto end = std::ranges::find_if(version, [](char c) {
    return !is_digit(c) && !is_letter(c) && c != '.' && c != '-' && c != '+' && c != '~' && c != '_';
  });
  version = version.substr(0, static_cast<std::size_t>(end - version.begin()));
  while (version.ends_with('.')) version.remove_suffix(1);
  return version.size() <= kLongestVersion ? std::string(version) : std::string();
}

std::optional<Product> product_in(std::string_view text, std::span<const Known> known) {
  const auto folded = lower(text);
  for (const auto& one : known) {
    const auto at = folded.find(one.says);
    if (at != std::string::npos)
      return Product{std::string(one.product), version_after(text.substr(at + one.says.size())),
                     printable(trim(text), kLongestSaid)};
  }
  return std::nullopt;
}

}  // namespace

std::vector<Product> products_in_header(std::string_view value) {
  std::vector<Product> products;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < value.size() && products.size() < kMostProducts;) {
    const char c = value[at];
    if (c == '(') ++depth;
    if (c == ')' && depth > 0) --depth;
    if (depth > 0 || !in_token(c)) {
      // What stands after a slash without a name before it is no name either.
      if (depth == 0 && c == '/') at += token_at(value, at + 1).size();
      ++at;
      continue;
    }
    const auto start = at;
    const auto name = token_at(value, at);
    at += name.size();
    if (std::ranges::none_of(name, is_letter)) continue;
    const auto [version, end] = behind(value, at);
    at = end;
    if (name.size() > kLongestProduct) continue;
    Product product{std::string(name), {}, std::string(value.substr(start, end - start))};
    if (version.size() <= kLongestVersion) product.version = version;
    if (product.said.size() > kLongestSaid) product.said.resize(kLongestSaid);
    if (std::ranges::find(products, product) == products.end()) products.push_back(std::move(product));
  }
  return products;
}

std::vector<Product> products_in_field(std::string_view name, std::string_view value) {
  if (std::ranges::find(kProductFields, name) != std::end(kProductFields)) return products_in_header(value);
  const auto known = std::ranges::find(kVersionFields, name, &Known::says);
  if (known == std::end(kVersionFields)) return {};
  Product product{std::string(known->product), {}, {}};
  const auto version = token_at(trim(value), 0);
  if (!version.empty() && is_digit(version.front()) && version.size() <= kLongestVersion)
    product.version = version;
  product.said = printable(std::string(name) + ": " + std::string(trim(value)), kLongestSaid);
  return {std::move(product)};
}

std::optional<Product> product_in_greeting(std::string_view banner) {
  cut(banner, ' ');  // the host's name may hold anything
  return product_in(banner, kGreetings);
}

std::optional<Product> product_in_name_server(std::string_view says) {
  return product_in(says, kNameServers);
}

bool version_within(std::string_view version, std::string_view asked) {
  if (!istarts_with(version, asked)) return false;
  if (asked.empty() || version.size() == asked.size()) return true;
  const auto next = version[asked.size()];
  return !is_digit(next) && !is_letter(next);
}

}  // namespace utsyn::portfolio
