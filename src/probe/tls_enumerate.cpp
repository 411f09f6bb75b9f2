// See tls_enumerate.h.
#include "probe/tls_enumerate.h"

#include <algorithm>

#include "base/hash.h"
#include "wire/tls/classes.h"
#include "wire/tls/suites.h"

namespace utsyn::probe {
namespace {

namespace tls = wire::tls;
using Suites = std::vector<std::uint16_t>;

// An SSLv3 hello has no extensions to fill it up with: so many suites keep it below 256 bytes.
constexpr std::size_t most_ssl3_suites = 100;
// Lengths to fall back to when a server breaks off or falls silent at a long list.
constexpr std::size_t shorter_lists[] = {60, 25};

const wire::Suite* row(std::uint16_t id) { return wire::find_suite(id); }

bool is_chacha(std::uint16_t id) {
  const auto* suite = row(id);
  return suite != nullptr && suite->cipher == wire::BulkCipher::chacha20;
}

bool exchanges_by(std::uint16_t id, wire::KeyExchange exchange) {
  const auto* suite = row(id);
  return suite != nullptr && suite->key_exchange == exchange;
}

bool authenticated_by(std::uint16_t id, wire::Authentication authentication) {
  const auto* suite = row(id);
  return suite != nullptr && suite->authentication == authentication;
}

bool carries_dh(std::uint16_t id) {
  return exchanges_by(id, wire::KeyExchange::dhe) || exchanges_by(id, wire::KeyExchange::anon_dh) ||
         exchanges_by(id, wire::KeyExchange::dhe_psk);
}

bool contains(const Suites& list, std::uint16_t id) { return std::ranges::find(list, id) != list.end(); }

// No suite stands in a list twice.
void remove_one(Suites& list, std::uint16_t id) {
  if (const auto at = std::ranges::find(list, id); at != list.end()) list.erase(at);
}

int bits_of(const Bytes& number) {
  const auto first = std::ranges::find_if(number, [](std::uint8_t byte) { return byte != 0; });
  if (first == number.end()) return 0;
  const auto whole = static_cast<int>(number.end() - first) * 8;
  return whole - std::countl_zero(*first);
}

// Groups a TLS 1.3 server may choose from: all but those that TLS 1.3 forbids.
const Suites& groups_for_13() {
  static const Suites groups = [] {
    // What nearly every server has stands first, as in an ordinary hello.
    Suites out{29, 23, 24, 25, 30};
    for (const auto& group : wire::all_groups()) {
      const bool forbidden = group.id < 23 || (group.id >= 26 && group.id <= 28) ||
                             group.kind == wire::GroupKind::arbitrary_curve;
      if (!forbidden && !contains(out, group.id)) out.push_back(group.id);
    }
    return out;
  }();
  return groups;
}

// Elliptic groups of TLS 1.2 and below.
const Suites& groups_for_12() {
  static const Suites groups = [] {
    Suites out{29, 23, 24, 25, 30};
    for (const auto& group : wire::all_groups()) {
      const bool possible = group.kind == wire::GroupKind::curve && (group.id < 31 || group.id > 33);
      if (possible && !contains(out, group.id)) out.push_back(group.id);
    }
    return out;
  }();
  return groups;
}

// Valid public values whose private halves everybody knows: no handshake is ever finished with them.
const std::vector<wire::KeyShare>& open_shares() {
  static const std::vector<wire::KeyShare> shares = [] {
    Bytes base_of_25519(32);
    base_of_25519[0] = 9;
    // The generator of P-256 (SEC 2, section 2.4.2).
    const auto point = from_hex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
    return std::vector<wire::KeyShare>{{29, base_of_25519}, {23, *point}};
  }();
  return shares;
}

void keep_shares_of_offered_groups(wire::ClientHello& hello) {
  if (!hello.key_shares) return;
  std::erase_if(*hello.key_shares,
                [&](const wire::KeyShare& share) { return !contains(hello.groups, share.group); });
}

// One question of the enumeration, with everything that makes a failure ambiguous taken care of.
enum class Reply : std::uint8_t {
  chosen,
  refused,
  no_such_version,
  again,  // in a shorter hello
  failed
};

class Enumerator {
 public:
  Enumerator(HelloAsker& asker, Sightings& seen, VersionSet& out) : asker_(asker), seen_(seen), out_(out) {}

