// Enrolling and dropping the second factor. The password has been confirmed before.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/keys.h"
#include "access/users.h"

namespace utsyn::access {

struct Enrolment {
  std::string secret;  // base32, to be typed where no camera is
  std::string uri;     // otpauth://, for the QR code
};
// Nothing when there is a confirmed one already: it is removed first.
std::optional<Enrolment> start_totp(store::Connection& connection, const Keys& keys, const User& user);
// The codes, shown this once; nothing when `code` is wrong or nothing was started.
std::optional<std::vector<std::string>> confirm_totp(store::Connection& connection, UtcTime now,
                                                     const store::Actor& actor, const Keys& keys,
                                                     const User& user, std::string_view code);
void remove_totp(store::Connection& connection, UtcTime now, const store::Actor& actor, const User& user);
// The codes there were work no more.
std::vector<std::string> replace_recovery_codes(store::Connection& connection, UtcTime now,
                                                const store::Actor& actor, const User& user);
std::int64_t recovery_codes_left(store::Connection& connection, std::string_view user);

}  // namespace utsyn::access
