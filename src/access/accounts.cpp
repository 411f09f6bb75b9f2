#include "access/accounts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "access/consents.h"
#include "access/keys.h"
#include "access/links.h"
#include "access/oidc.h"
#include "access/password.h"
#include "access/roles.h"
#include "access/tokens.h"
#include "access/totp.h"
#include "access/users.h"
#include "base/id.h"

namespace utsyn::access {
namespace {

namespace json = boost::json;
using store::Connection;

constexpr std::size_t kKeySize = 32;
constexpr std::chrono::minutes kUsedWritten{5};  // "last used" is written at most this often

constexpr std::int64_t kMostSessions = 50;  // per user; the oldest goes

Denied wrong_login() {
  return {
      401, "wrong-login", "Wrong login",
      "The login or the password is wrong. Who has forgotten it asks an administrator for a one-time link.",
      0};
}
Denied wrong_code() {
  return {401, "wrong-code", "Wrong code",
          "The code is wrong, too old or used already. Wait for the next one, or use a recovery code.", 0};
}
Denied session_ended() { return {401, "session-ended", "The session has ended", "Log in again.", 0}; }

// "https://host:port" of an address, in lower case and without the port the scheme has anyway.
std::string origin_of(std::string_view address) {
  const auto scheme_end = address.find("://");
  if (scheme_end == std::string_view::npos) return {};
  auto out = lower(address.substr(0, address.find('/', scheme_end + 3)));
  if (out.starts_with("https://") && out.ends_with(":443")) out.resize(out.size() - 4);
  if (out.starts_with("http://") && out.ends_with(":80")) out.resize(out.size() - 3);
  return out;
}

// On loopback "localhost", "127.0.0.1" and "[::1]" are the same machine.
std::string with_one_loopback(std::string origin) {
  for (const std::string_view name : {"http://localhost", "http://[::1]"}) {
    if (!origin.starts_with(name)) continue;
    const auto rest = origin.substr(name.size());
    if (rest.empty() || rest[0] == ':') return "http://127.0.0.1" + rest;
  }
  return origin;
}

struct Session {
  std::string id;
  std::string hash;
  std::string account;
  UtcTime used{};
};

// The session of a cookie, when it is open (or, with `half`, when it waits for the second factor).
std::optional<Session> session_of(Connection& connection, std::string_view token, bool half, UtcTime now) {
  auto hash = token_hash(token);
  const auto row =
      connection.first("SELECT id, account, used, expires, half FROM session WHERE hash = ?1", {hash});
  if (!row || row->truth(4) != half || from_unix(row->number(3)) <= now) return std::nullopt;
  Session out{row->text(0), std::move(hash), row->text(1), from_unix(row->number(2))};
  if (now - out.used >= kSessionIdle) return std::nullopt;
  return out;
}

}  // namespace

Denied slow_down(std::int64_t seconds) {
  return {429, "too-many-attempts", "Too many attempts",
          "There were too many wrong attempts from here. Wait " + std::to_string(seconds) +
              " seconds, then try again; a browser you have logged in with before is not held up by others.",
          seconds};
}

Result<Bytes, std::string> read_or_make_key(const std::string& path) {
  const auto reason = [&](const char* step) {
    return unexpected(std::string("cannot ") + step + " the key file " + path + ": " + std::strerror(errno) +
                      ". It holds the key that secrets in the store are sealed with; name another place with "
                      "--key-file.");
  };
  const auto text_of = [](ByteView key) { return to_hex(key) + "\n"; };
  if (::access(path.c_str(), F_OK) != 0) {
    std::error_code ignored;
    const auto folder = std::filesystem::path(path).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    // Written aside and linked, so that two that start at once end up with the same key.
    const auto aside = path + "." + new_id();
    const int file = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return reason("make");
    const auto text = text_of(random_bytes(kKeySize));
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    ::close(file);
    const bool linked = written && (::link(aside.c_str(), path.c_str()) == 0 || errno == EEXIST);
    const auto error = errno;
    ::unlink(aside.c_str());
    errno = error;
    if (!linked) return reason("write");
  }
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return reason("open");
  struct stat about{};
  if (::fstat(file, &about) != 0) {
    ::close(file);
    return reason("look at");
  }
  std::string text(200, '\0');
  const auto size = ::read(file, text.data(), text.size());
  ::close(file);
  if (size < 0) return reason("read");
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return unexpected("the key file " + path + " can be read by others. Take it back: chmod 600 " + path);
  text.resize(static_cast<std::size_t>(size));
  auto key = from_hex(trim(text));
  if (!key || key->size() != kKeySize)
    return unexpected(
        "the key file " + path +
        " does not hold 64 hexadecimal digits. Restore it from the backup; without it TOTP and the "
        "secrets of login providers must be set anew.");
  return *key;
}

std::string default_key_path(const std::string& store) {
  if (!store.starts_with("postgresql://") && !store.starts_with("postgres://")) return store + ".key";
  const auto* data = std::getenv("XDG_DATA_HOME");
  const auto* home = std::getenv("HOME");
  const std::string folder = data != nullptr && *data != '\0' ? data
                             : home != nullptr                ? std::string(home) + "/.local/share"
                                                              : "/var/lib";
  return folder + "/utsyn/service.key";
}

Accounts::Accounts(std::shared_ptr<store::Sql> sql, AccountSettings settings)
    : sql_(std::move(sql)),
      settings_(std::move(settings)),
      keys_(std::make_unique<Keys>(settings_.key)),
      oidc_(std::make_unique<OidcClient>(*keys_, Https(settings_.loopback_providers, settings_.ca_file),
                                         settings_.public_address)),
      nobody_(hash_password(random_token())) {}
Accounts::~Accounts() = default;

bool Accounts::own_origin(std::string_view origin) const {
  if (origin.empty()) return true;
  return with_one_loopback(origin_of(origin)) == with_one_loopback(origin_of(settings_.public_address));
}

std::string Accounts::csrf_of(std::string_view hash) const { return keys_->mac("csrf", hash); }

Result<Authenticated, Denied> Accounts::authenticate(const Credentials& credentials, UtcTime now) {
  if (!credentials.token.empty()) {
    const Denied refused{401, "token-refused", "The API token is not accepted",
                         "It is unknown, expired or revoked. Make a new one under your own account.", 0};
    if (!credentials.token.starts_with(kTokenPrefix)) return unexpected(refused);
    std::optional<Access> access;
    std::optional<ApiToken> token;
    sql_->read([&](Connection& connection) {
      token = token_by_secret(connection, credentials.token);
      if (!token || token->revoked || token->expires <= now) return;
      access = access_of(connection, token->account, now, {token->id, credentials.address}, token->scopes);
    });
    if (!access) return unexpected(refused);
    if (!token->used || now - *token->used >= kUsedWritten)
      sql_->write([&](Connection& connection) {
        connection.execute("UPDATE api_token SET used = ?2, used_from = ?3 WHERE id = ?1",
                           {token->id, to_unix(now), credentials.address});
      });
    return Authenticated{std::move(*access), {}, {}};
  }

  if (credentials.session.empty())
    return unexpected(Denied{401, "login-needed", "Not logged in",
                             "Log in, or send a valid API token in the Authorization header.", 0});
  std::optional<Session> session;
  std::optional<Access> access;
  std::string language;
  sql_->read([&](Connection& connection) {
    session = session_of(connection, credentials.session, false, now);
    if (!session) return;
    access = access_of(connection, session->account, now, {session->account, credentials.address});
    if (const auto row = connection.first("SELECT language FROM account WHERE id = ?1", {session->account}))
      language = row->text(0);
  });
  if (!session || !access) return unexpected(session_ended());
  if (credentials.changes && !own_origin(credentials.origin))
    return unexpected(Denied{403, "wrong-origin", "Sent from another site",
                             "The request came from a page that is not of this service (" +
                                 printable(credentials.origin, 100) + "). Is its --public-address right?",
                             0});
  if (credentials.changes && !equal_secret(credentials.csrf, csrf_of(session->hash)))
    return unexpected(Denied{403, "csrf", "The request lacks its proof",
                             "Send the member `csrf` of GET /api/v1/me in the header X-CSRF-Token.", 0});
  if (now - session->used >= kUsedWritten)
    sql_->write([&](Connection& connection) {
      connection.execute("UPDATE session SET used = ?2 WHERE id = ?1", {session->id, to_unix(now)});
    });
  return Authenticated{std::move(*access), session->id, std::move(language)};
}

std::optional<std::string> Accounts::first_start(UtcTime now) {
  return sql_->write([&](Connection& connection) -> std::optional<std::string> {
    if (any_user(connection)) return std::nullopt;
    connection.execute("DELETE FROM one_time_link WHERE kind = 'first-start'");
    Link link;
    link.kind = LinkKind::first_start;
    link.role = Role::administrator;
    link.expires = now + kFirstStartTime;
    return make_link(connection, now, {}, link).token;
  });
}

std::optional<std::string> Accounts::first_start_link(UtcTime now) {
  const auto token = first_start(now);
  if (!token) return std::nullopt;
  return link_address(settings_.public_address, LinkKind::first_start, *token);
}

// "ID.EXPIRES.MAC"; the login is inside the MAC only.
std::string Accounts::new_device(std::string_view login, UtcTime now) const {
  const auto body = new_id() + "." + std::to_string(to_unix(now + kDeviceKnown));
  return body + "." + keys_->mac("device", body + "." + std::string(login));
}

bool Accounts::device_known(std::string_view device, std::string_view login, UtcTime now) const {
  const auto end = device.rfind('.');
  if (end == std::string_view::npos) return false;
  auto body = device.substr(0, end);
  if (!equal_secret(keys_->mac("device", std::string(body) + "." + std::string(login)),
                    device.substr(end + 1)))
    return false;
  cut(body, '.');
  const auto expires = parse_uint(body);
  return expires && static_cast<std::int64_t>(*expires) > to_unix(now);
}

Place Accounts::place_of(std::string_view who, std::string_view login, std::string_view device,
                         std::string_view address, UtcTime now) const {
  Place out;
  out.who = keys_->mac(who, login);
  if (device_known(device, login, now)) {
    out.place = keys_->mac("place device", device.substr(0, device.find('.')));
  } else {
    out.network = keys_->mac("place network", network_of(address));
    out.place = out.network;
  }
  return out;
}

Result<LoggedIn, Denied> Accounts::login(const Attempt& attempt, UtcTime now) {
  const auto login = lower(trim(attempt.login)).substr(0, 200);
  const auto place = place_of("who", login, attempt.device, attempt.address, now);
  std::optional<User> found;
  // The attempt is counted before the password is tried, so that many at once do not slip past the count.
  const auto wait = sql_->write([&](Connection& connection) {
    const auto seconds = seconds_to_wait(connection, place, now);
    if (seconds == 0) {
      count_failure(connection, place, now);
      found = user_by_login(connection, login);
    }
    return seconds;
  });
  if (wait > 0) return unexpected(slow_down(wait));

  const bool usable = found && !found->disabled && !found->password.empty();
  const bool right = verify_password(usable ? found->password : nobody_, attempt.password);
  return sql_->write([&](Connection& connection) -> Result<LoggedIn, Denied> {
    const auto now_user = usable && right ? user(connection, found->id) : std::nullopt;
    // Disabled or given another password in the meantime: then it was not right.
    if (!now_user || now_user->disabled || now_user->password != found->password) {
      store::append_audit(connection, now, {"", attempt.address}, "login.refused",
                          found ? found->organisation : "", found ? found->id : "", "{}");
      return unexpected(wrong_login());
    }
    forget_failures(connection, place);
    Way way{"password", attempt.address, attempt.agent, {}, {}, now_user->totp_confirmed};
    auto out = open_session(connection, *now_user, way, now);
    if (!out.second_factor && !device_known(attempt.device, login, now)) out.device = new_device(login, now);
    return out;
  });
}

Result<LoggedIn, Denied> Accounts::second_factor(const SecondStep& step, UtcTime now) {
  return sql_->write([&](Connection& connection) -> Result<LoggedIn, Denied> {
    const auto session = session_of(connection, step.session_token, true, now);
    const auto who = session ? user(connection, session->account) : std::nullopt;
    if (!who || who->disabled) return unexpected(session_ended());
    const auto place = place_of("second factor", who->login, step.device, step.address, now);
    if (const auto seconds = seconds_to_wait(connection, place, now); seconds > 0)
      return unexpected(slow_down(seconds));
    const store::Actor actor{who->id, step.address};

    bool right = false;
    if (const auto code = recovery_code(step.code)) {
      right = connection.execute(
                  "UPDATE recovery_code SET used = ?3 WHERE account = ?1 AND hash = ?2 AND used IS NULL",
                  {who->id, token_hash(*code), to_unix(now)}) == 1;
      if (right)
        store::append_audit(connection, now, actor, "login.recovery-code", who->organisation, who->id, "{}");
    } else if (const auto secret = keys_->open(who->totp, "totp:" + who->id); secret) {
      const auto used = totp_step(as_bytes(*secret), step.code, now, who->totp_step);
      right = used.has_value();
      if (used) connection.execute("UPDATE account SET totp_step = ?2 WHERE id = ?1", {who->id, *used});
    }
    if (!right) {
      count_failure(connection, place, now);
      store::append_audit(connection, now, {"", step.address}, "login.refused", who->organisation, who->id,
                          R"({"step":"second-factor"})");
      return unexpected(wrong_code());
    }
    forget_failures(connection, place);
    const auto row = connection.first("SELECT agent FROM session WHERE id = ?1", {session->id});
    connection.execute("DELETE FROM session WHERE id = ?1", {session->id});
    auto out = open_session(connection, *who,
                            {"password", step.address, row ? row->text(0) : "", {}, {}, false}, now);
    if (!device_known(step.device, who->login, now)) out.device = new_device(who->login, now);
    return out;
  });
}

LoggedIn Accounts::open_session(Connection& connection, const User& user, const Way& way, UtcTime now) {
  connection.execute("DELETE FROM session WHERE expires <= ?1 OR used <= ?2",
                     {to_unix(now), to_unix(now - kSessionIdle)});
  connection.execute(
      "DELETE FROM session WHERE account = ?1 AND id NOT IN (SELECT id FROM session WHERE account = ?1 ORDER "
      "BY "
      "created DESC, id LIMIT ?2)",
      {user.id, kMostSessions - 1});
  LoggedIn out;
  out.second_factor = way.half;
  out.session_token = random_token();
  out.user = user.id;
  const auto hash = token_hash(out.session_token);
  if (!way.half) out.csrf = csrf_of(hash);
  // A link is worth more than a password, so the browser it was opened in is known from then on; with a
  // second factor, from the second step.
  if (way.name == "link" && !way.half) out.device = new_device(user.login, now);
  const auto expires = way.half ? now + kSecondFactorTime : now + kSessionLongest;
  connection.execute(
      "INSERT INTO session (id, hash, account, created, used, expires, half, way, provider, id_token, "
      "address, "
      "agent) VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      {new_id(), hash, user.id, to_unix(now), to_unix(expires), way.half, way.name, way.provider,
       way.id_token, way.address, printable(way.agent, 200)});
  if (!way.half) {
    connection.execute("UPDATE account SET last_login = ?2 WHERE id = ?1", {user.id, to_unix(now)});
    store::append_audit(connection, now, {user.id, way.address}, "login", user.organisation, user.id,
                        json::serialize(json::object{{"way", way.name}}));
  }
  return out;
}