  // Offers `window` (at most limit() suites).
  Task<Reply> offer(Suites window) {
    const auto count = window.size();
    const bool tried_before = asker_.answered_suites >= count;
    AskOptions options;
    options.wants = [this](const wire::ServerHello& answer) {
      const bool first_of_version = out_.suites.empty() && answer.version < tls::tls13;
      return first_of_version ? ReadOn::everything : seen_.wants(answer);
    };
    // A longer list than any that was answered so far is followed by a shorter one, not by itself.
    if (out_.by_reset || !tried_before) options.attempts = 1;
    auto hello = hello_bytes(hello_for(asker_, out_.version, window));
    const auto answer = co_await asker_.ask(std::move(hello), std::move(options));
    if (out_.refusal.empty()) out_.refusal = answer.refusal();
    switch (answer.kind) {
      case HelloAnswer::Kind::server_hello:
        asker_.answered_suites = std::max(asker_.answered_suites, count);
        co_return chosen(answer, window);
      case HelloAnswer::Kind::alert:
        asker_.answered_suites = std::max(asker_.answered_suites, count);
        co_return answer.alert() == alert_protocol_version&& out_.suites.empty() ? Reply::no_such_version
                                                                                 : Reply::refused;
      case HelloAnswer::Kind::closed:
        co_return Reply::refused;
      case HelloAnswer::Kind::not_tls:
        co_return out_.suites.empty() ? Reply::no_such_version : fail(Unseen::malformed);
      case HelloAnswer::Kind::malformed:
        co_return fail(Unseen::malformed);
      case HelloAnswer::Kind::reset:
      case HelloAnswer::Kind::unseen:
        break;
    }
    if (answer.kind == HelloAnswer::Kind::unseen && answer.why != Unseen::timed_out)
      co_return fail(answer.why);
    // Silence or a reset. Is the hello too long for it?
    if (!tried_before && !asker_.given_up() && shorten(count)) co_return Reply::again;
    if (answer.kind != HelloAnswer::Kind::reset) co_return fail(answer.why);
    out_.by_reset = true;
    co_return Reply::refused;
  }

  std::size_t limit() const {
    return out_.version <= tls::ssl3 ? std::min(most_ssl3_suites, asker_.most_suites) : asker_.most_suites;
  }

  // Goes through `pending` until nothing is left that the server has not refused. False: it ended early.
  Task<bool> exhaust(Suites pending) {
    bool refused = false;
    while (!pending.empty()) {
      Suites window(pending.begin(),
                    pending.begin() + static_cast<std::ptrdiff_t>(std::min(limit(), pending.size())));
      const auto count = static_cast<std::ptrdiff_t>(window.size());
      switch (co_await offer(std::move(window))) {
        case Reply::chosen:
          remove_one(pending, out_.suites.back());
          out_.across_windows = out_.across_windows || refused;
          break;
        case Reply::refused:
          refused = true;
          pending.erase(pending.begin(), pending.begin() + count);
          break;
        case Reply::again:
          break;
        case Reply::no_such_version:
          co_return true;
        case Reply::failed:
          co_return false;
      }
    }
    co_return true;
  }

 private:
  static constexpr std::uint8_t alert_protocol_version = 70;

  Reply chosen(const HelloAnswer& answer, const Suites& offered) {
    const auto& hello = answer.hello();
    // A server chooses the version before the suite: what it speaks instead says that it lacks this one.
    if (hello.version != out_.version)
      return out_.suites.empty() ? Reply::no_such_version : fail(Unseen::malformed);
    if (!contains(offered, hello.suite)) {
      out_.offered = true;
      return Reply::failed;
    }
    seen_.look(answer.flight());
    // A middle box that says ServerHello and then drops the connection speaks no version at all.
    const bool whole = hello.version >= tls::tls13 || answer.flight().certificate_seen() ||
                       answer.flight().state() == wire::ServerFlight::State::done;
    if (out_.suites.empty() && !whole) return fail(Unseen::tls_failed);
    if (out_.suites.empty()) out_.first = hello;
    out_.offered = true;
    out_.suites.push_back(hello.suite);
    return Reply::chosen;
  }

