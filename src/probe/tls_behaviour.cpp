// See tls_behaviour.h. References stand in evidence/tls.h, where each fact is described.
#include "probe/tls_behaviour.h"

#include <algorithm>

#include "wire/tls/suites.h"
#include "wire/tls/x509.h"

namespace utsyn::probe {
namespace {

namespace tls = wire::tls;
using Job = std::function<Task<void>()>;
using Suites = std::vector<std::uint16_t>;

constexpr std::uint8_t alert_inappropriate_fallback = 86;
constexpr std::uint8_t no_such_protocol = 120;

AskOptions read_everything() {
  AskOptions options;
  options.wants = [](const wire::ServerHello&) { return ReadOn::everything; };
  return options;
}

template <class Keep>
Suites those(const Suites& list, Keep keep) {
  Suites out;
  for (const auto id : list) {
    const auto* suite = wire::find_suite(id);
    if (suite != nullptr && keep(*suite)) out.push_back(id);
  }
  return out;
}

Suites cbc_of(const VersionSet& set) {
  return those(set.suites, [](const wire::Suite& suite) { return suite.mode == wire::CipherMode::cbc; });
}

// Those whose key exchange the server signs.
Suites signed_exchanges_of(const VersionSet& set) {
  return those(set.suites, [](const wire::Suite& suite) {
    const bool ephemeral =
        suite.key_exchange == wire::KeyExchange::ecdhe || suite.key_exchange == wire::KeyExchange::dhe;
    return ephemeral && suite.authentication != wire::Authentication::anonymous;
  });
}

Suites bounded(Suites list, const HelloAsker& asker) {
  if (list.size() > asker.most_suites) list.resize(asker.most_suites);
  return list;
}

wire::ClientHello hello_at(TlsInquiry& inquiry, const VersionSet& set) {
  return hello_for(inquiry.asker, set.version, bounded(set.suites, inquiry.asker));
}

void add_protocol(TlsEndpoint& out, const std::string& name) {
  if (!name.empty() && std::ranges::find(out.alpn, name) == out.alpn.end()) out.alpn.push_back(name);
}

const std::vector<std::string> web_protocols{"h2", "http/1.1"};

// Compression, heartbeat and ALPN in one hello; each alone when that is refused.
Task<void> ask_extensions(TlsInquiry& inquiry, const VersionSet& set) {
  auto& out = inquiry.out;
  const bool extensions = set.version >= tls::tls10;
  const bool web = inquiry.asker.target().starttls.empty() && extensions;
  auto hello = hello_at(inquiry, set);
  hello.compression_methods = {1, 64, 0};
  if (extensions) {
    hello.suites.push_back(wire::renegotiation_scsv);
    hello.heartbeat = 1;
    if (web) hello.alpn = web_protocols;
  }
  const auto together = co_await inquiry.asker.ask(hello_bytes(std::move(hello)));
  if (together.said_hello()) {
    const auto& answer = together.hello();
    out.compression = answer.compression != 0;
    if (extensions) out.heartbeat = answer.heartbeat.has_value();
    if (answer.renegotiation_info) out.secure_renegotiation = true;
    add_protocol(out, answer.alpn);
    co_return;
  }
  const auto alone = [&](auto change) -> Task<HelloAnswer> {
    auto one = hello_at(inquiry, set);
    change(one);
    co_return co_await inquiry.asker.ask(hello_bytes(one));
  };
  const auto compressed =
      co_await alone([](wire::ClientHello& one) { one.compression_methods = {1, 64, 0}; });
  if (compressed.said_hello()) {
    out.compression = compressed.hello().compression != 0;
  } else {
    out.compression = compressed.unseen();
  }
  if (!extensions) co_return;
  const auto beating = co_await alone([](wire::ClientHello& one) { one.heartbeat = 1; });
  if (beating.said_hello()) {
    out.heartbeat = beating.hello().heartbeat.has_value();
  } else {
    out.heartbeat = beating.unseen();
  }
  if (!web) co_return;
  const auto protocol = co_await alone([](wire::ClientHello& one) { one.alpn = web_protocols; });
  if (protocol.said_hello()) add_protocol(out, protocol.hello().alpn);
}

// After the server has chosen one protocol: does it take the other as well?
Task<void> ask_other_protocol(TlsInquiry& inquiry, const VersionSet& set) {
  if (inquiry.out.alpn.size() != 1) co_return;
  for (const auto& name : web_protocols) {
    if (name == inquiry.out.alpn.front()) continue;
    auto hello = hello_at(inquiry, set);
    hello.alpn = {name};
    const auto answer = co_await inquiry.asker.ask(hello_bytes(std::move(hello)));
    if (answer.said_hello() && answer.hello().alpn == name) add_protocol(inquiry.out, name);
    break;
  }
  std::ranges::sort(inquiry.out.alpn);
}

Task<void> ask_unknown_protocol(TlsInquiry& inquiry, const VersionSet& set) {
  auto hello = hello_at(inquiry, set);
  hello.alpn = {"utsyn-x"};
  const auto answer = co_await inquiry.asker.ask(hello_bytes(std::move(hello)));
  if (answer.said_hello()) {
    inquiry.out.alpn_strict = false;
  } else if (answer.alert() == no_such_protocol) {
    inquiry.out.alpn_strict = true;
  } else {
    inquiry.out.alpn_strict = answer.unseen();
  }
}

Task<void> ask_encrypt_then_mac(TlsInquiry& inquiry, const VersionSet& set, Suites cbc) {
  auto hello = hello_for(inquiry.asker, set.version, bounded(std::move(cbc), inquiry.asker));
  hello.encrypt_then_mac = true;
  const auto answer = co_await inquiry.asker.ask(hello_bytes(std::move(hello)));
  if (answer.said_hello()) {
    inquiry.out.encrypt_then_mac = answer.hello().encrypt_then_mac;
  } else {
    inquiry.out.encrypt_then_mac = answer.unseen();
  }
}

Task<void> ask_without_name(TlsInquiry& inquiry, const VersionSet& set) {
  auto& out = inquiry.out;
  auto hello = hello_at(inquiry, set);
  hello.sni.reset();
  const auto answer = co_await inquiry.asker.ask(hello_bytes(std::move(hello)), read_everything());
  if (answer.said_hello()) {
    out.sni_required = false;
    if (answer.flight().certificates().empty()) co_return;
    ServedChain chain{"no-sni", {}};
    for (const auto& der : answer.flight().certificates()) chain.pem.push_back(wire::certificate_to_pem(der));
    out.chains.push_back(std::move(chain));
  } else if (answer.refused()) {
    out.sni_required = true;
  } else {
    out.sni_required = answer.unseen();
  }
}

Task<void> ask_fallback(TlsInquiry& inquiry, const VersionSet& lower) {
  auto hello = hello_at(inquiry, lower);
  hello.suites.push_back(wire::fallback_scsv);
  const auto answer = co_await inquiry.asker.ask(hello_bytes(std::move(hello)));
  if (answer.said_hello()) {
    inquiry.out.fallback_scsv = false;
  } else if (answer.alert() == alert_inappropriate_fallback) {
    inquiry.out.fallback_scsv = true;
  } else {
    inquiry.out.fallback_scsv = answer.unseen();
  }
}

// One hello of an unknown version, larger than 512 bytes; one of the sizes that old load balancers fail on;
// both with the reserved values of RFC 8701. A server that answers plain hellos and fails these three times
// out of three is not tolerant.
Task<void> ask_tolerance(TlsInquiry& inquiry, const VersionSet& set) {
  auto& out = inquiry.out;
  Observed<bool> result = true;
  for (const bool large : {true, false}) {
    bool answered = false;
    Observed<bool> failure = false;
    int silent = 0;
    for (int attempt = 0; attempt < 3 && !answered; ++attempt) {
      auto hello = hello_at(inquiry, set);
      hello.grease = true;
      if (large && set.version < tls::tls13) hello.legacy_version = 0x0304;
      hello.padded_size = large ? 640 : 400;
      AskOptions once;
      once.attempts = 1;
      const auto answer = co_await inquiry.asker.ask(wire::build_client_hello(hello), std::move(once));
      answered = answer.said_hello();
      if (answer.kind == HelloAnswer::Kind::unseen) {
        ++silent;
        if (answer.why != Unseen::timed_out) failure = answer.why;
      }
      if (!answered && (inquiry.asker.given_up() || inquiry.asker.visit().over())) {
        out.version_tolerant = Unseen::timed_out;
        co_return;
      }
      if (silent >= 2) break;  // silence costs seconds each time; twice is enough
    }
    if (answered) continue;
    if (!failure.seen()) {
      result = failure;
    } else {
      result = false;
      break;
    }
  }
  // Silence and resets are believed only from a server that goes on answering plain hellos.
  if (result.is(false)) {
    const auto control = co_await inquiry.asker.ask(hello_bytes(hello_at(inquiry, set)));
    if (!control.said_hello()) result = control.unseen();
  }
  out.version_tolerant = result;
}

Task<void> ask_signatures(TlsInquiry& inquiry, const VersionSet& set, Suites suites, SignatureChoice& choice,
                          std::vector<std::uint16_t> schemes) {
  auto hello = hello_for(inquiry.asker, set.version, bounded(std::move(suites), inquiry.asker));
  hello.signature_schemes = std::move(schemes);
  AskOptions options;
  options.wants = [](const wire::ServerHello&) { return ReadOn::key_exchange; };
  const auto answer = co_await inquiry.asker.ask(hello_bytes(std::move(hello)), std::move(options));
  if (answer.said_hello()) {
    inquiry.seen.look(answer.flight());
    const auto& exchange = answer.flight().key_exchange();
    if (exchange && exchange->signature_scheme) {
      choice.chosen = wire::signature_scheme_label(*exchange->signature_scheme);
    } else {
      choice.chosen = Unseen::malformed;
    }
  } else if (answer.refused()) {
    choice.chosen = std::string();
  } else {
    choice.chosen = answer.unseen();
  }
}

// DHE for a client that knows RFC 7919: a server that does as well then uses one of its groups.
Task<void> ask_named_dh(TlsInquiry& inquiry, const VersionSet& set, Suites dhe) {
  auto hello = hello_for(inquiry.asker, set.version, bounded(std::move(dhe), inquiry.asker));
  hello.groups = {256, 257, 258, 259, 260};
  hello.ec_point_formats = false;
  AskOptions options;
  options.wants = [](const wire::ServerHello&) { return ReadOn::key_exchange; };
  const auto answer = co_await inquiry.asker.ask(hello_bytes(std::move(hello)), std::move(options));
  if (answer.said_hello()) inquiry.seen.look(answer.flight());
}

// Two TLS 1.3 handshakes with the same share of ours: do the server's differ?
Task<void> compare_shares(TlsInquiry& inquiry, const VersionSet& set) {
  for (int i = 0; i < 2; ++i) {
    auto hello = hello_at(inquiry, set);
    hello.groups = {29, 23};
    Bytes base(32);
    base[0] = 9;
    hello.key_shares = std::vector<wire::KeyShare>{{29, base}};
    const auto answer = co_await inquiry.asker.ask(hello_bytes(std::move(hello)));
    if (!answer.said_hello()) co_return;
    inquiry.seen.look(answer.flight());
  }
}

}  // namespace

const VersionSet* TlsInquiry::version(std::uint16_t number) const {
  const auto at = std::ranges::find(versions, number, &VersionSet::version);
  return at == versions.end() ? nullptr : &*at;
}

const VersionSet* TlsInquiry::newest() const {
  const VersionSet* best = nullptr;
  for (const auto& set : versions) {
    if (set.is_offered() && !set.suites.empty()) best = &set;
  }
  return best;
}

const VersionSet* TlsInquiry::newest_below_13() const {
  const VersionSet* best = nullptr;
  for (const auto& set : versions) {
    if (set.version < tls::tls13 && set.is_offered() && !set.suites.empty()) best = &set;
  }
  return best;
}

void read_behaviour_from_enumeration(TlsInquiry& inquiry) {
  auto& out = inquiry.out;
  const auto* base = inquiry.newest_below_13();
  if (base == nullptr || !base->first) return;
  const auto& first = *base->first;
  out.secure_renegotiation = first.renegotiation_info.has_value();
  if (base->version >= tls::tls10) out.extended_master_secret = first.extended_master_secret;
  const auto* newest = inquiry.version(tls::tls13);
  if (newest != nullptr && newest->is_offered()) {
    out.downgrade_sentinel =
        first.downgrade == (base->version == tls::tls12 ? wire::DowngradeMarker::to_tls12
                                                        : wire::DowngradeMarker::to_tls11_or_lower);
  }
}

std::vector<Job> mail_behaviour_jobs(TlsInquiry& inquiry) {
  std::vector<Job> jobs;
  const auto* base = inquiry.newest_below_13();
  if (base == nullptr) return jobs;
  jobs.push_back([&inquiry, base]() -> Task<void> { co_await ask_extensions(inquiry, *base); });
  if (auto cbc = cbc_of(*base); !cbc.empty() && base->version >= tls::tls10) {
    jobs.push_back(
        [&inquiry, base, cbc]() -> Task<void> { co_await ask_encrypt_then_mac(inquiry, *base, cbc); });
  }
  return jobs;
}

std::vector<Job> behaviour_jobs(TlsInquiry& inquiry) {
  std::vector<Job> jobs;
  const auto* newest = inquiry.newest();
  const auto* base = inquiry.newest_below_13();
  if (newest == nullptr) return jobs;
  const bool web = inquiry.asker.target().starttls.empty();

  if (base != nullptr) {
    jobs.push_back([&inquiry, base, web]() -> Task<void> {
      co_await ask_extensions(inquiry, *base);
      if (web) co_await ask_other_protocol(inquiry, *base);
    });
    const bool extensions = base->version >= tls::tls10;
    if (web && extensions) {
      jobs.push_back([&inquiry, base]() -> Task<void> { co_await ask_unknown_protocol(inquiry, *base); });
    }
    if (auto cbc = cbc_of(*base); !cbc.empty() && extensions) {
      jobs.push_back(
          [&inquiry, base, cbc]() -> Task<void> { co_await ask_encrypt_then_mac(inquiry, *base, cbc); });
    }
  }
  const auto* asked = base != nullptr ? base : newest;
  if (inquiry.asker.sni() && asked->version >= tls::tls10) {
    jobs.push_back([&inquiry, asked]() -> Task<void> { co_await ask_without_name(inquiry, *asked); });
  }
  const VersionSet* second = nullptr;
  for (const auto& set : inquiry.versions) {
    if (&set != newest && set.is_offered() && !set.suites.empty()) second = &set;
  }
  if (second != nullptr) {
    jobs.push_back([&inquiry, second]() -> Task<void> { co_await ask_fallback(inquiry, *second); });
  }
  if (asked->version >= tls::tls10) {
    jobs.push_back([&inquiry, asked]() -> Task<void> { co_await ask_tolerance(inquiry, *asked); });
  }

  if (base != nullptr && base->version == tls::tls12) {
    struct Family {
      const char* name;
      std::vector<std::uint16_t> schemes;
    };
    const Family families[] = {{"sha1", {0x0201, 0x0203, 0x0202}},
                               {"md5", {0x0101, 0x0103, 0x0102}},
                               {"sha224", {0x0301, 0x0303, 0x0302}}};
    if (const auto suites = signed_exchanges_of(*base); !suites.empty()) {
      for (const auto& family : families)
        inquiry.out.signature_choices.push_back({family.name, Unseen::timed_out});
      for (std::size_t i = 0; i < std::size(families); ++i) {
        jobs.push_back([&inquiry, base, suites, i, schemes = families[i].schemes]() -> Task<void> {
          co_await ask_signatures(inquiry, *base, suites, inquiry.out.signature_choices[i], schemes);
        });
      }
    }
    auto dhe = those(base->suites, [](const wire::Suite& suite) {
      return suite.key_exchange == wire::KeyExchange::dhe && !suite.export_grade;
    });
    if (!dhe.empty()) {
      jobs.push_back([&inquiry, base, dhe]() -> Task<void> { co_await ask_named_dh(inquiry, *base, dhe); });
    }
  }
  if (base == nullptr && newest->version == tls::tls13) {
    jobs.push_back([&inquiry, newest]() -> Task<void> { co_await compare_shares(inquiry, *newest); });
  }
  return jobs;
}

}  // namespace utsyn::probe
