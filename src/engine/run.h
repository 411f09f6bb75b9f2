// A run: many organisations on all cores. Each thread has its own io_context, network and resolver; what the
// threads share is the politeness, the trust store and the list of what is left to do.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/assess.h"

namespace utsyn::engine {

struct RunSettings {
  probe::Settings network;
  probe::ResolverSettings resolver;
  std::string root_ca_file;
  std::string rdap_base;
  std::shared_ptr<const ReferenceData> reference;  // read once, shared by the threads
  std::string profile = "core";
  std::string only = "*";
  // Of the full profile, by organisation: domains whose ownership was proved just now.
  std::map<std::string, std::vector<std::string>, std::less<>> proved;
  int threads = 0;            // 0: one per core
  int hosts_in_flight = 256;  // over all threads
};

struct Outcome {
  Target target;
  Result<Assessment, Failure> assessment;
};

// Findings an organisation had before; asked from any thread.
using Before = std::function<std::vector<store::Finding>(const std::string& organisation)>;
// Takes a finished organisation; called from one thread at a time, in the order in which they finish.
using Done = std::function<void(Outcome)>;

// Runs to the end, or until `politeness` is stopped (then what is under way ends quickly as unseen and is
// handed to `done` as failed). Throws only what `before` or `done` throw.
void run(const RunSettings& settings, std::vector<Target> targets, const Before& before, const Done& done,
         probe::Politeness& politeness, Progress& progress);

}  // namespace utsyn::engine