  Reply fail(Unseen why) {
    if (!out_.offered.is(true)) out_.offered = why;
    return Reply::failed;
  }

  bool shorten(std::size_t count) {
    for (const auto length : shorter_lists) {
      if (length >= count) continue;
      // A server that has said nothing at all so far is given one more try, and a short one.
      if (!asker_.heard() && length != shorter_lists[std::size(shorter_lists) - 1]) continue;
      asker_.most_suites = std::min(asker_.most_suites, length);
      return true;
    }
    return false;
  }

  HelloAsker& asker_;
  Sightings& seen_;
  VersionSet& out_;
};

Suites without(std::span<const std::uint16_t> all, const Suites& gone) {
  if (gone.empty()) return {all.begin(), all.end()};
  Suites out;
  out.reserve(all.size());
  for (const auto id : all) {
    if (!contains(gone, id)) out.push_back(id);
  }
  return out;
}

void conclude(VersionSet& out, bool to_the_end) {
  if (to_the_end && out.suites.empty()) out.offered = false;
  out.complete = to_the_end;
}

}  // namespace

ReadOn Sightings::wants(const wire::ServerHello& hello) const {
  if (hello.version >= tls::tls13) return ReadOn::nothing;
  if (authenticated_by(hello.suite, wire::Authentication::rsa) && rsa_chain.empty())
    return ReadOn::everything;
  if (authenticated_by(hello.suite, wire::Authentication::ecdsa) && ecdsa_chain.empty())
    return ReadOn::everything;
  if (first_chain.empty() && authenticated_by(hello.suite, wire::Authentication::dss))
    return ReadOn::everything;
  return carries_dh(hello.suite) ? ReadOn::key_exchange : ReadOn::nothing;
}

void Sightings::look(const wire::ServerFlight& flight) {
  const auto& hello = *flight.hello();
  if (hello.version >= tls::tls13) {
    if (hello.selected_group && !hello.key_share.empty()) add_share(*hello.selected_group, hello.key_share);
    return;
  }
  if (flight.certificate_seen() && !flight.certificates().empty()) {
    if (first_chain.empty()) first_chain = flight.certificates();
    if (authenticated_by(hello.suite, wire::Authentication::rsa) && rsa_chain.empty())
      rsa_chain = flight.certificates();
    if (authenticated_by(hello.suite, wire::Authentication::ecdsa) && ecdsa_chain.empty())
      ecdsa_chain = flight.certificates();
  }
  if (flight.certificate_request()) {
    certificate_requested = true;
  } else if (flight.state() == wire::ServerFlight::State::done && !certificate_requested) {
    certificate_requested = false;
  }
  const auto& exchange = flight.key_exchange();
  if (!exchange) return;
  if (exchange->kind == wire::ServerKeyExchange::Kind::ecdhe && !exchange->explicit_curve)
    add_share(exchange->group, exchange->point);
  if (exchange->kind != wire::ServerKeyExchange::Kind::dhe) return;
  DhParameters group;
  group.bits = bits_of(exchange->dh_p);
  group.prime_hex = to_hex(exchange->dh_p);
  group.generator_hex = to_hex(exchange->dh_g);
  group.version = wire::version_label(hello.version);
  group.suite = wire::suite_label(hello.suite);
  const auto known = std::ranges::find_if(dh, [&](const DhParameters& one) {
    return one.prime_hex == group.prime_hex && one.generator_hex == group.generator_hex;
  });
  // Where the same group was seen: the newest version, then the first suite by name, whoever answered first.
  if (known == dh.end()) {
    dh.push_back(group);
  } else if (std::pair(group.version, known->suite) > std::pair(known->version, group.suite)) {
    *known = group;
  }
  compare(shares_of_primes_[group.prime_hex], exchange->dh_public);
}

void Sightings::add_share(std::uint16_t group, const Bytes& value) {
  compare(shares_of_groups_[group], value);
}

void Sightings::compare(std::vector<std::size_t>& known, const Bytes& value) {
  const auto hash = std::hash<std::string_view>()(as_text(value));
  compared_ = compared_ || !known.empty();
  repeated_ = repeated_ || std::ranges::find(known, hash) != known.end();
  known.push_back(hash);
}

std::optional<bool> Sightings::share_reused() const {
  if (repeated_) return true;
  if (compared_) return false;
  return std::nullopt;
}

wire::ClientHello hello_for(HelloAsker& asker, std::uint16_t version, Suites suites) {
  auto hello =
      wire::plain_client_hello(version, version <= tls::ssl3 ? std::nullopt : asker.sni(), std::move(suites));
  hello.random = asker.next_random();
  if (version <= tls::ssl3) hello.suites.push_back(wire::renegotiation_scsv);
  if (version >= tls::tls13) {
    hello.groups = groups_for_13();
    if (asker.send_shares) hello.key_shares = open_shares();
  }
  return hello;
}

Bytes hello_bytes(wire::ClientHello hello) {
  constexpr std::size_t record_header = 5;
  constexpr std::size_t surely_too_long = 60;  // so many suites are never below 256 bytes
  // Counted with or without the header of the message, the size shall lie outside.
  constexpr std::size_t filled = 520;
  const bool may_fill = hello.legacy_version > tls::ssl3 && hello.padded_size == 0;
  if (may_fill && hello.suites.size() >= surely_too_long) hello.padded_size = filled;
  auto bytes = wire::build_client_hello(hello);
  const auto message = bytes.size() - record_header;
  if (!may_fill || hello.padded_size != 0 || message < 256 || message >= filled) return bytes;
  hello.padded_size = filled;
  return wire::build_client_hello(hello);
}

Task<void> ask_version(HelloAsker& asker, Sightings& seen, VersionSet& out) {
  Enumerator enumerator(asker, seen, out);
  const auto all = wire::suites_for(out.version);
  for (;;) {
    const auto count = std::min(enumerator.limit(), all.size());
    const auto reply =
        co_await enumerator.offer(Suites(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)));
    if (reply == Reply::again) continue;
    if (reply == Reply::refused && !out.by_reset) out.refused = count;
    if (reply == Reply::no_such_version) {
      out.offered = false;
      out.complete = true;
    }
    co_return;
  }
}

