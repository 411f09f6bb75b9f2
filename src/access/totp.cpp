#include "access/totp.h"

#include <liboath/oath.h>

#include <algorithm>
#include <stdexcept>

#include "base/id.h"

namespace utsyn::access {
namespace {

constexpr unsigned kDigits = 6;

void start_oath() {
  static const bool started = oath_init() == OATH_OK;
  if (!started) throw std::runtime_error("liboath does not start");
}

std::string code_of(ByteView secret, std::int64_t step) {
  start_oath();
  std::array<char, kDigits + 1> code{};
  const auto* key = reinterpret_cast<const char*>(secret.data());
  if (oath_hotp_generate(key, secret.size(), static_cast<std::uint64_t>(step), kDigits, false,
                         OATH_HOTP_DYNAMIC_TRUNCATION, code.data()) != OATH_OK)
    throw std::runtime_error("liboath made no code");
  return code.data();
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const auto byte : as_bytes(text)) {
    const auto c = static_cast<char>(byte);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
        c == '_') {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

}  // namespace

Bytes new_totp_secret() { return random_bytes(20); }

std::string totp_code(ByteView secret, UtcTime now) { return code_of(secret, to_unix(now) / kTotpPeriod); }

std::optional<std::int64_t> totp_step(ByteView secret, std::string_view code, UtcTime now,
                                      std::int64_t last_used) {
  const auto present = to_unix(now) / kTotpPeriod;
  std::optional<std::int64_t> found;
  // All steps are tried whatever the first gives, so that time does not tell which one it was.
  for (auto step = std::max<std::int64_t>(present - kTotpWindow, 0); step <= present + kTotpWindow; ++step)
    if (equal_secret(code_of(secret, step), code) && step > last_used && !found) found = step;
  return found;
}

std::string otpauth_uri(ByteView secret, std::string_view login, std::string_view issuer) {
  auto base32 = to_base32(secret);
  std::ranges::transform(base32, base32.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const auto by = percent_encoded(issuer);
  return "otpauth://totp/" + by + ":" + percent_encoded(login) + "?secret=" + base32 + "&issuer=" + by +
         "&algorithm=SHA1&digits=6&period=30";
}

std::vector<std::string> new_recovery_codes() {
  std::vector<std::string> out;
  while (out.size() < kRecoveryCodes) {
    auto code = to_base32(random_bytes(10));
    for (const auto at : {12U, 8U, 4U}) code.insert(at, 1, '-');
    out.push_back(std::move(code));
  }
  return out;
}

std::optional<std::string> recovery_code(std::string_view typed) {
  if (typed.size() > 64) return std::nullopt;
  auto out = lower(typed);
  std::erase_if(out, [](char c) { return c == '-' || c == ' '; });
  if (out.size() != 16 || out.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") != std::string::npos)
    return std::nullopt;
  return out;
}

}  // namespace utsyn::access
