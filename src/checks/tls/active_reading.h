// How the checks of the full profile read a TLS endpoint: what it answered to active questions, beside what
// the core questions have shown of it.
#pragma once

#include <functional>

#include "checks/tls/reading.h"

namespace utsyn::checks {

// Judges each address apart (worst_of). Where no TLS is spoken, or TLS 1.3 alone, none of these questions
// arises.
Verdict for_each_active_endpoint(const Evidence& evidence,
                                 const std::function<Verdict(const ActiveTls&)>& judge);

// --- words for examples
Evidence answering(ActiveTls active);  // of a server that speaks TLS 1.2 and 1.3
// The examples that all of these checks share.
std::vector<Example> with_shared_active_examples(std::vector<Example> examples);

}  // namespace utsyn::checks
