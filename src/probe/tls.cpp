// Measures one TLS endpoint. In this order: does anything that speaks TLS answer; which versions and suites;
// then, side by side, everything that hangs on them. What time did not allow stays unseen, and the versions
// that were not gone through to the end say so.
#include "probe/tls.h"

#include <algorithm>
#include <tuple>

#include "probe/tls_behaviour.h"
#include "probe/tls_certificates.h"
#include "probe/tls_enumerate.h"
#include "wire/tls/suites.h"
#include "wire/tls/x509.h"

namespace utsyn::probe {
namespace {

namespace tls = wire::tls;
using Job = std::function<Task<void>()>;

constexpr std::uint16_t asked_versions[] = {tls::ssl3, tls::tls10, tls::tls11, tls::tls12, tls::tls13};
constexpr std::size_t index_of_12 = 3;
constexpr std::size_t index_of_13 = 4;

struct Inquest {
  Inquest(Visit& visit, TlsTarget target)
      : asker(visit, std::move(target)), inquiry{asker, seen, versions, out} {
    for (const auto version : asked_versions) {
      versions.push_back({});
      versions.back().version = version;
    }
  }
  Inquest(const Inquest&) = delete;
  Inquest& operator=(const Inquest&) = delete;

  HelloAsker asker;
  Sightings seen;
  std::vector<VersionSet> versions;
  HelloAsker::Ssl2Answer ssl2;
  TlsEndpoint out;
  TlsInquiry inquiry;

