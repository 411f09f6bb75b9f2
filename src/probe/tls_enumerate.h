// Which suites a server accepts, version by version, and what could be seen on the way without asking again.
//
// One connection reveals one suite: all are offered, the chosen one is taken out, until the server refuses;
// that is k + 1 connections for k suites and cannot be beaten. Hellos carry at most 127 suites (more than
// that confuses some servers), so the registry goes through a window that is filled up from behind: the
// suites of ordinary software first, the rarities after them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "probe/hello_asker.h"

namespace utsyn::probe {

// One version of one endpoint.
struct VersionSet {
  std::uint16_t version = 0;
  Observed<bool> offered;
  std::vector<std::uint16_t> suites;  // in the order chosen
  bool complete = false;
  bool inferred = false;
  std::size_t refused = 0;  // of the registry's list for this version, so many from the front are refused
  bool by_reset =
      false;  // some "no" was a reset: believe it only if the server answers a good hello after it
  bool across_windows =
      false;  // something was accepted behind a refused window: the order is not the server's
  std::string preference;
  std::optional<wire::ServerHello> first;  // the answer to the first hello
  std::string refusal;                     // how it said no to the first hello

  bool is_offered() const { return offered.is(true); }
};

// What the clear messages of all handshakes showed, whoever asked for them.
class Sightings {
 public:
  // For AskOptions: reads on where something is to be seen for the first time.
  ReadOn wants(const wire::ServerHello& hello) const;
  void look(const wire::ServerFlight& flight);

  std::vector<Bytes> rsa_chain, ecdsa_chain, first_chain;
  std::vector<DhParameters> dh;
  std::optional<bool> certificate_requested;
  // The same public value in two handshakes; nothing when no two could be compared.
  std::optional<bool> share_reused() const;
  void add_share(std::uint16_t group, const Bytes& value);

 private:
  void compare(std::vector<std::size_t>& known, const Bytes& value);

  // Of public values the hashes are enough: 64 bits, and some dozens of values.
  std::map<std::uint16_t, std::vector<std::size_t>> shares_of_groups_;
  std::map<std::string, std::vector<std::size_t>> shares_of_primes_;
  bool repeated_ = false;
  bool compared_ = false;
};

// A hello for `version` with these suites, as the asker has learnt the server wants it. May be changed before
// it is sent.
wire::ClientHello hello_for(HelloAsker& asker, std::uint16_t version, std::vector<std::uint16_t> suites);
// Its bytes; sizes of 256 to 511, which some servers do not survive, are filled up.
Bytes hello_bytes(wire::ClientHello hello);

// Every suite of out.version. Goes on from what `out` holds already.
Task<void> enumerate(HelloAsker& asker, Sightings& seen, VersionSet& out);
// The same where connections are dear (mail servers): a hello for each class of suites first.
Task<void> enumerate_by_class(HelloAsker& asker, Sightings& seen, VersionSet& out);
// Only whether the version is spoken: its first hello.
Task<void> ask_version(HelloAsker& asker, Sightings& seen, VersionSet& out);
// An older version of a server whose TLS 1.2 set is known: one hello (or two) with everything else, and if
// that is refused, the set is taken to be the old part of `newer`. Else enumerates.
Task<void> infer(HelloAsker& asker, Sightings& seen, const VersionSet& newer, VersionSet& out);

// Does the order of the server or that of the client decide? Where it is the server's and the windows have
// cut through it, the accepted suites are gone through once more.
Task<void> ask_preference(HelloAsker& asker, VersionSet& out);

// Named groups. `found` gets what was accepted; false when it was not seen to the end.
Task<Observed<bool>> groups_below_13(HelloAsker& asker, Sightings& seen, const VersionSet& set,
                                     std::set<std::uint16_t>& found);
Task<Observed<bool>> groups_of_13(HelloAsker& asker, const VersionSet& set, std::set<std::uint16_t>& found);

}  // namespace utsyn::probe
