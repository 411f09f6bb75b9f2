// What `utsyn measure --json` prints: one document with every asset, verdict, and the input and answer of the
// score.
#pragma once

#include <span>
#include <string>

#include "engine/assess.h"

namespace utsyn::report {

inline constexpr std::string_view kVersion = "0.1.0";

// `input` and `score` inside are the exact bytes that the method reads and writes. Of a full measurement they
// are the core profile's all the same; `full` has those that count everything.
std::string organisation_json(const engine::Assessment& assessment);
std::string measure_document(std::span<const std::string> organisations, UtcTime as_of,
                             std::string_view profile);

// Contract names of the kinds: "domain", "web", "mail", "ns".
std::string_view kind_name(AssetKind kind);

}  // namespace utsyn::report
