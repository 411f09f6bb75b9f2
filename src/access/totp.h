// One-time codes that change every 30 seconds (TOTP, RFC 6238: SHA-1, six digits, which every authenticator
// app knows), by liboath, which this file alone knows; and recovery codes for the day the telephone is gone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "base/time.h"

namespace utsyn::access {

inline constexpr std::int64_t kTotpPeriod = 30;
inline constexpr int kTotpWindow = 1;  // steps before and after the present one: clocks differ

Bytes new_totp_secret();  // 20 bytes

// The step (time / 30) that `code` belongs to, when it is within the window and later than `last_used`: a
// code that was seen over a shoulder works no second time.
std::optional<std::int64_t> totp_step(ByteView secret, std::string_view code, UtcTime now,
                                      std::int64_t last_used);
std::string totp_code(ByteView secret, UtcTime now);  // for tests and for the person's own check

// otpauth://totp/Utsyn:LOGIN?secret=...&issuer=Utsyn..., for a QR code.
std::string otpauth_uri(ByteView secret, std::string_view login, std::string_view issuer);

inline constexpr std::size_t kRecoveryCodes = 10;
// 16 characters of base32 (80 bits) in groups of four: "abcd-efgh-ijkl-mnop".
std::vector<std::string> new_recovery_codes();
// As it is hashed: blanks and dashes out, lower case. Nothing when it cannot be one.
std::optional<std::string> recovery_code(std::string_view typed);

}  // namespace utsyn::access
