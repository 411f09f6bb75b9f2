// Login by an OpenID provider: authorization code with PKCE S256. What belongs to one login (nonce, verifier,
// state) is derived from a random seed and the service's key; the seed lies in a cookie of the browser, so
// that nothing is stored before anybody is known, and the answer fits that browser alone.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/accounts.h"
#include "access/https.h"
#include "access/id_token.h"
#include "access/keys.h"

namespace utsyn::access {

inline constexpr std::chrono::minutes kOidcLoginTime{15};
inline constexpr std::chrono::seconds kKeysAskedAgain{10};  // for a key id we do not know, at most this often
inline constexpr std::chrono::hours kDiscoveryKept{1};
// Anybody may begin a login, and a provider that does not answer holds a thread for seconds: its failure is
// answered from memory for this long, and nobody asks while another one does.
inline constexpr std::chrono::seconds kFailureKept{30};
// Logins that change their code at one provider at the same time; after a failure one goes ahead and tries.
inline constexpr int kCodesAtOnce = 8;

// Who may log in there: a record that an administrator makes.
struct Provider {
  std::string id;
  std::string name;
  std::string issuer;
  std::string client;
  std::string secret;  // sealed; empty: a public client
  std::string scopes = "openid profile email";
  std::string levels;              // acr values, blank between
  std::string admits = "invited";  // or "anyone": whom the provider knows gets `role` and no organisation
  std::string role;
  UtcTime created{};
  std::optional<UtcTime> disabled;
};
std::vector<Provider> providers(store::Connection& connection);
std::optional<Provider> provider(store::Connection& connection, std::string_view id);
// Inserts or changes, by id. The audit entry never holds the secret.
void put_provider(store::Connection& connection, UtcTime now, const store::Actor& actor,
                  const Provider& provider);
bool remove_provider(store::Connection& connection, UtcTime now, const store::Actor& actor,
                     std::string_view id);
std::string secret_purpose(std::string_view provider_id);  // for Keys::seal

class OidcClient {
 public:
  OidcClient(const Keys& keys, Https https, std::string public_address)
      : keys_(keys), https_(std::move(https)), public_address_(std::move(public_address)) {}

  struct Start {
    std::string location;  // where the browser goes
    std::string cookie;    // kLoginCookie
  };
  // `return_to` is a path of ours; `invitation` the token of an invitation, or empty.
  Result<Start, Denied> start(const Provider& provider, std::string_view return_to,
                              std::string_view invitation, UtcTime now);

  struct Callback {
    std::string state;
    std::string code;
    std::string error;
    std::string issuer;  // iss, RFC 9207
    std::string cookie;
  };
  // What the cookie says, when it is ours, in time and fits the state.
  struct Begun {
    std::string provider;
    std::string seed;
    std::string return_to;
    std::string invitation;
  };
  std::optional<Begun> begun(const Callback& callback, UtcTime now) const;

  struct Done {
    Identity identity;
    std::string id_token;
  };
  // Changes the code for an ID token and judges it.
  Result<Done, Denied> finish(const Provider& provider, const Begun& begun, const Callback& callback,
                              UtcTime now);

  // Where the browser goes to log out at the provider as well; empty when it has no such place.
  std::string logout_location(const Provider& provider, const std::string& id_token, UtcTime now);

  // Does the provider answer as it should? The administrator who has just typed it in asks `afresh`: an
  // earlier failure is not remembered then.
  Result<Discovery, std::string> discover(const std::string& issuer, UtcTime now, bool afresh = false);
  bool address_allowed(std::string_view address) const { return https_.allowed(address); }
  std::string redirect_address() const { return public_address_ + "/api/v1/login/callback"; }

 private:
  struct Known {
    Discovery discovery;
    UtcTime discovered{};
    std::vector<ProviderKey> keys;
    UtcTime keys_asked{};
  };
  Result<std::vector<ProviderKey>, std::string> keys_of(const Discovery& discovery, bool again, UtcTime now);
  Result<Discovery, std::string> ask_discovery(const std::string& issuer) const;
  std::string derived(std::string_view what, std::string_view seed) const;

  // The latest asking at an address, while it is under way or has failed.
  struct Asking {
    bool under_way = false;
    UtcTime failed{};
    std::string why;
  };
  // With the guard held. Why not to ask now; empty: ask, and say how it went by asked().
  std::string begin_asking(const std::string& address, UtcTime now, bool afresh);
  void asked(const std::string& address, UtcTime now, const std::string& why);
  class Turn;

  // Codes being changed for tokens at a provider. Unlike the askings above these are not each other's answer,
  // so several go on at once.
  struct Changing {
    int under_way = 0;
    UtcTime failed{};
    std::string why;  // of the latest failure; empty: it works
  };
  Result<HttpAnswer, std::string> change_code(const std::string& issuer, const std::string& address,
                                              const Https::Form& form, const std::string& user,
                                              const std::string& password, UtcTime now);

  const Keys& keys_;
  Https https_;
  std::string public_address_;
  std::mutex guard_;
  std::map<std::string, Known> known_;        // by issuer
  std::map<std::string, Asking> asking_;      // by issuer, for discovery and for its keys
  std::map<std::string, Changing> changing_;  // by issuer
};

}  // namespace utsyn::access
