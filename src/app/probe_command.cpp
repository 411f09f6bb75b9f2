// utsyn probe KIND TARGET...: one kind of question, and the evidence as JSON, a document a target.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <fstream>

#include "app/options.h"
#include "app/probe_json.h"
#include "base/name.h"
#include "probe/http.h"
#include "probe/mail.h"

namespace utsyn::app {
namespace {

using probe::Task;

struct ProbeTarget {
  std::string host;
  std::uint16_t port = 0;
};

// "www.example.no", "www.example.no:8443", or an address for tls and smtp.
Result<ProbeTarget, std::string> target_of(std::string_view text, std::uint16_t default_port) {
  ProbeTarget target{std::string(trim(text)), default_port};
  if (const auto colon = target.host.rfind(':');
      colon != std::string::npos && target.host.find(':') == colon) {
    const auto port = parse_uint(std::string_view(target.host).substr(colon + 1));
    if (!port || *port == 0 || *port > 65'535) return unexpected(std::string("the port must be 1 to 65535"));
    target.port = static_cast<std::uint16_t>(*port);
    target.host.resize(colon);
  }
  if (IpAddress::parse(target.host)) return target;
  auto name = normalise_name(target.host);
  if (!name) return unexpected(std::string(describe(name.error())));
  target.host = std::move(*name);
  return target;
}

struct ProbeTools {
  probe::Network& network;
  probe::Resolver& resolver;
  const probe::TrustStore& trust;
};

// The addresses to ask: the one given, the target itself when it is one, or what DNS says.
Task<Result<std::vector<IpAddress>, std::string>> addresses(ProbeTools& tools, probe::Visit& visit,
                                                            const Options& options, const std::string& host) {
  if (const auto given = IpAddress::parse(options.ip)) co_return std::vector<IpAddress>{*given};
  if (const auto literal = IpAddress::parse(host)) co_return std::vector<IpAddress>{*literal};
  auto found = co_await tools.resolver.addresses(visit, host);
  if (!found.addresses.empty()) co_return std::move(found.addresses);
  if (found.known.is(false))
    co_return unexpected("looking the name up: it does not exist or has no address. Check the spelling.");
  co_return unexpected(
      std::string("looking the name up: the resolver gave no answer. Name another with --resolver."));
}

Task<Result<std::string, std::string>> ask(ProbeTools& tools, const Options& options, std::string text) {
  const auto& kind = options.probe_kind;
  const auto target = target_of(text, kind == "smtp" ? std::uint16_t{25} : std::uint16_t{443});
  if (!target) co_return unexpected(target.error());
  auto visit = tools.network.visit(target->host);
  if (kind == "dns")
    co_return dns_json(target->host, co_await probe::probe_domain_dns(visit, tools.resolver, target->host));
  if (kind == "http") {
    co_return web_json(target->host,
                       co_await probe::probe_web(visit, tools.resolver, tools.trust, target->host));
  }
  const auto known = co_await addresses(tools, visit, options, target->host);
  if (!known) co_return unexpected(known.error());
  const probe::Endpoint server{known->front(), target->port};
  if (kind == "smtp") {
    auto talk = co_await probe::probe_smtp(visit, tools.trust, target->host, server);
    Observed<TlsEndpoint> tls;
    if (const auto* seen = talk.talk.seen(); seen != nullptr && seen->starttls_offered) {
      const probe::TlsTarget mail{target->host, options.sni,           server,
                                  "smtp",       probe::TlsDepth::mail, &tools.resolver};
      tls = co_await probe::probe_tls(visit, tools.trust, mail);
    }
    co_return smtp_json(text, talk, tls);
  }
  const probe::TlsTarget web{target->host, options.sni, server, "", probe::TlsDepth::full, &tools.resolver};
  co_return tls_json(text, co_await probe::probe_tls(visit, tools.trust, web));
}

Task<void> ask_all(ProbeTools& tools, const Options& options, std::vector<std::string> targets,
                   bool& all_good) {
  for (auto& target : targets) {
    auto answer = co_await ask(tools, options, target);
    if (answer) {
      std::printf("%s\n", answer->c_str());
      std::fflush(stdout);
    } else {
      all_good = false;
      refuse({target + ": " + answer.error(), 1});
    }
  }
}

}  // namespace

int probe(const Options& options) {
  if (!options.ip.empty() && !IpAddress::parse(options.ip))
    return refuse({"--ip " + options.ip + ": not an address; write it as 192.0.2.1 or 2001:db8::1", 2});
  auto targets = options.targets;
  if (!options.targets_file.empty()) {
    std::ifstream file(options.targets_file);
    if (!file)
      return refuse({"reading the targets: cannot open " + options.targets_file + ". Check the path.", 1});
    for (std::string line; std::getline(file, line);) {
      if (!trim(line).empty()) targets.emplace_back(trim(line));
    }
  }
  if (targets.empty()) return refuse({"give a TARGET, or --targets FILE", 2});
  const auto settings = run_settings(options);
  if (!settings) return refuse(settings.error());
  probe::Politeness politeness(settings->network);
  boost::asio::io_context context(1);
  probe::Network network(context, settings->network, politeness);
  probe::Resolver resolver(network, settings->resolver);
  const probe::TrustStore trust(settings->root_ca_file);
  ProbeTools tools{network, resolver, trust};
  bool all_good = true;
  std::exception_ptr failure;
  boost::asio::co_spawn(context, ask_all(tools, options, std::move(targets), all_good),
                        [&](std::exception_ptr error) { failure = std::move(error); });
  context.run();
  if (failure) std::rethrow_exception(failure);
  return all_good ? 0 : 1;
}

}  // namespace utsyn::app
