// DNSSEC verdicts by libunbound (RFC 4033 to 4035), from the root anchor, on a thread of its own. The
// resolver is only its way to the data: nothing that the resolver claims to have validated is believed.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "evidence/dns.h"
#include "probe/network.h"
#include "wire/dns/types.h"

namespace utsyn::probe {

class Validator {
 public:
  struct Verdict {
    Security security = Security::indeterminate;
    std::string reason;
  };

  // An empty anchor file: the system's root anchor, else the IANA root keys known to this program.
  Validator(const Endpoint& resolver, const std::string& anchor_file);
  ~Validator();
  Validator(const Validator&) = delete;
  Validator& operator=(const Validator&) = delete;

  // `done` is called once on the validator's thread, or never when the validator is destroyed before.
  void ask(std::string name, wire::RecordType type, std::function<void(Verdict)> done);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace utsyn::probe