std::optional<Denied> Accounts::confirm_password(const Access& access, std::string_view password,
                                                 UtcTime now) {
  std::optional<User> found;
  Place place;
  const auto wait = sql_->write([&](Connection& connection) {
    found = user(connection, access.user);
    place = place_of("confirm", access.user, {}, access.actor.address, now);
    place.network.clear();
    const auto seconds = seconds_to_wait(connection, place, now);
    if (seconds == 0) count_failure(connection, place, now);
    return seconds;
  });
  if (wait > 0) return slow_down(wait);
  const bool usable = found && !found->password.empty();
  if (!verify_password(usable ? found->password : nobody_, password) || !usable)
    return Denied{403, "wrong-password", "Wrong password", "The present password is wrong. Try again.", 0};
  sql_->write([&](Connection& connection) { forget_failures(connection, place); });
  return std::nullopt;
}

namespace {

// What organisations let the reader's national body see, beside what is granted (sorted by organisation). It
// is to be read, whatever else is granted there.
void add_consented(Connection& connection, Access& access, UtcTime now) {
  std::vector<std::pair<std::string, Detail>> more;
  for (auto& [organisation, detail] : opened_by_consent(connection, access.home, now)) {
    const auto known = std::ranges::lower_bound(access.organisations, organisation, {},
                                                &std::pair<std::string, Detail>::first);
    const bool there = known != access.organisations.end() && known->first == organisation;
    if (there && known->second >= detail) continue;
    if (std::ranges::find(access.read_only, organisation) == access.read_only.end())
      access.read_only.push_back(organisation);
    if (there) {
      known->second = detail;
    } else {
      more.emplace_back(std::move(organisation), detail);
    }
  }
  access.organisations.insert(access.organisations.end(), more.begin(), more.end());
  std::ranges::sort(access.organisations);
}

}  // namespace