Task<void> enumerate(HelloAsker& asker, Sightings& seen, VersionSet& out) {
  if (out.offered.is(false)) co_return;
  const bool fresh = out.suites.empty();
  Enumerator enumerator(asker, seen, out);
  bool to_the_end =
      co_await enumerator.exhaust(without(wire::suites_for(out.version).subspan(out.refused), out.suites));
  // An empty list of key shares is right (RFC 8446 section 4.2.8), and still some servers refuse it.
  const bool may_want_shares = fresh && out.version >= tls::tls13 && out.suites.empty() && to_the_end &&
                               !asker.send_shares && out.refusal != "alert:70" && out.refusal != "not-tls" &&
                               !out.refusal.empty();
  if (may_want_shares) {
    asker.send_shares = true;
    to_the_end = co_await enumerator.exhaust(without(wire::suites_for(out.version), {}));
    if (out.suites.empty()) asker.send_shares = false;
  }
  conclude(out, to_the_end);
}

Task<void> enumerate_by_class(HelloAsker& asker, Sightings& seen, VersionSet& out) {
  using Class = wire::SuiteClass;
  // What nobody should accept comes first: if time runs out, the worst is known.
  static constexpr Class order[] = {Class::null_cipher, Class::anonymous, Class::export_grade,
                                    Class::rc4,         Class::block64,   Class::low,
                                    Class::modern_aead, Class::cbc,       Class::no_forward_secrecy};
  if (out.offered.is(false)) co_return;
  Enumerator enumerator(asker, seen, out);
  auto pending = without(wire::suites_for(out.version).subspan(out.refused), out.suites);
  for (const auto kind : order) {
    Suites window;
    out.across_windows = true;
    for (const auto id : wire::suites_in(kind)) {
      if (contains(pending, id) && window.size() < enumerator.limit()) window.push_back(id);
    }
    if (window.empty()) continue;
    const auto reply = co_await enumerator.offer(window);
    if (reply == Reply::chosen) {
      std::erase(pending, out.suites.back());
    } else if (reply == Reply::refused) {
      pending = without(pending, window);
    } else if (reply == Reply::failed) {
      co_return;
    }
  }
  conclude(out, co_await enumerator.exhaust(std::move(pending)));
}

