#include "access/oidc.h"

#include <boost/json.hpp>

#include "access/roles.h"
#include "base/id.h"

namespace utsyn::access {
namespace {

namespace json = boost::json;
using store::Connection;

constexpr std::size_t kMostIssuers = 100;

// One answer for everything that is wrong with what came back: the reason goes to the log of who runs the
// service, by the problem's type, not to whoever tries.
Denied refused(std::string_view why) {
  return {403, "login-refused", "The login was refused",
          "What the login provider answered could not be accepted (" + std::string(why) +
              "). Start the login again; if it goes on, ask whoever runs the service.",
          0};
}

std::string_view word_for(OidcError error) {
  switch (error) {
    case OidcError::malformed:
      return "malformed";
    case OidcError::algorithm:
      return "algorithm";
    case OidcError::unknown_key:
      return "unknown-key";
    case OidcError::signature:
      return "signature";
    case OidcError::issuer:
      return "issuer";
    case OidcError::audience:
      return "audience";
    case OidcError::authorized_party:
      return "authorized-party";
    case OidcError::expired:
      return "expired";
    case OidcError::not_yet:
      return "not-yet-valid";
    case OidcError::nonce:
      return "nonce";
    case OidcError::level:
      return "level";
    case OidcError::endpoint:
      return "endpoint";
  }
  return "?";
}

Denied unreachable(const std::string& why) {
  return {502, "login-provider", "The login provider does not answer",
          "The login provider could not be asked: " + why + ". Try again in a minute, or log in another way.",
          0};
}

// Only paths of ours: "//evil" and "/\evil" are other sites to a browser.
std::string own_path(std::string_view path) {
  if (path.size() > 500 || path.empty() || path[0] != '/' ||
      (path.size() > 1 && (path[1] == '/' || path[1] == '\\')))
    return "/";
  for (const auto byte : as_bytes(path))
    if (byte < 0x21 || byte == 0x7F || byte == '\\') return "/";
  return std::string(path);
}

std::string challenge_of(std::string_view verifier) {
  return to_base64url(as_text(sha256(as_bytes(verifier))));
}

Provider provider_of(const store::Row& row) {
  Provider out;
  out.id = row.text(0);
  out.name = row.text(1);
  out.issuer = row.text(2);
  out.client = row.text(3);
  out.secret = row.text(4);
  out.scopes = row.text(5);
  out.levels = row.text(6);
  out.admits = row.text(7);
  out.role = row.text(8);
  out.created = from_unix(row.number(9));
  if (const auto disabled = row.maybe_number(10)) out.disabled = from_unix(*disabled);
  return out;
}

constexpr std::string_view kProviderColumns =
    "id, name, issuer, client, secret, scopes, acr, admits, role, created, disabled";

}  // namespace

std::vector<Provider> providers(Connection& connection) {
  std::vector<Provider> out;
  for (const auto& row : connection.query("SELECT " + std::string(kProviderColumns) +
                                          " FROM login_provider ORDER BY name, id LIMIT 100"))
    out.push_back(provider_of(row));
  return out;
}

std::optional<Provider> provider(Connection& connection, std::string_view id) {
  const auto row = connection.first(
      "SELECT " + std::string(kProviderColumns) + " FROM login_provider WHERE id = ?1", {id});
  if (!row) return std::nullopt;
  return provider_of(*row);
}

void put_provider(Connection& connection, UtcTime now, const store::Actor& actor, const Provider& wanted) {
  const auto before = provider(connection, wanted.id);
  connection.execute(
      "INSERT INTO login_provider (id, name, issuer, client, secret, scopes, acr, admits, role, created, "
      "disabled) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO UPDATE SET name = "
      "excluded.name, "
      "issuer = excluded.issuer, client = excluded.client, secret = excluded.secret, scopes = "
      "excluded.scopes, acr "
      "= excluded.acr, admits = excluded.admits, role = excluded.role, disabled = excluded.disabled",
      {wanted.id, wanted.name, wanted.issuer, wanted.client, wanted.secret, wanted.scopes, wanted.levels,
       wanted.admits, wanted.role, to_unix(wanted.created),
       wanted.disabled ? std::optional(to_unix(*wanted.disabled)) : std::nullopt});
  store::append_audit(
      connection, now, actor, before ? "login-provider.change" : "login-provider.create", "", wanted.id,
      json::serialize(json::object{{"name", wanted.name},
                                   {"issuer", wanted.issuer},
                                   {"client", wanted.client},
                                   {"admits", wanted.admits},
                                   {"role", wanted.role},
                                   {"disabled", wanted.disabled.has_value()},
                                   {"new_secret", before ? before->secret != wanted.secret : true}}));
}

bool remove_provider(Connection& connection, UtcTime now, const store::Actor& actor, std::string_view id) {
  if (connection.execute("DELETE FROM login_provider WHERE id = ?1", {id}) == 0) return false;
  store::append_audit(connection, now, actor, "login-provider.remove", "", id, "{}");
  return true;
}

std::string secret_purpose(std::string_view provider_id) { return "client:" + std::string(provider_id); }

std::string OidcClient::derived(std::string_view what, std::string_view seed) const {
  return keys_.mac("oidc " + std::string(what), seed);
}

Result<OidcClient::Start, Denied> OidcClient::start(const Provider& provider, std::string_view return_to,
                                                    std::string_view invitation, UtcTime now) {
  const auto discovery = discover(provider.issuer, now);
  if (!discovery) return unexpected(unreachable(discovery.error()));
  const auto seed = new_id();
  const auto path = own_path(return_to);
  const auto body = seed + "." + provider.id + "." + std::to_string(to_unix(now + kOidcLoginTime)) + "." +
                    std::string(invitation);
  Https::Form query{{"response_type", "code"},
                    {"client_id", provider.client},
                    {"redirect_uri", redirect_address()},
                    {"scope", provider.scopes},
                    {"state", derived("state", seed + path) + "." + to_base64url(path)},
                    {"nonce", derived("nonce", seed)},
                    {"code_challenge", challenge_of(derived("verifier", seed))},
                    {"code_challenge_method", "S256"}};
  if (!provider.levels.empty()) query.emplace_back("acr_values", provider.levels);
  const auto& endpoint = discovery->authorization_endpoint;
  return Start{endpoint + (endpoint.contains('?') ? "&" : "?") + form_encoded(query),
               body + "." + derived("cookie", body)};
}

std::optional<OidcClient::Begun> OidcClient::begun(const Callback& callback, UtcTime now) const {
  const auto end = callback.cookie.rfind('.');
  if (end == std::string::npos) return std::nullopt;
  std::string_view body = std::string_view(callback.cookie).substr(0, end);
  if (!equal_secret(derived("cookie", body), std::string_view(callback.cookie).substr(end + 1)))
    return std::nullopt;
  Begun out;
  out.seed = cut(body, '.');
  out.provider = cut(body, '.');
  const auto expires = parse_uint(cut(body, '.'));
  out.invitation = body;
  if (!expires || static_cast<std::int64_t>(*expires) <= to_unix(now)) return std::nullopt;
  std::string_view path = callback.state;
  const auto state = cut(path, '.');
  const auto decoded = from_base64url(path);
  if (!decoded || !equal_secret(derived("state", out.seed + *decoded), state)) return std::nullopt;
  out.return_to = own_path(*decoded);
  return out;
}

Result<OidcClient::Done, Denied> OidcClient::finish(const Provider& provider, const Begun& begun,
                                                    const Callback& callback, UtcTime now) {
  const auto discovery = discover(provider.issuer, now);
  if (!discovery) return unexpected(unreachable(discovery.error()));
  if (callback.issuer.empty() ? discovery->names_issuer : callback.issuer != provider.issuer)
    return unexpected(refused("issuer"));
  if (!callback.error.empty())
    return unexpected(refused("the provider said " + printable(callback.error, 60)));
  if (callback.code.empty() || callback.code.size() > 4000) return unexpected(refused("no code"));

  Https::Form form{{"grant_type", "authorization_code"},
                   {"code", callback.code},
                   {"redirect_uri", redirect_address()},
                   {"code_verifier", derived("verifier", begun.seed)}};
  std::string secret;
  if (!provider.secret.empty()) {
    const auto opened = keys_.open(provider.secret, secret_purpose(provider.id));
    if (!opened) return unexpected(refused("the client secret was sealed with another key"));
    secret = *opened;
  }
  std::string user;
  std::string password;
  if (!secret.empty() && discovery->secret_in_header) {
    user = form_encoded(provider.client);
    password = form_encoded(secret);
  } else {
    form.emplace_back("client_id", provider.client);
    if (!secret.empty()) form.emplace_back("client_secret", secret);
  }
  const auto answer = change_code(provider.issuer, discovery->token_endpoint, form, user, password, now);
  if (!answer) return unexpected(unreachable(answer.error()));
  boost::system::error_code wrong;
  json::parse_options options;
  options.max_depth = 16;
  const auto body = json::parse(answer->body, wrong, {}, options);
  if (answer->status != 200 || wrong || !body.is_object()) {
    std::string why = "the provider gave no token";
    if (!wrong && body.is_object())
      if (const auto* error = body.get_object().if_contains("error"); error != nullptr && error->is_string())
        why += ": " + printable(std::string_view(error->get_string()), 60);
    return unexpected(refused(why));
  }
  const auto* token = body.get_object().if_contains("id_token");
  if (token == nullptr || !token->is_string()) return unexpected(refused("no ID token"));
  std::string id_token(token->get_string());

  const Wanted wanted{provider.issuer, provider.client, derived("nonce", begun.seed), provider.levels};
  Result<Identity, OidcError> identity = unexpected(OidcError::unknown_key);
  for (const bool again : {false, true}) {
    const auto keys = keys_of(*discovery, again, now);
    if (!keys) return unexpected(unreachable(keys.error()));
    identity = check_id_token(id_token, *keys, wanted, now);
    if (identity || identity.error() != OidcError::unknown_key) break;
  }
  if (!identity) return unexpected(refused(word_for(identity.error())));
  return Done{*identity, std::move(id_token)};
}

std::string OidcClient::logout_location(const Provider& provider, const std::string& id_token, UtcTime now) {
  const auto discovery = discover(provider.issuer, now);
  if (!discovery || discovery->end_session_endpoint.empty()) return {};
  Https::Form query{{"client_id", provider.client}, {"post_logout_redirect_uri", public_address_ + "/"}};
  if (!id_token.empty() && id_token.size() < 6000) query.emplace_back("id_token_hint", id_token);
  const auto& endpoint = discovery->end_session_endpoint;
  return endpoint + (endpoint.contains('?') ? "&" : "?") + form_encoded(query);
}

// Ends an asking, also when it is left by an exception.
class OidcClient::Turn {
 public:
  Turn(OidcClient& client, std::string address, UtcTime now)
      : client_(client), address_(std::move(address)), now_(now) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() { client_.asked(address_, now_, why); }
  std::string why = "asking was interrupted";  // empty: it went well