  bool any_offered() const {
    return std::ranges::any_of(versions, [](const VersionSet& set) { return set.is_offered(); });
  }
  VersionSet& newest_set() { return versions[index_of_13]; }
};

// Could the one who gave this answer be a TLS server at all?
bool may_speak(const VersionSet& set) {
  if (set.offered.seen()) return true;
  switch (set.offered.unseen()) {
    case Unseen::timed_out:
    case Unseen::reset:
    case Unseen::malformed:
    case Unseen::not_measured:  // refused without a word about the version
      return set.refusal != "not-tls";
    default:
      return false;
  }
}

// It ended the connection, in order or not, without a word.
bool broken_off(const VersionSet& set) {
  return set.by_reset || set.refusal == "reset" || set.refusal == "closed";
}

// The first hellos, one after the other: is there anybody who speaks TLS? A port that is closed costs one
// connection, one that is silent a few. The longest hello goes out early: when it is answered, a reset in
// answer to another one is not about its length.
Task<void> knock(Inquest& inquest) {
  auto& asker = inquest.asker;
  for (const bool named : {true, false}) {
    for (const auto i : {index_of_13, index_of_12, index_of_12 - 1, index_of_12 - 2}) {
      auto& set = inquest.versions[i];
      // The oldest only when the newest are not there.
      if (i < index_of_12 && inquest.any_offered()) break;
      co_await ask_version(asker, inquest.seen, set);
      if (asker.given_up() || !may_speak(set)) co_return;
      if (i == index_of_12 && !asker.heard()) co_return;
    }
    if (inquest.any_offered() || !asker.heard()) co_return;
    // Refused by its name, perhaps: without one it may still show what it speaks.
    const auto& refusal = inquest.versions[index_of_12].refusal;
    if (!named || !asker.sni() || !(refusal.starts_with("alert:") || refusal == "closed")) break;
    asker.without_sni = true;
    for (const auto i : {index_of_13, index_of_12}) {
      inquest.versions[i] = {};
      inquest.versions[i].version = asked_versions[i];
    }
  }
  // Nothing without the name either: then the name is not what it objects to.
  asker.without_sni = false;
}

std::vector<Job> enumeration_jobs(Inquest& inquest) {
  std::vector<Job> jobs;
  // The newest first: what it answers to a long hello tells the others whether a reset means the length.
  for (const auto i : {index_of_12, index_of_13, index_of_12 - 1, index_of_12 - 2, std::size_t{0}}) {
    jobs.push_back([&inquest, i]() -> Task<void> {
      co_await enumerate(inquest.asker, inquest.seen, inquest.versions[i]);
    });
  }
  jobs.push_back([&inquest]() -> Task<void> { inquest.ssl2 = co_await inquest.asker.ask_sslv2(); });
  return jobs;
}

// A reset is taken for "no" only from a server that still answers the hello it liked.
Task<void> control_resets(Inquest& inquest) {
  const bool any_reset =
      std::ranges::any_of(inquest.versions, [](const VersionSet& set) { return set.by_reset; });
  if (!any_reset) co_return;
  bool stands = false;
  if (const auto* newest = inquest.inquiry.newest(); newest != nullptr) {
    auto list = newest->suites;
    list.resize(std::min(list.size(), inquest.asker.most_suites));
    const auto answer =
        co_await inquest.asker.ask(hello_bytes(hello_for(inquest.asker, newest->version, std::move(list))));
    stands = answer.said_hello() && !inquest.asker.resets_at_random();
  }
  if (stands) co_return;
  for (auto& set : inquest.versions) {
    if (!set.by_reset) continue;
    if (set.offered.is(false)) set.offered = Unseen::reset;
    set.complete = false;
  }
}

std::vector<Job> group_and_order_jobs(Inquest& inquest, std::set<std::uint16_t>& groups,
                                      Observed<bool>& below_13, Observed<bool>& of_13) {
  std::vector<Job> jobs;
  if (const auto* base = inquest.inquiry.newest_below_13(); base != nullptr) {
    jobs.push_back([&inquest, base, &groups, &below_13]() -> Task<void> {
      below_13 = co_await groups_below_13(inquest.asker, inquest.seen, *base, groups);
    });
  } else {
    below_13 = true;
  }
  if (const auto& newest = inquest.versions[index_of_13]; newest.is_offered() && !newest.suites.empty()) {
    jobs.push_back([&inquest, &newest, &groups, &of_13]() -> Task<void> {
      of_13 = co_await groups_of_13(inquest.asker, newest, groups);
    });
  } else {
    of_13 = true;
  }
  for (auto& set : inquest.versions) {
    if (set.suites.size() < 2) continue;
    jobs.push_back([&inquest, &set]() -> Task<void> { co_await ask_preference(inquest.asker, set); });
  }
  return jobs;
}

TlsProtocol protocol_of(VersionSet& set) {
  TlsProtocol out;
  out.version = wire::version_label(set.version);
  out.offered = set.offered;
  out.complete = set.complete;
  out.inferred = set.inferred;
  out.preference = set.preference;
  // Without an order of its own the server says nothing by the order of its choices.
  if (set.preference != "server") std::ranges::sort(set.suites);
  for (const auto id : set.suites) out.ciphers.push_back(wire::suite_label(id));
  return out;
}

TlsProtocol protocol_of(HelloAsker::Ssl2Answer& answer) {
  TlsProtocol out;
  out.version = wire::version_label(tls::ssl2);
  out.offered = answer.offered;
  out.complete = answer.offered.seen() != nullptr;
  std::ranges::sort(answer.kinds);
  const auto doubled = std::ranges::unique(answer.kinds);
  answer.kinds.erase(doubled.begin(), doubled.end());
  for (const auto kind : answer.kinds) out.ciphers.push_back(wire::sslv2_cipher_label(kind));
  return out;
}

int place_of(const ServedChain& chain) {
  static constexpr std::string_view order[] = {"default", "rsa", "ecdsa", "no-sni"};
  return static_cast<int>(std::ranges::find(order, chain.when) - std::begin(order));
}

void add_chain(TlsEndpoint& out, const char* when, const std::vector<Bytes>& chain) {
  if (chain.empty() || out.chain(when) != nullptr) return;
  ServedChain served{when, {}};
  for (const auto& der : chain) served.pem.push_back(wire::certificate_to_pem(der));
  out.chains.push_back(std::move(served));
}

// What nobody got to ask because the time was up is not "not measured".
template <class T>
void mark_late(Observed<T>& fact, bool arises) {
  if (arises && !fact.seen() && fact.unseen() == Unseen::not_measured) fact = Unseen::timed_out;
}

void conclude(Inquest& inquest) {
  auto& out = inquest.out;
  auto& seen = inquest.seen;
  out.protocols.push_back(protocol_of(inquest.ssl2));
  for (auto& set : inquest.versions) out.protocols.push_back(protocol_of(set));
  add_chain(out, "default", seen.first_chain);
  add_chain(out, "rsa", seen.rsa_chain);
  add_chain(out, "ecdsa", seen.ecdsa_chain);
  std::ranges::sort(out.chains, {}, place_of);
  out.dh = std::move(seen.dh);
  std::ranges::sort(out.dh, [](const DhParameters& a, const DhParameters& b) {
    return std::tie(a.bits, a.prime_hex, a.generator_hex) < std::tie(b.bits, b.prime_hex, b.generator_hex);
  });
  if (const auto reused = seen.share_reused()) out.key_share_reused = *reused;
  if (seen.certificate_requested) {
    if (*seen.certificate_requested || !out.client_certificate_requested.seen())
      out.client_certificate_requested = *seen.certificate_requested;
  }
  std::ranges::sort(out.alpn);
  out.connections = inquest.asker.connections();
  if (inquest.asker.resets_at_random()) {
    // A load balancer with a broken backend: what a reset was taken for is not known after all.
    if (out.version_tolerant.is(false)) out.version_tolerant = Unseen::reset;
    if (inquest.asker.believed_a_reset && out.groups.seen()) out.groups = Unseen::reset;
  }
  if (!inquest.asker.over()) return;
  for (auto& protocol : out.protocols) mark_late(protocol.offered, true);
  const auto* base = inquest.inquiry.newest_below_13();
  const bool anything = inquest.inquiry.newest() != nullptr;
  mark_late(out.groups, anything);
  mark_late(out.compression, base != nullptr);
  mark_late(out.client_renegotiations, base != nullptr);
  mark_late(out.heartbeat, base != nullptr);
  mark_late(out.version_tolerant, anything);
  mark_late(out.sni_required, anything && inquest.asker.sni());
  mark_late(out.path, anything);
  mark_late(out.stapling_offered, anything);
}

// No version was accepted. Who answered otherwise than by TLS is not available; who answered nothing that can
// be read, or nothing at all to one of the hellos, was not seen. To close without a word is no answer here: a
// firewall, a full server and one without its backend do that, and from one that has read our hello it looks
// like refusal, from one that has not like a reset.
void nobody_there(Inquest& inquest) {
  auto& out = inquest.out;
  std::optional<Unseen> why;
  for (const auto i : {index_of_12, index_of_13, index_of_12 - 1, index_of_12 - 2}) {
    const auto& set = inquest.versions[i];
    if (broken_off(set) && !why) why = Unseen::reset;
    if (!set.offered.seen() && set.offered.unseen() != Unseen::not_measured && !why)
      why = set.offered.unseen();
    if (out.refusal.empty() && !broken_off(set)) out.refusal = set.refusal;
  }
  if (!out.refusal.empty() && !why) {
    out.available = false;
  } else {
    out.refusal.clear();
    out.available = why.value_or(Unseen::timed_out);
  }
  const auto unasked = [](const Observed<bool>& offered) {
    return !offered.seen() && offered.unseen() == Unseen::not_measured;
  };
  if (out.available.seen()) return;
  const bool only_closed = inquest.ssl2.offered.is(false) && !inquest.asker.spoken_to();
  if (unasked(inquest.ssl2.offered) || only_closed) inquest.ssl2.offered = out.available.unseen();
  for (auto& set : inquest.versions) {
    if (broken_off(set) || unasked(set.offered)) set.offered = out.available.unseen();
    if (!set.offered.seen()) set.complete = false;
  }
}

Task<void> measure_fully(Inquest& inquest, const TrustStore& trust, int lanes) {
  co_await in_lanes(enumeration_jobs(inquest), lanes);
  co_await control_resets(inquest);
  if (inquest.inquiry.newest() == nullptr) co_return;
  read_behaviour_from_enumeration(inquest.inquiry);

  std::set<std::uint16_t> groups;
  Observed<bool> below_13 = Unseen::timed_out, of_13 = Unseen::timed_out;
  std::vector<Job> jobs;
  jobs.push_back([&]() -> Task<void> { co_await inspect_certificates(inquest.inquiry, trust); });
  for (auto& job : group_and_order_jobs(inquest, groups, below_13, of_13)) jobs.push_back(std::move(job));
  for (auto& job : behaviour_jobs(inquest.inquiry)) jobs.push_back(std::move(job));
  jobs.push_back([&]() -> Task<void> { co_await count_renegotiations(inquest.inquiry); });
  co_await in_lanes(std::move(jobs), lanes);

  if (below_13.seen() && of_13.seen()) {
    std::vector<std::string> names;
    names.reserve(groups.size());
    for (const auto group : groups) names.push_back(wire::group_label(group));
    inquest.out.groups = std::move(names);
  } else {
    inquest.out.groups = below_13.seen() ? of_13.unseen() : below_13.unseen();
  }
}

// One question after the other, the most telling first: mail servers count connections.
Task<void> measure_mail(Inquest& inquest, const TrustStore& trust) {
  auto& asker = inquest.asker;
  auto& versions = inquest.versions;
  const auto spoken = [](const VersionSet& set) { return set.offered.seen() != nullptr; };
  for (const auto i : {index_of_12, index_of_12 - 1, index_of_12 - 2, std::size_t{0}}) {
    if (!spoken(versions[i])) co_await ask_version(asker, inquest.seen, versions[i]);
  }
  read_behaviour_from_enumeration(inquest.inquiry);
  if (inquest.inquiry.newest() != nullptr) co_await inspect_certificates(inquest.inquiry, trust);
  inquest.ssl2 = co_await asker.ask_sslv2();
  if (inquest.inquiry.newest() == nullptr) co_return;

  co_await enumerate(asker, inquest.seen, versions[index_of_13]);
  VersionSet* base = nullptr;
  for (std::size_t i = 0; i <= index_of_12; ++i) {
    if (versions[i].is_offered()) base = &versions[i];
  }
  if (base != nullptr) co_await enumerate_by_class(asker, inquest.seen, *base);
  for (std::size_t i = 0; i <= index_of_12; ++i) {
    auto& set = versions[i];
    if (&set == base || set.complete) continue;
    if (set.is_offered() && base != nullptr) {
      co_await infer(asker, inquest.seen, *base, set);
    } else {
      co_await enumerate(asker, inquest.seen, set);
    }
  }
  co_await control_resets(inquest);
  for (auto& job : mail_behaviour_jobs(inquest.inquiry)) co_await job();
  if (base != nullptr) co_await ask_preference(asker, *base);
  for (auto& set : versions) {
    if (&set == base) continue;
    co_await ask_preference(asker, set);
    // What is taken from the newer version's set has its order too.
    if (!set.inferred) continue;
    std::ranges::sort(set.suites, {}, [&](std::uint16_t id) {
      return std::ranges::find(base->suites, id) - base->suites.begin();
    });
  }
}

}  // namespace

Task<TlsEndpoint> probe_tls(Visit& visit, const TrustStore& trust, TlsTarget target) {
  const auto inquest = std::make_unique<Inquest>(visit, target);
  auto& out = inquest->out;
  out.host = target.host;
  out.address = target.server.address.str();
  out.port = target.server.port;
  out.starttls = target.starttls;

  const bool mail = target.depth == TlsDepth::mail;
  if (mail) {
    // The rest of the visit's time belongs to the other questions about the same host.
    const auto now = Clock::now();
    inquest->asker.until = now + std::max(Clock::duration::zero(), visit.deadline() - now) / 2;
  }
  const int lanes =
      mail || !target.starttls.empty() ? 1 : std::max(1, visit.network().settings().connections_per_address);
  co_await knock(*inquest);
  const auto& first = inquest->newest_set();
  if (!inquest->any_offered() &&
      (inquest->asker.given_up() || !inquest->asker.heard() || first.refusal == "not-tls")) {
    if (first.refusal == "not-tls" && !inquest->asker.given_up())
      inquest->ssl2 = co_await inquest->asker.ask_sslv2();
    nobody_there(*inquest);
    // The text that answered TLS 1.3 answers every version.
    if (first.refusal == "not-tls") {
      for (auto& set : inquest->versions) {
        if (set.offered.seen()) continue;
        set.offered = false;
        set.complete = true;
      }
    }
  } else if (mail) {
    co_await measure_mail(*inquest, trust);
  } else {
    co_await measure_fully(*inquest, trust, lanes);
  }
  if (!inquest->any_offered() && out.refusal.empty() && out.available == Observed<bool>())
    nobody_there(*inquest);
  if (inquest->any_offered() || inquest->ssl2.offered.is(true) || inquest->asker.saw_server_hello()) {
    out.available = true;
    out.refusal.clear();
  }
  conclude(*inquest);
  co_return std::move(inquest->out);
}

}  // namespace utsyn::probe