Task<void> infer(HelloAsker& asker, Sightings& seen, const VersionSet& newer, VersionSet& out) {
  if (!out.is_offered() || !newer.complete || newer.suites.empty()) {
    co_await enumerate(asker, seen, out);
    co_return;
  }
  const auto possible = wire::suites_for(out.version);
  Suites expected;
  for (const auto id : newer.suites) {
    if (std::ranges::find(possible, id) != possible.end()) expected.push_back(id);
  }
  const bool as_expected =
      std::ranges::all_of(out.suites, [&](std::uint16_t id) { return contains(expected, id); });
  const auto known = out.suites.size();
  Enumerator enumerator(asker, seen, out);
  if (as_expected) {
    const bool to_the_end = co_await enumerator.exhaust(without(possible, expected));
    if (to_the_end && out.suites.size() == known) {
      out.suites = expected;
      out.complete = out.inferred = out.across_windows = true;
      co_return;
    }
    if (!to_the_end) co_return;
  }
  // It accepts something that TLS 1.2 does not: then nothing can be concluded from TLS 1.2.
  co_await enumerate(asker, seen, out);
}

namespace {

// The accepted suites in the order the server chooses them when all are offered. Left as it was when some
// question failed.
Task<void> ask_order(HelloAsker& asker, VersionSet& out) {
  if (out.suites.size() > std::min(asker.most_suites, most_ssl3_suites)) co_return;
  auto pending = out.suites;
  Suites ordered;
  while (pending.size() > 1) {
    const auto answer = co_await asker.ask(hello_bytes(hello_for(asker, out.version, pending)));
    if (!answer.said_hello() || std::erase(pending, answer.hello().suite) == 0) co_return;
    ordered.push_back(answer.hello().suite);
  }
  ordered.push_back(pending.front());
  out.suites = std::move(ordered);
}

}  // namespace

Task<void> ask_preference(HelloAsker& asker, VersionSet& out) {
  if (out.suites.size() < 2 || out.suites.size() > std::min(asker.most_suites, most_ssl3_suites)) co_return;
  const auto all = wire::suites_for(out.version);
  const auto place = [&](std::uint16_t id) { return std::ranges::find(all, id) - all.begin(); };
  const auto chosen_of = [&](Suites list) -> Task<std::optional<std::uint16_t>> {
    const auto answer = co_await asker.ask(hello_bytes(hello_for(asker, out.version, std::move(list))));
    if (!answer.said_hello() || answer.hello().version != out.version) co_return std::nullopt;
    co_return answer.hello().suite;
  };
  auto forward = out.suites;
  std::ranges::sort(forward, {}, place);
  const Suites backward(forward.rbegin(), forward.rend());
  // What the enumeration's first hello chose is what it chooses going forward, if that hello held them all.
  std::optional<std::uint16_t> going_forward = out.suites.front();
  if (out.across_windows) going_forward = co_await chosen_of(forward);
  const auto going_backward = co_await chosen_of(backward);
  if (!going_forward || !going_backward) co_return;
  out.preference = *going_forward == *going_backward ? "server" : "client";
  if (out.preference == "client" && is_chacha(backward.front()) && *going_backward == backward.front()) {
    // ChaCha20 for a client that puts it first, its own order otherwise: ask again without it.
    out.preference.clear();
    Suites rest = backward;
    std::erase_if(rest, is_chacha);
    if (rest.size() < 2) co_return;
    const auto first_of_rest =
        std::ranges::find_if(out.suites, [](std::uint16_t id) { return !is_chacha(id); });
    const auto again = co_await chosen_of(rest);
    if (!again) co_return;
    const auto without_chacha =
        out.across_windows ? co_await chosen_of({rest.rbegin(), rest.rend()}) : std::optional(*first_of_rest);
    if (!without_chacha) co_return;
    out.preference = *again == *without_chacha ? "server" : "client";
  }
  if (out.preference == "server" && out.across_windows && !out.inferred) co_await ask_order(asker, out);
}