std::optional<Access> access_of(Connection& connection, std::string_view user_id, UtcTime now,
                                const store::Actor& actor, std::uint32_t scopes) {
  const auto row = connection.first(
      "SELECT role, organisation, authority FROM account WHERE id = ?1 AND disabled IS NULL", {user_id});
  const auto role = row ? role_named(row->text(0)) : std::nullopt;
  if (!role) return std::nullopt;
  const auto& rights = row_of(*role);
  Access out;
  out.actor = actor;
  out.user = std::string(user_id);
  out.role = *role;
  out.permissions = rights.permissions & scopes;
  out.everywhere = rights.everywhere;
  out.authority = row->truth(2);
  out.home = row->text(1);
  for (const auto& grant : connection.query("SELECT organisation, detail, acts FROM access_grant WHERE "
                                            "account = ?1 AND (until IS NULL OR until > "
                                            "?2) ORDER BY organisation",
                                            {user_id, to_unix(now)})) {
    auto organisation = grant.text(0);
    if (organisation == out.home) continue;
    out.organisations.emplace_back(organisation, detail_named(grant.text(1)).value_or(Detail::none));
    if (!grant.truth(2) && *role != Role::administrator) out.read_only.push_back(std::move(organisation));
  }
  if (!out.home.empty()) {
    // The score of home's suppliers, unless a grant says more.
    for (const auto& supply : connection.query(
             "SELECT s.supplier FROM supply s JOIN organisation o ON o.id = s.supplier WHERE s.organisation "
             "= ?1 AND (s.ended IS NULL OR s.ended > ?2) AND o.kind = 'supplier' AND o.removed IS NULL AND "
             "NOT EXISTS (SELECT 1 FROM access_grant g WHERE g.account = ?3 AND g.organisation = s.supplier "
             "AND (g.until IS NULL OR g.until > ?2))",
             {out.home, to_unix(now), user_id})) {
      out.organisations.emplace_back(supply.text(0), Detail::score);
      if (*role != Role::administrator) out.read_only.push_back(supply.text(0));
    }
    out.organisations.emplace_back(out.home, Detail::evidence);
  }
  std::ranges::sort(out.organisations);
  if (sees_by_consent(*role)) add_consented(connection, out, now);
  std::ranges::sort(out.read_only);
  return out;
}

}  // namespace utsyn::access
