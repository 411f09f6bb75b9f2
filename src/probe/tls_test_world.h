// What the tests of the TLS probes share: an authority, two kinds of server certificate, and one thread's
// worth of probing that trusts it.
#pragma once

#include <poll.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "probe/dns.h"
#include "probe/tls.h"
#include "probe/tls_test_servers.h"

namespace utsyn::probe::testing {

using std::chrono::milliseconds;

inline const std::string name = "www.utsyn.test";

inline Settings settings_for_tests() {
  Settings settings;
  settings.allow_networks = {*Cidr::parse("127.0.0.0/8")};
  settings.answer_timeout = milliseconds(2000);
  settings.pause_on_refusal = milliseconds(1);
  return settings;
}

inline const Identity& authority() {
  static const Identity made = issue({.name = "Utsyn Test Root", .is_ca = true});
  return made;
}
inline const Identity& intermediate() {
  static const Identity made =
      issue({.name = "Utsyn Test Intermediate", .is_ca = true, .issuer = &authority()});
  return made;
}
inline const Identity& elliptic() {
  static const Identity made = issue({.issuer = &intermediate()});
  return made;
}
inline const Identity& rsa() {
  static const Identity made = issue({.rsa = true, .issuer = &intermediate()});
  return made;
}

// The root as a file, for --root-ca.
inline const std::string& root_file() {
  static const std::string path = [] {
    auto file = ::testing::TempDir() + "utsyn_tls_test_root_" + std::to_string(::getpid()) + ".pem";
    std::ofstream(file) << authority().pem();
    return file;
  }();
  return path;
}

// One thread's worth of probing, with the test's own root trusted.
struct World {
  explicit World(Settings from = settings_for_tests())
      : settings(std::move(from)), politeness(settings), network(context, settings, politeness) {}

  TlsEndpoint measure(Endpoint server, TlsDepth depth = TlsDepth::full, Resolver* resolver = nullptr) {
    auto visit = network.visit(name);
    return run(context, probe_tls(visit, trust, {name, name, server, "", depth, resolver}));
  }

  Settings settings;
  Politeness politeness;
  boost::asio::io_context context;
  Network network;
  TrustStore trust{root_file()};
};

inline void read_hello(int fd) {
  char buffer[4096];
  [[maybe_unused]] const auto got = ::recv(fd, buffer, sizeof buffer, 0);
}
// Closed with the hello unread, the kernel answers it with RST.
inline void wait_for_hello(int fd) {
  pollfd waiting{fd, POLLIN, 0};
  ::poll(&waiting, 1, 5000);
}

}  // namespace utsyn::probe::testing