Task<Observed<bool>> groups_below_13(HelloAsker& asker, Sightings& seen, const VersionSet& set,
                                     std::set<std::uint16_t>& found) {
  Suites by_rsa, by_others;
  for (const auto id : set.suites) {
    if (exchanges_by(id, wire::KeyExchange::ecdhe) && authenticated_by(id, wire::Authentication::rsa)) {
      by_rsa.push_back(id);
    } else if (exchanges_by(id, wire::KeyExchange::ecdhe) || exchanges_by(id, wire::KeyExchange::anon_ecdh)) {
      by_others.push_back(id);
    }
  }
  // An ECDSA certificate ties the list of groups to its own curve (RFC 8422 section 5.1): an RSA one is asked
  // where there is a choice.
  const auto suites = by_rsa.empty() ? by_others : by_rsa;
  if (suites.empty()) co_return true;
  auto pending = groups_for_12();
  std::optional<std::uint16_t> anchor;  // the certificate's curve, kept at the end of the list
  while (!pending.empty()) {
    auto hello = hello_for(asker, set.version, suites);
    hello.groups = pending;
    if (anchor) hello.groups.push_back(*anchor);
    AskOptions options;
    options.wants = [](const wire::ServerHello&) { return ReadOn::key_exchange; };
    const auto answer = co_await asker.ask(hello_bytes(std::move(hello)), std::move(options));
    if (answer.said_hello()) {
      seen.look(answer.flight());
      const auto& exchange = answer.flight().key_exchange();
      if (!exchange || exchange->kind != wire::ServerKeyExchange::Kind::ecdhe || exchange->explicit_curve)
        co_return answer.flight().key_exchange() ? Observed<bool>(true) : Observed<bool>(Unseen::malformed);
      found.insert(exchange->group);
      // A group that was not offered, or the anchor itself: it takes nothing else of what is left.
      if (std::erase(pending, exchange->group) == 0) co_return true;
      continue;
    }
    if (!answer.refused() && answer.kind != HelloAnswer::Kind::reset) co_return answer.unseen();
    asker.believed_a_reset = asker.believed_a_reset || answer.kind == HelloAnswer::Kind::reset;
    if (anchor || found.empty() || !by_rsa.empty()) co_return true;
    // Refused without the certificate's curve: once more with it. Of the curves a certificate may have, the
    // first that was accepted.
    static constexpr std::uint16_t certificate_curves[] = {23, 24, 25, 26, 27, 28, 21, 22};
    for (const auto curve : certificate_curves) {
      if (!anchor && found.contains(curve)) anchor = curve;
    }
    if (!anchor) co_return true;
  }
  co_return true;
}

Task<Observed<bool>> groups_of_13(HelloAsker& asker, const VersionSet& set, std::set<std::uint16_t>& found) {
  auto pending = groups_for_13();
  // The enumeration's own hello offered the same groups.
  if (set.first && set.first->selected_group && std::erase(pending, *set.first->selected_group) > 0)
    found.insert(*set.first->selected_group);
  while (!pending.empty()) {
    auto hello = hello_for(asker, set.version, set.suites);
    hello.groups = pending;
    keep_shares_of_offered_groups(hello);
    const auto answer = co_await asker.ask(hello_bytes(std::move(hello)));
    if (answer.said_hello() && answer.hello().version == set.version && answer.hello().selected_group) {
      const auto group = *answer.hello().selected_group;
      found.insert(group);
      if (std::erase(pending, group) == 0) co_return true;
      continue;
    }
    if (!answer.refused() && answer.kind != HelloAnswer::Kind::reset) co_return answer.unseen();
    asker.believed_a_reset = asker.believed_a_reset || answer.kind == HelloAnswer::Kind::reset;
    co_return true;
  }
  co_return true;
}

}  // namespace utsyn::probe
