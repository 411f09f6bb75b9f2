// Who is asking, and what may they: login, sessions, API tokens. `authenticate` turns what a request brought
// into the Access value that everything else obeys.
//
// Secrets: passwords by argon2id; session, API and one-time tokens as SHA-256 (they are random, so nothing
// slower is needed); TOTP and client secrets sealed by AES-256-GCM with a key that is not in the database.
// Rules about guessing are in backoff.h; roles in roles.h; users, grants and links are plain rows (users.h,
// links.h, tokens.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/access.h"
#include "access/backoff.h"
#include "base/result.h"
#include "base/text.h"
#include "store/sql.h"

namespace utsyn::access {

class Keys;
class OidcClient;
struct User;

// Secure, so over plain HTTP only loopback keeps it; __Host-: no subdomain can plant one.
inline constexpr std::string_view kSessionCookie = "__Host-utsyn";
inline constexpr std::string_view kDeviceCookie = "__Host-utsyn-device";  // says: has logged in here before
inline constexpr std::string_view kLoginCookie = "__Host-utsyn-login";  // binds an OIDC login to the browser
inline constexpr std::chrono::hours kSessionIdle{12};
inline constexpr std::chrono::hours kSessionLongest{24 * 7};
inline constexpr std::chrono::minutes kSecondFactorTime{5};
inline constexpr std::chrono::hours kDeviceKnown{24 * 400};

// What a request brought. Values of absent cookies and headers are empty.
struct Credentials {
  std::string session;   // cookie kSessionCookie
  std::string token;     // Authorization: Bearer; wins over a cookie
  bool changes = false;  // any method but GET, HEAD and OPTIONS: needs X-CSRF-Token with a session
  std::string csrf;      // X-CSRF-Token
  std::string origin;    // Origin
  std::string address;   // of the client
};

struct Authenticated {
  Access access;
  std::string session;   // id of the session; empty with an API token
  std::string language;  // the user's choice; empty: none
};

// Why not, ready for an RFC 9457 problem.
struct Denied {
  int status = 401;
  std::string type;  // "login-needed", "session-ended", "token-refused", "csrf", "wrong-origin"...
  std::string title;
  std::string detail;
  std::int64_t retry_after_s = 0;  // with 429
};

struct AccountSettings {
  Bytes key;                        // 32 bytes; from read_or_make_key()
  std::string public_address;       // "https://utsyn.example.no": the origin of our pages, and of redirects
  std::string ca_file;              // PEM roots that login providers are judged by, instead of the system's
  bool loopback_providers = false;  // OIDC issuers on loopback over plain HTTP: for tests and trying out
};

// The key file: made with 32 random bytes and mode 0600 when absent. The reason when it cannot be had.
Result<Bytes, std::string> read_or_make_key(const std::string& path);
// Where it lies unless told: beside an SQLite store (PATH.key), for PostgreSQL in the user's data folder.
std::string default_key_path(const std::string& store);

// A login that went well, or one step of it.
struct LoggedIn {
  bool second_factor = false;  // the session is not open yet: the second step is wanted
  std::string session_token;   // for the cookie
  std::string device;          // for the device cookie; empty: leave the one there is
  std::string csrf;
  std::string user;
};
Denied slow_down(std::int64_t seconds);  // 429

class Accounts {
 public:
  Accounts(std::shared_ptr<store::Sql> sql, AccountSettings settings);
  ~Accounts();
  Accounts(const Accounts&) = delete;
  Accounts& operator=(const Accounts&) = delete;

  // Denied with 401 when nothing was brought.
  Result<Authenticated, Denied> authenticate(const Credentials& credentials, UtcTime now);

  // Is a browser that sent this Origin one of our own pages? True when it sent none.
  bool own_origin(std::string_view origin) const;

  // The token of a link by which the first administrator is made; nothing when there is a user already. A
  // new one takes the place of the one before. `utsyn serve` prints first_start_link() at every start.
  std::optional<std::string> first_start(UtcTime now);
  std::optional<std::string> first_start_link(UtcTime now);  // with the public address

  struct Attempt {
    std::string login;
    std::string password;
    std::string device;  // the device cookie
    std::string address;
    std::string agent;  // User-Agent, for the list of sessions
  };
  // The same answer in the same time whether the user is unknown, disabled, without a password or the
  // password is wrong.
  Result<LoggedIn, Denied> login(const Attempt& attempt, UtcTime now);
  struct SecondStep {
    std::string session_token;  // of the first step
    std::string code;           // six digits, or a recovery code
    std::string device;
    std::string address;
  };
  Result<LoggedIn, Denied> second_factor(const SecondStep& step, UtcTime now);
  // A session for a user whose identity is proven. In the caller's transaction; writes the audit entry.
  struct Way {
    std::string_view name;  // password, link, oidc
    std::string address;
    std::string agent;
    std::string provider;  // of OIDC, with the sealed ID token
    std::string id_token;
    bool half = false;  // waits for the second factor
  };
  LoggedIn open_session(store::Connection& connection, const User& user, const Way& way, UtcTime now);
  // Checks the password of a logged-in user before something that matters; guesses count as in login().
  std::optional<Denied> confirm_password(const Access& access, std::string_view password, UtcTime now);

  bool device_known(std::string_view device, std::string_view login, UtcTime now) const;
  std::string csrf_of(std::string_view session_token_hash) const;

  const Keys& keys() const { return *keys_; }
  OidcClient& oidc() { return *oidc_; }
  const AccountSettings& settings() const { return settings_; }
  store::Sql& sql() { return *sql_; }

 private:
  Place place_of(std::string_view who, std::string_view login, std::string_view device,
                 std::string_view address, UtcTime now) const;
  std::string new_device(std::string_view login, UtcTime now) const;

  std::shared_ptr<store::Sql> sql_;
  AccountSettings settings_;
  std::unique_ptr<Keys> keys_;
  std::unique_ptr<OidcClient> oidc_;
  std::string nobody_;  // the hash that unknown users are checked against
};

// The access of a user at this moment: role, own organisation whole, grants in force. None for a user who is
// unknown or disabled. `scopes` cuts the role's permissions (an API token's).
std::optional<Access> access_of(store::Connection& connection, std::string_view user, UtcTime now,
                                const store::Actor& actor, std::uint32_t scopes = ~0U);

}  // namespace utsyn::access