 private:
  OidcClient& client_;
  std::string address_;
  UtcTime now_;
};

std::string OidcClient::begin_asking(const std::string& address, UtcTime now, bool afresh) {
  const auto at = asking_.find(address);
  if (at != asking_.end()) {
    if (at->second.under_way) return "somebody else is asking it at this moment; try again shortly";
    const auto age = now - at->second.failed;
    if (!afresh && age >= std::chrono::seconds(0) && age < kFailureKept) return at->second.why;
  }
  if (asking_.size() >= kMostIssuers)
    std::erase_if(asking_, [](const auto& entry) { return !entry.second.under_way; });
  asking_[address] = {.under_way = true, .failed = {}, .why = {}};
  return {};
}

void OidcClient::asked(const std::string& address, UtcTime now, const std::string& why) {
  const std::scoped_lock lock(guard_);
  if (why.empty()) {
    asking_.erase(address);
  } else {
    asking_[address] = {.under_way = false, .failed = now, .why = why};
  }
}

Result<HttpAnswer, std::string> OidcClient::change_code(const std::string& issuer, const std::string& address,
                                                        const Https::Form& form, const std::string& user,
                                                        const std::string& password, UtcTime now) {
  {
    const std::scoped_lock lock(guard_);
    const auto at = changing_.find(issuer);
    if (at != changing_.end() && !at->second.why.empty()) {
      const auto age = now - at->second.failed;
      if (age >= std::chrono::seconds(0) && age < kFailureKept) return unexpected(at->second.why);
      if (at->second.under_way > 0)
        return unexpected(
            std::string("it failed a while ago, and somebody else is trying it at this moment"));
    }
    if (at != changing_.end() && at->second.under_way >= kCodesAtOnce)
      return unexpected(std::string("many are logging in by it at this moment; try again shortly"));
    if (at == changing_.end() && changing_.size() >= kMostIssuers)
      std::erase_if(changing_, [](const auto& entry) { return entry.second.under_way == 0; });
    ++changing_[issuer].under_way;
  }
  Result<HttpAnswer, std::string> answer = unexpected(std::string("asking was interrupted"));
  const auto done = [&] {
    const std::scoped_lock lock(guard_);
    auto& changing = changing_[issuer];
    --changing.under_way;
    // A refusal (4xx) is an answer about this code; 5xx is about the provider.
    if (answer && answer->status >= 500)
      answer = unexpected("its token address answers with status " + std::to_string(answer->status));
    changing.failed = now;
    changing.why = answer ? std::string() : answer.error();
  };
  try {
    answer = https_.post(address, form, user, password);
  } catch (...) {
    done();
    throw;
  }
  done();
  return answer;
}

Result<Discovery, std::string> OidcClient::discover(const std::string& issuer, UtcTime now, bool afresh) {
  {
    const std::scoped_lock lock(guard_);
    const auto at = known_.find(issuer);
    const bool known = at != known_.end() && at->second.discovered != UtcTime{};
    if (known && now - at->second.discovered < kDiscoveryKept) return at->second.discovery;
    const auto asking = asking_.find(issuer);
    // Logins go on by what is known while one of them asks again.
    if (known && asking != asking_.end() && asking->second.under_way) return at->second.discovery;
    if (auto why = begin_asking(issuer, now, afresh); !why.empty()) return unexpected(std::move(why));
  }
  Turn turn(*this, issuer, now);
  auto discovery = ask_discovery(issuer);
  turn.why = discovery ? std::string() : discovery.error();
  if (!discovery) return discovery;
  const std::scoped_lock lock(guard_);
  if (known_.size() >= kMostIssuers) known_.clear();
  auto& known = known_[issuer];
  if (known.discovery.jwks_uri != discovery->jwks_uri) known = {};
  known.discovery = *discovery;
  known.discovered = now;
  return discovery;
}

Result<Discovery, std::string> OidcClient::ask_discovery(const std::string& issuer) const {
  const auto base = issuer.ends_with('/') ? issuer.substr(0, issuer.size() - 1) : issuer;
  const auto answer = https_.get(base + "/.well-known/openid-configuration");
  if (!answer) return unexpected(answer.error());
  if (answer->status != 200)
    return unexpected("its discovery document answers with status " + std::to_string(answer->status));
  auto discovery = read_discovery(answer->body, issuer);
  if (!discovery)
    return unexpected("its discovery document is not accepted (" + std::string(word_for(discovery.error())) +
                      ")");
  if (!discovery->proves_by_s256) return unexpected(std::string("it does not support PKCE with S256"));
  for (const auto* address :
       {&discovery->authorization_endpoint, &discovery->token_endpoint, &discovery->jwks_uri})
    if (!https_.allowed(*address))
      return unexpected("its discovery document names " + printable(*address, 200) + ", which is not https");
  if (!https_.allowed(discovery->end_session_endpoint)) discovery->end_session_endpoint.clear();
  return *discovery;
}

Result<std::vector<ProviderKey>, std::string> OidcClient::keys_of(const Discovery& discovery, bool again,
                                                                  UtcTime now) {
  // Two issuers may share an address of keys, and an issuer may be that address: the asking is the issuer's.
  const auto address = discovery.issuer + " keys";
  {
    const std::scoped_lock lock(guard_);
    auto& known = known_[discovery.issuer];
    const auto age = now - known.keys_asked;
    if (!known.keys.empty() && (again ? age < kKeysAskedAgain : age < kDiscoveryKept)) return known.keys;
    if (auto why = begin_asking(address, now, false); !why.empty()) {
      if (!again && !known.keys.empty()) return known.keys;
      return unexpected(std::move(why));
    }
    known.keys_asked = now;  // whatever comes of it: an unknown key id asks no more often than this
  }
  Turn turn(*this, address, now);
  const auto answer = https_.get(discovery.jwks_uri);
  if (!answer) return unexpected(turn.why = answer.error());
  const auto keys = answer->status == 200 ? read_keys(answer->body) : unexpected(OidcError::malformed);
  if (!keys) return unexpected(turn.why = "its keys could not be read");
  turn.why.clear();
  const std::scoped_lock lock(guard_);
  known_[discovery.issuer].keys = *keys;
  return *keys;
}

}  // namespace utsyn::access
